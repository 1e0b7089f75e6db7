// SPDX-License-Identifier: Apache-2.0
// Acceptor: a plan of who gets what, one body, all writes issued at once, then the fates.
#include <algorithm>
#include <atomic>
#include <mutex>

#include "delivery/delivery.h"
#include "net/runtime.h"
#include "net/waiter.h"

namespace hato::delivery {
namespace {

constexpr Millis kIntent = 3'600'000;    // how long a body waits for its first link
constexpr std::size_t kLarge = 1 << 20;  // hashed by a worker, not by the session's thread

// One account's share: stored once, however many recipients lead to it.
struct Local {
  account::Account account;
  std::string delivered_to;
  std::vector<std::size_t> recipients;  // of the envelope
  Result<store::Appended> outcome = fail(ErrorId::kStoreUnavailable);
};

struct Plan {
  std::vector<Local> locals;
  std::vector<Recipient> remote;               // each target once
  std::vector<std::size_t> remote_recipients;  // of the envelope
  Result<> queued;
};

void plan_local(Plan& plan, const account::Account& account, const Recipient& r, std::size_t i) {
  auto it = std::find_if(plan.locals.begin(), plan.locals.end(),
                         [&](const Local& l) { return l.account.id == account.id; });
  if (it == plan.locals.end()) it = plan.locals.insert(it, Local{account, r.address, {}});
  it->recipients.push_back(i);
}

void plan_remote(Plan& plan, const Recipient& r, std::size_t i) {
  for (const auto& target : r.route.remote) {
    auto same = [&](const Recipient& other) { return other.address == target; };
    if (std::any_of(plan.remote.begin(), plan.remote.end(), same)) continue;
    plan.remote.push_back(r);
    plan.remote.back().address = target;
  }
  if (!r.route.remote.empty()) plan.remote_recipients.push_back(i);
}

Plan make_plan(const Envelope& e) {
  Plan plan;
  for (std::size_t i = 0; i < e.recipients.size(); ++i) {
    for (const auto& account : e.recipients[i].route.local)
      plan_local(plan, account, e.recipients[i], i);
    plan_remote(plan, e.recipients[i], i);
  }
  return plan;
}

std::string prefix_of(const Envelope& e, const Local& local) {
  // RFC 5321 4.4: the final server puts Return-Path first.
  return "Return-Path: <" + e.sender + ">\r\nDelivered-To: " + local.delivered_to + "\r\n";
}

Result<> has_room(store::MailStore& mail, const Local& local, std::uint64_t size) {
  const auto& a = local.account;
  if (!a.quota_bytes && !a.quota_messages) return {};
  HATO_TRY(usage, mail.usage(a.id));
  bool full = (a.quota_bytes && usage.bytes + size > a.quota_bytes) ||
              (a.quota_messages && usage.messages + 1 > a.quota_messages);
  if (full) return fail(ErrorId::kMailboxFull, {{"address", local.delivered_to}});
  return {};
}

void refuse(std::vector<Fate>& fates, std::size_t i, const Error& error) {
  fates[i].kind = Fate::kRefused;
  fates[i].error = error;
  fates[i].notes.clear();
}

bool refused(const Fate& fate) { return fate.error.has_value(); }

// Where one answer stands for all, one refusal is everybody's.
void share_refusal(std::vector<Fate>& fates) {
  auto bad = std::find_if(fates.begin(), fates.end(), refused);
  if (bad == fates.end()) return;
  auto error = *bad->error;
  for (std::size_t i = 0; i < fates.size(); ++i)
    if (!refused(fates[i])) refuse(fates, i, error);
}

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

}  // namespace

struct Acceptor::Impl {
  store::MailStore& mail;
  Queue& queue;

  void store(const Envelope& e, std::string message, const std::shared_ptr<Plan>& plan,
             std::function<void(bool)> done);
  void undo(const Envelope& e, const Plan& plan, const std::vector<Fate>& fates);
};

namespace {

// Leaves in the plan only what somebody who is not refused already will get.
void drop_refused(Plan& plan, const std::vector<Fate>& fates) {
  auto lost = [&](std::size_t i) { return refused(fates[i]); };
  auto nobody = [&](const Local& l) {
    return std::all_of(l.recipients.begin(), l.recipients.end(), lost);
  };
  std::erase_if(plan.locals, nobody);
  if (std::all_of(plan.remote_recipients.begin(), plan.remote_recipients.end(), lost))
    plan.remote.clear();
}

void check_room(store::MailStore& mail, const Envelope& e, const Plan& plan, std::uint64_t size,
                std::vector<Fate>& fates) {
  for (const auto& local : plan.locals) {
    auto room = has_room(mail, local, size + prefix_of(e, local).size());
    if (room) continue;
    for (auto i : local.recipients) refuse(fates, i, room.error());
  }
}

void tell_outcomes(const Plan& plan, std::vector<Fate>& fates) {
  for (const auto& local : plan.locals) {
    for (auto i : local.recipients) {
      if (refused(fates[i])) continue;
      if (!local.outcome) {
        auto error = local.outcome.error();
        if (error.id() == ErrorId::kMailboxFull && error.detail("address").empty())
          error.with("address", local.delivered_to);
        refuse(fates, i, error);
        continue;
      }
      fates[i].kind = Fate::kStored;
      fates[i].notes.push_back("INBOX of " + local.account.address + ", UID " +
                               std::to_string(local.outcome->uid));
    }
  }
  if (plan.remote.empty()) return;
  for (auto i : plan.remote_recipients) {
    if (refused(fates[i])) continue;
    if (!plan.queued) {
      refuse(fates, i, plan.queued.error());
      continue;
    }
    if (fates[i].notes.empty()) fates[i].kind = Fate::kQueued;
    fates[i].notes.push_back("queue, not delivered yet");
  }
}

}  // namespace

// Nothing is awaited in between: the engine takes the body and what links it in this order, so
// all of it shares one sync.
void Acceptor::Impl::store(const Envelope& e, std::string message,
                           const std::shared_ptr<Plan>& plan, std::function<void(bool)> done) {
  auto blob = new_uuid();
  auto size = message.size();
  auto now = now_ms();
  auto count =
      std::make_shared<Countdown>(plan->locals.size() + !plan->remote.empty(), std::move(done));
  mail.store().blob_put(blob, std::move(message), now + kIntent, {});
  for (auto& local : plan->locals) {
    store::NewMessage m{.blob = blob, .blob_size = size, .prefix = prefix_of(e, local)};
    m.internal_date = now;
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
void Acceptor::Impl::undo(const Envelope& e, const Plan& plan, const std::vector<Fate>& fates) {
  auto lost = [&](std::size_t i) { return refused(fates[i]); };
  for (const auto& local : plan.locals) {
    if (!local.outcome || !std::all_of(local.recipients.begin(), local.recipients.end(), lost))
      continue;
    mail.expunge(local.account.id, local.outcome->mailbox, {local.outcome->uid},
                 [](Result<store::Seq>) {});
  }
  const auto& remote = plan.remote_recipients;
  if (!plan.remote.empty() && plan.queued && std::all_of(remote.begin(), remote.end(), lost))
    queue.remove(e.ref, [](Result<>) {});
}

Acceptor::Acceptor(store::MailStore& mail, Queue& queue)
    : impl_(std::make_unique<Impl>(Impl{mail, queue})) {}
Acceptor::~Acceptor() = default;

net::Task<std::vector<Fate>> Acceptor::accept(const Envelope& envelope, std::string message,
                                              bool together) {
  std::vector<Fate> fates(envelope.recipients.size());
  auto plan = std::make_shared<Plan>(make_plan(envelope));
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const auto& route = envelope.recipients[i].route;
    if (route.local.empty() && route.remote.empty())
      refuse(fates, i,
             Error(ErrorId::kRecipientUnknown, {{"address", envelope.recipients[i].address}}));
  }
  check_room(impl_->mail, envelope, *plan, message.size(), fates);
  if (together) share_refusal(fates);
  drop_refused(*plan, fates);
  if (plan->locals.empty() && plan->remote.empty()) co_return fates;

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
