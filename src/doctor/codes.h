// SPDX-License-Identifier: Apache-2.0
// Numbers and names in a text that are codes: each family by its form and by the words that must
// stand before it, so that a room 550 is no reply. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/automaton.h"
#include "doctor/facts.h"

namespace hato::doctor {

inline constexpr std::size_t kMaxCodes = 100;

// Appends to facts.codes and facts.replies; records that tell of success are passed over.
void find_codes(const Plain& plain, const std::vector<Match>& matches, Facts& facts);

// "-2146644977", "2148322319", "800ccc0f", "0X800CCC0F": as "0x800CCC0F", where it is one.
std::optional<std::string> hresult(std::string_view word);

// The number of a reason in an OpenSSL error ("0A000086", "1416F086"): 134.
std::optional<unsigned> openssl_reason(std::string_view hex);

}  // namespace hato::doctor
