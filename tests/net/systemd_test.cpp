// SPDX-License-Identifier: Apache-2.0
#include "net/systemd.h"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <cstdlib>

#include "server.h"

namespace hato::net {
namespace {

UniqueFd listening(std::uint16_t& port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof a;
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&a), size), 0);
  EXPECT_EQ(::listen(fd.get(), 8), 0);
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&a), &size);
  port = ntohs(a.sin_port);
  return fd;
}

// Runs in a process of its own, as descriptor 3 and the environment belong to the process.
int take_over() {
  std::uint16_t smtp = 0, pop3 = 0;
  auto a = listening(smtp), b = listening(pop3);
  UniqueFd high_a(::fcntl(a.get(), F_DUPFD, 100)), high_b(::fcntl(b.get(), F_DUPFD, 100));
  a.reset(), b.reset();
  ::dup2(high_a.get(), 3), ::dup2(high_b.get(), 4);
  high_a.reset(), high_b.reset();
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "2", 1);
  ::setenv("LISTEN_FDNAMES", "smtp:pop3.socket", 1);
  for (auto [name, port] : {std::pair{"pop3", pop3}, std::pair{"smtp", smtp}}) {
    Listener l{.name = name};
    l.session = [](Stream& s) -> Task<void> {
      s.write("taken over");
      co_return;
    };
    TestServer server(l, {.threads = 1});
    if (server.where.port != port || Client(server.where).rest() != "taken over") return 1;
  }
  if (!take_systemd_sockets("smtp").empty()) return 2;
  return 0;
}

TEST(Systemd, SocketsAreTakenByName) {
  EXPECT_EXIT(std::exit(take_over()), testing::ExitedWithCode(0), "");
}

TEST(Systemd, SocketsOfAnotherProcessAreLeft) {
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "1", 1);
  ::setenv("LISTEN_FDNAMES", "smtp", 1);
  EXPECT_TRUE(take_systemd_sockets("smtp").empty());
  for (auto name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  EXPECT_TRUE(take_systemd_sockets("smtp").empty());
}

TEST(Systemd, ReadinessIsTold) {
  TestFolder folder;
  EXPECT_FALSE(notify_systemd("READY=1"));
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM, 0));
  sockaddr_un a{AF_UNIX, {}};
  (folder / "notify").copy(a.sun_path, sizeof a.sun_path - 1);
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&a), sizeof a), 0);
  ::setenv("NOTIFY_SOCKET", a.sun_path, 1);
  EXPECT_TRUE(notify_systemd("READY=1"));
  char text[16] = {};
  EXPECT_EQ(::recv(fd.get(), text, sizeof text, MSG_DONTWAIT), 7);
  EXPECT_STREQ(text, "READY=1");
  ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace hato::net
