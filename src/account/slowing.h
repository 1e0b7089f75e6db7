// SPDX-License-Identifier: Apache-2.0
// Slowing of failed logins: a leaky bucket an address (of IPv6 a /64) and one an account. Bounded
// memory; any thread. Names of accounts that do not exist count alike.
//
//   failures in the bucket   0-2   3     4    5    6    7 and more
//   the next attempt waits   0     0.5s  1s   2s   4s   8s
//
// A bucket loses one failure every 20 s. An address with 60 in it is refused unseen. An account is
// only ever slowed, or strangers could lock its owner out; and an address from which it logged in
// during the last day is not slowed on its account.
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace hato::account {

class Slowing {
 public:
  struct Slow {
    std::int64_t delay_ms = 0;
    bool refuse = false;
  };
  Slow look(std::string_view ip, std::string_view login, Millis now);
  void record(std::string_view ip, std::string_view login, bool success, Millis now);
  std::size_t size() const;

 private:
  struct Bucket {
    double failures = 0;
    Millis at = 0;
  };
  using Buckets = std::unordered_map<std::string, Bucket>;
  static double level(const Buckets& buckets, const std::string& key, Millis now);
  static void add(Buckets& buckets, std::string key, Millis now);

  mutable std::mutex mutex_;
  Buckets addresses_, logins_;
  std::unordered_map<std::string, Millis> welcome_;  // address and login: when it last logged in
};

}  // namespace hato::account
