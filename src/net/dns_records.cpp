// SPDX-License-Identifier: Apache-2.0
// RDATA of the types that mail needs (RFC 1035 3.3, RFC 3596, RFC 6698). Pure.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/wire.h"
#include "net/dns.h"

namespace hato::net {
namespace {

struct TypeName {
  std::uint16_t type;
  std::string_view name;
};
constexpr std::array kTypes = {
    TypeName{kA, "A"},     TypeName{kNs, "NS"},     TypeName{kCname, "CNAME"},
    TypeName{kSoa, "SOA"}, TypeName{kPtr, "PTR"},   TypeName{kMx, "MX"},
    TypeName{kTxt, "TXT"}, TypeName{kAaaa, "AAAA"}, TypeName{kTlsa, "TLSA"},
};

// An uncompressed name; false where it is malformed.
bool read_name(Reader& in, std::string& out) {
  out.clear();
  for (;;) {
    auto length = in.u8();
    if (!in.ok() || length > 63 || out.size() > 255) return false;
    if (length == 0) return true;
    if (!out.empty()) out += '.';
    out += to_lower(in.bytes(length));
  }
}

}  // namespace

std::string_view dns_type_name(std::uint16_t type) {
  auto at = std::ranges::find(kTypes, type, &TypeName::type);
  return at == kTypes.end() ? "record" : at->name;
}

std::vector<Mx> parse_mx(const DnsAnswer& answer) {
  std::vector<Mx> out;
  for (auto& data : answer.data) {
    Reader in(data);
    Mx mx{.preference = in.u16()};
    if (read_name(in, mx.host) && in.done()) out.push_back(std::move(mx));
  }
  std::ranges::sort(out, {}, &Mx::preference);
  return out;
}

std::vector<Ip> parse_ips(const DnsAnswer& answer) {
  std::vector<Ip> out;
  for (auto& data : answer.data) {
    Ip ip;
    if (data.size() == 4) {
      ip.bytes[10] = ip.bytes[11] = 0xff;
      std::copy(data.begin(), data.end(), ip.bytes.begin() + 12);
    } else if (data.size() == 16) {
      std::copy(data.begin(), data.end(), ip.bytes.begin());
    } else {
      continue;
    }
    out.push_back(ip);
  }
  return out;
}

std::vector<std::string> parse_txt(const DnsAnswer& answer) {
  std::vector<std::string> out;
  for (auto& data : answer.data) {
    std::string text;
    Reader in(data);
    while (in.ok() && !in.rest().empty()) text += in.bytes(in.u8());
    if (in.ok()) out.push_back(std::move(text));
  }
  return out;
}

std::vector<std::string> parse_names(const DnsAnswer& answer) {
  std::vector<std::string> out;
  for (auto& data : answer.data) {
    Reader in(data);
    std::string name;
    if (read_name(in, name) && in.done()) out.push_back(std::move(name));
  }
  return out;
}

std::vector<TlsaRecord> parse_tlsa(const DnsAnswer& answer) {
  std::vector<TlsaRecord> out;
  for (auto& data : answer.data) {
    Reader in(data);
    TlsaRecord record{.usage = in.u8(), .selector = in.u8(), .matching = in.u8()};
    record.data = in.rest();
    if (in.ok()) out.push_back(std::move(record));
  }
  return out;
}

std::string reverse_name(const Ip& ip) {
  std::string out;
  if (ip.is_v4()) {
    for (std::size_t i = 16; i-- > 12;) out += std::to_string(ip.bytes[i]) + '.';
    return out + "in-addr.arpa";
  }
  constexpr char kDigits[] = "0123456789abcdef";
  for (std::size_t i = 16; i-- > 0;) {
    out += kDigits[ip.bytes[i] & 15], out += '.';
    out += kDigits[ip.bytes[i] >> 4], out += '.';
  }
  return out + "ip6.arpa";
}

}  // namespace hato::net
