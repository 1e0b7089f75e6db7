// SPDX-License-Identifier: Apache-2.0
// Who wants to hear that a partition moved. Any thread; callbacks run on the thread that moves
// it, outside the lock. A subscription ends with its last holder.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "store/store.h"

namespace hato::store {

class Bus {
 public:
  Store::Subscription subscribe(PartId part, std::function<void(Seq)> moved) {
    auto held = std::make_shared<std::function<void(Seq)>>(std::move(moved));
    std::lock_guard lock(mutex_);
    auto& listeners = listeners_[part];
    std::erase_if(listeners, [](const auto& l) { return l.expired(); });
    listeners.push_back(held);
    return held;
  }

  void tell(PartId part, Seq seq) {
    std::vector<std::shared_ptr<std::function<void(Seq)>>> live;
    {
      std::lock_guard lock(mutex_);
      auto it = listeners_.find(part);
      if (it == listeners_.end()) return;
      for (auto& l : it->second)
        if (auto held = l.lock()) live.push_back(std::move(held));
      if (live.empty()) listeners_.erase(it);
    }
    for (auto& moved : live) (*moved)(seq);
  }

 private:
  std::mutex mutex_;
  std::map<PartId, std::vector<std::weak_ptr<std::function<void(Seq)>>>> listeners_;
};

}  // namespace hato::store
