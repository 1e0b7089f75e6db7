// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

#include "net/runtime.h"
#include "net/testing.h"

namespace hato::net {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

// Echoes lines until "QUIT"; tells why input ended where it did.
Task<void> echo(Stream& s) {
  for (;;) {
    auto end = s.input().find('\n');
    if (end == std::string_view::npos) {
      auto more = co_await s.fill();
      if (more) continue;
      s.write(more.error().id() == ErrorId::kNetClosed ? "closed\n" : "failed\n");
      co_return;
    }
    std::string line(s.input().substr(0, end + 1));
    s.consume(end + 1);
    s.write(line);
    if (line == "QUIT\n") co_return;
  }
}

TEST(Stream, AnswersPipelinedLinesAndTheEnd) {
  TestLoop loop;
  EXPECT_EQ(loop.converse(echo, "a\nb\nc\n"), "a\nb\nc\nclosed\n");
  EXPECT_EQ(loop.converse(echo, "a\nQUIT\nb\n"), "a\nQUIT\n");
  EXPECT_EQ(loop.converse(echo, ""), "closed\n");
}

TEST(Stream, CarriesMegabytesBothWays) {
  TestLoop loop;
  std::string big;
  for (int i = 0; big.size() < 5u << 20; ++i)
    big += std::to_string(i) + std::string(70, 'x') + "\n";
  auto session = [](Stream& s) -> Task<void> {
    for (;;) {
      auto more = co_await s.fill();
      if (!more) co_return;
      s.write(s.input());
      s.consume(s.input().size());
      if (s.pending() > Stream::kWriteHigh) {
        auto sent = co_await s.flush();
        if (!sent) co_return;
      }
    }
  };
  EXPECT_TRUE(loop.converse(session, big) == big);
}

Task<void> fill_to(Stream& s, std::size_t limit, std::optional<Error>& error) {
  for (;;) {
    auto more = co_await s.fill(limit);
    if (more) continue;
    error = more.error();
    co_return;
  }
}

TEST(Stream, NeverHoldsMoreThanTheLimit) {
  TestLoop loop;
  std::optional<Error> error;
  std::size_t held = 0;
  auto session = [&](Stream& s) -> Task<void> {
    co_await fill_to(s, 1000, error);
    held = s.input().size();
  };
  loop.converse(session, std::string(100'000, 'x'));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->id(), ErrorId::kNetOverflow);
  EXPECT_EQ(held, 1000u);
}

TEST(Stream, TellsAPeerThatTricklesFromOneThatWorks) {
  TestLoop loop;
  auto [server, client] = loop.stream_pair();
  server->set_timeout(1s);
  std::optional<Error> error;
  auto trickle = [](Stream& s) -> Task<void> {
    for (int i = 0; i < 30; ++i) {
      s.write("x");
      auto sent = co_await s.flush();
      auto slept = co_await s.pause(100ms);
      if (!sent || !slept) co_return;
    }
  };
  auto begin = Steady::now();
  loop.start([](Stream& s, std::optional<Error>& e) -> Task<void> {
    co_await fill_to(s, 1000, e);
    co_await s.close();
  }(*server, error));
  loop.start(trickle(*client));
  loop.run();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->id(), ErrorId::kNetTimeout);
  EXPECT_LT(Steady::now() - begin, 2s);
}

}  // namespace
}  // namespace hato::net
