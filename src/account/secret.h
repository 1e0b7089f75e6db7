// SPDX-License-Identifier: Apache-2.0
// What is kept of a secret, and checking it. Pure but for randomness; any thread.
//
// Argon2id with 19 MiB and 3 passes (RFC 9106; above the least that OWASP names): 21 ms on a core
// of 2023. Twice that would let fewer than 50 logins a second log in on two cores; the cost
// matters only to whoever stole the store, and SCRAM's keys lie beside it anyway.
// SCRAM with 15,000 iterations (RFC 7677 4): 4 ms here, and as much in the client.
#pragma once
#include <string>
#include <string_view>

#include "account/directory.h"

namespace hato::account {

inline constexpr std::size_t kMaxSecret = 1024;  // bytes

std::string hash_secret(std::string_view secret);
// Argon2 and whatever crypt(3) reads; false for a hash that nobody reads. Slow by design.
bool verify_secret(const std::string& hash, std::string_view secret);
// Made by hash_secret() with today's cost.
bool is_current_hash(std::string_view hash);
// Without the {SCHEME} that other servers write before it; "" where nobody could read it.
std::string imported_hash(std::string_view hash);

// Sealed with XChaCha20-Poly1305 for one account; "" where it does not open.
std::string seal(const std::string& key, AccountId id, std::string_view secret);
std::string unseal(const std::string& key, AccountId id, std::string_view sealed);
// A key for one purpose, from load_key()'s.
std::string derive_key(std::string_view master, std::string_view purpose);

void wipe(std::string& secret);
// Wipes a string at the end of its scope.
class Wiped {
 public:
  explicit Wiped(std::string& secret) : secret_(secret) {}
  ~Wiped() { wipe(secret_); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;

 private:
  std::string& secret_;
};

}  // namespace hato::account
