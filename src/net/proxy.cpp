// SPDX-License-Identifier: Apache-2.0
#include "net/proxy.h"

#include <algorithm>

#include "base/text.h"
#include "base/wire.h"

namespace hato::net {
namespace {

constexpr std::string_view kV1 = "PROXY ";
constexpr std::size_t kV1Max = 107;  // with CRLF
constexpr std::string_view kV2("\r\n\r\n\0\r\nQUIT\n", 12);

constexpr ProxyHeader kBadHeader{ProxyHeader::kBad, 0, {}, {}};
constexpr ProxyHeader kMoreNeeded{ProxyHeader::kMore, 0, {}, {}};

std::optional<std::uint16_t> port_of(std::string_view text) {
  auto n = parse_u64(text);
  bool padded = text.size() > 1 && text[0] == '0';
  if (!n || *n > 65535 || padded) return std::nullopt;
  return std::uint16_t(*n);
}

std::optional<Endpoint> endpoint(std::string_view ip, std::string_view port, bool v4) {
  auto address = Ip::parse(ip);
  auto number = port_of(port);
  bool dotted = ip.find(':') == ip.npos;
  if (!address || !number || dotted != v4) return std::nullopt;
  return Endpoint{*address, *number, {}};
}

ProxyHeader parse_v1(std::string_view bytes) {
  auto end = bytes.substr(0, kV1Max).find("\r\n");
  if (end == bytes.npos) return bytes.size() < kV1Max ? kMoreNeeded : kBadHeader;
  auto words = split(bytes.substr(0, end), ' ');
  ProxyHeader out{ProxyHeader::kDone, end + 2, {}, {}};
  if (words[1] == "UNKNOWN") return out;  // whatever follows it
  if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6")) return kBadHeader;
  bool v4 = words[1] == "TCP4";
  out.client = endpoint(words[2], words[4], v4);
  out.server = endpoint(words[3], words[5], v4);
  return out.client && out.server ? out : kBadHeader;
}

Ip ip_of(std::string_view bytes) {
  Ip ip;
  if (bytes.size() == 4) ip = *Ip::parse("0.0.0.0");
  std::ranges::copy(bytes, ip.bytes.end() - std::ptrdiff_t(bytes.size()));
  return ip;
}

ProxyHeader parse_v2(std::string_view bytes) {
  if (bytes.size() < 16) return kMoreNeeded;
  Reader r(bytes.substr(12));
  auto version_command = r.u8(), family = r.u8();
  std::size_t length = r.u16();
  if (version_command >> 4 != 2 || (version_command & 15) > 1) return kBadHeader;
  if (16 + length > kMaxProxyHeader) return kBadHeader;
  if (bytes.size() < 16 + length) return kMoreNeeded;
  ProxyHeader out{ProxyHeader::kDone, 16 + length, {}, {}};
  bool local = (version_command & 15) == 0;
  std::size_t ip_size = family >> 4 == 1 ? 4 : family >> 4 == 2 ? 16 : 0;
  bool stream = (family & 15) == 1;
  if (local || ip_size == 0 || !stream) return out;  // LOCAL, UNSPEC, unix: no address to take
  if (length < 2 * ip_size + 4) return kBadHeader;
  auto client = r.bytes(ip_size), server = r.bytes(ip_size);
  auto client_port = r.u16(), server_port = r.u16();
  out.client = Endpoint{ip_of(client), client_port, {}};
  out.server = Endpoint{ip_of(server), server_port, {}};
  return out;
}

bool begins(std::string_view bytes, std::string_view signature) {
  auto n = std::min(bytes.size(), signature.size());
  return bytes.substr(0, n) == signature.substr(0, n);
}

}  // namespace

ProxyHeader parse_proxy(std::string_view bytes) {
  for (auto [signature, parse] : {std::pair{kV1, &parse_v1}, std::pair{kV2, &parse_v2}})
    if (begins(bytes, signature))
      return bytes.size() < signature.size() ? kMoreNeeded : parse(bytes);
  return kBadHeader;
}

}  // namespace hato::net
