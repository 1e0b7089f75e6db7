// SPDX-License-Identifier: Apache-2.0
// The readers of a bounce's forms, each of its own file. What they find is what stands there: the
// reason comes later (doctor/bounce_reason.h). Pure.
#pragma once
#include "doctor/bounce.h"
#include "doctor/bounce_letter.h"

namespace hato::doctor {

// A recipient as a report shows it.
struct Reported {
  std::string address, action, status, diagnostic, remote;
  std::string_view around;  // the human words about him
};

// RFC 3464 2: groups of fields, also where they stand among other text.
std::vector<Reported> read_status_fields(std::string_view fields);
// Words for people, of whatever program: addresses where lists of failed ones have them.
std::vector<Reported> read_words(const Letter& letter);
// Notifications of sending services in JSON. Nothing where it is none.
BounceReport::Kind read_json(std::string_view words, std::vector<Reported>& out);

// Whether the header or the words say that a mail reports a failure.
bool says_bounce(const Letter& letter);
bool says_vacation(const Letter& letter);
bool says_feedback(const Letter& letter);

}  // namespace hato::doctor
