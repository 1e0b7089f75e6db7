// SPDX-License-Identifier: Apache-2.0
// Mails that report on other mails: delivery status notifications, abuse feedback, vacation
// replies.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "doctor/doctor.h"

namespace hato::doctor {

struct BouncedRecipient {
  std::string address, status, reply, reason;  // reply: "550", status: "5.1.1"; "" where not told
  bool permanent = false;
  std::string words;  // the diagnostic text, for explain()
};

struct BounceReport {
  enum class Kind { kNone, kBounce, kFeedback, kVacation, kDelivered };
  Kind kind = Kind::kNone;
  std::vector<BouncedRecipient> recipients;  // in the order of the report
};

// `mail` as it lies on disk. Pure but for the doctor's scan; a mail that reports nothing is kNone.
BounceReport read_bounce(std::string_view mail, Doctor& doctor);

}  // namespace hato::doctor
