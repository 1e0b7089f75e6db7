// SPDX-License-Identifier: Apache-2.0
// One answer that another thread gives to a coroutine. wait() on the session's thread, once;
// done() gives a callback for any thread, to be called once, before or after wait(). A Waiter
// may outlive the session that made it, and the runtime: an answer that nobody awaits is dropped.
// Answers that arrive together wake their thread once.
//
//   net::Waiter<Result<Seq>> waiter;
//   store.commit(part, std::move(commit), waiter.done());
//   auto seq = co_await waiter.wait();
#pragma once
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace hato::net {

class Loop;
class Inbox;

// What a Waiter is without its value.
class WaitPoint : public std::enable_shared_from_this<WaitPoint>,
                  public boost::intrusive::list_base_hook<
                      boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  WaitPoint();                          // on the thread that will wait
  void complete();                      // any thread, once
  boost::asio::awaitable<void> wait();  // the thread that made it

 private:
  friend class Loop;
  void resume();
  Loop* loop_;  // compared only: the inbox knows whether it is still there
  std::shared_ptr<Inbox> inbox_;
  std::atomic<bool> completed_{false};
  std::move_only_function<void()> handler_;  // of the loop's thread
};

template <class T>
class Waiter {
 public:
  Waiter() : state_(std::make_shared<State>()) {}

  std::function<void(T)> done() const {
    return [state = state_](T value) {
      state->value.emplace(std::move(value));
      state->complete();
    };
  }

  boost::asio::awaitable<T> wait() {
    auto state = state_;
    co_await state->wait();
    co_return std::move(*state->value);
  }

 private:
  struct State : WaitPoint {
    std::optional<T> value;
  };
  std::shared_ptr<State> state_;
};

}  // namespace hato::net
