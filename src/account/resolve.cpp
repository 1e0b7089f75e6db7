// SPDX-License-Identifier: Apache-2.0
#include "account/resolve.h"

#include <algorithm>
#include <set>

namespace hato::account {
namespace {

class Resolver {
 public:
  explicit Resolver(const GetRow& get) : get_(get) {}
  Result<> follow(const Name& name);
  Route route;

 private:
  struct Found {
    std::string key;  // the name under which it was found
    NameRow row;
  };
  Result<std::optional<Found>> find(const Name& name, bool subaddress) const;
  Result<> follow_alias(const Found& alias);
  Result<> add_account(AccountId id);
  void add_remote(const std::string& address);

  const GetRow& get_;
  std::vector<std::string> path_;  // aliases being followed
  std::set<std::string> done_;     // and those that were
  std::set<std::string> remote_;
  std::size_t targets_ = 0;
};

// The address itself, without its tag, then what takes all the rest of the domain. What a
// catch-all leads to cannot fall back on that catch-all.
Result<std::optional<Resolver::Found>> Resolver::find(const Name& name, bool subaddress) const {
  std::vector<std::string> keys{name.full};
  if (subaddress)
    if (auto untagged = name.untagged(); !untagged.empty()) keys.push_back(std::move(untagged));
  auto rest = name.catch_all();
  if (std::find(path_.begin(), path_.end(), rest) == path_.end()) keys.push_back(std::move(rest));
  for (auto& key : keys) {
    HATO_TRY(row, find_name(get_, key));
    if (row) return Found{std::move(key), std::move(*row)};
  }
  return std::nullopt;
}

Result<> Resolver::follow(const Name& name) {
  HATO_TRY(domain, find_domain(get_, name.domain()));
  if (!domain) return add_remote(name.full), Result<>{};
  HATO_TRY(found, find(name, domain->domain.subaddress));
  if (!found) return {};
  if (found->row.account) return add_account(found->row.account);
  return follow_alias(*found);
}

Result<> Resolver::follow_alias(const Found& alias) {
  bool loops = std::find(path_.begin(), path_.end(), alias.key) != path_.end();
  if (loops || path_.size() == kMaxAliasDepth)
    return fail(ErrorId::kAliasLoop, {{"address", alias.key}});
  if (!done_.insert(alias.key).second) return {};
  path_.push_back(alias.key);
  for (const auto& target : alias.row.targets) {
    if (++targets_ > kMaxAliasTargets)
      return fail(ErrorId::kAliasTooWide,
                  {{"address", path_.front()}, {"max", std::to_string(kMaxAliasTargets)}});
    HATO_TRY(name, parse_name(target));
    HATO_CHECK(follow(name));
  }
  path_.pop_back();
  return {};
}

Result<> Resolver::add_account(AccountId id) {
  bool known = std::any_of(route.local.begin(), route.local.end(),
                           [id](const Account& a) { return a.id == id; });
  if (known) return {};
  HATO_TRY(account, find_account(get_, id));
  if (account) route.local.push_back(std::move(*account));
  return {};
}

void Resolver::add_remote(const std::string& address) {
  if (remote_.insert(address).second) route.remote.push_back(address);
}

}  // namespace

Result<Route> resolve(const GetRow& get, const Name& name) {
  HATO_TRY(domain, find_domain(get, name.domain()));
  if (!domain) return Route{Route::kRemote, {}, {name.full}};
  Resolver resolver(get);
  HATO_CHECK(resolver.follow(name));
  auto& route = resolver.route;
  route.kind = route.local.empty() && route.remote.empty() ? Route::kUnknown : Route::kLocal;
  return std::move(route);
}

Result<std::optional<DomainRow>> find_domain(const GetRow& get, std::string_view name) {
  HATO_TRY(value, get(kDomainSpace, name));
  if (!value) return std::nullopt;
  HATO_TRY(row, decode_domain(name, *value));
  return std::move(row);
}

Result<std::optional<NameRow>> find_name(const GetRow& get, std::string_view full) {
  HATO_TRY(value, get(kNameSpace, full));
  if (!value) return std::nullopt;
  HATO_TRY(row, decode_name(full, *value));
  return std::move(row);
}

Result<std::optional<Account>> find_account(const GetRow& get, AccountId id) {
  auto key = account_key(id);
  HATO_TRY(value, get(kAccountSpace, key));
  if (!value) return std::nullopt;
  HATO_TRY(account, decode_account(key, *value));
  return std::move(account);
}

}  // namespace hato::account
