// SPDX-License-Identifier: Apache-2.0
// Hosts, addresses, IP addresses and ports in a text, each once, in order, kMaxEntities at most.
// Pure.
#pragma once
#include "doctor/facts.h"

namespace hato::doctor {

inline constexpr std::size_t kMaxEntities = 20;

// Fills hosts, addresses, ips, ports and when; sets the facts port:N, ip:v4, ip:v6, ip:loopback.
void find_entities(const Plain& plain, Facts& facts);

}  // namespace hato::doctor
