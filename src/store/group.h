// SPDX-License-Identifier: Apache-2.0
// The one writing thread of an engine. What is pushed while a group is being written forms the
// next group, in the order of pushing; so a sync is shared by all who wait for one.
//
// Any thread pushes. A lazy item starts no group by itself: it goes with the next that is not, or
// after kPatience. stop(), and the destructor, first let everything through that was pushed before.
//
//   GroupThread<Item> writer([](std::vector<Item>& group) { ... });
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hato::store {

template <class Item>
class GroupThread {
 public:
  static constexpr std::chrono::milliseconds kPatience{20};
  using Handler = std::function<void(std::vector<Item>& group)>;

  explicit GroupThread(Handler handler)
      : handler_(std::move(handler)), thread_([this] { run(); }) {}
  ~GroupThread() { stop(); }
  GroupThread(const GroupThread&) = delete;
  GroupThread& operator=(const GroupThread&) = delete;

  void push(Item item, bool lazy = false) {
    bool notify;
    {
      std::lock_guard lock(mutex_);
      pending_.push_back(std::move(item));
      // One wake-up is enough however many arrive before the thread looks.
      notify = lazy ? pending_.size() == 1 && !urgent_ : !urgent_;
      urgent_ |= !lazy;
    }
    if (notify) wake_.notify_one();
  }

  // Nothing is pushed after this.
  void stop() {
    if (!thread_.joinable()) return;
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  bool is_current() const { return std::this_thread::get_id() == thread_.get_id(); }

 private:
  void run() {
    std::vector<Item> group;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return stop_ || !pending_.empty(); });
        wake_.wait_for(lock, kPatience, [&] { return stop_ || urgent_; });
        if (pending_.empty()) return;
        group.swap(pending_);
        urgent_ = false;
      }
      handler_(group);
      group.clear();
    }
  }

  Handler handler_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Item> pending_;
  bool urgent_ = false, stop_ = false;
  std::thread thread_;  // last: starts when the rest is there
};

}  // namespace hato::store
