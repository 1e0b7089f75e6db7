// SPDX-License-Identifier: Apache-2.0
#include "account/directory.h"

#include <algorithm>
#include <future>

#include "account/directory_format.h"
#include "account/key.h"
#include "account/name.h"
#include "account/prep.h"
#include "account/resolve.h"
#include "account/rows.h"
#include "account/scram.h"
#include "account/secret.h"
#include "base/id.h"
#include "store/combiner.h"

namespace hato::account {
namespace {

constexpr std::size_t kSaltSize = 16;

std::unexpected<Error> unknown_domain(std::string_view name) {
  return fail(ErrorId::kDomainUnknown, {{"domain", std::string(name)}});
}
std::unexpected<Error> unknown_account(std::string address) {
  return fail(ErrorId::kAccountUnknown, {{"address", std::move(address)}});
}
std::unexpected<Error> exists(const std::string& address) {
  return fail(ErrorId::kAccountExists, {{"address", address}});
}

void put(store::Draft& d, store::Space space, std::string key, std::string value) {
  d.muts.push_back({space, std::move(key), std::move(value)});
}
void erase(store::Draft& d, store::Space space, std::string key) {
  d.muts.push_back({space, std::move(key), {}});
}

Result<std::string> prepared(std::string_view secret) {
  auto out = saslprep(secret);
  if (!out || out->empty() || out->size() > kMaxSecret) return fail(ErrorId::kSecretInvalid);
  return std::move(*out);
}

// A name more or less in its domain; domain-unknown where that is not here.
Result<> count_name(store::Draft& d, std::string_view domain, int change) {
  HATO_TRY(row, find_domain(d.get, domain));
  if (!row) return unknown_domain(domain);
  row->names += std::uint64_t(change);
  put(d, kDomainSpace, std::string(domain), encode(*row));
  return {};
}

Result<> count_plain(store::Draft& d, int change) {
  if (change == 0) return {};
  HATO_TRY(header, decode_header(d.header));
  header.plain_secrets += std::uint64_t(change);
  d.header = encode(header);
  return {};
}

}  // namespace

struct Directory::Impl {
  Impl(store::Store& s, std::string_view key)
      : store(s),
        rows(s),
        combiner(s),
        seal_key(key.empty() ? "" : derive_key(key, "hato reversible secret")),
        decoy_key(derive_key(key.empty() ? random_bytes(kKeySize) : std::string(key),
                             "hato decoy salt")) {}
  store::Store& store;
  Rows rows;
  store::Combiner combiner;
  const std::string seal_key, decoy_key;
  const GetRow get = [this](store::Space space, std::string_view key) {
    return rows.get(space, key);
  };

  Result<> write(store::Combiner::Fn fn);
  Result<SecretRow> make_secret(std::string_view secret) const;
  void seal_for(SecretRow& row, const Account& account, std::string_view secret) const;
  Result<> change_secret(AccountId id, const SecretRow& row, std::string_view secret,
                         const std::string* old_hash);
  Result<Header> header();
  template <class Row, class Decode>
  Result<std::vector<Row>> all(store::Space space, Decode decode);
};

// Waits until the change is durable and seen by every reader of this process; so `fn` may refer to
// the caller's variables.
Result<> Directory::Impl::write(store::Combiner::Fn fn) {
  auto done = std::make_shared<std::promise<Result<store::Seq>>>();
  auto outcome = done->get_future();
  combiner.update(kPart, std::move(fn),
                  [done](Result<store::Seq> r) { done->set_value(std::move(r)); });
  auto seq = outcome.get();
  rows.forget();
  if (!seq) return std::unexpected(seq.error());
  return {};
}

Result<Header> Directory::Impl::header() {
  HATO_TRY(head, store.open(kPart));
  return decode_header(head.header);
}

// Damaged rows are left out: `hato store verify` tells them.
template <class Row, class Decode>
Result<std::vector<Row>> Directory::Impl::all(store::Space space, Decode decode) {
  HATO_TRY(view, store.view(kPart));
  std::vector<Row> out;
  HATO_CHECK(view->scan(space, "", "", [&](std::string_view key, std::string_view value) {
    if (auto row = decode(key, value)) out.push_back(std::move(*row));
    return true;
  }));
  return out;
}

// All but the seal, which needs the account's id.
Result<SecretRow> Directory::Impl::make_secret(std::string_view secret) const {
  SecretRow row;
  row.hash = hash_secret(secret);
  row.scram_sha256 = encode(derive_scram(Hash::kSha256, secret, random_bytes(kSaltSize)));
  row.scram_sha1 = encode(derive_scram(Hash::kSha1, secret, random_bytes(kSaltSize)));
  return row;
}

void Directory::Impl::seal_for(SecretRow& row, const Account& account,
                               std::string_view secret) const {
  row.sealed = account.plain_secret ? seal(seal_key, account.id, secret) : std::string();
}

Directory::Directory(store::Store& store, std::string_view key)
    : impl_(std::make_unique<Impl>(store, key)) {}
Directory::~Directory() = default;

const std::string& Directory::decoy_key() const { return impl_->decoy_key; }

// --- domains

Result<> Directory::add_domain(Domain domain) {
  HATO_TRY(name, parse_domain(domain.name));
  return impl_->write([name, subaddress = domain.subaddress](store::Draft& d) -> Result<> {
    HATO_TRY(old, find_domain(d.get, name));
    if (old) return fail(ErrorId::kDomainExists, {{"domain", name}});
    HATO_TRY(header, decode_header(d.header));
    put(d, kDomainSpace, name, encode(DomainRow{{name, subaddress}, header.next_ordinal++}));
    if (header.first_domain.empty()) header.first_domain = name;
    d.header = encode(header);
    return {};
  });
}

Result<> Directory::change_domain(const Domain& domain) {
  HATO_TRY(name, parse_domain(domain.name));
  return impl_->write([name, subaddress = domain.subaddress](store::Draft& d) -> Result<> {
    HATO_TRY(row, find_domain(d.get, name));
    if (!row) return unknown_domain(name);
    row->domain.subaddress = subaddress;
    put(d, kDomainSpace, name, encode(*row));
    return {};
  });
}

Result<> Directory::remove_domain(std::string_view text) {
  HATO_TRY(name, parse_domain(text));
  HATO_TRY(others, domains());
  std::erase_if(others, [&](const Domain& d) { return d.name == name; });
  auto next = others.empty() ? std::string() : others.front().name;
  return impl_->write([name, next](store::Draft& d) -> Result<> {
    HATO_TRY(row, find_domain(d.get, name));
    if (!row) return unknown_domain(name);
    if (row->names > 0)
      return fail(ErrorId::kDomainInUse, {{"domain", name}, {"count", std::to_string(row->names)}});
    erase(d, kDomainSpace, name);
    HATO_TRY(header, decode_header(d.header));
    if (header.first_domain == name) header.first_domain = next;
    d.header = encode(header);
    return {};
  });
}

Result<std::vector<Domain>> Directory::domains() {
  HATO_TRY(rows, impl_->all<DomainRow>(kDomainSpace, decode_domain));
  std::sort(rows.begin(), rows.end(),
            [](const DomainRow& a, const DomainRow& b) { return a.ordinal < b.ordinal; });
  std::vector<Domain> out;
  for (auto& row : rows) out.push_back(std::move(row.domain));
  return out;
}

Result<std::optional<Domain>> Directory::domain(std::string_view text) {
  auto name = parse_domain(text);
  if (!name) return std::nullopt;
  HATO_TRY(row, find_domain(impl_->get, *name));
  if (!row) return std::nullopt;
  return std::move(row->domain);
}

// --- accounts

Result<Account> Directory::add_account(Account account, std::string_view secret) {
  HATO_TRY(name, parse_name(account.address));
  HATO_TRY(clear, prepared(secret));
  Wiped wiped(clear);
  if (account.plain_secret && impl_->seal_key.empty()) return fail(ErrorId::kSecretKeyMissing);
  HATO_TRY(row, impl_->make_secret(clear));
  account.address = name.full;
  auto added = impl_->write([&](store::Draft& d) -> Result<> {
    HATO_CHECK(count_name(d, name.domain(), 1));
    HATO_TRY(taken, find_name(d.get, name.full));
    if (taken) return exists(name.full);
    HATO_TRY(header, decode_header(d.header));
    account.id = header.next_account++;
    d.header = encode(header);
    HATO_CHECK(count_plain(d, account.plain_secret));
    impl_->seal_for(row, account, clear);
    put(d, kNameSpace, name.full, encode(NameRow{account.id, {}}));
    put(d, kAccountSpace, account_key(account.id), encode(account));
    put(d, kSecretSpace, account_key(account.id), encode(row));
    return {};
  });
  HATO_CHECK(std::move(added));
  return account;
}

Result<> Directory::change_account(const Account& account) {
  if (account.plain_secret && impl_->seal_key.empty()) return fail(ErrorId::kSecretKeyMissing);
  return impl_->write([account](store::Draft& d) -> Result<> {
    HATO_TRY(old, find_account(d.get, account.id));
    if (!old) return unknown_account(account.address);
    auto changed = account;
    changed.address = old->address;
    put(d, kAccountSpace, account_key(account.id), encode(changed));
    HATO_CHECK(count_plain(d, int(account.plain_secret) - int(old->plain_secret)));
    if (account.plain_secret) return {};
    auto key = account_key(account.id);
    HATO_TRY(value, d.get(kSecretSpace, key));
    if (!value) return {};
    HATO_TRY(secrets, decode_secret(key, *value));
    secrets.sealed.clear();
    put(d, kSecretSpace, key, encode(secrets));
    return {};
  });
}

// `old_hash`: only while that is still the hash. `secret` is empty where only a hash is known.
Result<> Directory::Impl::change_secret(AccountId id, const SecretRow& row, std::string_view secret,
                                        const std::string* old_hash) {
  std::string clear(secret);
  Wiped wiped(clear);
  return write([&](store::Draft& d) -> Result<> {
    HATO_TRY(account, find_account(d.get, id));
    if (!account) return unknown_account("");
    auto key = account_key(id);
    if (old_hash) {
      HATO_TRY(value, d.get(kSecretSpace, key));
      auto old = value ? decode_secret(key, *value) : Result<SecretRow>();
      if (!old || old->hash != *old_hash) return {};
    }
    auto changed = row;
    if (!clear.empty()) seal_for(changed, *account, clear);
    put(d, kSecretSpace, key, encode(changed));
    return {};
  });
}

Result<> Directory::set_secret(AccountId id, std::string_view secret) {
  HATO_TRY(clear, prepared(secret));
  Wiped wiped(clear);
  HATO_TRY(row, impl_->make_secret(clear));
  return impl_->change_secret(id, row, clear, nullptr);
}

Result<> Directory::upgrade_secret(AccountId id, std::string_view old_hash,
                                   std::string_view secret) {
  HATO_TRY(clear, prepared(secret));
  Wiped wiped(clear);
  HATO_TRY(row, impl_->make_secret(clear));
  std::string expected(old_hash);
  return impl_->change_secret(id, row, clear, &expected);
}

Result<> Directory::set_hash(AccountId id, std::string_view hash) {
  SecretRow row{.hash = imported_hash(hash)};
  if (row.hash.empty()) return fail(ErrorId::kSecretInvalid);
  return impl_->change_secret(id, row, "", nullptr);
}

Result<> Directory::remove_account(std::string_view address) {
  HATO_TRY(name, parse_name(address));
  return impl_->write([name](store::Draft& d) -> Result<> {
    HATO_TRY(row, find_name(d.get, name.full));
    if (!row || !row->account) return unknown_account(name.full);
    auto key = account_key(row->account);
    HATO_TRY(account, find_account(d.get, row->account));
    HATO_CHECK(count_name(d, name.domain(), -1));
    HATO_CHECK(count_plain(d, account && account->plain_secret ? -1 : 0));
    erase(d, kNameSpace, name.full);
    erase(d, kAccountSpace, key);
    erase(d, kSecretSpace, key);
    return {};
  });
}

Result<std::vector<Account>> Directory::accounts(std::string_view domain) {
  HATO_TRY(out, impl_->all<Account>(kAccountSpace, decode_account));
  if (domain.empty()) return std::move(out);
  HATO_TRY(name, parse_domain(domain));
  std::erase_if(out, [at = "@" + name](const Account& a) { return !a.address.ends_with(at); });
  return std::move(out);
}

Result<std::optional<Account>> Directory::account(std::string_view login) {
  std::string full(login);
  if (full.find('@') == full.npos) {
    HATO_TRY(header, impl_->header());
    full += "@" + header.first_domain;
  }
  auto name = parse_name(full);
  if (!name) return std::nullopt;
  HATO_TRY(row, find_name(impl_->get, name->full));
  if (!row || !row->account) return std::nullopt;
  return find_account(impl_->get, row->account);
}

Result<std::optional<Account>> Directory::account(AccountId id) {
  return find_account(impl_->get, id);
}

// --- aliases

Result<> Directory::set_alias(Alias alias) {
  HATO_TRY(name, parse_name(alias.address, true));
  if (alias.targets.empty()) return fail(ErrorId::kAddressInvalid, {{"address", ""}});
  NameRow row;
  for (const auto& target : alias.targets) {
    HATO_TRY(to, parse_name(target));
    if (std::find(row.targets.begin(), row.targets.end(), to.full) == row.targets.end())
      row.targets.push_back(to.full);
  }
  return impl_->write([name, row](store::Draft& d) -> Result<> {
    HATO_TRY(old, find_name(d.get, name.full));
    if (old && old->account) return exists(name.full);
    HATO_CHECK(count_name(d, name.domain(), old ? 0 : 1));
    put(d, kNameSpace, name.full, encode(row));
    HATO_CHECK(resolve(d.get, name));  // alias-loop, alias-too-wide: nothing is changed
    return {};
  });
}

Result<> Directory::remove_alias(std::string_view address) {
  HATO_TRY(name, parse_name(address, true));
  return impl_->write([name](store::Draft& d) -> Result<> {
    HATO_TRY(row, find_name(d.get, name.full));
    if (!row || row->account) return fail(ErrorId::kAliasUnknown, {{"address", name.full}});
    erase(d, kNameSpace, name.full);
    return count_name(d, name.domain(), -1);
  });
}

Result<std::vector<Alias>> Directory::aliases() {
  auto decode = [](std::string_view key, std::string_view value) -> Result<Alias> {
    HATO_TRY(row, decode_name(key, value));
    return Alias{std::string(key), std::move(row.targets)};
  };
  HATO_TRY(out, impl_->all<Alias>(kNameSpace, decode));
  std::erase_if(out, [](const Alias& a) { return a.targets.empty(); });
  return std::move(out);
}

// --- routes

Result<Route> Directory::route(std::string_view address) {
  std::string full(address);
  if (full.find('@') == full.npos) {
    HATO_TRY(header, impl_->header());
    full += "@" + header.first_domain;
  }
  HATO_TRY(name, parse_name(full));
  return resolve(impl_->get, name);
}

Result<bool> Directory::may_send_as(const Account& account, std::string_view address) {
  HATO_TRY(to, route(address));
  return std::any_of(to.local.begin(), to.local.end(),
                     [&](const Account& a) { return a.id == account.id; });
}

// --- secrets

Result<std::optional<Directory::Secrets>> Directory::secrets(AccountId id) {
  auto key = account_key(id);
  HATO_TRY(value, impl_->store.get(kPart, kSecretSpace, key));
  if (!value) return std::nullopt;
  HATO_TRY(row, decode_secret(key, *value));
  return Secrets{std::move(row.hash), std::move(row.scram_sha256), std::move(row.scram_sha1),
                 unseal(impl_->seal_key, id, row.sealed)};
}

Result<bool> Directory::any_plain_secret() {
  HATO_TRY(header, impl_->header());
  return header.plain_secrets > 0;
}

}  // namespace hato::account
