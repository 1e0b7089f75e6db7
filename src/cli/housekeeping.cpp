// SPDX-License-Identifier: Apache-2.0
#include "cli/housekeeping.h"

#include <algorithm>
#include <ctime>

#include "base/log.h"
#include "catalogue/errors.h"

namespace hato::cli {
namespace {

constexpr int kQuietHour = 3;

void tell(std::string_view task, const Error& error) {
  log::warning("housekeeping", catalogue::log_text(error), {{"task", std::string(task)}});
}

}  // namespace

Millis until_quiet(Millis now) {
  auto seconds = std::time_t(now / 1000);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  if (local.tm_hour >= kQuietHour) ++local.tm_mday;
  local.tm_hour = kQuietHour, local.tm_min = local.tm_sec = 0, local.tm_isdst = -1;
  return std::max<Millis>(1000, Millis(std::mktime(&local)) * 1000 - now);
}

Housekeeping::~Housekeeping() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Housekeeping::start() {
  thread_ = std::thread([this] { work(); });
}

void Housekeeping::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto wait = std::chrono::milliseconds(until_quiet(now_ms()));
    if (wake_.wait_for(lock, wait, [this] { return stopping_; })) return;
    lock.unlock();
    run_once(now_ms());
    lock.lock();
  }
}

void Housekeeping::run_once(Millis now) {
  auto stopping = [this] {
    std::lock_guard lock(mutex_);
    return stopping_;
  };
  auto accounts = services_.store->partitions(store::PartId::kAccount);
  if (!accounts) return tell("list accounts", accounts.error());
  for (auto part : *accounts) {
    if (stopping()) return;
    if (auto done = services_.mail.tidy(part.id, now); !done) tell("tidy", done.error());
  }
  if (auto done = services_.story.expire(now); !done) tell("story", done.error());
  if (stopping()) return;
  auto removed = services_.store->collect_garbage(now);
  if (!removed) return tell("collect garbage", removed.error());
  log::info("housekeeping", "done",
            {{"accounts", std::to_string(accounts->size())},
             {"bodies_removed", std::to_string(*removed)}});
}

}  // namespace hato::cli
