// SPDX-License-Identifier: Apache-2.0
// Who lives here: domains, accounts, aliases, secrets, quotas. Kept in the store's directory
// partition; every look-up is a point read (no scan over all accounts on a hot path), any thread.
// Names are kept lower case; a local part is compared without regard to case.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/mail.h"
#include "store/store.h"

namespace hato::account {

using store::AccountId;

struct Domain {
  std::string name;          // A-labels, lower case
  std::string catch_all;     // address that takes what nobody else does, "" for none
  bool subaddress = true;    // user+tag reaches user
};

struct Account {
  AccountId id = 0;
  std::string address;       // primary, "taro@hato.test"
  std::string language = "en";
  bool admin = false;
  bool disabled = false;
  bool plain_secret = false;  // opted in to APOP and CRAM-MD5, which need a reversible secret
  std::uint64_t quota_bytes = 0, quota_messages = 0;  // 0: without limit
};

struct Alias {
  std::string address;               // "sales@hato.test", or "@hato.test" for the catch-all
  std::vector<std::string> targets;  // addresses, local or not
};

// Where a recipient address leads.
struct Route {
  enum Kind { kLocal, kRemote, kUnknown } kind = kUnknown;
  std::vector<Account> local;          // without duplicates
  std::vector<std::string> remote;     // addresses outside
};

class Directory {
 public:
  explicit Directory(store::Store& store);
  ~Directory();

  Result<> add_domain(Domain domain);
  Result<> change_domain(const Domain& domain);
  Result<> remove_domain(std::string_view name);  // domain-in-use while it has accounts
  Result<std::vector<Domain>> domains();
  Result<std::optional<Domain>> domain(std::string_view name);

  // `secret` in clear; stored as Argon2id, SCRAM keys and, when opted in, reversibly sealed.
  Result<Account> add_account(Account account, std::string_view secret);
  Result<> change_account(const Account& account);
  Result<> set_secret(AccountId id, std::string_view secret);
  Result<> remove_account(std::string_view address);
  Result<std::vector<Account>> accounts(std::string_view domain = {});
  // By address, or by local part alone where only one domain is here (or the first one made).
  Result<std::optional<Account>> account(std::string_view login);
  Result<std::optional<Account>> account(AccountId id);

  Result<> set_alias(Alias alias);
  Result<> remove_alias(std::string_view address);
  Result<std::vector<Alias>> aliases();

  // Follows aliases (10 deep, 1000 targets: alias-loop, alias-too-wide), user+tag, catch-all.
  Result<Route> route(std::string_view address);
  // May `account` send as `address`: its own, its aliases', with any +tag.
  Result<bool> may_send_as(const Account& account, std::string_view address);

  struct Secrets {
    std::string argon2id;       // "$argon2id$..."
    std::string scram_sha256, scram_sha1;  // "iterations,salt,stored,server" (base64)
    std::string plain;          // clear, "" unless opted in
  };
  Result<std::optional<Secrets>> secrets(AccountId id);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hato::account
