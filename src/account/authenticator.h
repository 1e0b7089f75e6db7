// SPDX-License-Identifier: Apache-2.0
// What the mechanisms ask of the directory: is this password right, what are this user's SCRAM
// keys, what is the reversible secret. Any thread; the answers about users who do not exist look
// and last like others.
#pragma once
#include <string>
#include <string_view>

#include "account/sasl.h"
#include "account/scram.h"
#include "account/verified.h"

namespace hato::account {

struct Authenticator::Impl {
  explicit Impl(Directory& directory);

  struct User {
    std::optional<Account> account;
    Directory::Secrets secrets;  // empty ones where there is no account
  };
  Result<User> find(std::string_view login);
  Outcome check_password(std::string_view login, std::string_view password);
  Result<ScramKeys> scram_keys(const User& user, std::string_view login, Hash hash) const;
  // The outcome where the user proved to be it.
  Outcome admit(const User& user, std::string_view login, std::string_view authzid = {});

  Directory& directory;
  const std::string decoy_hash;  // for users who do not exist
  Verified verified;
  Slowing slowing;
};

Outcome failure(ErrorId id, std::string_view login = {});
Outcome failure(const Error& error, std::string_view login);

}  // namespace hato::account
