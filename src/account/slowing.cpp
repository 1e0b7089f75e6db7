// SPDX-License-Identifier: Apache-2.0
#include "account/slowing.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"

namespace hato::account {
namespace {

constexpr std::size_t kMaxEntries = 20'000, kMaxLogin = 256;
constexpr double kFree = 3, kRefused = 60, kLeakMs = 20'000;
constexpr std::int64_t kFirstDelay = 500, kMostDelay = 8'000;
constexpr Millis kWelcome = 24 * 3'600'000LL;

std::string address_key(std::string_view ip) {
  std::string text(ip);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return text;
  return std::string(reinterpret_cast<const char*>(&v6), 8);
}

std::string login_key(std::string_view login) { return to_lower(login.substr(0, kMaxLogin)); }

std::int64_t delay(double failures) {
  if (failures < kFree) return 0;
  auto shift = std::min(int(failures - kFree), 4);
  return std::min(kFirstDelay << shift, kMostDelay);
}

// Room for more: first what is of no more use goes, then anything down to three quarters, so that
// the next looks through are far away.
template <class Map, class Useless>
void make_room(Map& map, Useless useless) {
  if (map.size() < kMaxEntries) return;
  std::erase_if(map, [&](const auto& item) { return useless(item.second); });
  while (map.size() > kMaxEntries / 4 * 3) map.erase(map.begin());
}

}  // namespace

double Slowing::level(const Buckets& buckets, const std::string& key, Millis now) {
  auto it = buckets.find(key);
  if (it == buckets.end()) return 0;
  return std::max(0.0, it->second.failures - double(now - it->second.at) / kLeakMs);
}

void Slowing::add(Buckets& buckets, std::string key, Millis now) {
  auto failures = level(buckets, key, now) + 1;
  make_room(buckets, [now](const Bucket& b) { return double(now - b.at) > b.failures * kLeakMs; });
  buckets[std::move(key)] = {failures, now};
}

Slowing::Slow Slowing::look(std::string_view ip, std::string_view login, Millis now) {
  auto address = address_key(ip), name = login_key(login);
  std::lock_guard lock(mutex_);
  auto from_address = level(addresses_, address, now);
  auto it = welcome_.find(address + '\0' + name);
  bool known = it != welcome_.end() && now - it->second < kWelcome;
  auto on_login = known ? 0 : level(logins_, name, now);
  return {delay(std::max(from_address, on_login)), from_address >= kRefused};
}

void Slowing::record(std::string_view ip, std::string_view login, bool success, Millis now) {
  auto address = address_key(ip), name = login_key(login);
  std::lock_guard lock(mutex_);
  if (!success) {
    add(addresses_, std::move(address), now);
    add(logins_, std::move(name), now);
    return;
  }
  logins_.erase(name);
  make_room(welcome_, [now](Millis at) { return now - at >= kWelcome; });
  welcome_[address + '\0' + name] = now;
}

std::size_t Slowing::size() const {
  std::lock_guard lock(mutex_);
  return addresses_.size() + logins_.size() + welcome_.size();
}

}  // namespace hato::account
