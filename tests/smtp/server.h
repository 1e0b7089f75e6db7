// SPDX-License-Identifier: Apache-2.0
// A whole server in memory, and a client that waits for each answer.
#pragma once
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "../store/engines.h"
#include "catalogue/errors.h"
#include "net/testing.h"
#include "net/tls.h"
#include "smtp/server.h"

namespace hato::smtp::test {

inline constexpr std::string_view kDirectoryKey = "0123456789abcdef0123456789abcdef";

// Made once a test program, as secrets are slow to make by design.
class World {
 public:
  static World& get() {
    static World world;
    return world;
  }

  account::Account add(account::Account account, std::initializer_list<std::string> aliases = {}) {
    auto made = directory.add_account(std::move(account), "secret");
    if (!made) throw std::runtime_error(catalogue::log_text(made.error()));
    store::test::Wait<void> wait;
    mail.create(made->id, "en", wait.done());
    EXPECT_TRUE(wait.get());
    for (const auto& alias : aliases) EXPECT_TRUE(directory.set_alias({alias, {made->address}}));
    return *made;
  }
  // All messages of an account, oldest first, taken out.
  std::vector<std::string> take(const account::Account& account) {
    std::vector<std::string> out;
    std::vector<store::Uid> uids;
    auto entries = mail.list(account.id, store::kInbox);
    EXPECT_TRUE(entries);
    for (const auto& e : *entries) {
      out.push_back(*mail.read(e, 0, e.size));
      uids.push_back(e.uid);
    }
    store::test::Wait<store::Seq> wait;
    mail.expunge(account.id, store::kInbox, uids, wait.done());
    EXPECT_TRUE(wait.get());
    return out;
  }
  // All queued messages, taken out.
  std::vector<delivery::QueueItem> take_queue() {
    std::vector<delivery::QueueItem> out;
    EXPECT_TRUE(
        queue.each([&](const delivery::QueueItem& item) { return out.push_back(item), true; }));
    for (const auto& item : out) EXPECT_TRUE(queue.remove(item.id));
    return out;
  }
  std::string body(const delivery::QueueItem& item) {
    return *store->blob_get(item.blob, 0, item.size);
  }

  std::unique_ptr<store::Store> store = store::open_memory();
  store::MailStore mail{*store};
  account::Directory directory{*store, kDirectoryKey};
  delivery::Queue queue{*store};
  delivery::Acceptor acceptor{mail, queue};
  story::Story story{*store};
  account::Account taro, hanako, full, disabled;

 private:
  World() {
    EXPECT_TRUE(directory.add_domain({.name = "hato.test"}));
    taro = add({.address = "taro@hato.test", .plain_secret = true},
               {"sales@hato.test", "postmaster@hato.test"});
    hanako = add({.address = "hanako@hato.test"});
    full = add({.address = "full@hato.test", .quota_bytes = 1000});
    disabled = add({.address = "disabled@hato.test", .disabled = true});
    EXPECT_TRUE(directory.set_alias({"away@hato.test", {"alice@example.com"}}));
    EXPECT_TRUE(directory.set_alias({"both@hato.test", {"taro@hato.test", "alice@example.com"}}));
  }
};

// One session; each step is sent when the replies to the one before have come.
class Server {
 public:
  explicit Server(Role role = Role::kMx) {
    options.role = role;
    options.hostname = "mx.hato.test";
  }

  // All that the server said, but for its goodbye.
  std::string talk(std::vector<std::string> steps) {
    World& w = World::get();
    account::Authenticator authenticator(w.directory);
    policy::Policy policy(w.directory, w.mail, settings);
    Budget budget(options.max_in_flight);
    Services services{w.directory, authenticator, policy, w.acceptor, w.story, budget};
    net::TestLoop loop;
    auto [server, client] = loop.stream_pair();
    if (!peer.empty()) server->set_peer({*net::Ip::parse(peer), 50'000, {}});
    std::string said;
    loop.start(run(*server, services));
    loop.start(speak(*client, steps, said));
    loop.run();
    EXPECT_EQ(budget.used(), 0u);
    constexpr std::string_view kBye = "221 2.0.0 Bye\r\n";
    if (said.ends_with(kBye)) said.resize(said.size() - kBye.size());
    return said;
  }
  // The same after EHLO, whose answer is left out.
  std::string hello(std::vector<std::string> steps) {
    steps.insert(steps.begin(), options.role == Role::kLmtp ? "LHLO client.example\r\n"
                                                            : "EHLO client.example\r\n");
    auto said = talk(std::move(steps));
    auto limits = said.find(" LIMITS");
    EXPECT_NE(limits, said.npos) << said;
    return said.substr(said.find('\n', limits) + 1);
  }

  Options options;
  policy::Settings settings;
  std::string peer;

 private:
  net::Task<void> run(net::Stream& stream, const Services& services) {
    co_await serve(stream, options, services);
    co_await stream.close();
  }
  static bool complete(std::string_view said) {
    if (!said.ends_with("\r\n")) return false;
    said.remove_suffix(2);
    auto line = said.substr(said.rfind('\n') + 1);
    return line.size() > 3 && line[3] == ' ';
  }
  // Then QUIT, and all until the end.
  static net::Task<void> speak(net::Stream& stream, std::vector<std::string> steps,
                               std::string& said) {
    steps.push_back("QUIT\r\n");
    for (std::size_t step = 0;;) {
      auto more = co_await stream.fill();
      if (!more) co_return;
      said += stream.input();
      stream.consume(stream.input().size());
      if (step == steps.size() || !complete(said)) continue;
      stream.write(steps[step++]);
      auto sent = co_await stream.flush();
      if (!sent) co_return;
    }
  }
};

}  // namespace hato::smtp::test
