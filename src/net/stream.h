// SPDX-License-Identifier: Apache-2.0
// A connection as protocol code sees it: bytes in, bytes out, TLS, deadlines. No socket API, no
// OpenSSL, no Asio beyond awaitable. A Stream belongs to the thread of its connection.
//
// Input: input() is what has arrived and was not consumed; take whole lines from it without
// awaiting, and await fill() only when more is needed. While fill() waits on an empty input the
// buffer is given back, so an idle connection holds none.
// Output: write() gathers; flush() sends. A peer that does not read makes flush() wait, never
// the memory grow: flush when pending() passes kWriteHigh.
// Every wait ends after timeout() without progress (Error net-timeout), when the peer closes
// (net-closed), resets (net-reset), when TLS fails (tls-failed) or the server stops
// (server-stopping). After an error only close() is of use.
#pragma once
#include <array>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hato::net {

template <class T = void>
using Task = boost::asio::awaitable<T>;

// An IP address; IPv4 is kept as v4-mapped IPv6, so there is one form to compare.
struct Ip {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Ip&) const = default;
  bool is_v4() const;
  bool is_loopback() const;
  std::string text() const;          // "192.0.2.1", "2001:db8::1"
  std::string smtp_literal() const;  // "[192.0.2.1]", "[IPv6:2001:db8::1]" (RFC 5321 4.1.3)
  static std::optional<Ip> parse(std::string_view text);
};

struct Endpoint {
  Ip ip;
  std::uint16_t port = 0;
  std::string unix_path;  // not empty: a unix socket, ip and port are zero
  std::string text() const;
};

// "192.0.2.0/24", "::1", "2001:db8::/32".
struct Cidr {
  Ip base;
  int bits = 128;  // of the v4-mapped form
  bool contains(const Ip& ip) const;
  static std::optional<Cidr> parse(std::string_view text);
};

// The other side's certificate, as a client sees it.
struct PeerCertificate {
  std::string subject, issuer;     // "CN=mx.example.com", one line each; "" where none was shown
  std::vector<std::string> names;  // DNS names it is for
  std::int64_t not_before = 0, not_after = 0;  // ms since 1970
  bool verified = false;                       // as TlsPeer demands, or by the system's authorities
  std::string problem;  // why not: "certificate has expired", in OpenSSL's words
};

struct TlsInfo {
  std::string version;  // "TLSv1.3"
  std::string cipher;
  std::string sni;
  std::string exporter;          // tls-exporter channel binding, 32 bytes (RFC 9266), TLS 1.3 only
  std::string unique;            // tls-unique (RFC 5929), up to TLS 1.2
  std::string server_end_point;  // tls-server-end-point (RFC 5929)
  PeerCertificate certificate;   // on the client's side
};

class TlsServer;  // net/tls.h: certificates and settings shared by all threads
class TlsClient;  // net/client.h
struct TlsPeer;

class Stream {
 public:
  static constexpr std::size_t kWriteHigh = 256 * 1024;

  virtual ~Stream() = default;

  virtual std::string_view input() const = 0;
  virtual void consume(std::size_t n) = 0;
  // Waits until input() has grown by at least a byte. Never grows it past `limit` bytes: with
  // input() that long already it returns net-overflow at once.
  virtual Task<Result<>> fill(std::size_t limit = 256 * 1024) = 0;

  virtual void write(std::string_view bytes) = 0;
  virtual std::size_t pending() const = 0;
  virtual Task<Result<>> flush() = 0;

  // The server's side of a TLS handshake. Plaintext received before it is discarded and
  // reported by the error starttls-injection (RFC 3207 4.2; the session must end).
  virtual Task<Result<>> start_tls(const std::shared_ptr<const TlsServer>& server) = 0;
  // The client's side, of a stream that net::connect made. tls-failed tells the reason; tls() then
  // still tells what certificate was shown.
  virtual Task<Result<>> start_tls(const std::shared_ptr<const TlsClient>& client,
                                   const TlsPeer& peer) = 0;
  virtual const TlsInfo* tls() const = 0;  // null on a plain connection

  virtual void set_timeout(std::chrono::seconds timeout) = 0;
  // Waits without reading, for slowed replies; ends early with server-stopping or net-closed.
  virtual Task<Result<>> pause(std::chrono::milliseconds time) = 0;
  // Sends what is pending (5 s at most), says close_notify and closes. Any number of times.
  virtual Task<void> close() = 0;

  virtual const Endpoint& local() const = 0;
  virtual const Endpoint& peer() const = 0;  // after PROXY: the client's
  virtual void set_peer(Endpoint client) = 0;
};

}  // namespace hato::net
