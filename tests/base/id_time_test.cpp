// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/id.h"
#include "base/time.h"
#include "base/wire.h"

namespace hato {
namespace {

template <class T, class Make>
void expect_unique(Make make) {
  std::vector<std::vector<T>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made)
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) mine.push_back(make());
    });
  for (auto& t : threads) t.join();
  std::set<T> all;
  for (auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 80'000u);
}

TEST(Id, AreUniqueAcrossThreads) {
  expect_unique<Uuid>(new_uuid);
  expect_unique<RefId>(new_ref);
}

TEST(Id, ReferencesGrowWithTimeAndReadBack) {
  auto first = new_ref(), second = new_ref();
  EXPECT_LT(first, second);
  EXPECT_EQ(parse_ref(ref_text(first)), first);
  // 80,000 of the test above may have borrowed from the seconds to come.
  EXPECT_NEAR(double(ref_time_ms(first)), double(now_ms()), 3000);
}

TEST(Id, ReferencesAreReadAsPeopleTypeThem) {
  EXPECT_EQ(parse_ref("01ABCDEFGH"), parse_ref("oiabcdefgh"));
  EXPECT_EQ(parse_ref("01ABCDEFGH"), parse_ref("Olabcdefgh"));
  for (auto bad : {"", "01ABCDEFG", "01ABCDEFGHJ", "01ABCDEFGU", "01ABCDEF G"})
    EXPECT_FALSE(parse_ref(bad)) << bad;
}

TEST(Id, UuidsAreSixteenBytes) {
  auto id = new_uuid();
  EXPECT_EQ(Uuid::from(id.view()), id);
  EXPECT_FALSE(Uuid::from("short"));
}

TEST(Time, NeverGoesBack) {
  for (Millis last = 0, i = 0; i < 10'000; ++i) {
    auto t = now_ms();
    EXPECT_GE(t, last);
    last = t;
  }
}

TEST(Time, IsoTimesRoundTrip) {
  EXPECT_EQ(iso8601(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(parse_iso8601("2026-11-24T08:15:30.123Z"),
            parse_iso8601("2026-11-24T17:15:30.123+09:00"));
  EXPECT_EQ(iso8601(*parse_iso8601("2026-11-24T08:15:30.123Z")), "2026-11-24T08:15:30.123Z");
  EXPECT_EQ(iso8601(*parse_iso8601("2024-02-29")), "2024-02-29T00:00:00.000Z");
  for (auto bad : {"", "yesterday", "2026-13-01", "2026-01-01T25:00", "2026-01-01T10:00x"})
    EXPECT_FALSE(parse_iso8601(bad)) << bad;
}

TEST(Time, DurationsTakeAUnit) {
  EXPECT_EQ(parse_duration("90s"), 90'000);
  EXPECT_EQ(parse_duration("90"), 90'000);
  EXPECT_EQ(parse_duration("15m"), 900'000);
  EXPECT_EQ(parse_duration("4h"), 14'400'000);
  EXPECT_EQ(parse_duration("5d"), 432'000'000);
  for (auto bad : {"", "h", "5w", "-5d", "1.5h", "99999999999d"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Wire, ReadsBackWhatWasWritten) {
  auto bytes = Writer()
                   .u8(1)
                   .u16(2)
                   .u32(3)
                   .u64(4)
                   .varint(0)
                   .varint(127)
                   .varint(128)
                   .varint(~0ull)
                   .string("鳩")
                   .bytes("x")
                   .str();
  Reader r(bytes);
  EXPECT_EQ(r.u8(), 1);
  EXPECT_EQ(r.u16(), 2);
  EXPECT_EQ(r.u32(), 3u);
  EXPECT_EQ(r.u64(), 4u);
  for (auto v : {0ull, 127ull, 128ull, ~0ull}) EXPECT_EQ(r.varint(), v);
  EXPECT_EQ(r.string(), "鳩");
  EXPECT_EQ(r.bytes(1), "x");
  EXPECT_TRUE(r.done());
}

TEST(Wire, NeverReadsPastItsEnd) {
  for (std::string_view in : {"", "\x01",
                              "\x05"
                              "abc",
                              "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    Reader r(in);
    r.string();
    EXPECT_EQ(r.u64(), 0u);
    EXPECT_FALSE(r.ok());
    EXPECT_EQ(r.string(), "");
    EXPECT_FALSE(r.done());
  }
}

TEST(Wire, NumbersSortAsBytes) {
  EXPECT_LT(Writer().u64(255).str(), Writer().u64(256).str());
  EXPECT_LT(Writer().u64(256).str(), Writer().u64(~0ull).str());
}

}  // namespace
}  // namespace hato
