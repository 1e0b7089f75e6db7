// SPDX-License-Identifier: Apache-2.0
// Keys that sign mail: RSA and Ed25519 (RFC 6376, RFC 8463). Keys are immutable; any thread.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hato::sender {

enum class KeyKind { kRsa, kEd25519 };

class SigningKey {
 public:
  // Error: key-unreadable (not PEM, or neither RSA of 1024 bits and more nor Ed25519).
  static Result<SigningKey> load(std::string_view pem, std::string domain, std::string selector);

  const std::string& domain() const { return domain_; }
  const std::string& selector() const { return selector_; }
  KeyKind kind() const { return kind_; }
  std::string_view algorithm() const;  // "rsa-sha256", "ed25519-sha256"
  // The signature of `bytes`; Ed25519 signs their SHA-256 (RFC 8463 3).
  std::string sign(std::string_view bytes) const;
  // The TXT record of SELECTOR._domainkey.DOMAIN.
  std::string dns_record() const;

 private:
  SigningKey() = default;
  std::shared_ptr<void> key_;  // EVP_PKEY
  KeyKind kind_ = KeyKind::kRsa;
  std::string domain_, selector_;
};

std::string make_key(KeyKind kind);  // PEM of a new key; RSA has 2048 bits

// A key as its DNS record tells it (RFC 6376 3.6.1).
class PublicKey {
 public:
  // Errors: dkim-key-bad (with `reason`), dkim-key-revoked (p= is empty).
  static Result<PublicKey> parse(std::string_view record);
  bool verify(std::string_view bytes, std::string_view signature) const;
  KeyKind kind() const { return kind_; }
  int bits() const;
  bool testing() const { return testing_; }          // t=y
  bool same_domain() const { return same_domain_; }  // t=s: no subdomains in i=
  bool for_mail() const { return for_mail_; }        // s= has * or email
  bool sha256() const { return sha256_; }            // h= allows it

 private:
  std::shared_ptr<void> key_;
  KeyKind kind_ = KeyKind::kRsa;
  bool testing_ = false, same_domain_ = false, for_mail_ = true, sha256_ = true;
};

}  // namespace hato::sender
