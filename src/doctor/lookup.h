// SPDX-License-Identifier: Apache-2.0
// A code alone, without the text it came from: "0x800CCC0F", "10061", "550", "5.7.26",
// "WSAETIMEDOUT", in every family in which it means something.
#pragma once
#include <string_view>
#include <vector>

#include "doctor/facts.h"

namespace hato::doctor {

// Empty where the word is no code, or none that is known.
std::vector<SeenCode> look_up(std::string_view word);

}  // namespace hato::doctor
