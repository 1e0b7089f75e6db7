// SPDX-License-Identifier: Apache-2.0
// SCRAM's server side (RFC 5802, 7677): the keys that are kept, and one exchange as a state
// machine over its two messages. Pure: nonce and keys are handed in.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "account/crypto.h"

namespace hato::account {

struct ScramKeys {
  unsigned iterations = 0;
  std::string salt, stored, server;
};
inline constexpr unsigned kScramIterations = 15'000;

ScramKeys derive_scram(Hash hash, std::string_view prepared_secret, std::string salt,
                       unsigned iterations = kScramIterations);
std::string encode(const ScramKeys& keys);  // "iterations,salt,stored,server", base64
std::optional<ScramKeys> parse_scram(std::string_view text);

class ScramServer {
 public:
  struct Rules {
    Hash hash = Hash::kSha256;
    bool plus = false;          // the client chose the -PLUS mechanism
    bool plus_offered = false;  // a client that saw no -PLUS ("y") has been deceived
    // The data of a channel binding by its name, "" where there is none.
    std::function<std::string(std::string_view type)> binding;
  };
  // `nonce`: ours, printable without comma.
  ScramServer(Rules rules, std::string nonce)
      : rules_(std::move(rules)), nonce_(std::move(nonce)) {}

  // client-first-message: false where it is malformed or binds the channel in a way that is not
  // to be had. Then user() and authzid() are known.
  bool read_first(std::string_view message);
  const std::string& user() const { return user_; }  // as sent, =2C and =3D resolved
  const std::string& authzid() const { return authzid_; }
  std::string server_first(ScramKeys keys);
  // client-final-message: server-final-message where the proof holds.
  std::optional<std::string> finish(std::string_view message);

 private:
  bool read_gs2(std::string_view header);
  bool proof_holds(std::string_view proof) const;

  Rules rules_;
  std::string nonce_, user_, authzid_;
  std::string gs2_, bound_;  // header as sent, and what must follow it in c=
  std::string first_bare_, server_first_, auth_message_;
  ScramKeys keys_;
};

}  // namespace hato::account
