// SPDX-License-Identifier: Apache-2.0
// Passwords that were found right, remembered for ten minutes as a MAC under a key of this process
// over account, stored hash and password: so a client that comes every minute costs microseconds,
// a changed secret is another MAC, and the memory gives no password away. Any thread.
#pragma once
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "account/directory.h"
#include "base/time.h"

namespace hato::account {

class Verified {
 public:
  Verified();
  bool knows(AccountId id, std::string_view hash, std::string_view password, Millis now);
  void remember(AccountId id, std::string_view hash, std::string_view password, Millis now);

 private:
  std::string mac(AccountId id, std::string_view hash, std::string_view password) const;

  const std::string key_;
  std::mutex mutex_;
  std::unordered_map<std::string, Millis> until_;
};

}  // namespace hato::account
