// SPDX-License-Identifier: Apache-2.0
#include "account/verified.h"

#include "account/crypto.h"
#include "account/secret.h"
#include "base/id.h"
#include "base/wire.h"

namespace hato::account {
namespace {
constexpr Millis kRemembered = 600'000;
constexpr std::size_t kMaxRemembered = 50'000;
}  // namespace

Verified::Verified() : key_(random_bytes(32)) {}

std::string Verified::mac(AccountId id, std::string_view hash, std::string_view password) const {
  auto text = Writer().u64(id).string(hash).string(password).str();
  Wiped wiped(text);
  return hmac(Hash::kSha256, key_, text);
}

bool Verified::knows(AccountId id, std::string_view hash, std::string_view password, Millis now) {
  auto key = mac(id, hash, password);
  std::lock_guard lock(mutex_);
  auto it = until_.find(key);
  return it != until_.end() && now < it->second;
}

void Verified::remember(AccountId id, std::string_view hash, std::string_view password,
                        Millis now) {
  auto key = mac(id, hash, password);
  std::lock_guard lock(mutex_);
  if (until_.size() >= kMaxRemembered) {
    std::erase_if(until_, [now](const auto& item) { return item.second <= now; });
    if (until_.size() >= kMaxRemembered) until_.clear();
  }
  until_[std::move(key)] = now + kRemembered;
}

}  // namespace hato::account
