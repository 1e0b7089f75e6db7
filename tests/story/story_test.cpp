// SPDX-License-Identifier: Apache-2.0
#include "story/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "../store/engines.h"
#include "../store/forward.h"
#include "story/format.h"

namespace hato::story {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Millis kDay = 86'400'000;

Trace trace_to(std::string recipient, RefId session = 0) {
  Trace t{.id = new_ref(), .session = session, .protocol = "smtp", .peer = "192.0.2.1"};
  t.helo = "mx.example.jp";
  t.sender = "Hanako@Example.jp";
  t.recipients = {std::move(recipient)};
  t.message_id = "1@Example.jp";
  t.subject = "鳩";
  t.size = 10'240;
  t.add(What::kConnect, "192.0.2.1");
  t.add(What::kStored, "INBOX of taro@hato.test, UID 7");
  return t;
}

std::vector<RefId> ids(const Result<std::vector<Trace>>& traces) {
  std::vector<RefId> out;
  if (traces)
    for (const auto& t : *traces) out.push_back(t.id);
  return out;
}

TEST(Trace, KeepsTheFirst63EventsAndTheLast) {
  Trace t;
  for (int i = 0; i < 100; ++i) t.add(What::kNote, std::to_string(i));
  ASSERT_THAT(t.events, SizeIs(kMaxEvents));
  EXPECT_EQ(t.events[62].text, "62");
  EXPECT_EQ(t.events[63].text, "99");
}

TEST(Trace, IsCutToItsBounds) {
  Trace t;
  t.subject = std::string(10'000, 's');
  t.sender = std::string(319, 'a') + "鳩";
  t.recipients.assign(5000, std::string(1000, 'r'));
  t.add(What::kNote, std::string(100'000, 'x'));
  t.events.resize(1000);
  clip(t);
  EXPECT_EQ(t.sender, std::string(319, 'a')) << "no half of a character";
  EXPECT_THAT(t.events, SizeIs(kMaxEvents));
  EXPECT_EQ(t.events[0].text.size(), 512u);
  EXPECT_LT(encode(t).size(), 400'000u);
}

TEST(Format, ComesBackAsItWas) {
  auto t = trace_to("taro@hato.test", 5);
  Error error(ErrorId::kMailboxFull, {{"address", "taro@hato.test"}});
  t.add(What::kRefused, "552", &error);
  auto back = decode(t.id, encode(t));
  ASSERT_OK(back);
  EXPECT_EQ(back->session, 5u);
  EXPECT_EQ(back->subject, "鳩");
  EXPECT_EQ(back->size, 10'240u);
  EXPECT_EQ(back->recipients, t.recipients);
  ASSERT_THAT(back->events, SizeIs(3));
  EXPECT_EQ(back->events[2].error, "mailbox-full");
  EXPECT_EQ(back->events[2].details, t.events[2].details);
  EXPECT_EQ(back->events[2].at, t.events[2].at);
}

TEST(Format, EveryTruncationAndEveryOtherVersionIsDamage) {
  auto bytes = encode(trace_to("taro@hato.test"));
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode(1, std::string_view(bytes).substr(0, n))) << n;
  EXPECT_FALSE(decode(1, bytes + "x"));
  bytes[0] = 9;
  EXPECT_FALSE(decode(1, bytes));
}

TEST(Format, TermsAreLowerCaseAndEachOnce) {
  auto t = trace_to("Taro@HATO.test");
  t.recipients.push_back("taro@hato.test");
  EXPECT_THAT(terms_of(t), ElementsAre("192.0.2.1", "1@example.jp", "example.jp",
                                       "hanako@example.jp", "hato.test", "taro@hato.test"));
  EXPECT_EQ(normal_term(" <A@b.C> "), "a@b.c");
}

TEST(Describe, EveryEventHasANameAndASentenceInBothLanguages) {
  for (int what = int(What::kConnect); what <= int(What::kBounced); ++what) {
    Event e{.what = What(what), .text = "fact"};
    EXPECT_NE(what_name(e.what), "unknown") << what;
    EXPECT_THAT(describe(e, false), HasSubstr("fact"));
    EXPECT_THAT(describe(e, true), HasSubstr("fact"));
    EXPECT_NE(describe(e, false), describe(e, true)) << what;
  }
  EXPECT_EQ(what_name(What(200)), "unknown");
}

TEST(Describe, ARefusalSaysWhyWithItsDetails) {
  Trace t;
  Error error(ErrorId::kMailboxFull, {{"address", "taro@hato.test"}});
  t.add(What::kRefused, "552 5.2.2", &error);
  EXPECT_EQ(describe(t.events[0], false),
            "refused: 552 5.2.2 (The mailbox of taro@hato.test has reached its quota.)");
  EXPECT_THAT(describe(t.events[0], true), HasSubstr("taro@hato.test のメールボックス"));
}

class StoryTest : public testing::TestWithParam<const char*> {
 protected:
  store::test::Engine engine{GetParam()};
};

TEST_P(StoryTest, IsFoundByEveryTermThatItNames) {
  Story story(*engine);
  auto t = trace_to("taro@hato.test");
  t.login = "taro";
  auto other = trace_to("bob@example.com");
  other.sender = "alice@example.com", other.message_id = "2@example.com", other.peer = "::1";
  story.record(t);
  story.record(other);
  story.flush();
  for (auto term : {"taro@hato.test", "TARO@hato.test", "hanako@example.jp", "<1@Example.jp>",
                    "192.0.2.1", "taro", "hato.test", "example.jp"})
    EXPECT_THAT(ids(story.find({.term = term})), ElementsAre(t.id)) << term;
  EXPECT_THAT(ids(story.find({.term = ref_text(t.id)})), ElementsAre(t.id));
  EXPECT_THAT(ids(story.find({})), ElementsAre(other.id, t.id)) << "newest first";
  EXPECT_THAT(ids(story.find({.term = "nobody@hato.test"})), IsEmpty());
}

TEST_P(StoryTest, AReferenceGivesTheWholeSession) {
  Story story(*engine);
  Trace session{.id = new_ref(), .protocol = "smtp", .peer = "192.0.2.1"};
  session.add(What::kConnect);
  auto first = trace_to("taro@hato.test", session.id);
  auto second = trace_to("hanako@hato.test", session.id);
  auto stranger = trace_to("taro@hato.test", new_ref());
  for (const auto& t : {first, second, stranger, session}) story.record(t);
  for (auto id : {session.id, first.id, second.id})
    EXPECT_THAT(ids(story.find({.term = ref_text(id)})),
                ElementsAre(second.id, first.id, session.id));
}

TEST_P(StoryTest, TimeAndLimitBoundWhatIsFound) {
  Story story(*engine);
  std::vector<RefId> all;
  for (int i = 0; i < 10; ++i) {
    auto t = trace_to("taro@hato.test");
    for (auto& e : t.events) e.at = 1'000'000 + i * 1000;
    all.insert(all.begin(), t.id);
    story.record(t);
  }
  story.flush();
  EXPECT_EQ(ids(story.find({.term = "hato.test", .limit = 3})),
            std::vector<RefId>(all.begin(), all.begin() + 3));
  EXPECT_EQ(ids(story.find({.since = 1'002'000, .until = 1'004'000})),
            std::vector<RefId>(all.begin() + 5, all.begin() + 8));
}

TEST_P(StoryTest, WhatWaitsIsStoredAtTheEnd) {
  auto t = trace_to("taro@hato.test");
  {
    Story(*engine).record(t);
  }
  engine.reopen();
  EXPECT_THAT(ids(Story(*engine).find({.term = "taro@hato.test"})), ElementsAre(t.id));
}

TEST_P(StoryTest, TooOldGoes) {
  Story story(*engine, {.keep_days = 3});
  story.record(trace_to("taro@hato.test"));
  story.flush();
  ASSERT_OK(story.expire(now_ms() + 2 * kDay));
  EXPECT_THAT(ids(story.find({})), SizeIs(1));
  ASSERT_OK(story.expire(now_ms() + 5 * kDay));
  EXPECT_THAT(ids(story.find({})), IsEmpty());
}

TEST_P(StoryTest, TooMuchGoesOldestFirst) {
  Story story(*engine, {.max_bytes = 160'000});
  RefId last = 0;
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 20; ++i) {
      auto t = trace_to("taro@hato.test");
      last = t.id;
      story.record(std::move(t));
    }
    story.flush();
  }
  auto found = story.find({.limit = 100'000});
  ASSERT_OK(found);
  EXPECT_EQ(found->front().id, last);
  EXPECT_LT(found->size(), 1200u);
  EXPECT_GT(found->size(), 200u);
  EXPECT_EQ(story.dropped(), 0u);
}

TEST_P(StoryTest, ThreadsRecordAtOnce) {
  Story story(*engine);
  std::vector<std::jthread> threads;
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) story.record(trace_to("taro@hato.test"));
    });
  threads.clear();
  story.flush();
  EXPECT_THAT(ids(story.find({.term = "hato.test", .limit = 5000})), SizeIs(2000));
}

INSTANTIATE_TEST_SUITE_P(Engines, StoryTest, testing::Values("memory", "rocksdb"),
                         [](const auto& i) { return std::string(i.param); });

// An engine whose commits wait until they are let through, and then fail.
class StuckStore final : public store::test::Forward {
 public:
  using Forward::Forward;
  void commit(store::PartId, store::Commit, store::Done<store::Seq> done) override {
    std::lock_guard lock(mutex_);
    if (failing_) return done(fail(ErrorId::kStoreFull));
    held_.push_back(std::move(done));
  }
  void let_fail() {
    std::lock_guard lock(mutex_);
    failing_ = true;
    for (auto& done : held_) done(fail(ErrorId::kStoreFull));
    held_.clear();
  }

 private:
  std::mutex mutex_;
  bool failing_ = false;
  std::vector<store::Done<store::Seq>> held_;
};

TEST(StoryFaults, FarBehindItDropsAndNeverWaits) {
  auto inner = store::open_memory();
  StuckStore store(*inner);
  Story story(store);
  auto big = trace_to("taro@hato.test");
  big.recipients.assign(1000, std::string(300, 'r'));
  for (int i = 0; i < 1000; ++i) story.record(big);  // 330 MB, of which 32 may wait
  EXPECT_GT(story.dropped(), 700u);
  store.let_fail();
  story.flush();
  EXPECT_EQ(story.dropped(), 1000u);
}

}  // namespace
}  // namespace hato::story
