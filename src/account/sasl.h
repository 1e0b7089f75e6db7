// SPDX-License-Identifier: Apache-2.0
// The server's side of SASL (RFC 4422): PLAIN, LOGIN, SCRAM-SHA-256(-PLUS), SCRAM-SHA-1(-PLUS),
// CRAM-MD5, and APOP's digest. Pure but for the directory and the clock: bytes in, challenge or
// outcome out; the protocols carry base64, the continuation lines and the client's "*".
// Checking a password is slow by design (Argon2id): call step(), login() and apop() on a worker
// (net::run_blocking). Any thread; an Exchange belongs to one session.
//
// Verified passwords are remembered in memory (HMAC under a key of this process, 10 minutes, gone
// when the secret changes), so a client that comes every minute costs microseconds.
// An unknown user takes as long as a wrong password and sees a salt like any other.
//
//   auto slow = authenticator.slow(ip, "");        refuse, or wait before the answer
//   auto exchange = authenticator.start("PLAIN", channel, hostname);
//   auto outcome = (*exchange)->step(initial_response);
//   authenticator.record(ip, outcome.login, outcome.kind == Outcome::kSuccess);
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/directory.h"
#include "account/slowing.h"
#include "base/error.h"

namespace hato::account {

struct Channel {
  bool encrypted = false;
  bool allow_plaintext = false;                    // configuration: plain mechanisms without TLS
  std::string exporter, unique, server_end_point;  // channel bindings, "" where there are none
};

struct Outcome {
  enum Kind { kChallenge, kSuccess, kFailure } kind = kFailure;
  // The challenge. Success never carries data: what SCRAM says with it is a last challenge, which
  // the client answers with nothing, as SMTP, POP3 and IMAP want it.
  std::string data;
  std::optional<Account> account;  // with success
  std::string login;               // as the client gave it, also on failure
  // login-failed, account-disabled, sasl-malformed, or what the store said.
  std::optional<Error> error;
};

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
  Outcome login(std::string_view user, std::string_view password);  // USER/PASS
  Outcome apop(std::string_view user, std::string_view stamp, std::string_view digest);
  // Whether APOP and CRAM-MD5 are of use to anybody: an account has opted in.
  bool offers_plain_secret() const;

  // How long to wait before the answer to the next attempt, and whether to refuse it unseen
  // (login-too-often). `login` may be empty where it is not known yet.
  using Slow = Slowing::Slow;
  Slow slow(std::string_view ip, std::string_view login);
  void record(std::string_view ip, std::string_view login, bool success);

  struct Impl;  // account/authenticator.h, for the mechanisms

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace hato::account
