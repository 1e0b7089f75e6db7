// SPDX-License-Identifier: Apache-2.0
// Acceptor: one body, all writes issued at once, then the fates.
#include <algorithm>
#include <atomic>

#include "delivery/delivery.h"
#include "delivery/plan.h"
#include "message/summary.h"
#include "net/runtime.h"
#include "net/waiter.h"
#include "policy/policy.h"

namespace hato::delivery {
namespace {

constexpr Millis kIntent = 3'600'000;    // how long a body waits for its first link
constexpr std::size_t kLarge = 1 << 20;  // hashed by a worker, not by the session's thread

// Counts the writes of one message and wakes its session after the last.
class Countdown {
 public:
  Countdown(std::size_t n, std::function<void(bool)> done) : left_(n), done_(std::move(done)) {}
  void step() {
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) done_(true);
  }

 private:
  std::atomic<std::size_t> left_;
  std::function<void(bool)> done_;
};

Result<> has_room(store::MailStore& mail, const Local& local, std::uint64_t size) {
  const auto& a = local.account;
  if (!a.quota_bytes && !a.quota_messages) return {};
  HATO_TRY(usage, mail.usage(a.id));
  return policy::judge_room(a, usage, size, local.delivered_to);
}

}  // namespace

struct Acceptor::Impl {
  store::MailStore& mail;
  Queue& queue;

  void check_room(const Envelope& e, const Plan& plan, std::uint64_t size, Fates& fates);
  void store(const Envelope& e, std::string message, const std::shared_ptr<Plan>& plan,
             std::function<void(bool)> done);
  void undo(const Envelope& e, const Plan& plan, const Fates& fates);
};

void Acceptor::Impl::check_room(const Envelope& e, const Plan& plan, std::uint64_t size,
                                Fates& fates) {
  for (const auto& local : plan.locals) {
    auto room = has_room(mail, local, size + prefix_of(e, local).size());
    if (room) continue;
    for (auto i : local.recipients) refuse(fates[i], room.error());
  }
}

// Nothing is awaited in between: the engine takes the body and what links it in this order, so
// all of it shares one sync.
void Acceptor::Impl::store(const Envelope& e, std::string message,
                           const std::shared_ptr<Plan>& plan, std::function<void(bool)> done) {
  auto blob = new_uuid();
  auto size = message.size();
  auto now = now_ms();
  auto count = std::make_shared<Countdown>(plan->writes(), std::move(done));
  auto summary = plan->locals.empty() ? "" : message::encode(message::summarise(message));
  mail.store().blob_put(blob, std::move(message), now + kIntent, {});
  for (auto& local : plan->locals) {
    store::NewMessage m{.blob = blob, .blob_size = size, .prefix = prefix_of(e, local)};
    m.internal_date = now;
    m.summary = summary;
    m.quota_bytes = local.account.quota_bytes;
    m.quota_messages = local.account.quota_messages;
    mail.append(local.account.id, std::move(m), [plan, &local, count](Result<store::Appended> r) {
      local.outcome = std::move(r);
      count->step();
    });
  }
  if (plan->remote.empty()) return;
  QueueItem item{.id = e.ref, .envelope = e, .blob = blob, .size = size, .queued = now, .due = now};
  item.envelope.recipients = plan->remote;
  queue.add(std::move(item), [plan, count](Result<> r) {
    plan->queued = std::move(r);
    count->step();
  });
}

// Takes back what was stored for recipients who are refused after all (a quota reached by two
// messages at once, a disk that filled up in between), so that the client's next try does not
// store it again. Not awaited: where this fails too, one copy stays.
void Acceptor::Impl::undo(const Envelope& e, const Plan& plan, const Fates& fates) {
  for (const auto& local : plan.locals) {
    if (!local.outcome || !all_refused(local.recipients, fates)) continue;
    mail.expunge(local.account.id, local.outcome->mailbox, {local.outcome->uid},
                 [](Result<store::Seq>) {});
  }
  if (plan.queued && all_refused(plan.remote_recipients, fates))
    queue.remove(e.ref, [](Result<>) {});
}

Acceptor::Acceptor(store::MailStore& mail, Queue& queue)
    : impl_(std::make_unique<Impl>(Impl{mail, queue})) {}
Acceptor::~Acceptor() = default;

net::Task<Fates> Acceptor::accept(const Envelope& envelope, std::string message, bool together) {
  Fates fates(envelope.recipients.size());
  auto plan = std::make_shared<Plan>(make_plan(envelope, fates));
  impl_->check_room(envelope, *plan, message.size(), fates);
  if (together) share_refusal(fates);
  drop_refused(*plan, fates);
  if (plan->writes() == 0) co_return fates;

  net::Waiter<bool> waiter;
  bool large = message.size() > kLarge;
  std::function<void()> store = [&] {
    impl_->store(envelope, std::move(message), plan, waiter.done());
  };
  if (large)
    co_await net::run_blocking(store);
  else
    store();
  co_await waiter.wait();

  tell_outcomes(*plan, fates);
  if (together) share_refusal(fates);
  if (std::any_of(fates.begin(), fates.end(), refused)) impl_->undo(envelope, *plan, fates);
  co_return fates;
}

}  // namespace hato::delivery
