// SPDX-License-Identifier: Apache-2.0
// Who gets what of one message, and what each recipient is told. Pure: no I/O.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "delivery/delivery.h"

namespace hato::delivery {

using Fates = std::vector<Fate>;

// One account's share: stored once, however many recipients lead to it.
struct Local {
  account::Account account;
  std::string delivered_to;             // the first address that led here
  std::vector<std::size_t> recipients;  // of the envelope
  Result<store::Appended> outcome = fail(ErrorId::kStoreUnavailable);
};

struct Plan {
  std::vector<Local> locals;
  std::vector<Recipient> remote;               // each target once
  std::vector<std::size_t> remote_recipients;  // of the envelope
  Result<> queued = fail(ErrorId::kStoreUnavailable);

  std::size_t writes() const { return locals.size() + (remote.empty() ? 0 : 1); }
};

// Recipients whose route leads nowhere are refused in `fates` at once.
Plan make_plan(const Envelope& envelope, Fates& fates);
std::string prefix_of(const Envelope& envelope, const Local& local);

bool refused(const Fate& fate);
bool all_refused(const std::vector<std::size_t>& recipients, const Fates& fates);
void refuse(Fate& fate, const Error& error);
// Where one answer stands for all, one refusal is everybody's.
void share_refusal(Fates& fates);
// Leaves in the plan only what somebody who is not refused will get.
void drop_refused(Plan& plan, const Fates& fates);
// After the writes: what became of each recipient.
void tell_outcomes(const Plan& plan, Fates& fates);

}  // namespace hato::delivery
