// SPDX-License-Identifier: Apache-2.0
// What is done at quiet hours, on a thread of its own: accounts tidied, old story removed, bodies
// that nobody links removed and their space given back.
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "cli/services.h"

namespace hato::cli {

class Housekeeping {
 public:
  explicit Housekeeping(Services& services) : services_(services) {}
  ~Housekeeping();  // ends the work that is going on
  void start();
  void run_once(Millis now);

 private:
  void work();
  Services& services_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

// Milliseconds until the next 3 o'clock of the machine's zone.
Millis until_quiet(Millis now);

}  // namespace hato::cli
