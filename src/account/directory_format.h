// SPDX-License-Identifier: Apache-2.0
// The rows of the directory partition, to the byte: docs/formats/directory.md. Pure; decoding
// answers store-corrupt for whatever it cannot read whole.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "account/directory.h"

namespace hato::account {

inline constexpr store::PartId kPart{store::PartId::kDirectory, 0};
inline constexpr store::Space kDomainSpace = 'd', kAccountSpace = 'a', kNameSpace = 'n',
                              kSecretSpace = 's';

// The head's header.
struct Header {
  AccountId next_account = 1;
  std::uint64_t next_ordinal = 1;
  std::uint64_t plain_secrets = 0;  // accounts that opted in
  std::string first_domain;         // "" while there is none
};
std::string encode(const Header& header);
Result<Header> decode_header(std::string_view bytes);

struct DomainRow {
  Domain domain;
  std::uint64_t ordinal = 0;
  std::uint64_t names = 0;  // accounts and aliases in it
};
std::string encode(const DomainRow& row);
Result<DomainRow> decode_domain(std::string_view name, std::string_view value);

std::string account_key(AccountId id);  // of secrets too
AccountId parse_account_key(std::string_view key);
std::string encode(const Account& account);
Result<Account> decode_account(std::string_view key, std::string_view value);

// What an address is: an account's id, or an alias with its targets.
struct NameRow {
  AccountId account = 0;  // 0: an alias
  std::vector<std::string> targets;
};
std::string encode(const NameRow& row);
Result<NameRow> decode_name(std::string_view name, std::string_view value);

struct SecretRow {
  std::string hash, scram_sha256, scram_sha1;
  std::string sealed;  // "" unless opted in
};
std::string encode(const SecretRow& row);
Result<SecretRow> decode_secret(std::string_view key, std::string_view value);

}  // namespace hato::account
