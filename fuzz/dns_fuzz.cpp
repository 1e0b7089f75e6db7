// SPDX-License-Identifier: Apache-2.0
// RDATA as any server may send it.
#include "net/dns.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hato::net::DnsAnswer answer{.data = {std::string(reinterpret_cast<const char*>(data), size)}};
  hato::net::parse_mx(answer);
  hato::net::parse_ips(answer);
  hato::net::parse_txt(answer);
  hato::net::parse_names(answer);
  hato::net::parse_tlsa(answer);
  return 0;
}
