// SPDX-License-Identifier: Apache-2.0
// The threads on which blocking work runs. submit() on any thread; jobs start in order.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hato::net {

class Workers {
 public:
  explicit Workers(unsigned count);
  ~Workers() { stop(); }
  void submit(std::function<void()> job);
  // Drops what has not begun, waits for what has.
  void stop();

 private:
  void work();
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hato::net
