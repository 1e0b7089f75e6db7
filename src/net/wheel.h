// SPDX-License-Identifier: Apache-2.0
// Deadlines in coarse steps: arming, moving and disarming one costs a few pointers, however many
// there are. A deadline beyond the wheel's round stays in its slot and is passed over until due.
// Belongs to one thread; its owner calls advance() every kTick.
#pragma once
#include <algorithm>
#include <array>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>

namespace hato::net {

using Clock = std::chrono::steady_clock;

class Deadline : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual void expired() = 0;

 protected:
  virtual ~Deadline() = default;  // destruction disarms

 private:
  friend class Wheel;
  Clock::time_point when_;
};

class Wheel {
 public:
  static constexpr std::chrono::milliseconds kTick{100};

  void arm(Deadline& d, Clock::time_point when) {
    d.unlink();
    d.when_ = when;
    slot(tick_of(std::max(when, passed_)) + 1).push_back(d);  // the first tick wholly past it
  }
  static void disarm(Deadline& d) { d.unlink(); }

  void advance(Clock::time_point now) {
    auto last = tick_of(now);
    auto first = std::max(tick_of(passed_) + 1, last - std::int64_t(kSlots) + 1);
    passed_ = now;
    for (auto tick = first; tick <= last; ++tick) fire(slot(tick), now);
  }

 private:
  using Slot = boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>>;
  static constexpr std::size_t kSlots = 512;

  static std::int64_t tick_of(Clock::time_point t) { return t.time_since_epoch() / kTick; }
  Slot& slot(std::int64_t tick) { return slots_[std::size_t(tick) % kSlots]; }

  static void fire(Slot& slot, Clock::time_point now) {
    Slot due;  // taken out first: expired() may arm and disarm others
    for (auto it = slot.begin(); it != slot.end();) {
      Deadline& d = *it++;
      if (d.when_ > now) continue;
      d.unlink();
      due.push_back(d);
    }
    while (!due.empty()) {
      Deadline& d = due.front();
      d.unlink();
      d.expired();
    }
  }

  std::array<Slot, kSlots> slots_;
  Clock::time_point passed_ = Clock::now();
};

}  // namespace hato::net
