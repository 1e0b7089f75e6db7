// SPDX-License-Identifier: Apache-2.0
// Point reads of the directory partition through a bounded cache, for RCPT and login ask for the
// same few rows again and again. Any commit to the partition empties it. Any thread; no lock is
// held while the store is asked.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

namespace hato::account {

class Rows {
 public:
  explicit Rows(store::Store& store);
  Result<std::optional<std::string>> get(store::Space space, std::string_view key);
  // After a commit of one's own, whose hint may come later than its answer.
  void forget();

 private:
  struct Cache;
  store::Store& store_;
  std::shared_ptr<Cache> cache_;  // shared with the hints, which may come after our end
  store::Store::Subscription moved_;
};

}  // namespace hato::account
