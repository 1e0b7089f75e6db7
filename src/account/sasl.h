// SPDX-License-Identifier: Apache-2.0
// The server's side of SASL: PLAIN, LOGIN, SCRAM-SHA-256(-PLUS), SCRAM-SHA-1(-PLUS), CRAM-MD5,
// and APOP's digest. Pure but for the directory and the clock: bytes in, challenge or outcome out;
// the protocols carry base64 and the continuation lines. verify() is slow by design (Argon2id):
// call step() on a worker (net::run_blocking).
//
// Verified passwords are remembered in memory (HMAC under a key of this process, 10 minutes, gone
// when the secret changes), so a client that comes every minute costs microseconds.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/directory.h"
#include "base/error.h"

namespace hato::account {

struct Channel {
  bool encrypted = false;
  bool allow_plaintext = false;  // configuration: plain mechanisms without TLS
  std::string exporter, unique, server_end_point;  // channel bindings, "" where there are none
};

struct Outcome {
  enum Kind { kChallenge, kSuccess, kFailure } kind = kFailure;
  std::string data;           // challenge, or what goes with success
  std::optional<Account> account;
  std::string login;          // as the client gave it, also on failure
  std::optional<Error> error;  // login-failed, mechanism-unknown, ... on failure
};

class Authenticator;  // shared: directory, cache, slowing of failures

class Exchange {
 public:
  virtual ~Exchange() = default;
  // The first call takes the initial response, or nullopt where the client sent none.
  virtual Outcome step(std::optional<std::string_view> response) = 0;
};

class Authenticator {
 public:
  explicit Authenticator(Directory& directory);
  ~Authenticator();
  // In order of preference; what cannot work on this channel is left out.
  std::vector<std::string_view> mechanisms(const Channel& channel) const;
  // mechanism-unknown, or tls-required where it needs TLS first. `host` names this server in
  // CRAM-MD5's challenge.
  Result<std::unique_ptr<Exchange>> start(std::string_view mechanism, const Channel& channel,
                                          std::string_view host);
  Outcome login(std::string_view user, std::string_view password);               // USER/PASS
  Outcome apop(std::string_view user, std::string_view stamp, std::string_view digest);

  // Slowing of failures, by address and by account. How long to wait before the answer to the
  // next attempt, and whether to refuse it unseen (login-too-often).
  struct Slow {
    std::int64_t delay_ms = 0;
    bool refuse = false;
  };
  Slow slow(std::string_view ip, std::string_view login);
  void record(std::string_view ip, std::string_view login, bool success);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hato::account
