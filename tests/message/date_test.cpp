// SPDX-License-Identifier: Apache-2.0
#include "message/date.h"

#include <gtest/gtest.h>

namespace hato::message {
namespace {

std::string told(std::string_view value) {
  auto d = parse_date(value);
  return d ? format_date(d->time, d->zone) : "-";
}

TEST(Date, IsReadAsItIsReallySent) {
  struct {
    std::string_view in, out;
  } cases[] = {
      {"Tue, 24 Nov 2026 08:15:30 +0900", "Tue, 24 Nov 2026 08:15:30 +0900"},
      {"24 Nov 2026 08:15 GMT", "Tue, 24 Nov 2026 08:15:00 +0000"},
      {"Tue, 24 Nov 2026 08:15:30 -0000", "Tue, 24 Nov 2026 08:15:30 +0000"},
      {"Tue, 24 Nov 26 08:15:30 JST", "Tue, 24 Nov 2026 08:15:30 +0900"},
      {"Tue, 24 Nov 126 08:15:30", "Tue, 24 Nov 2026 08:15:30 +0000"},
      {"Sat, 24 Nov 49 08:15:30 EST", "Wed, 24 Nov 2049 08:15:30 -0500"},
      {"Fri Feb  7 10:18:12 2003", "Fri, 7 Feb 2003 10:18:12 +0000"},
      {"Fri Sep 14 14:36:56 EDT 2018", "Fri, 14 Sep 2018 14:36:56 -0400"},
      {"1-Jul-2003 10:52:37 +02:00", "Tue, 1 Jul 2003 10:52:37 +0200"},
      {"July 1, 2003 3:04:05 PM -0500", "Tue, 1 Jul 2003 15:04:05 -0500"},
      {"2026-11-24T08:15:30.123+09:00", "Tue, 24 Nov 2026 08:15:30 +0900"},
      {"2026-11-24 08:15:30 +09", "Tue, 24 Nov 2026 08:15:30 +0900"},
      {"Tue, 24 Nov 2026 08.15.30 +0900", "Tue, 24 Nov 2026 08:15:30 +0900"},
      {"Tue, 24 Nov 2026 08:15:30 GMT+0900", "Tue, 24 Nov 2026 08:15:30 +0900"},
      {"Tue, 24 Nov 2026 08:15:30 +0900 (JST)", "Tue, 24 Nov 2026 08:15:30 +0900"},
      {"Tue, 24 Nov 2026 08:15:30 +9999", "Tue, 24 Nov 2026 08:15:30 +0000"},
      {"Thu, 31 Dec 1998 23:59:60 +0000", "Fri, 1 Jan 1999 00:00:00 +0000"},
      {"Thu, 1 Jan 1900 00:00:00 +0000", "Mon, 1 Jan 1900 00:00:00 +0000"},
      {"24 Nov 2026", "Tue, 24 Nov 2026 00:00:00 +0000"},
      {"from a by b; Tue, 24 Nov 2026 08:15:30 +0900", "Tue, 24 Nov 2026 08:15:30 +0900"},
      {"", "-"},
      {"yesterday", "-"},
      {"24 Nov", "-"},
      {"Nov 2026 08:15:30", "-"},
      {"32 Nov 2026 08:15:30", "-"},
      {"24 Nov 2026 25:15:30", "-"},
      {"24 Nov 2026 08:75:30", "-"},
      {"99999999999999999999 Nov 2026 08:15", "-"},
      {"24 Nov 99999999 08:15", "-"},
  };
  for (auto& c : cases) EXPECT_EQ(told(c.in), c.out) << c.in;
}

TEST(Date, IsMillisecondsAndMinutesEast) {
  EXPECT_EQ(*parse_date("Thu, 1 Jan 1970 09:00:01 +0900"), (Date{1000, 540}));
  EXPECT_EQ(*parse_date("31 Dec 1969 23:59:59 GMT"), (Date{-1000, 0}));
  EXPECT_EQ(format_date(-1000), "Wed, 31 Dec 1969 23:59:59 +0000");
  EXPECT_EQ(format_date(1'000'000'000'000, -210), "Sat, 8 Sep 2001 22:16:40 -0330");
}

}  // namespace
}  // namespace hato::message
