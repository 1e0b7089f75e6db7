// SPDX-License-Identifier: Apache-2.0
// Asking the DNS: any type, validated with DNSSEC (libunbound), cached, without blocking a loop.
// A Resolver serves all threads; query() is awaited on the caller's own.
//
//   auto answer = co_await resolver.query("example.com", net::kMx);
//   if (answer && answer->found()) for (auto& mx : net::parse_mx(*answer)) ...
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/client.h"
#include "net/stream.h"

namespace hato::net {

enum DnsType : std::uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kSoa = 6,
  kPtr = 12,
  kMx = 15,
  kTxt = 16,
  kAaaa = 28,
  kTlsa = 52,
};
std::string_view dns_type_name(std::uint16_t type);  // "MX"; "TYPE99" where it has none here

// What the DNS said. That a name or type does not exist is an answer, not an error.
struct DnsAnswer {
  std::string name;  // as asked
  std::uint16_t type = 0;
  bool exists = true;             // false: NXDOMAIN
  bool secure = false;            // validated by DNSSEC from the root, also where nothing is there
  std::string canonical;          // after CNAMEs
  std::vector<std::string> data;  // RDATA in wire form, names uncompressed
  std::chrono::seconds ttl{0};
  bool found() const { return !data.empty(); }
};

struct ResolverOptions {
  // Servers to ask, "192.0.2.53" or "127.0.0.1@5353"; none: those of /etc/resolv.conf, and where
  // that has none the root servers.
  std::vector<std::string> forward;
  // DNSKEY or DS records that are trusted; none: the root's, of the package dns-root-data.
  std::vector<std::string> anchors;
  std::chrono::milliseconds timeout{30'000};  // for an answer, whatever the servers do
};

class Resolver {
 public:
  virtual ~Resolver() = default;
  // Errors, each with name and type: dns-failed (SERVFAIL and the like), dns-timeout, dns-bogus
  // (DNSSEC says that the answer is forged or broken).
  virtual Task<Result<DnsAnswer>> query(std::string name, std::uint16_t type) = 0;
};

// Error: resolver-unusable (a server or anchor cannot be read).
Result<std::unique_ptr<Resolver>> open_resolver(ResolverOptions options = {});

// Reading RDATA; what is malformed is left out. Names lower case without the last dot.
struct Mx {
  std::uint16_t preference = 0;
  std::string host;  // "" is the root: a null MX (RFC 7505)
};
std::vector<Mx> parse_mx(const DnsAnswer& answer);              // by preference
std::vector<Ip> parse_ips(const DnsAnswer& answer);             // of A and AAAA
std::vector<std::string> parse_txt(const DnsAnswer& answer);    // strings of a record joined
std::vector<std::string> parse_names(const DnsAnswer& answer);  // of PTR, NS, CNAME
std::vector<TlsaRecord> parse_tlsa(const DnsAnswer& answer);
std::string reverse_name(const Ip& ip);  // "1.2.0.192.in-addr.arpa"

}  // namespace hato::net
