// SPDX-License-Identifier: Apache-2.0
#include "smtp/content.h"

#include <gtest/gtest.h>

#include "catalogue/errors.h"

namespace hato::smtp {
namespace {

using namespace std::string_literals;

constexpr std::string_view kHead = "Received: here\r\n";

struct Outcome {
  std::string text, fault, rest;
  bool done = false;
  bool operator==(const Outcome&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& o) {
  return out << testing::PrintToString(o.text) << " fault " << o.fault << " rest "
             << testing::PrintToString(o.rest) << (o.done ? " done" : " open");
}

// Gives `wire` to the receiver in pieces of `step` bytes, as a socket would.
Outcome receive(const std::string& wire, ContentRules rules, std::size_t step) {
  Budget budget(1 << 30);
  Content content(std::string(kHead), 0, rules, budget);
  DataReceiver data(content);
  std::string buffer;
  std::size_t at = 0;
  while (!data.done() && at < wire.size()) {
    auto piece = wire.substr(at, step);
    at += piece.size();
    buffer += piece;
    buffer.erase(0, data.take(buffer));
  }
  Outcome out{.rest = buffer + wire.substr(at), .done = data.done()};
  if (content.fault())
    out.fault = catalogue::row(*content.fault()).slug;
  else
    out.text = content.text().substr(content.head_size());
  return out;
}

// However the bytes are cut, the outcome is the same.
Outcome receive(const std::string& wire, ContentRules rules = {.max_size = 1 << 20}) {
  auto whole = receive(wire, rules, wire.size());
  for (std::size_t step : {1, 2, 3, 5, 7}) EXPECT_EQ(receive(wire, rules, step), whole) << step;
  return whole;
}

Outcome good(std::string text, std::string rest = {}) {
  return {std::move(text), "", std::move(rest), true};
}
Outcome bad(std::string fault, std::string rest = {}) {
  return {"", std::move(fault), std::move(rest), true};
}

TEST(DataReceiver, GivesTheMessageWithoutItsStuffing) {
  EXPECT_EQ(receive(".\r\n"), good(""));
  EXPECT_EQ(receive("a\r\n.\r\n"), good("a\r\n"));
  EXPECT_EQ(receive("a\r\n..\r\n...b\r\n.c\r\n.\r\n"), good("a\r\n.\r\n..b\r\nc\r\n"));
  EXPECT_EQ(receive("..\r\n.\r\n"), good(".\r\n"));
  EXPECT_EQ(receive("a.b. .\r\n\r\n.\r\n"), good("a.b. .\r\n\r\n"));
  EXPECT_EQ(receive("a\r\n.\r\nQUIT\r\n"), good("a\r\n", "QUIT\r\n"));
  EXPECT_FALSE(receive("a\r\n.").done);
  EXPECT_FALSE(receive("a\r\n.\r").done);
}

TEST(DataReceiver, NothingButCrlfDotCrlfEndsAMessage) {
  const std::string tail = "MAIL FROM:<evil@example.com>\r\n.\r\n";
  for (auto smuggled : {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\r.\n",
                        "\n.\r", "\r\n.\r\r\n", "\r\r\n.\r\r\n", "\n\n.\n\n"}) {
    EXPECT_EQ(receive("a" + std::string(smuggled) + tail), bad("message-bare-newline")) << smuggled;
  }
  EXPECT_EQ(receive("a\r\n\0.\r\n"s + tail), bad("message-nul"));
  EXPECT_EQ(receive("a\r\n.\0\r\n"s + tail), bad("message-nul"));
}

TEST(DataReceiver, AFaultIsFoundWhereverItStands) {
  const std::string filler(3000, 'x');
  for (std::size_t at : {0, 1, 15, 16, 17, 31, 63, 64, 1000, 2999}) {
    auto with = [&](const std::string& what) {
      return filler.substr(0, at) + what + filler.substr(at) + "\r\n.\r\n";
    };
    EXPECT_EQ(receive(with("\n")), bad("message-bare-newline")) << at;
    EXPECT_EQ(receive(with("\r")), bad("message-bare-newline")) << at;
    EXPECT_EQ(receive(with("\0"s)), bad("message-nul")) << at;
    EXPECT_EQ(receive(with("\r\n")).fault, "") << at;
  }
}

TEST(DataReceiver, NormalisesInsteadWhereSetAndStillEndsOnlyAtItsTrueEnd) {
  ContentRules rules{.max_size = 1000, .normalise = true};
  EXPECT_EQ(receive("a\nb\r\n.\r\n", rules), good("a\r\nb\r\n"));
  EXPECT_EQ(receive("a\rb\r\n.\r\n", rules), good("a b\r\n"));
  EXPECT_EQ(receive("a\r\r\nb\r\n.\r\n", rules), good("a \r\nb\r\n"));
  EXPECT_EQ(receive("a\n.\nMAIL\n.\r\nx\r\n.\r\n", rules), good("a\r\n.\r\nMAIL\r\n.\r\nx\r\n"));
  EXPECT_EQ(receive("\n\r\n.\r\n", rules), good("\r\n\r\n"));
}

TEST(DataReceiver, LinesMayBeLongButNotEndless) {
  std::string longest(kMaxContentLine - 1, 'x'), over(kMaxContentLine + 1, 'x');
  EXPECT_EQ(receive(longest + "\r\n.\r\n"), good(longest + "\r\n"));
  EXPECT_EQ(receive("a\r\n" + over + "\r\n.\r\n"), bad("message-line-too-long"));
  EXPECT_EQ(receive(over + "\r\n.\r\nQUIT\r\n").rest, "QUIT\r\n");
}

TEST(DataReceiver, WhatIsTooLargeIsReadToItsEndAndThrownAway) {
  ContentRules rules{.max_size = 10};
  EXPECT_EQ(receive("12345678\r\n.\r\n", rules), good("12345678\r\n"));
  EXPECT_EQ(receive("123456789\r\n.\r\nQUIT", rules), bad("message-too-large", "QUIT"));
}

TEST(Content, TheFirstFaultCountsAndFreesItsMemory) {
  Budget budget(1 << 20);
  Content content("", 0, {.max_size = 100'000}, budget);
  content.add("a\nb");
  EXPECT_EQ(budget.used(), 0u);
  content.add(std::string(190'000, 'x'));
  EXPECT_EQ(content.fault()->id(), ErrorId::kMessageBareNewline);
  EXPECT_FALSE(content.hopeless());
  content.add(std::string(20'000, 'x'));
  EXPECT_TRUE(content.hopeless());
  EXPECT_EQ(content.size(), 210'003u);
}

TEST(Content, TheBudgetOfAllBoundsEachAndIsGivenBack) {
  Budget budget(100'000);
  {
    Content first("", 0, {.max_size = 1 << 20}, budget),
        second("", 0, {.max_size = 1 << 20}, budget);
    first.add(std::string(1000, 'x'));
    second.add(std::string(1000, 'x'));
    ASSERT_TRUE(second.fault());
    EXPECT_EQ(second.fault()->id(), ErrorId::kMemoryFull);
    EXPECT_FALSE(first.fault());
    EXPECT_GT(budget.used(), 0u);
  }
  EXPECT_EQ(budget.used(), 0u);
}

TEST(Content, BinaryTakesEveryByte) {
  Budget budget(1 << 20);
  Content content("", 0, {.max_size = 1 << 20, .binary = true}, budget);
  auto bytes = "\0\r\n.\r\n\n\r\xff"s + std::string(100'000, '\0');
  content.add(bytes);
  content.finish();
  ASSERT_FALSE(content.fault());
  EXPECT_EQ(content.text(), bytes);
}

TEST(Content, ACrAtTheVeryEndIsBare) {
  Budget budget(1 << 20);
  Content strict("", 0, {.max_size = 100}, budget),
      lenient("", 0, {.max_size = 100, .normalise = true}, budget);
  for (auto* content : {&strict, &lenient}) {
    content->add("a\r");
    content->finish();
  }
  EXPECT_TRUE(strict.fault());
  EXPECT_EQ(lenient.text(), "a ");
}

}  // namespace
}  // namespace hato::smtp
