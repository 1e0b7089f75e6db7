// SPDX-License-Identifier: Apache-2.0
// SMTP (RFC 5321), submission (RFC 6409) and LMTP (RFC 2033) for one connection.
// A session belongs to its connection's thread; what it uses of the server outlives it.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "account/sasl.h"
#include "delivery/delivery.h"
#include "net/stream.h"
#include "policy/policy.h"
#include "story/story.h"

namespace hato::smtp {

enum class Role { kMx, kSubmission, kLmtp };

struct Options {
  Role role = Role::kMx;
  std::string hostname;                      // of this server, in greeting and Received
  std::uint64_t max_message = 50u << 20;     // SIZE
  std::uint64_t max_in_flight = 512u << 20;  // what the one Budget of all sessions is made with
  std::size_t max_recipients = 1000;         // a transaction
  std::size_t max_errors = 20;               // a session
  std::size_t max_transactions = 1000;       // a session
  std::chrono::seconds command_timeout{300}, data_timeout{180};  // RFC 5321 4.5.3.2
  bool plaintext_login = false;                                  // AUTH without TLS
  bool normalise_line_ends = false;  // bare LF becomes CRLF, bare CR a space; else refused
  std::vector<net::Cidr> xclient_from;
  std::shared_ptr<const net::TlsServer> tls;  // for STARTTLS; null: not offered
};

// Message bytes in memory over all sessions, from the first byte until durable. Any thread.
class Budget {
 public:
  explicit Budget(std::uint64_t max) : max_(max) {}
  bool take(std::uint64_t bytes) {
    if (used_.fetch_add(bytes) + bytes <= max_) return true;
    return give(bytes), false;
  }
  void give(std::uint64_t bytes) { used_.fetch_sub(bytes); }
  std::uint64_t used() const { return used_; }

 private:
  const std::uint64_t max_;
  std::atomic<std::uint64_t> used_{0};
};

// What a session uses of the server; each outlives every session.
struct Services {
  account::Directory& directory;
  account::Authenticator& authenticator;
  policy::Policy& policy;
  delivery::Acceptor& acceptor;
  story::Story& story;
  Budget& in_flight;
};

// Runs the session to its end: returns when the stream is to be closed.
net::Task<void> serve(net::Stream& stream, const Options& options, const Services& services);

// The line for a connection that is refused before a session: "421 4.7.0 ...\r\n".
std::string refusal(const Error& error, const std::string& hostname);

}  // namespace hato::smtp
