// SPDX-License-Identifier: Apache-2.0
#include "net/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "base/log.h"

namespace hato::net {
namespace asio = boost::asio;
namespace {

thread_local Loop* this_loop = nullptr;

std::string reason(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown";
  }
}

}  // namespace

void Inbox::put(std::shared_ptr<WaitPoint> point) {
  std::lock_guard lock(mutex_);
  if (!loop_) return;
  points_.push_back(std::move(point));
  if (points_.size() == 1) loop_->post([loop = loop_] { loop->drain(); });
}

std::vector<std::shared_ptr<WaitPoint>> Inbox::take() {
  std::lock_guard lock(mutex_);
  return std::exchange(points_, {});
}

void Inbox::close() {
  std::lock_guard lock(mutex_);
  loop_ = nullptr;
  points_.clear();
}

WaitPoint::WaitPoint() : loop_(&Loop::current()), inbox_(loop_->inbox_) {}

void WaitPoint::complete() {
  completed_.store(true, std::memory_order_release);
  if (Loop::current_or_null() == loop_ && !handler_) return;  // wait() will see it
  inbox_->put(shared_from_this());
}

Task<void> WaitPoint::wait() {
  if (completed_.load(std::memory_order_acquire)) co_return;
  auto suspend = [this](auto handler) {
    handler_ = std::move(handler);
    loop_->waiting_.push_back(*this);
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(suspend,
                                                                       asio::use_awaitable);
}

void WaitPoint::resume() {
  unlink();
  auto handler = std::exchange(handler_, nullptr);
  if (handler) handler();
}

Loop::Loop(Workers& workers)
    : workers_(workers),
      scratch_(new char[kScratch]),
      inbox_(std::make_shared<Inbox>(*this)),
      context_(std::make_unique<asio::io_context>(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO)),
      guard_(std::make_unique<Guard>(context_->get_executor())),
      tick_(std::make_unique<asio::steady_timer>(*context_)),
      grace_(std::make_unique<asio::steady_timer>(*context_)) {
  std::signal(SIGPIPE, SIG_IGN);
}

Loop::~Loop() { close(); }

Loop* Loop::current_or_null() { return this_loop; }

Loop& Loop::current() {
  HATO_ASSERT(this_loop);
  return *this_loop;
}

void Loop::start(Task<void> task) {
  if (stopping_) return;
  ++tasks_;
  asio::co_spawn(*context_, std::move(task), [this](const std::exception_ptr& e) { ended(e); });
}

void Loop::ended(const std::exception_ptr& error) {
  if (error) log::error("net", "a session ended by an exception", {{"reason", reason(error)}});
  if (--tasks_ == 0 && (stopping_ || until_idle_)) context_->stop();
}

void Loop::enter() { this_loop = this; }

void Loop::run(bool until_idle) {
  until_idle_ = until_idle;
  enter();
  if (!(until_idle && tasks_ == 0)) context_->run();
  this_loop = nullptr;
  context_->restart();
}

void Loop::begin_stop(std::chrono::milliseconds grace) {
  if (std::exchange(stopping_, true)) return;
  if (tasks_ == 0) return context_->stop();
  grace_->expires_after(grace);
  grace_->async_wait([this](boost::system::error_code e) {
    if (!e) kill_all();
  });
  for (auto it = connections_.begin(); it != connections_.end();) (it++)->stopping();
}

// What does not end even now waits for something other than its peer: it is given up.
void Loop::kill_all() {
  grace_->expires_after(std::chrono::seconds(1));
  grace_->async_wait([this](boost::system::error_code e) {
    if (e) return;
    log::warning("net", "sessions did not end in time", {{"count", std::to_string(tasks_)}});
    context_->stop();
  });
  for (auto it = connections_.begin(); it != connections_.end();) (it++)->kill();
}

void Loop::arm(Deadline& deadline, Clock::time_point when) {
  wheel_.arm(deadline, when);
  if (!ticking_) schedule_tick();
}

void Loop::schedule_tick() {
  ticking_ = true;
  tick_->expires_after(Wheel::kTick);
  tick_->async_wait([this](boost::system::error_code e) {
    ticking_ = false;
    if (e) return;
    wheel_.advance(Clock::now());
    if (!connections_.empty() && !ticking_) schedule_tick();
  });
}

void Loop::drain() {
  auto points = inbox_->take();
  for (auto& point : points) point->resume();
}

void Loop::close() {
  if (!context_) return;
  if (this_loop == this) this_loop = nullptr;
  inbox_->close();
  while (!waiting_.empty()) {  // destroying a handler destroys the coroutine that waits
    auto& point = waiting_.front();
    point.unlink();
    auto handler = std::exchange(point.handler_, nullptr);
  }
  tick_.reset();
  grace_.reset();
  guard_.reset();
  context_.reset();
}

}  // namespace hato::net
