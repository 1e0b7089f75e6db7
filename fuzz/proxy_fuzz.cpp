// SPDX-License-Identifier: Apache-2.0
#include "net/proxy.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using hato::net::ProxyHeader;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto whole = hato::net::parse_proxy(bytes);
  if (whole.state != ProxyHeader::kDone) return 0;
  // What follows the header, and how it was cut, changes nothing.
  HATO_ASSERT(whole.size <= bytes.size() && whole.size <= hato::net::kMaxProxyHeader);
  HATO_ASSERT(hato::net::parse_proxy(bytes.substr(0, whole.size)).state == ProxyHeader::kDone);
  HATO_ASSERT(hato::net::parse_proxy(bytes.substr(0, whole.size - 1)).state == ProxyHeader::kMore);
  return 0;
}
