// SPDX-License-Identifier: Apache-2.0
// The DNS records that a domain of this server publishes. Pure.
#pragma once
#include <string>
#include <vector>

#include "cli/config.h"

namespace hato::cli {

struct DnsRecord {
  std::string name, type, value;
  Text why;
};
std::vector<DnsRecord> dns_records(const std::string& domain, const Config& config);

}  // namespace hato::cli
