// SPDX-License-Identifier: Apache-2.0
// Counts connections, in all and by address, and says who may come in. Any thread.
#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "net/runtime.h"

namespace hato::net {

// One of a counted many, given back on destruction.
class Ticket {
 public:
  Ticket() = default;
  explicit Ticket(std::function<void()> give_back) : give_back_(std::move(give_back)) {}
  Ticket(Ticket&& o) noexcept : give_back_(std::exchange(o.give_back_, nullptr)) {}
  Ticket& operator=(Ticket&& o) noexcept {
    std::swap(give_back_, o.give_back_);
    return *this;
  }
  ~Ticket() {
    if (give_back_) give_back_();
  }
  explicit operator bool() const { return bool(give_back_); }

 private:
  std::function<void()> give_back_;
};

class Total {
 public:
  explicit Total(std::size_t max) : max_(max) {}
  Ticket take() {
    if (count_.fetch_add(1) >= max_) return count_.fetch_sub(1), Ticket();
    return Ticket([this] { count_.fetch_sub(1); });
  }
  std::size_t count() const { return count_; }

 private:
  const std::size_t max_;
  std::atomic<std::size_t> count_{0};
};

// Connections by address; of IPv6 the /64, as whoever has one address there has them all.
class PerAddress {
 public:
  PerAddress(std::size_t max, std::vector<Cidr> exempt) : max_(max), exempt_(std::move(exempt)) {}
  Ticket take(const Endpoint& peer) {
    if (max_ == 0 || !peer.unix_path.empty() || is_exempt(peer.ip)) return Ticket([] {});
    Ip key = peer.ip;
    if (!key.is_v4()) std::fill(key.bytes.begin() + 8, key.bytes.end(), 0);
    std::lock_guard lock(mutex_);
    auto& count = counts_[key];
    if (count >= max_) return {};
    ++count;
    return Ticket([this, key] { give_back(key); });
  }

 private:
  bool is_exempt(const Ip& ip) const {
    for (auto& c : exempt_)
      if (c.contains(ip)) return true;
    return false;
  }
  void give_back(const Ip& key) {
    std::lock_guard lock(mutex_);
    if (auto it = counts_.find(key); --it->second == 0) counts_.erase(it);
  }

  const std::size_t max_;
  const std::vector<Cidr> exempt_;
  std::mutex mutex_;
  std::map<Ip, std::size_t> counts_;
};

}  // namespace hato::net
