// SPDX-License-Identifier: Apache-2.0
#include "message/summary.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "corpora.h"
#include "message/encoded.h"
#include "message/preview.h"

namespace hato::message {
namespace {

const std::string kPlain =
    "Date: Tue, 24 Nov 2026 08:15:30 +0900\r\n"
    "From: =?utf-8?B?5bGx55Sw?= <Yamada@Hato.test>\r\n"
    "To: \"Doe, John\" <john@x.test>, Friends: a@x.test, b@x.test;\r\n"
    "To: second@x.test\r\n"
    "Subject: =?utf-8?Q?Re:_=E9=B3=A9?= \"flies\"\r\n"
    "Message-ID: <1@hato.test>\r\n"
    "In-Reply-To: <0@hato.test>\r\n"
    "References: <r@hato.test> <0@hato.test>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "\r\n"
    "> quoted before\r\n"
    "Hello  dove,\r\n"
    "\tfly home.\r\n";

TEST(Summary, EnvelopeIsReadyForImap) {
  auto s = summarise(kPlain);
  EXPECT_EQ(imap_envelope(s.envelope),
            "(\"Tue, 24 Nov 2026 08:15:30 +0900\" \"=?utf-8?Q?Re:_=E9=B3=A9?= \\\"flies\\\"\" "
            "((\"=?utf-8?B?5bGx55Sw?=\" NIL \"Yamada\" \"Hato.test\")) "
            "((\"=?utf-8?B?5bGx55Sw?=\" NIL \"Yamada\" \"Hato.test\")) "
            "((\"=?utf-8?B?5bGx55Sw?=\" NIL \"Yamada\" \"Hato.test\")) "
            "((\"Doe, John\" NIL \"john\" \"x.test\")(NIL NIL \"Friends\" NIL)"
            "(NIL NIL \"a\" \"x.test\")(NIL NIL \"b\" \"x.test\")(NIL NIL NIL NIL)"
            "(NIL NIL \"second\" \"x.test\")) NIL NIL \"<0@hato.test>\" \"<1@hato.test>\")");
  EXPECT_EQ(imap_envelope({}), "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
}

TEST(Summary, EnvelopeOfOddHeaders) {
  auto envelope = [](std::string header) { return imap_envelope(summarise(header).envelope); };
  EXPECT_EQ(envelope("Subject:\r\n\r\n"), "(NIL \"\" NIL NIL NIL NIL NIL NIL NIL NIL)");
  EXPECT_EQ(envelope("Subject: 鳩\r\n\r\n"), "(NIL {3}\r\n鳩 NIL NIL NIL NIL NIL NIL NIL NIL)");
  EXPECT_EQ(envelope("Subject: \x94\xb5\x82\xcc\r\n\r\n"),  // Shift_JIS
            "(NIL {6}\r\n鳩の NIL NIL NIL NIL NIL NIL NIL NIL)");
  EXPECT_EQ(envelope("Cc: \"a b\"@x.test, (Ann) root, (comment only)\r\n\r\n"),
            "(NIL NIL NIL NIL NIL NIL ((NIL NIL \"a b\" \"x.test\")(\"Ann\" NIL \"root\" \"\")) "
            "NIL NIL NIL)");
}

TEST(Summary, BodyStructureIsReadyForImap) {
  auto plain = summarise(kPlain);
  EXPECT_EQ(imap_body(plain.body, false),
            "(\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 43 3)");
  EXPECT_EQ(imap_body(plain.body, true),
            "(\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 43 3 NIL NIL NIL NIL)");
  auto mixed = summarise(
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nContent-Language: ja, en\r\n\r\nhello\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\ny\r\n"
      "--b\r\nContent-Type: image/png; name=a.png\r\nContent-ID: <i@x>\r\nContent-MD5: m\r\n"
      "Content-Transfer-Encoding: base64\r\nContent-Description: d\r\nContent-Location: l\r\n"
      "Content-Disposition: attachment; filename*=utf-8''%E9%B3%A9.png\r\n\r\nAAAA\r\n--b--\r\n");
  EXPECT_EQ(imap_body(mixed.body, true),
            "((\"text\" \"plain\" NIL NIL NIL \"7bit\" 5 0 NIL NIL (\"ja\" \"en\") NIL)"
            "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 19 "
            "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
            "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 4 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL)"
            "(\"image\" \"png\" (\"name\" \"a.png\") \"<i@x>\" \"d\" \"base64\" 4 \"m\" "
            "(\"attachment\" (\"filename*\" \"utf-8''%E9%B3%A9.png\")) NIL \"l\") "
            "\"mixed\" (\"boundary\" \"b\") NIL NIL NIL)");
  EXPECT_EQ(mixed.body.children[2].file_name(), "鳩.png");
  EXPECT_EQ(mixed.body.children[2].parameter("name"), "a.png");
  auto lost = summarise("Content-Type: multipart/mixed; boundary=b\r\n\r\ntext\r\n");
  EXPECT_EQ(imap_body(lost.body, false), "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 6 1)");
}

TEST(Summary, WhatListsSortAndThreadBy) {
  auto s = summarise(kPlain);
  ASSERT_TRUE(s.sent);
  EXPECT_EQ(format_date(s.sent->time, s.sent->zone), "Tue, 24 Nov 2026 08:15:30 +0900");
  EXPECT_EQ(s.subject(), "Re: 鳩 \"flies\"");
  EXPECT_EQ(s.message_id(), "1@hato.test");
  EXPECT_EQ(s.references, (std::vector<std::string>{"r@hato.test", "0@hato.test"}));
  EXPECT_EQ(decode_words(s.envelope.from[0].name), "山田");
  EXPECT_EQ(s.lines, std::size_t(std::ranges::count(kPlain, '\n')));
  EXPECT_EQ(s.body.header_size, kPlain.find("\r\n\r\n") + 4);
  EXPECT_EQ(s.preview, "Hello dove, fly home.");
  EXPECT_FALSE(s.has_attachment);
}

TEST(Summary, OfALongThreadTheFirstAndTheLastAreKept) {
  std::string references;
  for (int i = 0; i < 100; ++i) references += "<" + std::to_string(i) + "@x>\r\n ";
  auto s = summarise("References: " + references + "\r\n\r\n");
  ASSERT_EQ(s.references.size(), 32u);
  EXPECT_EQ(s.references.front(), "0@x");
  EXPECT_EQ(s.references[1], "69@x");
  EXPECT_EQ(s.references.back(), "99@x");
}

TEST(Summary, BaseSubjectsAreThoseOfRfc5256) {
  struct {
    std::string_view in, out;
    bool reply;
  } cases[] = {
      {"hello", "hello", false},
      {" Re:  hello  world ", "hello world", true},
      {"RE: re: Fwd: fw : hello", "hello", true},
      {"Re[2]: hello", "hello", true},
      {"re [x] : hello", "hello", true},
      {"[list] Re: hello", "hello", true},
      {"[list] hello", "hello", false},
      {"[a][b] re: [c] hello (fwd) (FWD)", "hello", true},
      {"[Fwd: Re: hello]", "hello", true},
      {"[only a blob]", "[only a blob]", false},
      {"Re:", "", true},
      {"reply", "reply", false},
      {"", "", false},
  };
  for (auto& c : cases) {
    auto b = base_subject(c.in);
    EXPECT_EQ(b.text, c.out) << c.in;
    EXPECT_EQ(b.is_reply, c.reply) << c.in;
  }
}

TEST(Summary, AttachmentsAreWhatAClientOffersAsFiles) {
  auto mail = [](std::string_view type, std::string_view parts) {
    return "Content-Type: multipart/" + std::string(type) + "; boundary=b\r\n\r\n" +
           std::string(parts) + "--b--\r\n";
  };
  const std::string
      text = "--b\r\n\r\nhi\r\n",
      html = "--b\r\nContent-Type: text/html\r\n\r\nhi\r\n",
      image = "--b\r\nContent-Type: image/png\r\nContent-Disposition: inline\r\n\r\nx\r\n",
      pdf = "--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n",
      named = "--b\r\nContent-Disposition: attachment; filename=a\r\n\r\nx\r\n",
      sig = "--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n";
  struct {
    std::string message;
    bool has;
    std::size_t text, html, attachments;
  } cases[] = {
      {kPlain, false, 1, 1, 0},
      {mail("alternative", text + html), false, 1, 1, 0},
      {mail("alternative", html), false, 1, 1, 0},
      {mail("mixed", text + pdf), true, 1, 1, 1},
      {mail("mixed", text + named), true, 1, 1, 1},
      {mail("mixed", text + image), false, 2, 2, 0},
      {mail("related", html + image), false, 1, 1, 1},
      {mail("signed", text + sig), false, 1, 1, 1},
  };
  for (auto& c : cases) {
    auto s = summarise(c.message);
    auto lists = body_lists(s.body);
    EXPECT_EQ(s.has_attachment, c.has) << c.message;
    EXPECT_EQ(lists.text.size(), c.text) << c.message;
    EXPECT_EQ(lists.html.size(), c.html) << c.message;
    EXPECT_EQ(lists.attachments.size(), c.attachments) << c.message;
  }
}

TEST(Preview, IsWhatThereIsToRead) {
  EXPECT_EQ(preview_of_text("> a\n> b\n", 256), "> a > b");
  EXPECT_EQ(preview_of_text("鳩鳩鳩", 2), "鳩鳩");
  EXPECT_EQ(preview_of_text("a\xc2\xa0\xe2\x80\x8c\xe3\x80\x80"
                            "b",
                            256),
            "a b");
  EXPECT_EQ(html_text("<p>a &amp; <b>b</b>c&#x9CE9;&nbsp;&bogus; 1 < 2</p>", 1000),
            " a & bc鳩 &bogus; 1 < 2 ");
  EXPECT_EQ(
      html_text("<style>x{}</style ><!-- > c --><script>\"</b>\"</script>a<a href=\">\">b", 99),
      "ab");
  EXPECT_EQ(html_text("<title>t</title>", 99), "");
  for (std::string_view open : {"<", "<!--", "<style>", "<a href=\"", "&", "&#x41"})
    EXPECT_LE(html_text(open, 99).size(), open.size());
  auto html = summarise(
      "Content-Type: text/html; charset=iso-8859-1\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=E9</p>");
  EXPECT_EQ(html.preview, "café");
}

TEST(Preview, HostileHtmlTakesLinearTime) {
  for (std::string piece : {"<", "<a '", "<style>", "</", "&", "<!--", "<a \"x"}) {
    std::string bad;
    while (bad.size() < 65'536) bad += piece;
    EXPECT_LE(html_text(bad, 1024).size(), 2048u) << piece;
  }
}

TEST(Summary, EveryMailSurvivesEncoding) {
  for (const auto& mail : corpus_mails()) {
    SCOPED_TRACE(mail.name);
    auto s = summarise(mail.bytes);
    auto bytes = encode(s);
    auto again = decode(bytes);
    ASSERT_TRUE(again);
    EXPECT_EQ(encode(*again), bytes);
    EXPECT_TRUE(again->envelope == s.envelope);
    EXPECT_EQ(imap_body(again->body, true), imap_body(s.body, true));
    EXPECT_EQ(again->preview, s.preview);
    EXPECT_TRUE(is_utf8(imap_envelope(s.envelope) + imap_body(s.body, true) + s.preview));
    EXPECT_LE(s.preview.size(), 1024u);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut)
      EXPECT_FALSE(decode(std::string_view(bytes).substr(0, cut)));
  }
}

TEST(Summary, DamageAndNewerVersionsAreRefused) {
  auto bytes = encode(summarise(kPlain));
  EXPECT_FALSE(decode(""));
  EXPECT_FALSE(decode("\x02" + bytes.substr(1)));
  EXPECT_FALSE(decode(bytes + "x"));
  EXPECT_LT(bytes.size(), 420u);
}

}  // namespace
}  // namespace hato::message
