// SPDX-License-Identifier: Apache-2.0
// One thread's event loop: Asio's context, the wheel of deadlines, the connections that live on
// it, and the inbox through which other threads wake its coroutines. Everything but post(),
// the inbox and the constructor belongs to the thread that runs it.
#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/stream.h"
#include "net/waiter.h"
#include "net/wheel.h"
#include "net/workers.h"

namespace hato::net {

// What a loop interrupts when it stops: the connections.
class Interruptible : public boost::intrusive::list_base_hook<
                          boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual void stopping() = 0;  // waits for input end, output still goes out
  virtual void kill() = 0;      // everything ends

 protected:
  ~Interruptible() = default;
};

// Completed wait points on their way to the loop's thread. May outlive the loop.
class Inbox {
 public:
  explicit Inbox(Loop& loop) : loop_(&loop) {}
  void put(std::shared_ptr<WaitPoint> point);
  std::vector<std::shared_ptr<WaitPoint>> take();
  void close();

 private:
  std::mutex mutex_;
  Loop* loop_;  // null once closed
  std::vector<std::shared_ptr<WaitPoint>> points_;
};

class Loop {
 public:
  static constexpr std::size_t kScratch = 64 * 1024;

  explicit Loop(Workers& workers);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // The loop of this thread; a bug where there is none.
  static Loop& current();
  static Loop* current_or_null();
  void enter();  // makes it this thread's, as run() does

  boost::asio::io_context& context() { return *context_; }
  Workers& workers() { return workers_; }
  // Room for one read; its content is lost at the next await.
  char* scratch() { return scratch_.get(); }

  template <class F>
  void post(F&& f) {  // any thread
    boost::asio::post(*context_, std::forward<F>(f));
  }
  // Starts a coroutine that the loop waits for before it ends; nothing once it is stopping.
  void start(Task<void> task);
  // Runs until begin_stop() has come and all tasks have ended or the grace is over; or, with
  // `until_idle`, until all tasks have ended.
  void run(bool until_idle = false);
  void begin_stop(std::chrono::milliseconds grace);
  bool stopping() const { return stopping_; }

  void arm(Deadline& deadline, Clock::time_point when);
  void add(Interruptible& connection) { connections_.push_back(connection); }
  // Destroys what still waits. Not while it runs.
  void close();

 private:
  friend class Inbox;
  friend class WaitPoint;
  void ended(const std::exception_ptr& error);
  void schedule_tick();
  void kill_all();
  void drain();

  Workers& workers_;
  std::unique_ptr<char[]> scratch_;
  Wheel wheel_;
  bool ticking_ = false, stopping_ = false, until_idle_ = false;
  std::size_t tasks_ = 0;
  boost::intrusive::list<Interruptible, boost::intrusive::constant_time_size<false>> connections_;
  boost::intrusive::list<WaitPoint, boost::intrusive::constant_time_size<false>> waiting_;
  std::shared_ptr<Inbox> inbox_;
  std::unique_ptr<boost::asio::io_context> context_;
  using Guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;
  std::unique_ptr<Guard> guard_;
  std::unique_ptr<boost::asio::steady_timer> tick_, grace_;
};

}  // namespace hato::net
