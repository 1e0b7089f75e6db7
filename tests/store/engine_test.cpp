// SPDX-License-Identifier: Apache-2.0
// What every engine promises, written against the Store interface alone.
#include <thread>

#include "base/text.h"
#include "engines.h"

namespace hato::store::test {
namespace {

class EngineSuite : public testing::TestWithParam<const char*> {
 protected:
  Engine store{GetParam()};
  const PartId part{PartId::kAccount, 7};

  Result<Seq> change(Seq expect, std::vector<Mut> muts, std::string told = "c") {
    return commit(*store, part,
                  {.expect = expect, .header = "h", .muts = std::move(muts), .change = told});
  }
  std::vector<std::string> keys(const View& view, std::string_view from = "",
                                std::string_view to = "") {
    std::vector<std::string> out;
    auto scanned = view.scan('x', from, to, [&](auto key, auto value) {
      out.push_back(std::string(key) + "=" + std::string(value));
      return true;
    });
    EXPECT_TRUE(scanned);
    return out;
  }
};

TEST_P(EngineSuite, AnUnknownPartitionIsEmpty) {
  auto head = store->open(part);
  ASSERT_OK(head);
  EXPECT_EQ(head->seq, 0u);
  EXPECT_EQ(head->header, "");
  EXPECT_EQ(*store->get(part, 'x', "k"), std::nullopt);
  EXPECT_TRUE(store->partitions(PartId::kAccount)->empty());
}

TEST_P(EngineSuite, ACommitIsNumberedAndSurvivesReopening) {
  ASSERT_EQ(change(0, {{'x', "a", "1"}, {'x', "b", "2"}, {'y', "a", "3"}}).value(), 1u);
  ASSERT_EQ(change(1, {{'x', "a", {}}, {'x', "c", std::string("\0\xff", 2)}}).value(), 2u);
  store.reopen();
  auto head = store->open(part);
  ASSERT_OK(head);
  EXPECT_EQ(head->seq, 2u);
  EXPECT_EQ(head->header, "h");
  EXPECT_EQ(*store->get(part, 'x', "a"), std::nullopt);
  EXPECT_EQ(store->get(part, 'y', "a")->value(), "3");
  EXPECT_EQ(store->get(part, 'x', "c")->value(), std::string("\0\xff", 2));
  EXPECT_EQ(*store->get({PartId::kAccount, 8}, 'x', "b"), std::nullopt);
  EXPECT_EQ(*store->get({PartId::kQueue, 7}, 'x', "b"), std::nullopt);
}

TEST_P(EngineSuite, ScansGoInByteOrderWithinTheirSpaceAndBounds) {
  ASSERT_OK(change(0, {{'x', "b", "2"},
                       {'x', "a", "1"},
                       {'x', "\xff", "9"},
                       {'x', "", "0"},
                       {'w', "z", "-"},
                       {'y', "", "-"},
                       {'x', "ab", "3"}}));
  ASSERT_OK(commit(*store, {PartId::kAccount, 8}, {.muts = {{'x', "a", "other"}}}));
  auto view = store->view(part);
  ASSERT_OK(view);
  EXPECT_EQ(keys(**view), (std::vector<std::string>{"=0", "a=1", "ab=3", "b=2", "\xff=9"}));
  EXPECT_EQ(keys(**view, "a", "b"), (std::vector<std::string>{"a=1", "ab=3"}));
  EXPECT_EQ(keys(**view, "aa"), (std::vector<std::string>{"ab=3", "b=2", "\xff=9"}));
  int seen = 0;
  ASSERT_OK((*view)->scan('x', "", "", [&](auto, auto) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST_P(EngineSuite, AViewStandsStillWhileOthersWrite) {
  ASSERT_OK(change(0, {{'x', "a", "old"}}));
  auto view = store->view(part);
  ASSERT_OK(view);
  ASSERT_OK(change(1, {{'x', "a", "new"}, {'x', "b", "new"}}));
  EXPECT_EQ((*view)->head().seq, 1u);
  EXPECT_EQ((*view)->get('x', "a")->value(), "old");
  EXPECT_EQ(keys(**view), std::vector<std::string>{"a=old"});
  EXPECT_EQ(store->get(part, 'x', "a")->value(), "new");
}

TEST_P(EngineSuite, AnOldExpectationIsAConflictAndChangesNothing) {
  ASSERT_OK(change(0, {{'x', "a", "1"}}));
  EXPECT_ERROR(change(0, {{'x', "a", "2"}}), ErrorId::kStoreConflict);
  EXPECT_ERROR(change(2, {{'x', "a", "2"}}), ErrorId::kStoreConflict);
  EXPECT_EQ(store->get(part, 'x', "a")->value(), "1");
  EXPECT_EQ(store->open(part)->seq, 1u);
}

TEST_P(EngineSuite, ARepeatedCommitIdIsDoneOnce) {
  Commit first{.id = new_uuid(), .expect = 0, .muts = {{'x', "a", "1"}}};
  ASSERT_EQ(commit(*store, part, first).value(), 1u);
  ASSERT_OK(change(1, {{'x', "a", "2"}}));
  EXPECT_EQ(commit(*store, part, first).value(), 1u);
  store.reopen();
  if (GetParam() != std::string("memory")) {
    EXPECT_EQ(commit(*store, part, first).value(), 1u);
  }
  EXPECT_EQ(store->get(part, 'x', "a")->value(), "2");
}

TEST_P(EngineSuite, AFailingCommitOfAGroupFailsAlone) {
  constexpr int kParts = 40;
  std::vector<Wait<Seq>> good(kParts), bad(kParts);
  for (int i = 0; i < kParts; ++i) {
    PartId p{PartId::kAccount, 100u + unsigned(i)};
    store->commit(p, {.id = new_uuid(), .expect = 5, .muts = {{'x', "a", "bad"}}}, bad[i].done());
    store->commit(p, {.id = new_uuid(), .expect = 0, .muts = {{'x', "a", "good"}}}, good[i].done());
  }
  for (int i = 0; i < kParts; ++i) {
    EXPECT_ERROR(bad[i].get(), ErrorId::kStoreConflict);
    EXPECT_EQ(good[i].get().value(), 1u);
    EXPECT_EQ(store->get({PartId::kAccount, 100u + unsigned(i)}, 'x', "a")->value(), "good");
  }
}

TEST_P(EngineSuite, CommitsOfOnePartitionFollowInOneGroup) {
  std::vector<Wait<Seq>> waits(100);
  for (Seq i = 0; i < waits.size(); ++i)
    store->commit(part, {.id = new_uuid(), .expect = i, .muts = {{'x', "a", std::to_string(i)}}},
                  waits[i].done());
  for (Seq i = 0; i < waits.size(); ++i) EXPECT_EQ(waits[i].get().value(), i + 1);
  EXPECT_EQ(store->get(part, 'x', "a")->value(), "99");
}

TEST_P(EngineSuite, ChangesAreToldInOrderUntilForgotten) {
  for (Seq i = 0; i < 10; ++i) ASSERT_OK(change(i, {}, i == 4 ? "" : "c" + std::to_string(i + 1)));
  auto some = store->changes(part, 3, 3);
  ASSERT_OK(some);
  ASSERT_EQ(some->size(), 3u);
  EXPECT_EQ((*some)[0].seq, 4u);
  EXPECT_EQ((*some)[1].seq, 6u);  // 5 told nothing
  EXPECT_EQ((*some)[2].change, "c7");
  EXPECT_TRUE(store->changes(part, 10, 9)->empty());
  ASSERT_OK(store->forget_changes(part, 6));
  EXPECT_ERROR(store->changes(part, 3, 9), ErrorId::kStoreTooOld);
  EXPECT_EQ(store->changes(part, 5, 9)->size(), 5u);
  EXPECT_EQ(store->open(part)->floor, 6u);
  EXPECT_EQ(store->open(part)->seq, 10u);
}

TEST_P(EngineSuite, BodiesComeBackByteForByte) {
  for (std::size_t size : {std::size_t(0), std::size_t(1), std::size_t(600), kBlobChunk - 1,
                           kBlobChunk, kBlobChunk + 1, 3 * kBlobChunk + 17}) {
    std::string bytes = random_bytes(size);
    auto id = new_uuid();
    ASSERT_OK(put(*store, id, bytes, now_ms() + 60'000));
    store.reopen();
    if (GetParam() == std::string("memory")) {
      EXPECT_EQ(store->blob_info(id)->size, size);
    }
    EXPECT_EQ(*store->blob_get(id, 0, size + 1), bytes) << size;
    EXPECT_EQ(*store->blob_get(id, size / 2, 7), bytes.substr(size / 2, 7));
    EXPECT_EQ(*store->blob_get(id, size, 10), "");
    EXPECT_EQ(*store->blob_get(id, size + 5, 10), "");
    if (size > kBlobChunk) {
      EXPECT_EQ(*store->blob_get(id, kBlobChunk - 3, 10), bytes.substr(kBlobChunk - 3, 10));
    }
  }
  EXPECT_ERROR(store->blob_get(new_uuid(), 0, 1), ErrorId::kBlobMissing);
  EXPECT_ERROR(store->blob_info(new_uuid()), ErrorId::kBlobMissing);
}

TEST_P(EngineSuite, ACommitMayFollowItsBodyWithoutWaiting) {
  auto id = new_uuid();
  store->blob_put(id, "body", now_ms() + 60'000, {});
  ASSERT_OK(commit(*store, part, {.links = {{id, "r"}}}));
  EXPECT_EQ(*store->blob_get(id, 0, 9), "body");
  EXPECT_EQ(store->blob_links(id)->at(0), (std::pair<PartId, std::string>(part, "r")));
}

TEST_P(EngineSuite, ABodyThatNobodyFollowsIsStoredSoon) {
  auto id = new_uuid();
  store->blob_put(id, "body", now_ms() + 60'000, {});
  for (int i = 0; i < 500 && !store->blob_info(id); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(store->blob_info(id));
}

TEST_P(EngineSuite, ALinkToNothingIsRefused) {
  EXPECT_ERROR(commit(*store, part, {.links = {{new_uuid(), "r"}}}), ErrorId::kBlobMissing);
  EXPECT_EQ(store->open(part)->seq, 0u);
}

TEST_P(EngineSuite, BodiesLiveAsLongAsAnIntentOrALink) {
  const Millis now = now_ms();
  auto linked = new_uuid(), twice = new_uuid(), orphan = new_uuid(), young = new_uuid();
  for (auto id : {linked, twice, orphan}) ASSERT_OK(put(*store, id, "body", now + 1000));
  ASSERT_OK(put(*store, young, "body", now + 100'000));
  const PartId other{PartId::kQueue, 3};
  ASSERT_OK(commit(*store, part, {.expect = 0, .links = {{linked, "r"}, {twice, "r"}}}));
  ASSERT_OK(commit(*store, other, {.expect = 0, .links = {{twice, "r"}}}));

  EXPECT_EQ(store->collect_garbage(now).value(), 0u);
  EXPECT_EQ(store->collect_garbage(now + 2000).value(), 1u);
  EXPECT_ERROR(store->blob_info(orphan), ErrorId::kBlobMissing);
  EXPECT_TRUE(store->blob_info(young));

  ASSERT_OK(commit(*store, part, {.expect = 1, .unlinks = {{linked, "r"}, {twice, "r"}}}));
  EXPECT_EQ(store->collect_garbage(now + 2000).value(), 1u);
  EXPECT_ERROR(store->blob_get(linked, 0, 9), ErrorId::kBlobMissing);
  EXPECT_EQ(*store->blob_get(twice, 0, 9), "body");
  ASSERT_OK(store->drop(other));
  EXPECT_EQ(store->collect_garbage(now + 2000).value(), 1u);
  EXPECT_EQ(store->collect_garbage(now + 200'000).value(), 1u);
  EXPECT_EQ(store->collect_garbage(now + 200'000).value(), 0u);
  int left = 0;
  ASSERT_OK(store->each_blob([&](BlobId) { return ++left; }));
  EXPECT_EQ(left, 0);
}

TEST_P(EngineSuite, ABodyUnlinkedBeforeItsIntentEndsGoesAfterIt) {
  const Millis now = now_ms();
  auto id = new_uuid();
  ASSERT_OK(put(*store, id, "body", now + 1000));
  ASSERT_OK(commit(*store, part, {.expect = 0, .links = {{id, "r"}}}));
  ASSERT_OK(commit(*store, part, {.expect = 1, .unlinks = {{id, "r"}}}));
  EXPECT_EQ(store->collect_garbage(now).value(), 0u);
  EXPECT_TRUE(store->blob_info(id));
  EXPECT_EQ(store->collect_garbage(now + 1001).value(), 1u);
}

TEST_P(EngineSuite, PartitionsAreListedByKindAndDroppedWhole) {
  for (std::uint64_t id : {std::uint64_t(1), std::uint64_t(300), ~std::uint64_t(0)})
    ASSERT_OK(commit(*store, {PartId::kAccount, id}, {.muts = {{'x', "a", "1"}}, .change = "c"}));
  ASSERT_OK(commit(*store, {PartId::kDirectory, 0}, {.muts = {{'x', "a", "1"}}}));
  auto all = store->partitions(PartId::kAccount);
  ASSERT_OK(all);
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[1], (PartId{PartId::kAccount, 300}));
  ASSERT_OK(store->drop({PartId::kAccount, 300}));
  ASSERT_OK(store->drop({PartId::kAccount, 12345}));
  EXPECT_EQ(store->partitions(PartId::kAccount)->size(), 2u);
  EXPECT_EQ(store->open({PartId::kAccount, 300})->seq, 0u);
  EXPECT_TRUE(store->changes({PartId::kAccount, 300}, 0, 9)->empty());
  EXPECT_EQ(store->get({PartId::kAccount, ~std::uint64_t(0)}, 'x', "a")->value(), "1");
}

TEST_P(EngineSuite, SubscribersHearOfTheirPartitionUntilTheyLetGo) {
  std::promise<Seq> heard;
  auto ours = store->subscribe(part, [&](Seq seq) { heard.set_value(seq); });
  auto theirs = store->subscribe({PartId::kAccount, 8}, [](Seq) { FAIL(); });
  ASSERT_OK(change(0, {{'x', "a", "1"}}));
  EXPECT_EQ(heard.get_future().get(), 1u);
  ours.reset();
  ASSERT_OK(change(1, {{'x', "a", "2"}}));
}

TEST_P(EngineSuite, CompletionsMayCommitAgain) {
  std::promise<Result<Seq>> last;
  store->commit(part, {.id = new_uuid(), .expect = 0}, [&](Result<Seq> r) {
    ASSERT_TRUE(r);
    store->commit(part, {.id = new_uuid(), .expect = *r},
                  [&](Result<Seq> s) { last.set_value(std::move(s)); });
  });
  EXPECT_EQ(last.get_future().get().value(), 2u);
}

TEST_P(EngineSuite, EverythingIssuedBeforeClosingIsKept) {
  for (Seq i = 0; i < 50; ++i)
    store->commit(part, {.id = new_uuid(), .expect = i, .muts = {{'x', "a", "1"}}}, {});
  if (GetParam() == std::string("memory")) return;
  store.reopen();
  EXPECT_EQ(store->open(part)->seq, 50u);
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineSuite, testing::Values("memory", "rocksdb"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace hato::store::test
