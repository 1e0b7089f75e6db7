// SPDX-License-Identifier: Apache-2.0
#include "net/testing.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "net/connection.h"
#include "net/loop.h"

namespace hato::net {
namespace {

Endpoint test_endpoint(const char* ip, std::uint16_t port) { return {*Ip::parse(ip), port, {}}; }

Task<void> serve(const TestLoop::Session& session, Stream& stream) {
  co_await session(stream);
  co_await stream.close();
}

Task<void> send_all(Stream& to, int fd, std::string_view input) {
  while (!input.empty()) {
    auto part = input.substr(0, Stream::kWriteHigh);
    input.remove_prefix(part.size());
    to.write(part);
    auto sent = co_await to.flush();
    if (!sent) break;
  }
  ::shutdown(fd, SHUT_WR);
}

Task<void> read_all(Stream& from, std::string& out) {
  for (;;) {
    auto more = co_await from.fill();
    if (!more) co_return;
    out += from.input();
    from.consume(from.input().size());
  }
}

}  // namespace

struct TestLoop::Impl {
  Workers workers{2};
  Loop loop{workers};
};

TestLoop::TestLoop() : impl_(std::make_unique<Impl>()) { impl_->loop.enter(); }
TestLoop::~TestLoop() {
  impl_->workers.stop();
  impl_->loop.close();
}

std::unique_ptr<Stream> TestLoop::stream_over_fd(int fd, Endpoint local, Endpoint peer) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  return std::make_unique<Connection>(UniqueFd(fd), std::move(local), std::move(peer));
}

std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> TestLoop::stream_pair() {
  int fds[2];
  HATO_ASSERT(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  auto server = test_endpoint("192.0.2.25", 25), client = test_endpoint("192.0.2.1", 50'000);
  return {stream_over_fd(fds[0], server, client), stream_over_fd(fds[1], client, server)};
}

void TestLoop::start(Task<void> task) { impl_->loop.start(std::move(task)); }
void TestLoop::run() {
  impl_->loop.run(true);
  impl_->loop.enter();
}
void TestLoop::stop() { impl_->loop.begin_stop(std::chrono::seconds(10)); }

std::string TestLoop::converse(const Session& session, std::string_view input) {
  int fds[2];
  HATO_ASSERT(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  auto server =
      stream_over_fd(fds[0], test_endpoint("192.0.2.25", 25), test_endpoint("192.0.2.1", 50'000));
  // A stream waits for one thing at a time: one more for the client's other direction.
  auto reader = stream_over_fd(fds[1]), writer = stream_over_fd(::dup(fds[1]));
  std::string out;
  start(serve(session, *server));
  start(send_all(*writer, fds[1], input));
  start(read_all(*reader, out));
  run();
  return out;
}

}  // namespace hato::net
