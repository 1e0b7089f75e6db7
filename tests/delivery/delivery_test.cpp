// SPDX-License-Identifier: Apache-2.0
#include "delivery/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../store/engines.h"
#include "../store/forward.h"
#include "delivery/queue_format.h"
#include "message/summary.h"
#include "net/testing.h"

namespace hato::delivery {
namespace {

using account::Account;
using account::Route;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr std::string_view kMessage = "Received: here\r\nSubject: hi\r\n\r\nbody\r\n";

Recipient local(std::string address, std::vector<Account> accounts) {
  Recipient r{.address = std::move(address)};
  r.route.kind = Route::kLocal;
  r.route.local = std::move(accounts);
  return r;
}

Recipient remote(std::string address) {
  Recipient r{.address = address};
  r.route.kind = Route::kRemote;
  r.route.remote = {std::move(address)};
  return r;
}

// An engine that refuses commits of one kind of partition with an error of the test's choice.
class RefusingStore final : public store::test::Forward {
 public:
  using Forward::Forward;
  void commit(store::PartId part, store::Commit c, store::Done<store::Seq> done) override {
    if (refuse && refuse->first == part) return done(fail(refuse->second));
    Forward::commit(part, std::move(c), std::move(done));
  }
  std::optional<std::pair<store::PartId, ErrorId>> refuse;
};

class DeliveryTest : public testing::TestWithParam<const char*> {
 protected:
  DeliveryTest() {
    for (const auto& a : {taro, hanako}) {
      store::test::Wait<void> wait;
      mail.create(a.id, "en", wait.done());
      EXPECT_TRUE(wait.get());
    }
  }

  std::vector<Fate> accept(std::vector<Recipient> recipients, bool together = true,
                           std::string message = std::string(kMessage)) {
    Envelope e{.ref = new_ref(), .sender = "bob@example.com"};
    e.recipients = std::move(recipients);
    e.received = now_ms();
    last = e.ref;
    std::vector<Fate> fates;
    net::TestLoop loop;
    loop.start(run(e, std::move(message), together, fates));
    loop.run();
    return fates;
  }
  net::Task<void> run(const Envelope& e, std::string message, bool together,
                      std::vector<Fate>& out) {
    auto fates = co_await acceptor.accept(e, std::move(message), together);
    out = std::move(fates);
  }

  std::vector<std::string> inbox(const Account& a) {
    std::vector<std::string> out;
    auto entries = mail.list(a.id, store::kInbox);
    if (!entries) return {"(no list)"};
    for (const auto& e : *entries) {
      auto bytes = mail.read(e, 0, e.size);
      out.push_back(bytes ? *bytes : "(unreadable)");
      EXPECT_EQ(out.back().size(), e.size);
    }
    return out;
  }
  std::vector<QueueItem> queued() {
    std::vector<QueueItem> out;
    EXPECT_TRUE(queue.each([&](const QueueItem& item) {
      out.push_back(item);
      return true;
    }));
    return out;
  }
  static std::string delivered(std::string_view to) {
    return "Return-Path: <bob@example.com>\r\nDelivered-To: " + std::string(to) + "\r\n" +
           std::string(kMessage);
  }

  Account taro{.id = 1, .address = "taro@hato.test"};
  Account hanako{.id = 2, .address = "hanako@hato.test"};
  RefId last = 0;
  store::test::Engine engine{GetParam()};
  RefusingStore faulty{*engine};
  store::MailStore mail{faulty};
  Queue queue{faulty};
  Acceptor acceptor{mail, queue};
};

TEST_P(DeliveryTest, ALocalMessageIsThereByteForByte) {
  auto fates = accept({local("taro@hato.test", {taro})});
  ASSERT_THAT(fates, SizeIs(1));
  EXPECT_EQ(fates[0].kind, Fate::kStored);
  EXPECT_THAT(fates[0].notes,
              ElementsAre(Pair(story::What::kStored, "INBOX of taro@hato.test, UID 1")));
  EXPECT_THAT(inbox(taro), ElementsAre(delivered("taro@hato.test")));
  EXPECT_THAT(queued(), IsEmpty());
}

TEST_P(DeliveryTest, WhatListsShowIsStoredBesideTheMessage) {
  accept({local("taro@hato.test", {taro})});
  auto bytes = mail.summary(taro.id, mail.list(taro.id, store::kInbox)->at(0).email);
  ASSERT_TRUE(bytes);
  auto summary = message::decode(*bytes);
  ASSERT_TRUE(summary);
  EXPECT_EQ(*bytes, encode(message::summarise(kMessage)));
}

TEST_P(DeliveryTest, OneBodyServesAllRecipients) {
  auto fates = accept({local("taro@hato.test", {taro}), local("hanako@hato.test", {hanako}),
                       remote("alice@example.com")});
  EXPECT_EQ(fates[2].kind, Fate::kQueued);
  EXPECT_THAT(inbox(hanako), ElementsAre(delivered("hanako@hato.test")));
  auto items = queued();
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_EQ(items[0].id, last);
  EXPECT_EQ(items[0].size, kMessage.size());
  EXPECT_EQ(mail.list(taro.id, store::kInbox)->at(0).blob, items[0].blob);
  EXPECT_EQ(engine->blob_links(items[0].blob)->size(), 3u);
}

TEST_P(DeliveryTest, AnAccountReachedTwiceStoresOnce) {
  auto fates = accept({local("sales@hato.test", {taro, hanako}), local("taro@hato.test", {taro})});
  EXPECT_THAT(fates[0].notes, SizeIs(2));
  EXPECT_THAT(fates[1].notes,
              ElementsAre(Pair(story::What::kStored, "INBOX of taro@hato.test, UID 1")));
  EXPECT_THAT(inbox(taro), ElementsAre(delivered("sales@hato.test")));
  EXPECT_THAT(inbox(hanako), SizeIs(1));
}

TEST_P(DeliveryTest, AnAliasMayLeadHereAndElsewhere) {
  auto both = local("sales@hato.test", {taro});
  both.route.remote = {"alice@example.com", "alice@example.com"};
  auto fates = accept({both, remote("alice@example.com")});
  EXPECT_EQ(fates[0].kind, Fate::kStored);
  EXPECT_THAT(fates[0].notes, SizeIs(2));
  EXPECT_EQ(fates[1].kind, Fate::kQueued);
  ASSERT_THAT(queued(), SizeIs(1));
  EXPECT_THAT(queued()[0].envelope.recipients, SizeIs(1));
}

TEST_P(DeliveryTest, TogetherOneFullMailboxRefusesAllAndStoresNothing) {
  hanako.quota_bytes = 10;
  auto fates = accept({local("taro@hato.test", {taro}), local("hanako@hato.test", {hanako}),
                       remote("alice@example.com")});
  for (const auto& fate : fates) {
    ASSERT_TRUE(fate.error);
    EXPECT_EQ(fate.error->id(), ErrorId::kMessageOverQuota);
    EXPECT_EQ(fate.error->detail("address"), "hanako@hato.test");
  }
  EXPECT_THAT(inbox(taro), IsEmpty());
  EXPECT_THAT(queued(), IsEmpty());
}

TEST_P(DeliveryTest, EachForItselfOneFullMailboxIsItsOwnAffair) {
  hanako.quota_messages = 1;
  accept({local("hanako@hato.test", {hanako})});
  auto fates = accept({local("taro@hato.test", {taro}), local("hanako@hato.test", {hanako}),
                       local("all@hato.test", {taro, hanako})},
                      false);
  EXPECT_EQ(fates[0].kind, Fate::kStored);
  EXPECT_EQ(fates[1].kind, Fate::kRefused);
  EXPECT_EQ(fates[2].kind, Fate::kRefused);
  EXPECT_THAT(inbox(taro), SizeIs(1));
  EXPECT_THAT(inbox(hanako), SizeIs(1));
}

TEST_P(DeliveryTest, AMailboxThatIsMissingIsARefusalAndUndoesTheOthers) {
  Account gone{.id = 99, .address = "gone@hato.test"};
  auto fates = accept({local("taro@hato.test", {taro}), local("gone@hato.test", {gone}),
                       remote("alice@example.com")});
  for (const auto& fate : fates) EXPECT_EQ(fate.kind, Fate::kRefused);
  store::test::Wait<store::Seq> settled;  // behind the expunge in the same account
  mail.expunge(taro.id, store::kInbox, {12345}, settled.done());
  ASSERT_OK(settled.get());
  ASSERT_OK(queue.remove(last + kQueueParts));  // behind the removal in the same partition
  EXPECT_THAT(inbox(taro), IsEmpty());
  EXPECT_THAT(queued(), IsEmpty());
}

TEST_P(DeliveryTest, AStoreThatRefusesIsARefusalWithItsReasonAndHealsByItself) {
  for (auto error : {ErrorId::kStoreFull, ErrorId::kStoreUnavailable, ErrorId::kStoreUnknown}) {
    faulty.refuse = {{store::PartId::kAccount, hanako.id}, error};
    auto fates = accept({local("hanako@hato.test", {hanako})});
    ASSERT_TRUE(fates[0].error);
    EXPECT_EQ(fates[0].error->id(), error);
    EXPECT_EQ(catalogue::row(*fates[0].error).smtp_code / 100, 4) << "the client tries again";
    fates = accept({local("taro@hato.test", {taro}), local("hanako@hato.test", {hanako})}, false);
    EXPECT_EQ(fates[0].kind, Fate::kStored);
    EXPECT_EQ(fates[1].kind, Fate::kRefused);
    faulty.refuse.reset();
  }
  EXPECT_THAT(inbox(hanako), IsEmpty());
  EXPECT_EQ(accept({local("hanako@hato.test", {hanako})})[0].kind, Fate::kStored);
  EXPECT_THAT(inbox(hanako), SizeIs(1));
}

TEST_P(DeliveryTest, WhoLeadsNowhereIsUnknown) {
  auto fates = accept({Recipient{.address = "nobody@hato.test"}});
  ASSERT_TRUE(fates[0].error);
  EXPECT_EQ(fates[0].error->id(), ErrorId::kRecipientUnknown);
}

TEST_P(DeliveryTest, ALargeMessageKeepsEveryByte) {
  std::string big(3'000'000, 'x');
  for (std::size_t i = 0; i < big.size(); i += 997) big[i] = char(i);
  auto fates = accept({local("taro@hato.test", {taro})}, true, big);
  EXPECT_EQ(fates[0].kind, Fate::kStored);
  auto got = inbox(taro);
  ASSERT_THAT(got, SizeIs(1));
  EXPECT_TRUE(got[0].ends_with(big));
}

TEST_P(DeliveryTest, QueueFindsAndRemoves) {
  accept({remote("alice@example.com")});
  auto item = queue.find(last);
  ASSERT_OK(item);
  ASSERT_TRUE(*item);
  EXPECT_EQ((*item)->envelope.sender, "bob@example.com");
  auto blob = (*item)->blob;
  ASSERT_OK(queue.remove(last));
  ASSERT_OK(queue.remove(last));  // again is no error
  EXPECT_FALSE(*queue.find(last));
  EXPECT_THAT(*engine->blob_links(blob), IsEmpty());
}

TEST_P(DeliveryTest, QueueSpreadsAndStopsWhenTold) {
  for (int i = 0; i < 130; ++i) accept({remote("alice@example.com")});
  EXPECT_THAT(queued(), SizeIs(130));
  EXPECT_GE(engine->partitions(store::PartId::kQueue)->size(), 60u);
  int seen = 0;
  ASSERT_OK(queue.each([&](const QueueItem&) { return ++seen < 10; }));
  EXPECT_EQ(seen, 10);
}

INSTANTIATE_TEST_SUITE_P(Engines, DeliveryTest, testing::Values("memory", "rocksdb"),
                         [](const auto& i) { return std::string(i.param); });

TEST(QueueFormat, ComesBackAsItWas) {
  QueueItem item{.id = 77, .blob = new_uuid(), .size = 5, .queued = 6, .due = 7, .attempts = 8};
  item.last = "450 later";
  auto& e = item.envelope;
  e = {.ref = 77, .sender = "bob@example.com", .ret = "HDRS", .envid = "x", .peer = "::1"};
  e.recipients = {remote("alice@example.com"), remote("hanako@example.jp")};
  e.recipients[0].notify = "NEVER", e.recipients[1].orcpt = "rfc822;a";
  e.smtputf8 = e.require_tls = true;
  e.helo = "h", e.login = "taro", e.received = 9;
  auto bytes = encode(item);
  auto back = decode_item(77, bytes);
  ASSERT_OK(back);
  EXPECT_EQ(encode(*back), bytes);
  EXPECT_EQ(back->blob, item.blob);
  EXPECT_EQ(back->envelope.recipients[1].orcpt, "rfc822;a");
  EXPECT_EQ(back->envelope.recipients[0].route.kind, Route::kRemote);
  EXPECT_TRUE(back->envelope.smtputf8 && back->envelope.require_tls);
  EXPECT_FALSE(back->envelope.eight_bit || back->envelope.binary);
}

TEST(QueueFormat, EveryTruncationAndEveryOtherVersionIsDamage) {
  QueueItem item{.id = 1};
  item.envelope.recipients = {remote("alice@example.com")};
  auto bytes = encode(item);
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_ERROR(decode_item(1, std::string_view(bytes).substr(0, n)), ErrorId::kStoreCorrupt);
  EXPECT_ERROR(decode_item(1, bytes + "x"), ErrorId::kStoreCorrupt);
  bytes[0] = 2;
  EXPECT_ERROR(decode_item(1, bytes), ErrorId::kStoreCorrupt);
}

}  // namespace
}  // namespace hato::delivery
