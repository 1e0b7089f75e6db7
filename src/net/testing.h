// SPDX-License-Identifier: Apache-2.0
// Streams without a listener, for tests and fuzzing of protocol sessions: real streams over a
// pair of connected sockets, on a loop that runs in the calling thread.
//
//   TestLoop loop;
//   auto replies = loop.converse(session, "EHLO a\r\nQUIT\r\n");
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/stream.h"

namespace hato::net {

class TestLoop {
 public:
  TestLoop();
  ~TestLoop();
  // Streams must be made and destroyed between construction and destruction of the loop.
  std::unique_ptr<Stream> stream_over_fd(int fd, Endpoint local = {}, Endpoint peer = {});
  // Two ends of one connection: a server's and a client's.
  std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> stream_pair();

  void start(Task<void> task);
  void run();   // until all that was started has ended
  void stop();  // streams report server-stopping from now on

  using Session = std::function<Task<void>(Stream&)>;
  // Runs a session against a client that sends `input` whole, then half-closes, and reads all
  // that comes. The peer is 192.0.2.1.
  std::string converse(const Session& session, std::string_view input);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hato::net
