// SPDX-License-Identifier: Apache-2.0
#include "account/directory_format.h"

#include "base/wire.h"

namespace hato::account {
namespace {

constexpr std::uint8_t kVersion = 1;
enum DomainBit : std::uint8_t { kSubaddress = 1 };
enum AccountBit : std::uint8_t { kAdmin = 1, kDisabled = 2, kPlainSecret = 4 };
enum NameKind : std::uint8_t { kIsAccount = 1, kIsAlias = 2 };

std::unexpected<Error> damaged(std::string_view what, std::string_view which) {
  return fail(ErrorId::kStoreCorrupt,
              {{"where", "directory, " + std::string(what) + " " + std::string(which)}});
}

}  // namespace

std::string encode(const Header& h) {
  Writer w;
  w.u8(kVersion).varint(h.next_account).varint(h.next_ordinal).varint(h.plain_secrets);
  return w.string(h.first_domain), std::move(w).str();
}

Result<Header> decode_header(std::string_view bytes) {
  Header h;
  if (bytes.empty()) return h;
  Reader r(bytes);
  bool known = r.u8() == kVersion;
  h.next_account = r.varint();
  h.next_ordinal = r.varint();
  h.plain_secrets = r.varint();
  h.first_domain = r.string();
  if (!known || !r.done()) return damaged("header", "");
  return h;
}

std::string encode(const DomainRow& row) {
  Writer w;
  w.u8(kVersion).u8(row.domain.subaddress ? kSubaddress : 0);
  return w.varint(row.ordinal).varint(row.names), std::move(w).str();
}

Result<DomainRow> decode_domain(std::string_view name, std::string_view value) {
  Reader r(value);
  bool known = r.u8() == kVersion;
  DomainRow row;
  row.domain.name = name;
  row.domain.subaddress = r.u8() & kSubaddress;
  row.ordinal = r.varint();
  row.names = r.varint();
  if (!known || !r.done()) return damaged("domain", name);
  return row;
}

std::string account_key(AccountId id) { return Writer().u64(id).str(); }
AccountId parse_account_key(std::string_view key) { return Reader(key).u64(); }

std::string encode(const Account& a) {
  Writer w;
  w.u8(kVersion);
  w.u8(std::uint8_t((a.admin ? kAdmin : 0) | (a.disabled ? kDisabled : 0) |
                    (a.plain_secret ? kPlainSecret : 0)));
  w.string(a.address).string(a.language).varint(a.quota_bytes).varint(a.quota_messages);
  return std::move(w).str();
}

Result<Account> decode_account(std::string_view key, std::string_view value) {
  Reader r(value);
  bool known = r.u8() == kVersion;
  auto bits = r.u8();
  Account a{.id = parse_account_key(key)};
  a.admin = bits & kAdmin;
  a.disabled = bits & kDisabled;
  a.plain_secret = bits & kPlainSecret;
  a.address = r.string();
  a.language = r.string();
  a.quota_bytes = r.varint();
  a.quota_messages = r.varint();
  if (!known || !r.done()) return damaged("account", std::to_string(a.id));
  return a;
}

std::string encode(const NameRow& row) {
  Writer w;
  w.u8(kVersion).u8(row.account ? kIsAccount : kIsAlias);
  if (row.account) return w.varint(row.account), std::move(w).str();
  w.varint(row.targets.size());
  for (const auto& target : row.targets) w.string(target);
  return std::move(w).str();
}

Result<NameRow> decode_name(std::string_view name, std::string_view value) {
  Reader r(value);
  bool known = r.u8() == kVersion;
  auto kind = r.u8();
  NameRow row;
  if (kind == kIsAccount)
    row.account = r.varint();
  else
    for (auto n = r.varint(); n > 0 && r.ok(); --n) row.targets.emplace_back(r.string());
  known = known && (kind == kIsAccount ? row.account != 0 : kind == kIsAlias);
  if (!known || !r.done()) return damaged("name", name);
  return row;
}

std::string encode(const SecretRow& row) {
  Writer w;
  w.u8(kVersion).string(row.hash).string(row.scram_sha256).string(row.scram_sha1);
  return w.string(row.sealed), std::move(w).str();
}

Result<SecretRow> decode_secret(std::string_view key, std::string_view value) {
  Reader r(value);
  bool known = r.u8() == kVersion;
  SecretRow row;
  for (auto* s : {&row.hash, &row.scram_sha256, &row.scram_sha1, &row.sealed}) *s = r.string();
  if (!known || !r.done())
    return damaged("secret of account", std::to_string(parse_account_key(key)));
  return row;
}

}  // namespace hato::account
