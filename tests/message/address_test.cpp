// SPDX-License-Identifier: Apache-2.0
#include "message/address.h"

#include <gtest/gtest.h>

namespace hato::message {
namespace {

using namespace std::string_literals;

const std::string k64(64, 'a'), k65(65, 'a');
const std::string kLongDomain = std::string(63, 'b') + "." + std::string(63, 'c') + "." +
                                std::string(63, 'd') + "." + std::string(61, 'e');

std::string told(const std::string& text, AddressRules rules = {}) {
  auto a = parse_address(text, rules);
  return a ? a->local + "|" + a->domain : "-";
}

TEST(Address, EnvelopeSyntaxIsThatOfRfc5321) {
  struct {
    std::string in, out;
  } cases[] = {
      {"taro@hato.test", "taro|hato.test"},
      {"Taro.Yamada+tag@Hato.Test", "Taro.Yamada+tag|Hato.Test"},
      {"!#$%&'*+-/=?^_`{|}~@a.b", "!#$%&'*+-/=?^_`{|}~|a.b"},
      {"\"john doe\"@hato.test", "john doe|hato.test"},
      {R"("a\"b\\c"@hato.test)", R"(a"b\c|hato.test)"},
      {"\"a@b\"@hato.test", "a@b|hato.test"},
      {"\"\"@hato.test", "|hato.test"},
      {"a@[192.0.2.1]", "a|[192.0.2.1]"},
      {"a@[IPv6:2001:db8::1]", "a|[IPv6:2001:db8::1]"},
      {"a@[x-tag:content]", "a|[x-tag:content]"},
      {"a@localhost", "a|localhost"},
      {"a@xn--bcher-kva.example", "a|xn--bcher-kva.example"},
      {"postmaster", "postmaster|"},
      {"PostMaster", "PostMaster|"},
      {"@relay.test,@b.test:taro@hato.test", "taro|hato.test"},
      {k64 + "@hato.test", k64 + "|hato.test"},
      {"a@" + kLongDomain, "a|" + kLongDomain},
      // refused
      {"", "-"},
      {"taro", "-"},
      {"@hato.test", "-"},
      {"taro@", "-"},
      {"a..b@hato.test", "-"},
      {".a@hato.test", "-"},
      {"a.@hato.test", "-"},
      {"a b@hato.test", "-"},
      {"a@b@hato.test", "-"},
      {"a@-b.test", "-"},
      {"a@b-.test", "-"},
      {"a@b..test", "-"},
      {"a@b.test.", "-"},
      {"a@.b.test", "-"},
      {"a@under_score.test", "-"},
      {"a@[192.0.2.256]", "-"},
      {"a@[IPv6:2001:db8:::1]", "-"},
      {"a@[192.0.2.1", "-"},
      {"a@[]", "-"},
      {"\"a@hato.test", "-"},
      {"\"a\"b@hato.test", "-"},
      {"\"a\\\"@hato.test", "-"},
      {"<a@hato.test>", "-"},
      {k65 + "@hato.test", "-"},
      {"a@b" + kLongDomain.substr(2) + "abc", "-"},
      {"a@" + k64 + ".test", "-"},
      {"@relay:taro", "-"},
      {"a\r\n@hato.test", "-"},
      {"a@hato.test\r\nRCPT", "-"},
      {"a@hato.test\n", "-"},
      {"a\0b@hato.test"s, "-"},
      {"\"a\0b\"@hato.test"s, "-"},
      {"\"a\rb\"@hato.test", "-"},
      {"a@hato.test\0"s, "-"},
      {"a@[192.0.2.1\0]"s, "-"},
      {"a\x7f@hato.test", "-"},
      {"太郎@hato.test", "-"},
      {"a@例え.test", "-"},
  };
  for (auto& c : cases) EXPECT_EQ(told(c.in), c.out) << c.in;
}

TEST(Address, Utf8NeedsSmtputf8AndMustBeWellFormed) {
  AddressRules utf8{.utf8 = true};
  EXPECT_EQ(told("太郎@例え.test", utf8), "太郎|例え.test");
  EXPECT_EQ(told("\"太 郎\"@hato.test", utf8), "太 郎|hato.test");
  EXPECT_EQ(told("a\xff@hato.test", utf8), "-");
  EXPECT_EQ(told("\xe5\xa4@hato.test", utf8), "-");
  EXPECT_EQ(told("a@\xe2\x80\x8b.test", utf8), "-");  // a zero width space alone
}

TEST(Address, DotsOfJapaneseCarriersOnRequest) {
  AddressRules carrier{.carrier_dots = true};
  EXPECT_EQ(told("a..b.@docomo.ne.jp", carrier), "a..b.|docomo.ne.jp");
  EXPECT_EQ(told(".a@docomo.ne.jp", carrier), "-");
  EXPECT_EQ(told("a@docomo..ne.jp", carrier), "-");
  EXPECT_EQ(parse_address("a..b.@docomo.ne.jp", carrier)->text(), "\"a..b.\"@docomo.ne.jp");
}

TEST(Address, TextIsQuotedWhereItMustBeAndReadsBack) {
  for (auto text : {"taro@hato.test", "\"john doe\"@hato.test", R"("a\"b\\c"@hato.test)",
                    "\"\"@hato.test", "\"a..b\"@hato.test", "a@[192.0.2.1]", "postmaster"}) {
    auto a = parse_address(text);
    ASSERT_TRUE(a) << text;
    EXPECT_EQ(a->text(), text);
  }
  EXPECT_EQ(parse_address("\"taro\"@hato.test")->text(), "taro@hato.test");
}

TEST(Address, FoldedComparesWhatIsTheSame) {
  auto folded = [](const char* s) { return parse_address(s, {.utf8 = true})->folded(); };
  EXPECT_EQ(folded("Taro@Hato.TEST"), "taro@hato.test");
  EXPECT_EQ(folded("\"Taro\"@hato.test"), "taro@hato.test");
  EXPECT_EQ(folded("a@Bücher.example"), "a@xn--bcher-kva.example");
  EXPECT_EQ(folded("a@XN--BCHER-KVA.example"), "a@xn--bcher-kva.example");
  EXPECT_EQ(folded("É@hato.test"), folded("e\xcc\x81@hato.test"));
  EXPECT_EQ(folded("a@[IPv6:2001:DB8::1]"), "a@[ipv6:2001:db8::1]");
  EXPECT_EQ(folded("PostMaster"), "postmaster");
}

TEST(Domain, AsciiFormIsLowerCaseALabels) {
  struct {
    std::string in, out;
  } cases[] = {
      {"Example.COM", "example.com"},
      {"Bücher.example", "xn--bcher-kva.example"},
      {"例え.テスト", "xn--r8jz45g.xn--zckzah"},
      {"日本語。jp", "xn--wgv71a119e.jp"},
      {"faß.de", "xn--fa-hia.de"},
      {"1.2.3.4", "1.2.3.4"},
      {"a-b.c", "a-b.c"},
      {"", "-"},
      {"a b", "-"},
      {"a..b", "-"},
      {"a_b", "-"},
      {"-a", "-"},
      {"a\0b"s, "-"},
      {"\xff", "-"},
      {std::string(300, 'a'), "-"},
  };
  for (auto& c : cases) EXPECT_EQ(ascii_domain(c.in).value_or("-"), c.out) << c.in;
}

TEST(Domain, UnicodeFormIsShownWhereItLeadsBack) {
  EXPECT_EQ(unicode_domain("xn--bcher-kva.EXAMPLE"), "bücher.example");
  EXPECT_EQ(unicode_domain("xn--r8jz45g.xn--zckzah"), "例え.テスト");
  EXPECT_EQ(unicode_domain("hato.test"), "hato.test");
  EXPECT_EQ(unicode_domain("xn--zzzzzzzzzzzzz9999.test"), "xn--zzzzzzzzzzzzz9999.test");
}

std::string shown(const std::vector<Mailbox>& list) {
  std::string out;
  for (const auto& m : list) {
    if (!out.empty()) out += ", ";
    if (m.is_group)
      out += "{" + m.name + ": " + shown(m.members) + "}";
    else
      out += "[" + m.name + "] " + m.address;
  }
  return out;
}

TEST(AddressList, IsReadAsItIsWritten) {
  struct {
    std::string in, out;
  } cases[] = {
      {"", ""},
      {" , ,, ", ""},
      {"a@b.c", "[] a@b.c"},
      {"Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
       "[Mary Smith] mary@x.test, [] jdoe@example.org, [Who?] one@y.test"},
      {R"("Giant; \"Big\" Box" <s@example.net>)", R"([Giant; "Big" Box] s@example.net)"},
      {"\"john doe\"@x.test, \"J D\" <\"john doe\"@x.test>",
       "[] \"john doe\"@x.test, [J D] \"john doe\"@x.test"},
      {"jdoe@test  . example, john . doe @ x.test", "[] jdoe@test.example, [] john.doe@x.test"},
      {"<jdoe@machine(comment).  example>", "[comment] jdoe@machine.example"},
      {"<@a.test,@b.test:c@d.test>", "[] c@d.test"},
      {"a@[IPv6:2001:db8::1], b@c.d", "[] a@[IPv6:2001:db8::1], [] b@c.d"},
      {"a@b.c (Ann), (Bob) b@b.c", "[Ann] a@b.c, [Bob] b@b.c"},
      {"A Group: Ed <c@a.test>, joe@x.test; after@x.test",
       "{A Group: [Ed] c@a.test, [] joe@x.test}, [] after@x.test"},
      {"undisclosed-recipients:;", "{undisclosed-recipients: }"},
      {"a@b.c; d@e.f", "[] a@b.c, [] d@e.f"},
      {"g: a@b.c, h: d@e.f", "{g: [] a@b.c, [h:] d@e.f}"},
      {"=?utf-8?B?5bGx55Sw?= =?utf-8?Q?=E5=A4=AA=E9=83=8E?= <t@x.test>", "[山田太郎] t@x.test"},
      {"=?utf-8?Q?Doe,_John?= <j@x.test>", "[Doe, John] j@x.test"},
      {"\"=?iso-2022-jp?B?GyRCOzNFRBsoQg==?=\" <t@x.test>", "[山田] t@x.test"},
      {"山田 <t@x.test>", "[山田] t@x.test"},
      {"John Doe jdoe@x.test", "[John Doe] jdoe@x.test"},
      {"a@b.c d@e.f Ann", "[Ann] a@b.c, [] d@e.f"},
      {"a@b.c <a@b.c>", "[a@b.c] a@b.c"},
      {"Ann <a@b.c, Bob <b@b.c>", "[Ann] a@b.c, Bob <b@b.c"},
      {"Ann <a@b.c", "[Ann] a@b.c"},
      {"Ann <a@b.c; d@e.f", "[Ann] a@b.c, [] d@e.f"},
      {"\"Ann <a@b.c>", "[Ann <a@b.c>] "},
      {"Ann (a (b) c <a@b.c>", "[a (b) c <a@b.c>] Ann"},
      {"Ann\r\n <a@b.c>", "[Ann] a@b.c"},
      {")> <a@b.c>", "[)>] a@b.c"},
      {"<>", "[] "},
  };
  for (auto& c : cases) EXPECT_EQ(shown(parse_address_list(c.in)), c.out) << c.in;
}

TEST(AddressList, HasALimitAndTakesLinearTime) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "a@b.c,";
  EXPECT_EQ(parse_address_list(many, 10).size(), 10u);
  for (std::string piece : {"<", "(", "\"", "=?a?q?", "a@[", ":", "\\", "x@", ". ", "=?"}) {
    std::string bad;
    while (bad.size() < 300'000) bad += piece;
    EXPECT_LE(parse_address_list(bad).size(), 10'000u) << piece;
  }
}

}  // namespace
}  // namespace hato::message
