// SPDX-License-Identifier: Apache-2.0
// From a text in its plain form to facts: what the automaton found, codes, hosts, the protocol,
// and the stage of a session at which it failed.
#pragma once
#include <vector>

#include "doctor/automaton.h"
#include "doctor/facts.h"

namespace hato::doctor {

// A signature's words in the text.
struct Hit {
  std::uint32_t signature;
  std::uint32_t end;  // of its last occurrence
};

// Marks the records of `plain` that tell of success and returns the signatures whose words occur
// in the others, each once.
std::vector<Hit> recognise(Plain& plain, const std::vector<Match>& matches, Facts& facts);

}  // namespace hato::doctor
