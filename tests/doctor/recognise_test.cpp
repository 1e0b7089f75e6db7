// SPDX-License-Identifier: Apache-2.0
// Decoding, codes, look-ups, hosts and stages.
#include "doctor/recognise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "doctor/codes.h"
#include "doctor/decode.h"
#include "doctor/doctor.h"
#include "doctor/entities.h"
#include "doctor/lookup.h"

namespace hato::doctor {
namespace {
using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;

std::vector<std::string> codes_of(std::string_view text) {
  Doctor doctor;
  std::vector<std::string> out;
  for (const auto& c : doctor.explain(text).facts.codes) out.push_back(c.family + '=' + c.value);
  return out;
}

TEST(Codes, AreReadInEverySpelling) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"550 5.1.1 User unknown", {"smtp-reply=550", "enhanced-status=5.1.1"}},
      {"550-5.1.1 User unknown", {"smtp-reply=550", "enhanced-status=5.1.1"}},
      {"(reason: 550 Unknown user)", {"smtp-reply=550"}},
      {"SMTP error: [451] 4.7.1 try again", {"smtp-reply=451"}},
      {"host mx said: 504\n Invalid HELO. response=504 5.5.2 <mx>",
       {"smtp-reply=504", "enhanced-status=5.5.2"}},
      {"553 sorry, not in my list of rcpthosts (#5.7.1)",
       {"smtp-reply=553", "enhanced-status=5.7.1"}},
      {"dsn=5.2.2, status=bounced", {"enhanced-status=5.2.2"}},
      {"Status: 5.4.6", {"enhanced-status=5.4.6"}},
      {"5.7.1. Unable To Relay", {"enhanced-status=5.7.1"}},
      {"SMTP Last Response Code: 504", {"smtp-reply=504"}},
      {"エラー番号 : 0x800CCC0E", {"oe=0x800CCC0E"}},
      {"Error 0X800ccc0f", {"oe=0x800CCC0F"}},
      {"error 800CCC79 occurred", {"oe=0x800CCC79"}},
      {"Error number -2146644977", {"oe=0x800CCC0F"}},
      {"error 2148322319", {"oe=0x800CCC0F"}},
      {"Error 0x800CCCEE", {"oe=0x800CCCEE"}},
      {"サーバーの応答 : '553 ... Relay operation rejected'", {"smtp-reply=553"}},
      {"サーバー エラー : 451", {"smtp-reply=451"}},
  };
  for (const auto& [text, wanted] : cases)
    EXPECT_THAT(codes_of(text), IsSupersetOf(wanted)) << text;
}

TEST(Codes, AreNotReadFromOrdinaryNumbers) {
  for (auto text :
       {"Subject: Invoice 550 for room 421", "your order no. 10060 of 5.1.1 litres",
        "会議室550号室の予約", "421番のバスで 10061ページまで", "I got 452 points and 10053 steps",
        "version 5.1.1 of postfix-2.5.1", "connect to 5.1.1.1 or 192.0.2.550", "at 10:550",
        "250 2.1.5 Ok", "status=sent (250 2.0.0 Ok)", "+OK 550 4211000", "* 550 EXISTS",
        "queued as 550ABC", "sendmail[550]: xAK1BCDE000550"})
    EXPECT_THAT(codes_of(text), ElementsAre()) << text;
}

TEST(Replies, HaveTheirStatus) {
  Doctor doctor;
  const auto f =
      doctor.explain("RCPT TO:<a@example.jp>\n553 sorry (#5.7.1)\nDATA\n503 5.5.1 no").facts;
  ASSERT_EQ(f.replies.size(), 2u);
  EXPECT_EQ(f.replies[0].code, 553);
  EXPECT_EQ(f.replies[0].status, "5.7.1");
  EXPECT_EQ(f.replies[1].status, "5.5.1");
}

TEST(Sessions, TellTheStageThatFailed) {
  Doctor doctor;
  const std::pair<const char*, const char*> cases[] = {
      {"MAIL FROM:<a@example.jp>\n250 2.1.0 Ok\nRCPT TO:<b@example.jp>\n504 5.5.2 no",
       "stage:rcpt"},
      {"C: EHLO me\nS: 550 5.7.1 no", "stage:helo"},
      {"DATA\n354 go\n554 5.7.1 spam", "stage:end-of-data"},
      {"USER taro\n+OK\nPASS x\n-ERR no", "stage:auth"},
      {"a1 LOGIN taro x\na1 NO no", "stage:auth"},
      {"+OK\nRETR 1\n-ERR no", "stage:retr"},
  };
  for (const auto& [text, fact] : cases) {
    const auto names = doctor.explain(text).facts.names.names();
    EXPECT_THAT(names, Contains(fact)) << text;
    EXPECT_THAT(names, Contains("form:transcript")) << text;
  }
}

TEST(Sessions, OfSuccessHaveNoStage) {
  Doctor doctor;
  EXPECT_EQ(doctor.explain("RCPT TO:<b@example.jp>\n250 2.1.5 Ok\nQUIT\n221 2.0.0 Bye")
                .facts.names.value("stage"),
            "");
}

TEST(Entities, AreRead) {
  Doctor doctor;
  const auto f = doctor
                     .explain(
                         "Nov 20 10:11:12 mx postfix/smtp[1]: connect to "
                         "mx.example.jp[192.0.2.7]:25: to=<b@example.jp> "
                         "[2001:db8::1]:587 in class.smtp.php ポート : 110")
                     .facts;
  EXPECT_THAT(f.hosts, ElementsAre("mx.example.jp"));
  EXPECT_THAT(f.addresses, ElementsAre("b@example.jp"));
  EXPECT_THAT(f.ips, ElementsAre("192.0.2.7", "2001:db8::1"));
  EXPECT_THAT(f.ports, ElementsAre(25, 587, 110));
  EXPECT_EQ(f.when, "Nov 20 10:11:12");
  EXPECT_THAT(f.names.names(), IsSupersetOf({"ip:v4", "ip:v6", "port:25", "port:110", "proto:pop3",
                                             "form:log", "lang:ja"}));
}

TEST(LookUp, FindsABareCodeInEachFamily) {
  auto families = [](std::string_view word) {
    std::vector<std::string> out;
    for (const auto& c : look_up(word)) out.push_back(c.family + '=' + c.value);
    return out;
  };
  EXPECT_THAT(families("0x800CCC0F"), ElementsAre("oe=0x800CCC0F"));
  EXPECT_THAT(families("800ccc0f"), ElementsAre("oe=0x800CCC0F"));
  EXPECT_THAT(families("-2146644977"), ElementsAre("oe=0x800CCC0F"));
  EXPECT_THAT(families("550"), Contains("smtp-reply=550"));
  EXPECT_THAT(families("[550]"), Contains("smtp-reply=550"));
  EXPECT_THAT(families("559"), Contains("smtp-reply=559"));
  EXPECT_THAT(families("#5.7.26"), Contains("enhanced-status=5.7.26"));
  EXPECT_THAT(families("smtp_550_mailbox_not_found"), Contains("oe=0x800CCC69"));
  EXPECT_THAT(families("hello"), ElementsAre());
  EXPECT_THAT(families("550 5.1.1 User unknown"), ElementsAre());
}

TEST(OpenSsl, ReasonsAreReadFromOldAndNewNumbers) {
  EXPECT_EQ(openssl_reason("0A000086"), 134u);
  EXPECT_EQ(openssl_reason("1416F086"), 134u);
  EXPECT_EQ(openssl_reason("14094412"), 1042u);
  EXPECT_EQ(openssl_reason("02001002"), std::nullopt);
  EXPECT_EQ(openssl_reason("xyz"), std::nullopt);
}

TEST(Decode, ReadsWhatClipboardsAndMailsHold) {
  const std::string text = "サーバー";
  const std::pair<const char*, std::string> cases[] = {
      {"UTF-8", "サーバーへの接続は失敗しました"},
      {"UTF-8 with mark", "\xEF\xBB\xBFサーバーへの接続は失敗しました"},
      {"UTF-16LE with mark", std::string("\xff\xfe\xb5\x30\xfc\x30\xd0\x30\xfc\x30", 10)},
      {"UTF-16BE with mark", std::string("\xfe\xff\x30\xb5\x30\xfc\x30\xd0\x30\xfc", 10)},
      {"Shift_JIS", "\x83\x54\x81\x5b\x83\x6f\x81\x5b\x82\xd6\x82\xcc\x90\xda\x91\xb1"},
      {"EUC-JP", "\xa5\xb5\xa1\xbc\xa5\xd0\xa1\xbc\xa4\xd8\xa4\xce\xc0\xdc\xc2\xb3"},
      {"ISO-2022-JP", "\x1b$B%5!<%P!<$X$N@\\B3\x1b(B"},
  };
  for (const auto& [name, bytes] : cases) {
    const auto d = decode(bytes);
    EXPECT_TRUE(d.text.starts_with(text)) << name << ": " << d.text;
    EXPECT_FALSE(d.binary) << name;
  }
  EXPECT_EQ(decode(std::string("5\0005\0000\000 \000n\000o\000p\000e\000", 16)).text, "550 nope")
      << "UTF-16 without mark";
}

TEST(Decode, KnowsBinaryData) {
  EXPECT_TRUE(
      decode(std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0", 29))
          .binary);
  EXPECT_TRUE(decode(std::string("\x7f"
                                 "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0",
                                 24))
                  .binary);
  EXPECT_FALSE(decode("caf\xe9 cr\xe8me: 550 refus\xe9").binary);
}

}  // namespace
}  // namespace hato::doctor
