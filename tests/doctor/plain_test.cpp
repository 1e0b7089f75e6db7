// SPDX-License-Identifier: Apache-2.0
// The plain form: what patterns meet whatever a clipboard, a mail or a container did to a text.
#include "doctor/plain.h"

#include <gtest/gtest.h>

namespace hato::doctor {
namespace {

struct Case {
  const char* name;
  std::string in, out;
};

class PlainForm : public testing::TestWithParam<Case> {};

TEST_P(PlainForm, IsAsWritten) { EXPECT_EQ(make_plain(GetParam().in).text, GetParam().out); }

const Case kCases[] = {
    {"WhiteSpaceIsOneSpace", "a\t b\u3000\u00a0c\r\n", "a b c\n"},
    {"WrappedLinesAreJoined", "host mx.example.jp said: 504\n   Invalid HELO.\n   need name",
     "host mx.example.jp said: 504 Invalid HELO. need name\n"},
    {"JapaneseIsJoinedWithoutSpace", "受信者の一人がサー\nバーによって拒否",
     "受信者の一人がサーバーによって拒否\n"},
    {"ReplyCodeStandsOnce",
     "550-5.7.26 This mail has been blocked\n550-5.7.26 because the sender is\n550 5.7.26 "
     "unauthenticated",
     "550 5.7.26 This mail has been blocked because the sender is unauthenticated\n"},
    {"ReplyCodeInsideALineStandsOnce",
     "said: 550-5.7.1 [2001:db8::1] Our system has detected that this 550-5.7.1 message does not "
     "meet 550 5.7.1 information. (in reply to",
     "said: 550 5.7.1 [2001:db8::1] Our system has detected that this message does not meet "
     "information. (in reply to\n"},
    {"ReplyCodeBrokenByAWrapStandsOnce",
     "said: 550-5.7.1\n  first 550-5.7.1 second for more 550\n  5.7.1 information",
     "said: 550 5.7.1 first second for more information\n"},
    {"StatusAloneStandsOnce", "5.7.1 this message does not\n5.7.1 meet rules",
     "5.7.1 this message does not meet rules\n"},
    {"CodeWithoutStatusStandsOnce", "553-sorry, your mail\n553 was refused",
     "553 sorry, your mail was refused\n"},
    {"RepliesAreRecords", "250 2.1.0 Ok\n504 5.5.2 need name\n554 5.5.1 no recipients",
     "250 2.1.0 Ok\n504 5.5.2 need name\n554 5.5.1 no recipients\n"},
    {"CommandsAreRecords", "MAIL FROM:<a@example.jp>\n250 Ok\nQUIT",
     "MAIL FROM:<a@example.jp>\n250 Ok\nQUIT\n"},
    {"LogLinesAreRecords",
     "Nov 20 10:11:12 mx postfix/smtp[1]: one\nNov 20 10:11:13 mx postfix/smtp[1]: two\n"
     "2026-11-20T10:11:12.5+09:00 mx x: three\n2026-11-20 10:11:12 1rAB => four",
     "Nov 20 10:11:12 mx postfix/smtp[1]: one\nNov 20 10:11:13 mx postfix/smtp[1]: two\n"
     "2026-11-20T10:11:12.5+09:00 mx x: three\n2026-11-20 10:11:12 1rAB => four\n"},
    {"QuotingIsDropped", "> > 550 User\n> > unknown", "550 User unknown\n"},
    {"ContainerPrefixIsDropped", "smtp_1  | S: 504 5.5.2 no\nmail | Nov 20 10:11:12 mx x: y",
     "S: 504 5.5.2 no\nNov 20 10:11:12 mx x: y\n"},
    {"EntitiesAreCharacters", "&lt;a@example.jp&gt; &amp; &#39;b&#x27; &nosuch; &#xD800;",
     "<a@example.jp> & 'b' &nosuch; &#xD800;\n"},
    {"EscapedLineEndsAreLineEnds", "550 no\\r\\n", "550 no\n"},
    {"PathsAreNoEscapes", "C:\\new\\report", "C:\\new\\report\n"},
    {"FullWidthIsAscii", "(エラー:0x800CCC79)", "(エラー:0x800CCC79)\n"},
    {"HalfWidthKanaIsFull", "エラー サーバー プロキシ ヴ", "エラー サーバー プロキシ ヴ\n"},
    {"QuotesAreStraight", "\u2018a\u2019 \u201cb\u201d 1\u20132\u00ad", "'a' \"b\" 1-2\n"},
    {"ColoursAreDropped", "\x1b[1;31merror\x1b[0m: x", "error: x\n"},
    {"ParagraphsAreRecords", "one\ntwo\n\nthree", "one two\nthree\n"},
    {"FieldsAreRecords", "Action: failed\nStatus: 5.4.6\nDiagnostic-Code: smtp; 550\n more",
     "Action: failed\nStatus: 5.4.6\nDiagnostic-Code: smtp; 550 more\n"},
    {"NothingIsNothing", " \n\n\t", ""},
};
INSTANTIATE_TEST_SUITE_P(All, PlainForm, testing::ValuesIn(kCases),
                         [](const auto& i) { return i.param.name; });

TEST(Records, SuccessIsMarkedByTheProtocolsOwnGrammar) {
  const auto p = make_plain(
      "220 mx ESMTP\n250-mx\n250 SIZE\n354 go\n550 no\n+OK ready\n-ERR no\n* OK ready\n* 5 "
      "EXISTS\na1 OK done\n"
      "a2 NO no\nS: 250 Ok");
  std::string marks;
  for (const auto& r : p.records) marks += r.success ? '+' : '-';
  EXPECT_EQ(marks, "+++-+-+++-+");
}

TEST(Records, BodyStandsBehindTimeProgramAndMark) {
  const auto p =
      make_plain("Nov 20 10:11:12 mx postfix/smtp[1]: hello\n  759   SMTP<< 504 no\nS: 250 Ok");
  ASSERT_EQ(p.records.size(), 3u);
  EXPECT_EQ(p.body(p.records[0]), "hello");
  EXPECT_TRUE(p.records[0].stamped);
  EXPECT_EQ(p.body(p.records[1]), "504 no");
  EXPECT_EQ(p.body(p.records[2]), "250 Ok");
}

TEST(Records, AreFoundByOffset) {
  const auto p = make_plain("one\n\ntwo\n\nthree");
  EXPECT_EQ(p.record_at(0), 0u);
  EXPECT_EQ(p.record_at(3), 0u);
  EXPECT_EQ(p.record_at(4), 1u);
  EXPECT_EQ(p.record_at(p.text.size()), 2u);
}

TEST(TimeStamps, AreKnown) {
  for (auto s :
       {"Nov 20 10:11:12 x", "Okt 15 23:48:15 x", "2026-11-20T10:11:12Z x",
        "2026-11-20T10:11:12.123456+09:00 x", "2026-11-20 10:11:12 x", "<22>Nov 20 10:11:12 x",
        "[2026-11-20 10:11:12] x", "20/Nov/2026:10:11:12 x", "11/20/2026 10:11 x",
        "20.11.2026 10:11:12 x", "@400000005dd4f8a01234567c x", "10:11:12.123 x"})
    EXPECT_GT(time_stamp(s), 7u) << s;
  for (auto s :
       {"550 5.1.1 x", "Port 25", "host 10:11:12", "5.7.1 x", "10:11", "", "<a@example.jp>"})
    EXPECT_EQ(time_stamp(s), 0u) << s;
}

TEST(LongTexts, KeepTheirEnds) {
  const std::string middle(4 << 20, 'x');
  const auto p = make_plain("first words\n\n" + middle + "\n\nlast words");
  EXPECT_TRUE(p.cut);
  EXPECT_LT(p.text.size(), kPlainMax + 100);
  EXPECT_TRUE(p.text.starts_with("first words"));
  EXPECT_TRUE(p.text.ends_with("last words\n"));
}

}  // namespace
}  // namespace hato::doctor
