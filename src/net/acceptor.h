// SPDX-License-Identifier: Apache-2.0
// Takes the connections of one listener and hands them to the loops in turn, each with its
// session. Belongs to the first loop; outlives every session it began.
#pragma once
#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <optional>
#include <span>

#include "net/admission.h"
#include "net/listen.h"
#include "net/loop.h"
#include "net/runtime.h"

namespace hato::net {

class Connection;

class Acceptor {
 public:
  using Loops = std::span<const std::unique_ptr<Loop>>;
  Acceptor(Listener listener, Listening listening, Loops loops, Total& total);
  ~Acceptor();
  Task<void> run();  // on the first loop, until close()
  void close();

 private:
  struct Admitted {
    UniqueFd fd;
    Endpoint peer;
    Ticket total, address;
  };
  enum class Next { kAgain, kWait, kPause };

  Next accept_one();
  Next no_descriptors();
  void admit(UniqueFd fd, Endpoint peer);
  void refuse(int fd, const Error& error) const;
  void log_rarely(const Error& error);
  bool is_proxy(const Endpoint& peer) const;
  Task<void> serve(Admitted admitted);
  Task<Result<>> read_proxy(Connection& connection);
  Task<bool> prepare(Connection& connection, Ticket& address);

  const Listener listener_;
  Listening listening_;
  const Loops loops_;
  Total& total_;
  PerAddress per_address_;
  UniqueFd spare_;  // given up to tell a client that there are no descriptors
  std::optional<boost::asio::posix::stream_descriptor> readiness_;  // until close()
  std::size_t next_ = 0;
  Clock::time_point last_log_{};
  bool closed_ = false;
};

}  // namespace hato::net
