// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace hato {
namespace {

TEST(Text, CaseIsAsciiOnly) {
  EXPECT_EQ(to_lower("MAIL É"), "mail É");
  EXPECT_TRUE(iequals("Ehlo", "EHLO"));
  EXPECT_FALSE(iequals("EHLO", "EHLO "));
  EXPECT_TRUE(istarts_with("MAIL FROM:<>", "mail from:"));
  EXPECT_FALSE(istarts_with("MA", "mail"));
}

TEST(Text, TrimsBlanksAndLineEndsOnly) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \r\n"), "");
  EXPECT_EQ(trim(std::string_view("\0a", 2)), std::string_view("\0a", 2));
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(split(",", ','), (std::vector<std::string_view>{"", ""}));
}

TEST(Text, NumbersAreDigitsOnlyAndNeverOverflow) {
  EXPECT_EQ(parse_u64("0"), 0u);
  EXPECT_EQ(parse_u64("18446744073709551615"), ~0ull);
  for (auto bad : {"", " 1", "1 ", "+1", "-1", "1x", "18446744073709551616", "99999999999999999999",
                   "000000000000000000001"})
    EXPECT_FALSE(parse_u64(bad)) << bad;
}

TEST(Text, SizesTakeAUnit) {
  EXPECT_EQ(parse_size("10"), 10u);
  EXPECT_EQ(parse_size("64k"), 64u << 10);
  EXPECT_EQ(parse_size("50M"), 50u << 20);
  EXPECT_EQ(parse_size("2G"), 2ull << 30);
  EXPECT_EQ(parse_size("1T"), 1ull << 40);
  for (auto bad : {"", "M", "1X", "1MB", "-1", "16777216T", "99999999999G"})
    EXPECT_FALSE(parse_size(bad)) << bad;
  EXPECT_EQ(format_size(0), "0 B");
  EXPECT_EQ(format_size(1536), "1.5 KB");
  EXPECT_EQ(format_size(52'428'800), "50 MB");
}

TEST(Text, HexAndBase64RoundTripAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    bytes += char(i);
  }
}

TEST(Text, Base64IsStrict) {  // RFC 4648 3.5, 10
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(from_base64(""), "");
  for (auto bad : {"Zg", "Zg=", "Z===", "====", "Zm9=Zg==", "Zh==", "Zm9\n", "Zm-_", "Zg==\r\n"})
    EXPECT_FALSE(from_base64(bad)) << bad;
  for (auto bad : {"a", "0g", "0x"}) EXPECT_FALSE(from_hex(bad)) << bad;
}

TEST(Text, Utf8IsShortestFormWithoutSurrogates) {
  EXPECT_TRUE(is_utf8("鳩 \xf0\x9f\x95\x8a"));
  for (auto bad : {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                   "\xf8\x88\x80\x80\x80", "\xe9", "\x80", "a\xe3\x81"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(Text, PrintableTextHasNoControlCharacters) {
  EXPECT_EQ(printable_utf8("a\tb\nc"), "a\tb\nc");
  EXPECT_EQ(printable_utf8("\x1b[31m\x7f\xff"), "\uFFFD[31m\uFFFD\uFFFD");
  EXPECT_EQ(printable_utf8("\xc2\x9b"), "\uFFFD");  // a control character of C1
}

TEST(Text, WidthCountsEastAsianCharactersTwice) {
  EXPECT_EQ(display_width("hato"), 4u);
  EXPECT_EQ(display_width("鳩 mail"), 7u);
  EXPECT_EQ(display_width("ﾊﾄ"), 2u);  // half-width kana
  EXPECT_EQ(display_width("e\u0301"), 1u);
}

TEST(Text, NearestFindsWhatWasMeant) {
  EXPECT_EQ(edit_distance("acount", "account"), 1u);
  EXPECT_EQ(edit_distance("lsit", "list"), 1u);
  EXPECT_EQ(nearest("acount", {"alias", "account", "domain"}), "account");
  EXPECT_FALSE(nearest("xyzzy", {"alias", "account", "domain"}));
  EXPECT_FALSE(nearest("a", {}));
}

}  // namespace
}  // namespace hato
