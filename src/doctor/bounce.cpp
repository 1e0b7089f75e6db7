// SPDX-License-Identifier: Apache-2.0
#include "doctor/bounce.h"

#include <algorithm>

#include "base/text.h"
#include "doctor/bounce_formats.h"
#include "doctor/bounce_reason.h"

namespace hato::doctor {
namespace {
using Kind = BounceReport::Kind;

// The words about each recipient, where a report has both fields and words.
void add_words(const Letter& letter, std::vector<Reported>& fields) {
  auto spoken = fields.size() > 1 ? read_words(letter) : std::vector<Reported>{};
  for (auto& f : fields) {
    f.around = letter.words;
    for (auto& s : spoken)
      if (iequals(s.address, f.address)) f.around = s.around;
  }
}

BounceReport feedback_report(const Letter& letter) {
  BounceReport out{.kind = Kind::kFeedback, .recipients = {}};
  each_line(letter.feedback, [&](std::string_view line) {
    for (std::string_view name : {"original-rcpt-to:", "removal-recipient:"})
      if (istarts_with(line, name))
        out.recipients.push_back({.address = std::string(find_address(line, name.size())),
                                  .status = {},
                                  .reply = {},
                                  .reason = "feedback",
                                  .words = {}});
    return out.recipients.size() < kMaxRecipients;
  });
  return out;
}

std::vector<Reported> reported(const Letter& letter) {
  auto out = letter.status.empty() ? std::vector<Reported>{} : read_status_fields(letter.status);
  if (!out.empty()) {
    add_words(letter, out);
    return out;
  }
  const bool report = letter.root.type.is("multipart", "report") || !letter.status.empty();
  if (!report && !says_bounce(letter)) return {};
  out = read_words(letter);
  if (out.empty() && report) out.push_back({.around = letter.words});
  return out;
}

}  // namespace

BounceReport read_bounce(std::string_view mail, Doctor& doctor) {
  const Letter letter(mail);
  if (says_feedback(letter)) return feedback_report(letter);
  std::vector<Reported> all;
  BounceReport out{.kind = read_json(letter.words, all), .recipients = {}};
  if (out.kind == Kind::kNone && says_vacation(letter)) return {.kind = Kind::kVacation};
  if (out.kind == Kind::kNone) all = reported(letter);
  if (all.empty()) return out;
  if (out.kind == Kind::kFeedback) {
    for (auto& r : all) out.recipients.push_back({.address = r.address, .reason = "feedback"});
    return out;
  }
  for (const auto& r : all) out.recipients.push_back(conclude(r, doctor));
  const bool delivered = std::all_of(out.recipients.begin(), out.recipients.end(),
                                     [](const auto& r) { return r.reason == "delivered"; });
  out.kind = delivered ? Kind::kDelivered : Kind::kBounce;
  return out;
}

}  // namespace hato::doctor
