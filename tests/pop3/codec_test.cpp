// SPDX-License-Identifier: Apache-2.0
#include "pop3/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pop3/maildrop.h"

namespace hato::pop3 {
namespace {

using namespace std::string_literals;

TEST(CommandTest, LinesEndAtLineFeed) {
  struct {
    std::string input, line, content;
  } cases[] = {
      {"STAT\r\nLIST\r\n", "STAT\r\n", "STAT"},
      {"STAT\nLIST", "STAT\n", "STAT"},
      {"STAT", "", ""},
      {"STAT\r", "", ""},
      {"\r\n", "\r\n", ""},
      {"\n", "\n", ""},
      {"A\rB\r\n", "A\rB\r\n", "A\rB"},
      {"", "", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(first_line(c.input), c.line) << c.input;
    EXPECT_EQ(without_end(first_line(c.input)), c.content) << c.input;
  }
}

TEST(CommandTest, KeywordAndWords) {
  struct {
    std::string line, keyword, rest, first, second;
    std::size_t count;
  } cases[] = {
      {"STAT", "STAT", "", "", "", 0},
      {"STAT  ", "STAT", " ", "", "", 0},
      {"top 1 2", "top", "1 2", "1", "2", 2},
      {"TOP  1   2 ", "TOP", " 1   2 ", "1", "2", 2},
      {"PASS two words ", "PASS", "two words ", "two", "words", 2},
      {"PASS a b c d e", "PASS", "a b c d e", "a", "b", 5},
      {"PASS a\tb", "PASS", "a\tb", "a\tb", "", 1},
      {"USER 太郎", "USER", "太郎", "太郎", "", 1},
      {"", "", "", "", "", 0},
      {" STAT", "", "STAT", "STAT", "", 1},
  };
  for (const auto& c : cases) {
    auto command = parse_command(c.line);
    ASSERT_TRUE(command) << c.line;
    EXPECT_EQ(command->keyword, c.keyword) << c.line;
    EXPECT_EQ(command->rest, c.rest) << c.line;
    EXPECT_EQ(command->words[0], c.first) << c.line;
    EXPECT_EQ(command->words[1], c.second) << c.line;
    EXPECT_EQ(command->count, c.count) << c.line;
  }
  for (const auto& line : {"USER a\0b"s, "STAT\r"s, "\x1b[A"s, "a\x7f"s})
    EXPECT_FALSE(parse_command(line)) << line;
}

TEST(CommandTest, Numbers) {
  EXPECT_EQ(parse_number("0"), 0u);
  EXPECT_EQ(parse_number("0017"), 17u);
  EXPECT_EQ(parse_number("4294967295"), 4294967295u);
  for (auto word : {"", "-1", "+1", "1a", "0x1", "12345678901", " 1"})
    EXPECT_FALSE(parse_number(word)) << word;
}

std::string stuffed(const std::vector<std::string>& pieces) {
  Stuffer stuffer;
  std::string out;
  for (const auto& p : pieces) stuffer.add(p, [&](std::string_view s) { out += s; });
  return out += stuffer.end();
}

TEST(StufferTest, DotsThatBeginALineAreDoubled) {
  struct {
    std::string in, out;
  } cases[] = {
      {"", ".\r\n"},
      {"a\r\n", "a\r\n.\r\n"},
      {"a", "a\r\n.\r\n"},
      {".", "..\r\n.\r\n"},
      {"..\r\n.\r\n", "...\r\n..\r\n.\r\n"},
      {"a.b.\r\n", "a.b.\r\n.\r\n"},
      {"a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"},
      {"a\r\n.", "a\r\n..\r\n.\r\n"},
      {"a\n.\r\nb\r\n", "a\n..\r\nb\r\n.\r\n"},  // bare LF is left alone, its dot is not
      {"a\r.\r\n", "a\r.\r\n.\r\n"},
      {"a\n", "a\n\r\n.\r\n"},
      {"a\r", "a\r\r\n.\r\n"},
      {"\r\n", "\r\n.\r\n"},
      {"\0.\n\0\r\n"s, "\0.\n\0\r\n.\r\n"s},
      {"\r\n.\r\n.\r\n.\r\n", "\r\n..\r\n..\r\n..\r\n.\r\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(stuffed({c.in}), c.out) << c.in;
    std::vector<std::string> bytes;
    for (char b : c.in) bytes.emplace_back(1, b);
    EXPECT_EQ(stuffed(bytes), c.out) << "byte by byte: " << c.in;
    for (std::size_t at = 0; at <= c.in.size(); ++at)
      EXPECT_EQ(stuffed({c.in.substr(0, at), c.in.substr(at)}), c.out) << at << ": " << c.in;
  }
}

std::string top(const std::string& message, std::uint64_t lines, std::size_t piece) {
  TopCut cut(lines);
  std::string out;
  for (std::size_t at = 0; at < message.size() && !cut.done(); at += piece) {
    auto part = std::string_view(message).substr(at, piece);
    out += part.substr(0, cut.take(part));
  }
  return out;
}

TEST(TopTest, HeaderEmptyLineAndSomeLines) {
  const std::string message = "A: 1\r\n b\r\n\r\none\r\n\r\nthree\r\nfour";
  struct {
    std::string message;
    std::uint64_t lines;
    std::string out;
  } cases[] = {
      {message, 0, "A: 1\r\n b\r\n\r\n"},
      {message, 1, "A: 1\r\n b\r\n\r\none\r\n"},
      {message, 2, "A: 1\r\n b\r\n\r\none\r\n\r\n"},
      {message, 4, message},
      {message, 9999999999, message},
      {"A: 1\n\none\ntwo\n", 1, "A: 1\n\none\n"},
      {"\r\none\r\ntwo\r\n", 1, "\r\none\r\n"},
      {"A: 1\r\nB: 2", 0, "A: 1\r\nB: 2"},
      {"A: 1\r\n\r\n", 3, "A: 1\r\n\r\n"},
      {"", 3, ""},
  };
  for (const auto& c : cases)
    for (std::size_t piece : {1u, 2u, 3u, 7u, 1000u})
      EXPECT_EQ(top(c.message, c.lines, piece), c.out) << c.message << c.lines << " by " << piece;
}

TEST(ListingTest, NumbersAndIds) {
  std::string out;
  add_listing(out, 1, 120);
  add_listing(out, 18446744073709551615u, 18446744073709551615u);
  EXPECT_EQ(out, "1 120\r\n18446744073709551615 18446744073709551615\r\n");
  EXPECT_EQ(unique_id(0x12345678, 0x9a), "123456780000009a");
  EXPECT_EQ(unique_id(0, 0), "0000000000000000");
  EXPECT_EQ(unique_id(0xffffffff, 0xffffffff), "ffffffffffffffff");
  std::string ids;
  add_unique_id(ids, 12, 1, 2);
  EXPECT_EQ(ids, "12 0000000100000002\r\n");
}

TEST(ListingTest, RangesOfUids) {
  EXPECT_EQ(uid_ranges({}), "");
  EXPECT_EQ(uid_ranges({1}), "1");
  EXPECT_EQ(uid_ranges({1, 2, 3, 7, 9, 10}), "1-3,7,9-10");
  std::vector<store::Uid> odd;
  for (store::Uid i = 1; i < 10'000; i += 2) odd.push_back(i);
  EXPECT_LT(uid_ranges(odd).size(), 420u);
  EXPECT_TRUE(uid_ranges(odd).ends_with(",..."));
}

}  // namespace
}  // namespace hato::pop3
