// SPDX-License-Identifier: Apache-2.0
// Who lives here: domains, accounts, aliases, secrets, quotas. Kept in the store's directory
// partition (docs/formats/directory.md); every look-up is a point read through a small cache (no
// scan over all accounts on a hot path). Any thread; no lock is held over I/O. What changes waits
// for the disk, and what takes a secret in clear computes for 50 ms: not on a session's thread.
//
// Names are kept lower case, domains as A-labels; a local part is compared without regard to case.
// An address is an account's or an alias, never both. Errors: domain-unknown, domain-exists,
// domain-in-use, account-exists, account-unknown, alias-unknown, alias-loop, alias-too-wide,
// address-invalid, secret-invalid, secret-key-missing, and those of the store.
#pragma once
#include <cstdint>
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
  std::string name;        // A-labels, lower case
  bool subaddress = true;  // user+tag reaches user
};

struct Account {
  AccountId id = 0;
  std::string address;  // "taro@hato.test"
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

// Where a recipient address leads. kRemote: its domain is not here. kLocal: it is, and the address
// leads to `local`, to `remote` (an alias that forwards) or both. kUnknown: it is, and it does not.
struct Route {
  enum Kind { kLocal, kRemote, kUnknown } kind = kUnknown;
  std::vector<Account> local;       // without duplicates
  std::vector<std::string> remote;  // addresses outside, without duplicates
};

class Directory {
 public:
  // `key`: what load_key() gave (account/key.h). Without one no reversible secret can be kept.
  explicit Directory(store::Store& store, std::string_view key = {});
  ~Directory();

  Result<> add_domain(Domain domain);
  Result<> change_domain(const Domain& domain);
  Result<> remove_domain(std::string_view name);  // domain-in-use while it has a name
  Result<std::vector<Domain>> domains();          // in the order in which they were made
  Result<std::optional<Domain>> domain(std::string_view name);

  // `secret` in clear; kept as Argon2id hash, SCRAM keys and, when opted in, sealed. The caller
  // makes the mailboxes (MailStore::create).
  Result<Account> add_account(Account account, std::string_view secret);
  // All but the address. Opting in to a reversible secret takes effect with the next set_secret().
  Result<> change_account(const Account& account);
  Result<> set_secret(AccountId id, std::string_view secret);
  // A hash of another server: $argon2id$ or whatever crypt(3) reads ($y$, $6$, $5$, $2b$ ...),
  // with or without a {SCHEME} before it. The first login with the password replaces it.
  Result<> set_hash(AccountId id, std::string_view hash);
  // The caller drops the mail (MailStore::drop) after it.
  Result<> remove_account(std::string_view address);
  Result<std::vector<Account>> accounts(std::string_view domain = {});  // scans: administration
  // By address, or by local part alone in the domain that was made first.
  Result<std::optional<Account>> account(std::string_view login);
  Result<std::optional<Account>> account(AccountId id);

  Result<> set_alias(Alias alias);  // replaces
  Result<> remove_alias(std::string_view address);
  Result<std::vector<Alias>> aliases();  // scans: administration

  // Follows aliases (10 deep, 1000 targets), user+tag, catch-all. "postmaster" alone is that of
  // the first domain (RFC 5321 4.5.1).
  Result<Route> route(std::string_view address);
  // May `account` send as `address`: whatever of here leads to it.
  Result<bool> may_send_as(const Account& account, std::string_view address);

  struct Secrets {
    std::string hash;                      // "$argon2id$..." or an imported one, "" for none
    std::string scram_sha256, scram_sha1;  // "iterations,salt,stored,server" (base64), "" for none
    std::string plain;                     // clear, "" unless opted in
  };
  Result<std::optional<Secrets>> secrets(AccountId id);
  // As set_secret(), but only while the hash is still `old_hash`: for logins that found a foreign
  // or outdated one.
  Result<> upgrade_secret(AccountId id, std::string_view old_hash, std::string_view secret);
  // Whether any account has opted in: else APOP and CRAM-MD5 are not worth offering.
  Result<bool> any_plain_secret();
  // 32 bytes for made-up SCRAM salts, the same for the life of the key.
  const std::string& decoy_key() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hato::account
