// SPDX-License-Identifier: Apache-2.0
#include "net/runtime.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <algorithm>

#include <atomic>
#include <fstream>
#include <set>

#include "server.h"

namespace hato::net {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

std::string bye(const Error& e) {
  if (e.id() == ErrorId::kServerStopping) return "421 stopping\r\n";
  if (e.id() == ErrorId::kNetTimeout) return "421 timeout\r\n";
  return "421 " + std::string(e.detail("ip")) + "\r\n";
}

// "220" and an echo of lines, with a goodbye that tells why.
Task<void> echo(Stream& s) {
  s.set_timeout(5s);
  s.write("220 ready\r\n");
  for (;;) {
    auto sent = co_await s.flush();
    if (!sent) co_return;
    auto end = s.input().find('\n');
    while (end == std::string_view::npos) {
      auto more = co_await s.fill();
      if (!more) {
        s.write(bye(more.error()));
        co_return;
      }
      end = s.input().find('\n');
    }
    std::string line(s.input().substr(0, end + 1));
    s.consume(end + 1);
    if (line == "peer\n") line = s.peer().text() + " " + s.local().text() + "\n";
    s.write(line);
    if (line == "QUIT\n") co_return;
  }
}

Listener echo_on(const char* address) {
  Listener l{.name = "echo", .address = address};
  l.session = echo;
  l.refusal = bye;
  return l;
}

TEST(Runtime, ServesBothFamiliesAndUnixSockets) {
  TestFolder folder;
  for (auto address : {std::string("127.0.0.1"), std::string("::1"), folder / "socket"}) {
    TestServer server(echo_on(address.c_str()));
    Client c(server.where);
    ASSERT_TRUE(c.connected()) << address;
    EXPECT_EQ(c.line(), "220 ready\r\n");
    c.send("peer\nhello\nQUIT\n");
    EXPECT_TRUE(c.line().ends_with(" " + server.where.text() + "\n")) << address;
    EXPECT_EQ(c.rest(), "hello\nQUIT\n");
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "socket"));
}

TEST(Runtime, AnswersAfterTheClientHasHalfClosed) {
  TestServer server(echo_on("127.0.0.1"));
  Client c(server.where);
  c.send("one\ntwo\n");
  c.end_input();
  EXPECT_EQ(c.rest(), "220 ready\r\none\ntwo\n421 127.0.0.1\r\n");
}

TEST(Runtime, TheLastReplyReachesAClientThatKeepsSending) {
  TestServer server(echo_on("127.0.0.1"));
  Client c(server.where);
  c.send("QUIT\n" + std::string(300'000, 'x'));
  EXPECT_EQ(c.rest(), "220 ready\r\nQUIT\n");
}

TEST(Runtime, LimitsConnectionsOfOneAddress) {
  auto l = echo_on("127.0.0.1");
  l.max_per_ip = 2;
  TestServer server(l);
  Client a(server.where), b(server.where);
  EXPECT_EQ(a.line() + b.line(), "220 ready\r\n220 ready\r\n");
  EXPECT_EQ(Client(server.where).rest(), "421 127.0.0.1\r\n");
  a.send("QUIT\n");
  a.rest();
  std::string again;
  for (int i = 0; i < 100 && again != "220 ready\r\n"; ++i) {
    again = Client(server.where).line();
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(again, "220 ready\r\n");
}

TEST(Runtime, ExemptAddressesAreNotLimited) {
  auto l = echo_on("127.0.0.1");
  l.max_per_ip = 1;
  l.limits_exempt = {*Cidr::parse("127.0.0.0/8")};
  TestServer server(l);
  Client a(server.where), b(server.where);
  EXPECT_EQ(a.line() + b.line(), "220 ready\r\n220 ready\r\n");
}

TEST(Runtime, LimitsConnectionsInAll) {
  TestServer server(echo_on("127.0.0.1"), {.threads = 1, .max_connections = 1});
  Client a(server.where);
  EXPECT_EQ(a.line(), "220 ready\r\n");
  EXPECT_EQ(server.runtime.connections(), 1u);
  EXPECT_EQ(Client(server.where).rest(), "421 \r\n");
}

TEST(Runtime, WithoutDescriptorsClientsAreToldAndServiceComesBack) {
  TestServer server(echo_on("127.0.0.1"), {.threads = 1});
  Client before(server.where), waiting(server.where), later(server.where);
  EXPECT_EQ(before.line() + waiting.line() + later.line(),
            "220 ready\r\n220 ready\r\n220 ready\r\n");
  // A connection whose descriptor is there already, while the server gets none for its end.
  rlimit old{};
  ::getrlimit(RLIMIT_NOFILE, &old);
  UniqueFd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit none{rlim_t(probe.get()) + 1, old.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(server.where.port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(probe.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  char text[64] = {};
  auto n = ::recv(probe.get(), text, sizeof text, 0);
  ::setrlimit(RLIMIT_NOFILE, &old);
  EXPECT_EQ(std::string_view(text, std::size_t(std::max<ssize_t>(n, 0))), "421 \r\n");
  Client after(server.where);
  EXPECT_EQ(after.line(), "220 ready\r\n");
  before.send("still here\n");
  EXPECT_EQ(before.line(), "still here\n");
}

ErrorId listen_error(Listener l) {
  Runtime runtime({.threads = 1});
  auto at = runtime.listen(std::move(l));
  if (at) return ErrorId::kNetClosed;
  EXPECT_FALSE(at.error().detail("address").empty());
  return at.error().id();
}

TEST(Runtime, TellsWhyAPortCannotBeOpened) {
  TestFolder folder;
  TestServer tcp(echo_on("127.0.0.1")), local(echo_on((folder / "s").c_str()));
  auto taken = echo_on("127.0.0.1");
  taken.port = tcp.where.port;
  EXPECT_EQ(listen_error(taken), ErrorId::kPortInUse);
  EXPECT_EQ(listen_error(echo_on((folder / "s").c_str())), ErrorId::kPortInUse);
  EXPECT_EQ(listen_error(echo_on("192.0.2.99")), ErrorId::kAddressUnavailable);
  EXPECT_EQ(listen_error(echo_on("mail.example.jp")), ErrorId::kAddressUnavailable);
  EXPECT_EQ(listen_error(echo_on((folder / "no/such").c_str())), ErrorId::kAddressUnavailable);
  auto long_path = "/" + std::string(200, 'x');
  EXPECT_EQ(listen_error(echo_on(long_path.c_str())), ErrorId::kAddressUnavailable);
}

TEST(Runtime, TakesOverASocketFileThatACrashLeft) {
  TestFolder folder;
  auto path = folder / "s";
  {
    UniqueFd crashed(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un un{AF_UNIX, {}};
    path.copy(un.sun_path, sizeof un.sun_path - 1);
    ASSERT_EQ(::bind(crashed.get(), reinterpret_cast<sockaddr*>(&un), sizeof un), 0);
  }
  auto l = echo_on(path.c_str());
  l.unix_mode = 0600;
  TestServer server(l);
  struct stat st{};
  ::stat(path.c_str(), &st);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
  EXPECT_EQ(Client(server.where).line(), "220 ready\r\n");
  // A file that is no socket is not touched.
  std::ofstream(folder / "mail") << "precious";
  EXPECT_EQ(listen_error(echo_on((folder / "mail").c_str())), ErrorId::kPortInUse);
  EXPECT_TRUE(std::filesystem::exists(folder / "mail"));
}

TEST(Runtime, StopLetsSessionsSayGoodbye) {
  TestServer server(echo_on("127.0.0.1"));
  std::vector<Client> clients;
  for (int i = 0; i < 20; ++i) clients.emplace_back(server.where);
  for (auto& c : clients) EXPECT_EQ(c.line(), "220 ready\r\n");
  auto begin = Steady::now();
  server.stop();
  EXPECT_LT(Steady::now() - begin, 2s);
  for (auto& c : clients) EXPECT_EQ(c.rest(), "421 stopping\r\n");
  EXPECT_FALSE(Client(server.where).connected());
}

// Fills the connection of a client that never reads.
Task<void> pour(Stream& s, std::atomic<int>* ended) {
  s.set_timeout(60s);
  for (;;) {
    s.write(std::string(Stream::kWriteHigh, 'x'));
    auto sent = co_await s.flush();
    if (!sent) break;
  }
  ++*ended;
}

TEST(Runtime, AfterTheGraceConnectionsAreCutOff) {
  std::atomic<int> ended = 0;
  Listener l{.name = "pour"};
  l.session = [&](Stream& s) { return pour(s, &ended); };
  TestServer server(l, {.threads = 2}, 1s);
  std::vector<Client> clients;
  for (int i = 0; i < 4; ++i) clients.emplace_back(server.where);
  while (server.runtime.connections() < 4) std::this_thread::yield();
  auto begin = Steady::now();
  server.stop();
  EXPECT_GE(Steady::now() - begin, 1s);
  EXPECT_LT(Steady::now() - begin, 3s);
  EXPECT_EQ(ended, 4);
}

TEST(Runtime, APeerThatNeverReadsTimesOut) {
  std::optional<Error> error;
  std::atomic<bool> done = false;
  Listener l{.name = "slow"};
  l.session = [&](Stream& s) -> Task<void> {
    s.set_timeout(1s);
    for (;;) {
      s.write(std::string(Stream::kWriteHigh, 'x'));
      auto sent = co_await s.flush();
      if (sent) continue;
      error = sent.error();
      done = true;
      co_return;
    }
  };
  TestServer server(l);
  Client c(server.where);
  while (!done) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(error->id(), ErrorId::kNetTimeout);
  server.stop();
}

TEST(Runtime, PauseEndsWithItsTimeItsPeerOrTheServer) {
  std::atomic<int> ended = 0;
  std::array<std::atomic<int>, 3> result{-1, -1, -1};
  Listener l{.name = "pause"};
  l.session = [&](Stream& s) -> Task<void> {
    auto more = co_await s.fill();
    if (!more) co_return;
    auto which = std::size_t(s.input()[0] - '0');
    s.consume(1);
    auto slept = co_await s.pause(which == 0 ? 50ms : 20s);
    result[which] = slept ? 0 : int(slept.error().id());
    ++ended;
  };
  TestServer server(l);
  Client time(server.where), peer(server.where), stop(server.where);
  time.send("0");
  peer.send("1");
  stop.send("2more");
  EXPECT_EQ(time.rest(), "");
  peer.close();
  while (ended < 2) std::this_thread::sleep_for(1ms);
  server.stop();
  EXPECT_EQ(result[0], 0);
  EXPECT_EQ(result[1], int(ErrorId::kNetClosed));
  EXPECT_EQ(result[2], int(ErrorId::kServerStopping));
}

TEST(Runtime, AnExceptionEndsItsSessionOnly) {
  Listener l{.name = "throw"};
  l.session = [](Stream& s) -> Task<void> {
    auto more = co_await s.fill();
    if (!more) co_return;
    if (s.input()[0] == 't') throw std::runtime_error("out of something");
    s.write("fine\n");
  };
  TestServer server(l);
  Client a(server.where), b(server.where);
  a.send("t");
  a.rest();
  b.send("x");
  EXPECT_EQ(b.rest(), "fine\n");
}

TEST(Runtime, BlockingWorkLeavesTheLoopFree) {
  std::atomic<bool> release = false;
  std::atomic<int> on_pool = 0;
  Listener l{.name = "work"};
  l.session = [&](Stream& s) -> Task<void> {
    auto more = co_await s.fill();
    if (!more) co_return;
    bool block = s.input()[0] == 'b';
    auto mine = std::this_thread::get_id();
    bool elsewhere = false;
    std::function<void()> work = [&] {
      elsewhere = std::this_thread::get_id() != mine;
      ++on_pool;
      while (block && !release) std::this_thread::sleep_for(1ms);
    };
    co_await run_blocking(work);
    s.write(elsewhere && std::this_thread::get_id() == mine ? "ok" : "wrong thread");
  };
  TestServer server(l, {.threads = 1, .workers = 2});
  Client blocked(server.where);
  blocked.send("b");
  while (on_pool == 0) std::this_thread::yield();
  for (int i = 0; i < 20; ++i) {
    Client c(server.where);
    c.send("x");
    EXPECT_EQ(c.rest(), "ok");
  }
  release = true;
  EXPECT_EQ(blocked.rest(), "ok");
}

// A "store" that answers from its own thread, in batches, some late and some never.
class Answerer {
 public:
  void ask(std::function<void(int)> done, int value) {
    std::lock_guard lock(mutex_);
    asked_.emplace_back(std::move(done), value);
  }
  std::size_t answer_all() {
    std::vector<std::pair<std::function<void(int)>, int>> now;
    {
      std::lock_guard lock(mutex_);
      now.swap(asked_);
    }
    for (auto& [done, value] : now) done(value);
    return now.size();
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::function<void(int)>, int>> asked_;
};

TEST(Waiter, ManyAnswersFromAnotherThreadReachTheirSessions) {
  Answerer answerer;
  std::atomic<bool> stop = false;
  std::thread thread([&] {
    while (!stop) answerer.answer_all();
  });
  Listener l{.name = "waiter"};
  l.max_per_ip = 0;
  l.session = [&](Stream& s) -> Task<void> {
    auto more = co_await s.fill();
    if (!more) co_return;
    int sum = 0;
    for (int i = 0; i < 200; ++i) {
      Waiter<int> waiter;
      answerer.ask(waiter.done(), i);
      if (i % 3 == 0) std::this_thread::yield();  // sometimes the answer is first
      auto value = co_await waiter.wait();
      sum += value;
    }
    s.write(std::to_string(sum));
  };
  {
    TestServer server(l);
    std::vector<Client> clients;
    for (int i = 0; i < 50; ++i) clients.emplace_back(server.where);
    for (auto& c : clients) c.send("x");
    for (auto& c : clients) EXPECT_EQ(c.rest(), "19900");
  }
  stop = true;
  thread.join();
}

TEST(Waiter, AnAnswerMayComeAfterSessionAndRuntimeAreGone) {
  Answerer answerer;
  std::atomic<int> asked = 0, destroyed = 0;
  struct Guard {
    std::atomic<int>& count;
    ~Guard() { ++count; }
  };
  Listener l{.name = "never"};
  l.session = [&](Stream&) -> Task<void> {
    Guard guard{destroyed};
    Waiter<int> waiter;
    answerer.ask(waiter.done(), 1);
    ++asked;
    co_await waiter.wait();
  };
  {
    TestServer server(l, {.threads = 2}, 0s);
    Client a(server.where), b(server.where);
    while (asked < 2) std::this_thread::yield();
    server.stop();
    EXPECT_EQ(destroyed, 2);  // when run() returns, so that what sessions use may go
  }
  EXPECT_EQ(answerer.answer_all(), 2u);
}

TEST(Runtime, ConnectionsAreSpreadOverThreads) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  Listener l{.name = "spread"};
  l.session = [&](Stream& s) -> Task<void> {
    std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
    s.write("x");
    co_return;
  };
  TestServer server(l, {.threads = 3});
  for (int i = 0; i < 12; ++i) EXPECT_EQ(Client(server.where).rest(), "x");
  EXPECT_EQ(threads.size(), 3u);
}

TEST(Runtime, StartsAndStopsWithoutRunning) {
  TestFolder folder;
  {
    Runtime runtime({.threads = 2});
    EXPECT_TRUE(runtime.listen(echo_on((folder / "s").c_str())));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "s"));
  Runtime runtime({.threads = 2});
  runtime.stop();
  runtime.run();
}

}  // namespace
}  // namespace hato::net
