// SPDX-License-Identifier: Apache-2.0
#include "smtp/codec.h"

#include <gtest/gtest.h>

#include "catalogue/errors.h"

namespace hato::smtp {
namespace {

using std::string_view;
using namespace std::string_view_literals;

template <class T>
std::string slug(const Result<T>& result) {
  return result ? "" : std::string(catalogue::row(result.error()).slug);
}

TEST(ParseCommand, TakesVerbAndArgumentsWithoutBlanks) {
  auto c = parse_command("MAIL \t FROM:<a@b>  ");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->verb, "MAIL");
  EXPECT_EQ(c->arguments, "FROM:<a@b>");
  EXPECT_EQ(parse_command("QUIT")->arguments, "");
  EXPECT_EQ(parse_command("")->verb, "");
}

TEST(ParseCommand, RefusesControlCharactersAndStrayBytesBeyondAscii) {
  for (auto line : {"NOOP\r"sv, "RCPT TO:<a\rb@c>"sv, "RCPT TO:<a\nb@c>"sv, "NOOP \0"sv, "\x7f"sv,
                    "NOOP \x1b[2J"sv, "EHLO m\xc3\xbcller"sv, "N\xc3\xb6\xc3\xb6P"sv,
                    "MAIL FROM:<\xff@x>"sv, "\x16\x03\x01"sv})
    EXPECT_EQ(slug(parse_command(line)), "smtp-characters") << line;
  EXPECT_TRUE(parse_command("RCPT TO:<\xe9\xb3\xa9@hato.test>")) << "UTF-8 may be an address";
}

struct Good {
  string_view arguments, sender;
};
TEST(ParseMail, ReadsTheAddressHoweverItIsWritten) {
  for (auto [arguments, sender] : std::initializer_list<Good>{
           {"FROM:<bob@example.com>", "bob@example.com"},
           {"from:<bob@example.com>", "bob@example.com"},
           {"FROM: <bob@example.com>", "bob@example.com"},
           {"FROM : <bob@example.com>", "bob@example.com"},
           {"FROM:bob@example.com", "bob@example.com"},
           {"FROM:<@a,@b:bob@example.com>", "bob@example.com"},
           {"FROM:<>", ""},
           {"FROM:<\"a b\"@example.com>", "\"a b\"@example.com"},
           {"FROM:<\"a>b\"@example.com>", "\"a>b\"@example.com"},
           {"FROM:<\"a\\\">b\"@example.com> SIZE=1", "\"a\\\">b\"@example.com"},
           {"FROM:<bob@[192.0.2.1]>", "bob@[192.0.2.1]"},
           {"FROM:<a..b.@docomo.ne.jp>", "\"a..b.\"@docomo.ne.jp"},
       }) {
    auto m = parse_mail(arguments, true);
    ASSERT_TRUE(m) << arguments << ": " << slug(m);
    EXPECT_EQ(m->sender, sender);
    EXPECT_EQ(parse_mail("FROM:<" + m->sender + ">", false)->sender, sender);
  }
}

struct Bad {
  string_view arguments, error;
};
TEST(ParseMail, RefusesWithTheRightReason) {
  for (auto [arguments, error] : std::initializer_list<Bad>{
           {"", "smtp-arguments"},
           {"TO:<bob@example.com>", "smtp-arguments"},
           {"FROM<bob@example.com>", "smtp-arguments"},
           {"FROM:", "smtp-arguments"},
           {"FROM:<bob@example.com", "smtp-arguments"},
           {"FROM:<bob@example.com>SIZE=1", "smtp-arguments"},
           {"FROM:<\"bob@example.com>", "smtp-arguments"},
           {"FROM:<bob>", "sender-invalid"},
           {"FROM:<postmaster>", "sender-invalid"},
           {"FROM:<bob@>", "sender-invalid"},
           {"FROM:<@example.com>", "sender-invalid"},
           {"FROM:<bob@exa mple.com>", "sender-invalid"},
           {"FROM:<\xe9\xb3\xa9@hato.test>", "smtputf8-needed"},
           {"FROM:<> FUTURE=1", "smtp-parameter-unknown"},
           {"FROM:<> SIZE", "smtp-parameter-value"},
           {"FROM:<> SIZE=", "smtp-parameter-value"},
           {"FROM:<> SIZE=-1", "smtp-parameter-value"},
           {"FROM:<> SIZE=99999999999999999999999", "smtp-parameter-value"},
           {"FROM:<> SIZE=1 SIZE=2", "smtp-parameter-value"},
           {"FROM:<> BODY=9BIT", "smtp-parameter-value"},
           {"FROM:<> BODY", "smtp-parameter-value"},
           {"FROM:<> SMTPUTF8=1", "smtp-parameter-value"},
           {"FROM:<> RET=SOME", "smtp-parameter-value"},
           {"FROM:<> ENVID=a=b", "smtp-parameter-value"},
           {"FROM:<> ENVID=+zz", "smtp-parameter-value"},
           {"FROM:<> ENVID=+4", "smtp-parameter-value"},
           {"FROM:<> AUTH", "smtp-parameter-value"},
       })
    EXPECT_EQ(slug(parse_mail(arguments, true)), error) << arguments;
  EXPECT_EQ(slug(parse_mail("FROM:<a..b.@docomo.ne.jp>", false)), "sender-invalid");
}

TEST(ParseMail, ReadsEveryParameter) {
  auto m = parse_mail(
      "FROM:<\xe9\xb3\xa9@hato.test> size=1000 BODY=8bitmime SMTPUTF8 RET=hdrs ENVID=QQ314159 "
      "AUTH=bob+40x",
      true);
  ASSERT_TRUE(m) << slug(m);
  EXPECT_EQ(m->sender, "\xe9\xb3\xa9@hato.test");
  EXPECT_EQ(m->size, 1000u);
  EXPECT_EQ(m->body, Body::k8BitMime);
  EXPECT_TRUE(m->smtputf8);
  EXPECT_EQ(m->ret, "HDRS");
  EXPECT_EQ(m->envid, "QQ314159");
  EXPECT_EQ(parse_mail("FROM:<> BODY=BINARYMIME AUTH=<>", true)->body, Body::kBinaryMime);
}

TEST(ParseRcpt, ReadsAddressAndParameters) {
  auto r =
      parse_rcpt("TO:<taro@hato.test> NOTIFY=success,Failure ORCPT=rfc822;taro+40hato.test", {});
  ASSERT_TRUE(r) << slug(r);
  EXPECT_EQ(r->recipient, "taro@hato.test");
  EXPECT_EQ(r->notify, "SUCCESS,FAILURE");
  EXPECT_EQ(r->orcpt, "rfc822;taro+40hato.test");
  EXPECT_EQ(parse_rcpt("TO:<Postmaster>", {})->recipient, "Postmaster");
  EXPECT_EQ(parse_rcpt("TO:<a@b> NOTIFY=NEVER", {})->notify, "NEVER");
  EXPECT_TRUE(
      parse_rcpt("TO:<\xe9\xb3\xa9@b.test> ORCPT=utf-8;\xe9\xb3\xa9@b.test", {.utf8 = true}));
}

TEST(ParseRcpt, RefusesWithTheRightReason) {
  for (auto [arguments, error] : std::initializer_list<Bad>{
           {"FROM:<a@b>", "smtp-arguments"},
           {"TO:<>", "address-invalid"},
           {"TO:<taro>", "address-invalid"},
           {"TO:<a@b> NOTIFY=NEVER,DELAY", "smtp-parameter-value"},
           {"TO:<a@b> NOTIFY=", "smtp-parameter-value"},
           {"TO:<a@b> NOTIFY=DELAY,DELAY,DELAY,DELAY", "smtp-parameter-value"},
           {"TO:<a@b> ORCPT=taro@hato.test", "smtp-parameter-value"},
           {"TO:<a@b> ORCPT=rfc822;a=b", "smtp-parameter-value"},
           {"TO:<a@b> ORCPT=;a", "smtp-parameter-value"},
           {"TO:<a@b> SIZE=1", "smtp-parameter-unknown"},
           {"TO:<\xe9\xb3\xa9@b.test>", "smtputf8-needed"},
       })
    EXPECT_EQ(slug(parse_rcpt(arguments, {})), error) << arguments;
}

TEST(ParseBdat, ReadsSizeAndLast) {
  EXPECT_EQ(parse_bdat("100")->size, 100u);
  EXPECT_FALSE(parse_bdat("100")->last);
  EXPECT_TRUE(parse_bdat("0 last")->last);
  for (auto bad : {"", "x", "-1", "10 FIRST", "10 LAST LAST", "99999999999999999999"})
    EXPECT_EQ(slug(parse_bdat(bad)), "smtp-arguments") << bad;
}

TEST(ParseAuth, TellsAnEmptyInitialResponseFromNone) {
  EXPECT_FALSE(parse_auth("plain")->initial);
  EXPECT_EQ(parse_auth("plain")->mechanism, "PLAIN");
  EXPECT_EQ(parse_auth("EXTERNAL =")->initial, "");
  EXPECT_EQ(parse_auth("PLAIN AGEAYg==")->initial, "\0a\0b"sv);
  EXPECT_EQ(slug(parse_auth("")), "smtp-arguments");
  EXPECT_EQ(slug(parse_auth("PLAIN a b")), "smtp-arguments");
  EXPECT_EQ(slug(parse_auth("PLAIN ?")), "sasl-malformed");
  EXPECT_EQ(slug(parse_auth("PLAIN *")), "sasl-cancelled");
  EXPECT_EQ(parse_auth_response("")->size(), 0u);
}

TEST(ParseXclient, ReadsWhatMattersAndPassesOverTheRest) {
  auto x = parse_xclient(
      "ADDR=192.0.2.9 PORT=1025 NAME=[UNAVAILABLE] HELO=x+20y LOGIN=taro+40hato.test");
  ASSERT_TRUE(x) << slug(x);
  EXPECT_EQ(x->addr->text(), "192.0.2.9");
  EXPECT_EQ(x->port, 1025);
  EXPECT_EQ(x->login, "taro@hato.test");
  EXPECT_EQ(parse_xclient("ADDR=IPV6:2001:db8::1")->addr->text(), "2001:db8::1");
  EXPECT_EQ(parse_xclient("ADDR=[UNAVAILABLE]")->addr, net::Ip{});
  for (auto bad : {"ADDR=x", "PORT=70000", "WHAT=1", "LOGIN=a+0D+0Ab"})
    EXPECT_EQ(slug(parse_xclient(bad)), "smtp-parameter-value") << bad;
  EXPECT_EQ(slug(parse_xclient("ADDR")), "smtp-arguments");
  EXPECT_EQ(slug(parse_xclient("")), "smtp-arguments");
}

TEST(ParseHello, TakesOnePrintableWord) {
  EXPECT_EQ(*parse_hello("client_1.example more words"), "client_1.example");
  EXPECT_EQ(slug(parse_hello("")), "smtp-arguments");
  EXPECT_EQ(slug(parse_hello(std::string(256, 'a'))), "smtp-arguments");
}

}  // namespace
}  // namespace hato::smtp
