// SPDX-License-Identifier: Apache-2.0
#include "message/header.h"

#include <gtest/gtest.h>

namespace hato::message {
namespace {

TEST(Header, SizeEndsWithTheEmptyLine) {
  struct {
    std::string_view message;
    std::size_t size;
  } cases[] = {
      {"", 0},
      {"\r\nbody", 2},
      {"\nbody", 1},
      {"A: b\r\n\r\nbody", 8},
      {"A: b\n\nbody", 6},
      {"A: b\r\n \r\nC: d\r\n\r\nbody", 17},  // a blank line is a fold
      {"A: b\r\nC: d\r\n", 12},
      {"A: b", 4},
      {"A: b\r\r\nC: d\r\n\r\n", 15},
      {"text\r\nC: d\r\n\r\n", 0},            // no header at all
      {"From x\r\nC: d\r\n\r\n", 16},         // of an mbox
      {"A: b\nnoise\n fold\nC: d\n\nx", 23},  // noise between fields
      {"A: b\ntext\nmore text: x\n", 5},      // no empty line before the body
  };
  for (auto& c : cases) EXPECT_EQ(header_size(c.message), c.size) << c.message;
}

TEST(Header, FieldsAreWindowsOntoTheMessage) {
  std::string_view m =
      "From someone Mon Jan  1 00:00:00 2024\r\n"
      "Subject: a\r\n\tb\n c\r\n"
      "noise\r\n and its fold\r\n"
      "X-Old : 1\r\n"
      ": none\r\n"
      "Empty:\r\n"
      "bad name: x\n"
      "Last: 2\r\n\r\nBody: no\r\n";
  auto fields = parse_fields(m);
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields[0].name, "Subject");
  EXPECT_EQ(fields[0].value, " a\r\n\tb\n c");
  EXPECT_EQ(fields[1].name, "X-Old");
  EXPECT_EQ(fields[1].value, " 1");
  EXPECT_EQ(fields[2].value, "");
  EXPECT_EQ(fields[3].name, "Last");
  EXPECT_EQ(m.substr(fields[0].offset, fields[0].end - fields[0].offset),
            "Subject: a\r\n\tb\n c\r\n");
  EXPECT_EQ(find_field(fields, "SUBJECT"), &fields[0]);
  EXPECT_EQ(find_field(fields, "Body"), nullptr);
  EXPECT_EQ(parse_fields(m, 2).size(), 2u);
}

TEST(Header, UnfoldRemovesLineEndsAlone) {
  EXPECT_EQ(unfold(" a\r\n\tb\n  c \r\n"), "a\tb  c");
  EXPECT_EQ(unfold(" a\r b"), "a\r b");
  EXPECT_EQ(unfold(""), "");
}

TEST(Header, DecodeTextGivesWhatPeopleRead) {
  struct {
    std::string in, out;
  } cases[] = {
      {" Fwd: \n\tSaying \r\n Hello ", "Fwd: Saying Hello"},
      {"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
      {"=?ISO-8859-1?Q?a?=\r\n  =?ISO-8859-2?Q?_b?=", "a b"},
      {"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"},
      {"=?utf-8?B?5bGx?= =?utf-8?B?55Sw?=", "山田"},
      {"=?utf-8?B?5bGx5w==?= =?UTF-8?B?lLA=?=", "山田"},  // a character cut in two
      {"=?utf-8?Q?=E5=B1?= =?utf-8?B?sQ==?=", "山"},
      {"=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=", "山田"},
      {"=?iso-2022-jp?B?GyRCOzM=?=\n =?iso-2022-jp?B?RUQbKEI=?=", "山田"},
      {"=?utf-8?Q?Hello\r\n _there!?=", "Hello there!"},
      {"=?utf-8?q?a b?=", "a b"},
      {"=?us-ascii*en?q?a?=", "a"},
      {"=?utf-8?q?a=ZZb=4?=", "a=ZZb=4"},
      {"=?utf-8?q?=ff?=", "ÿ"},  // mislabelled
      {"=?nonsense?q?=e9t=e9?=", "été"},
      {"=?utf-8?b?YWJj", "=?utf-8?b?YWJj"},
      {"=?utf-8?x?abc?=", "=?utf-8?x?abc?="},
      {"=? =?utf-8? =", "=? =?utf-8? ="},
      {"foo=?utf-8?q?=C3=A9?=bar", "fooébar"},
      {"\xe5\xb1\xb1\xe7\x94\xb0", "山田"},
      {"\x1b$B;3ED\x1b(B", "山田"},
      {"\x8e\x52\x93\x63\x82\xcc\x8c\x8f", "山田の件"},  // Shift_JIS
      {"caf\xe9 cr\xe8me", "café crème"},
  };
  for (auto& c : cases) EXPECT_EQ(decode_text(c.in), c.out) << c.in;
}

TEST(Header, DecodingTakesLinearTime) {
  for (std::string piece : {"=?a?q?", "=?utf-8?q?x?= ", "=?", "\r\n ", "=?a?b?=", "?="}) {
    std::string bad;
    while (bad.size() < 400'000) bad += piece;
    EXPECT_LE(decode_text(bad).size(), bad.size()) << piece;
  }
}

}  // namespace
}  // namespace hato::message
