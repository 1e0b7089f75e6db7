// SPDX-License-Identifier: Apache-2.0
// Why a recipient was refused, of the vocabulary of docs/formats/catalogue.md `reason`.
#pragma once
#include <string>
#include <string_view>

#include "doctor/bounce_formats.h"
#include "doctor/doctor.h"

namespace hato::doctor {

// Sets reply, status, reason, permanence and words from what a report says of a recipient.
BouncedRecipient conclude(const Reported& said, Doctor& doctor);

}  // namespace hato::doctor
