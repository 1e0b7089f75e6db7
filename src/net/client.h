// SPDX-License-Identifier: Apache-2.0
// The client's side of connections: connecting, and TLS with what may be demanded of the other
// side's certificate (RFC 8461 MTA-STS, RFC 7672 DANE). A stream belongs to the thread that made
// it and must end before the loop does.
//
//   auto stream = co_await net::connect(options);          // Result<std::unique_ptr<Stream>>
//   net::TlsPeer peer{.name = "mx.example.com", .demand = net::TlsPeer::kName};
//   auto secured = co_await (*stream)->start_tls(client, peer);
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/stream.h"

namespace hato::net {

struct ConnectOptions {
  Endpoint to;             // an address and port, or a unix path
  std::optional<Ip> from;  // source address
  std::chrono::milliseconds timeout{30'000};
};

// Errors: connect-refused, connect-timeout, connect-unreachable, connect-failed, server-stopping;
// each names address and port.
Task<Result<std::unique_ptr<Stream>>> connect(ConnectOptions options);

struct TlsaRecord {  // RFC 6698 2.1
  std::uint8_t usage = 0, selector = 0, matching = 0;
  std::string data;
};

// What is said to the other side, and demanded of it.
struct TlsPeer {
  std::string name;  // SNI, and the first name that its certificate may bear
  enum Demand {
    kNothing,  // opportunistic (RFC 7435): any certificate, but it is looked at
    kName,     // a valid chain to the system's authorities, and a name
    kDane,     // one of `tlsa` matches (RFC 7672 3)
  } demand = kNothing;
  std::vector<std::string> names;  // other names that will do
  std::vector<TlsaRecord> tlsa;
};

class TlsClient {
 public:
  virtual ~TlsClient() = default;
};

// Settings of the client's side, shared by all threads. `authorities`: a PEM file instead of the
// system's. Error: certificate-unreadable.
Result<std::shared_ptr<TlsClient>> load_tls_client(const std::string& authorities = {});

// Is any of the records one that DANE for SMTP can use (RFC 7672 3.1: DANE-TA and DANE-EE)?
bool usable_tlsa(const std::vector<TlsaRecord>& records);

}  // namespace hato::net
