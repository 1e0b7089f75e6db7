// SPDX-License-Identifier: Apache-2.0
#include "delivery/plan.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace hato::delivery {

Plan make_plan(const Envelope& envelope, Fates& fates) {
  Plan plan;
  std::unordered_map<store::AccountId, std::size_t> seen;  // at which place of plan.locals
  std::unordered_set<std::string_view> targets;
  for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
    const auto& r = envelope.recipients[i];
    for (const auto& account : r.route.local) {
      auto [at, first] = seen.try_emplace(account.id, plan.locals.size());
      if (first) plan.locals.push_back({account, r.address, {}});
      plan.locals[at->second].recipients.push_back(i);
    }
    for (const auto& target : r.route.remote) {
      if (!targets.insert(target).second) continue;
      plan.remote.push_back({target, {}, r.notify, r.orcpt});
      plan.remote.back().route.kind = account::Route::kRemote;
      plan.remote.back().route.remote = {target};
    }
    if (!r.route.remote.empty()) plan.remote_recipients.push_back(i);
    if (r.route.local.empty() && r.route.remote.empty())
      refuse(fates[i], Error(ErrorId::kRecipientUnknown, {{"address", r.address}}));
  }
  return plan;
}

std::string prefix_of(const Envelope& envelope, const Local& local) {
  // RFC 5321 4.4: the final server puts Return-Path first.
  return "Return-Path: <" + envelope.sender + ">\r\nDelivered-To: " + local.delivered_to + "\r\n";
}

bool refused(const Fate& fate) { return fate.error.has_value(); }

bool all_refused(const std::vector<std::size_t>& recipients, const Fates& fates) {
  return std::all_of(recipients.begin(), recipients.end(),
                     [&](std::size_t i) { return refused(fates[i]); });
}

void refuse(Fate& fate, const Error& error) {
  fate.kind = Fate::kRefused;
  fate.error = error;
  fate.notes.clear();
}

void share_refusal(Fates& fates) {
  auto bad = std::find_if(fates.begin(), fates.end(), refused);
  if (bad == fates.end()) return;
  auto error = *bad->error;
  for (auto& fate : fates)
    if (!refused(fate)) refuse(fate, error);
}

void drop_refused(Plan& plan, const Fates& fates) {
  std::erase_if(plan.locals, [&](const Local& l) { return all_refused(l.recipients, fates); });
  if (all_refused(plan.remote_recipients, fates)) plan.remote.clear();
}

namespace {

Error error_of(const Local& local) {
  auto error = local.outcome.error();
  if (error.id() == ErrorId::kMailboxFull && error.detail("address").empty())
    error.with("address", local.delivered_to);
  return error;
}

void tell(Fate& fate, Fate::Kind kind, std::string note) {
  if (fate.notes.empty()) fate.kind = kind;  // kept here and sent on: stored, with both notes
  auto what = kind == Fate::kQueued ? story::What::kQueued : story::What::kStored;
  fate.notes.emplace_back(what, std::move(note));
}

}  // namespace

void tell_outcomes(const Plan& plan, Fates& fates) {
  for (const auto& local : plan.locals) {
    for (auto i : local.recipients) {
      if (refused(fates[i])) continue;
      if (local.outcome)
        tell(fates[i], Fate::kStored,
             "INBOX of " + local.account.address + ", UID " + std::to_string(local.outcome->uid));
      else
        refuse(fates[i], error_of(local));
    }
  }
  for (auto i : plan.remote_recipients) {
    if (refused(fates[i])) continue;
    if (plan.queued)
      tell(fates[i], Fate::kQueued, {});
    else
      refuse(fates[i], plan.queued.error());
  }
}

}  // namespace hato::delivery
