// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <cstring>

#include "base/text.h"
#include "net/stream.h"

namespace hato::net {
namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kV4Bits = 96;

}  // namespace

bool Ip::is_v4() const { return std::memcmp(bytes.data(), kV4Prefix.data(), 12) == 0; }

bool Ip::is_loopback() const {
  static const Ip v6 = *parse("::1");
  return is_v4() ? bytes[12] == 127 : *this == v6;
}

std::string Ip::text() const {
  char out[INET6_ADDRSTRLEN] = {};
  if (is_v4())
    inet_ntop(AF_INET, bytes.data() + 12, out, sizeof out);
  else
    inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
  return out;
}

// RFC 5321 4.1.3
std::string Ip::smtp_literal() const { return (is_v4() ? "[" : "[IPv6:") + text() + "]"; }

std::optional<Ip> Ip::parse(std::string_view text) {
  char z[INET6_ADDRSTRLEN] = {};
  if (text.size() >= sizeof z || text.contains('\0')) return std::nullopt;
  text.copy(z, text.size());
  Ip ip;
  if (inet_pton(AF_INET6, z, ip.bytes.data()) == 1) return ip;
  std::memcpy(ip.bytes.data(), kV4Prefix.data(), 12);
  if (inet_pton(AF_INET, z, ip.bytes.data() + 12) == 1) return ip;
  return std::nullopt;
}

std::string Endpoint::text() const {
  if (!unix_path.empty()) return "unix:" + unix_path;
  auto host = ip.is_v4() ? ip.text() : "[" + ip.text() + "]";
  return host + ":" + std::to_string(port);
}

bool Cidr::contains(const Ip& ip) const {
  if (ip.is_v4() && bits < kV4Bits) return false;  // ::/0 speaks of IPv6 alone
  auto whole = std::size_t(bits / 8);
  if (std::memcmp(base.bytes.data(), ip.bytes.data(), whole) != 0) return false;
  if (bits % 8 == 0) return true;
  return ((base.bytes[whole] ^ ip.bytes[whole]) >> (8 - bits % 8)) == 0;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  auto slash = text.find('/');
  auto ip = Ip::parse(text.substr(0, slash));
  if (!ip) return std::nullopt;
  Cidr cidr{*ip, 128};
  if (slash == text.npos) return cidr;
  bool v4 = text.substr(0, slash).find(':') == text.npos;
  auto bits = parse_u64(text.substr(slash + 1));
  if (!bits || *bits > (v4 ? 32u : 128u)) return std::nullopt;
  cidr.bits = int(*bits) + (v4 ? kV4Bits : 0);
  return cidr;
}

}  // namespace hato::net
