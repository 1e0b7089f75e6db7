// SPDX-License-Identifier: Apache-2.0
// What mail servers say when they refuse, word for word, for the reason of a bounce.
#pragma once
#include <string_view>

namespace hato::doctor {

// The reason of the first phrase in the order of their precision that `lower` holds; "" where none
// does. Addresses and URLs must be taken out before: they may hold any word.
std::string_view reason_of_phrases(std::string_view lower);

}  // namespace hato::doctor
