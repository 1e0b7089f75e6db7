// SPDX-License-Identifier: Apache-2.0
// Where an address leads, over any way of reading the directory's rows: the cache, or a commit
// that is being formed.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "account/directory.h"
#include "account/directory_format.h"
#include "account/name.h"

namespace hato::account {

inline constexpr std::size_t kMaxAliasDepth = 10, kMaxAliasTargets = 1000;

using GetRow =
    std::function<Result<std::optional<std::string>>(store::Space, std::string_view key)>;

Result<Route> resolve(const GetRow& get, const Name& name);

Result<std::optional<DomainRow>> find_domain(const GetRow& get, std::string_view name);
Result<std::optional<NameRow>> find_name(const GetRow& get, std::string_view full);
Result<std::optional<Account>> find_account(const GetRow& get, AccountId id);

}  // namespace hato::account
