// SPDX-License-Identifier: Apache-2.0
// The header with which a load balancer tells whose connection it passes on: PROXY protocol,
// versions 1 (text) and 2 (binary). A pure parser over the bytes that have arrived so far.
//
//   auto header = parse_proxy(stream.input());
//   if (header.state == ProxyHeader::kMore) ... read on
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "net/stream.h"

namespace hato::net {

struct ProxyHeader {
  enum State { kMore, kBad, kDone } state = kBad;
  std::size_t size = 0;  // bytes of the header, when done
  // Absent for LOCAL and UNKNOWN: the connection is the proxy's own.
  std::optional<Endpoint> client, server;
};

constexpr std::size_t kMaxProxyHeader = 16 + 4096;  // with every TLV that proxies send

ProxyHeader parse_proxy(std::string_view bytes);

}  // namespace hato::net
