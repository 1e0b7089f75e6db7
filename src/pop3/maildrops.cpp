// SPDX-License-Identifier: Apache-2.0
#include "pop3/maildrops.h"

namespace hato::pop3 {
namespace {
constexpr std::size_t kMany = 100'000;
}

Result<Maildrops::Ticket> Maildrops::open(store::AccountId account, const Rules& rules,
                                          Millis now) {
  std::lock_guard lock(mutex_);
  if (uses_.size() >= kMany)
    std::erase_if(uses_, [now](const auto& item) {
      return item.second.sessions == 0 && now - item.second.opened >= item.second.delay;
    });
  auto& use = uses_[account];
  if (rules.exclusive && use.sessions > 0) return fail(ErrorId::kMaildropInUse);
  if (use.opened && now - use.opened < rules.delay)
    return fail(ErrorId::kLoginDelay, {{"seconds", std::to_string(rules.delay / 1000)}});
  ++use.sessions;
  use.opened = now;
  use.delay = rules.delay;
  return Ticket(this, account);
}

void Maildrops::close(store::AccountId account) {
  std::lock_guard lock(mutex_);
  auto it = uses_.find(account);
  if (--it->second.sessions == 0 && it->second.delay == 0) uses_.erase(it);
}

}  // namespace hato::pop3
