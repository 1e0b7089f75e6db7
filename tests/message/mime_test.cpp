// SPDX-License-Identifier: Apache-2.0
#include "message/mime.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "corpora.h"

namespace hato::message {
namespace {

// "multipart/mixed(text/plain[a], image/png[b])": the tree with the content of its leaves.
std::string told(const Part& p, std::string_view message) {
  auto out = p.type.type + "/" + p.type.subtype;
  if (p.children.empty()) return out + "[" + std::string(p.content(message)) + "]";
  std::string children;
  for (const auto& c : p.children) {
    if (!children.empty()) children += ", ";
    children += told(c, message);
  }
  return out + "(" + children + ")";
}

std::string told(std::string_view message) { return told(parse_mime(message), message); }

const std::string kMixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

TEST(Mime, TreeOfWellFormedMail) {
  EXPECT_EQ(told("Subject: x\r\n\r\nbody\r\n"), "text/plain[body\r\n]");
  EXPECT_EQ(told(""), "text/plain[]");
  EXPECT_EQ(told("\r\nbody"), "text/plain[body]");
  EXPECT_EQ(told(kMixed + "preamble\r\n--b\r\n\r\na\r\n--b\r\nContent-Type: image/png\r\n\r\n"
                          "b\r\n\r\n--b--\r\nepilogue\r\n"),
            "multipart/mixed(text/plain[a], image/png[b\r\n])");
  EXPECT_EQ(
      told(kMixed + "--b\r\nContent-Type: multipart/alternative; boundary=\"c d\"\r\n\r\n"
                    "--c d\r\n\r\na\r\n--c d\r\nContent-Type: text/html\r\n\r\nb\r\n--c d--\r\n"
                    "--b\r\n\r\nc\r\n--b--"),
      "multipart/mixed(multipart/alternative(text/plain[a], text/html[b]), text/plain[c])");
  EXPECT_EQ(told(kMixed + "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ninner\r\n"
                          "--b--\r\n"),
            "multipart/mixed(message/rfc822(text/plain[inner]))");
  EXPECT_EQ(told("Content-Type: message/global\r\n\r\nSubject: 鳩\r\n\r\ninner"),
            "message/global(text/plain[inner])");
  EXPECT_EQ(told("Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: a\r\n\r\nx"
                 "\r\n--b--\r\n"),
            "multipart/digest(message/rfc822(text/plain[x]))");
}

TEST(Mime, TreeOfMalformedMail) {
  struct {
    std::string what, message, tree;
  } cases[] = {
      {"bare LF", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n\nb\n--b--\n",
       "multipart/mixed(text/plain[a], text/plain[b])"},
      {"no end", kMixed + "--b\r\n\r\na\r\n--b\r\n\r\nb\r\n",
       "multipart/mixed(text/plain[a], text/plain[b\r\n])"},
      {"end without its line end", kMixed + "--b\r\n\r\na\r\n--b--",
       "multipart/mixed(text/plain[a])"},
      {"inner without end",
       kMixed + "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\na\r\n--b\r\n"
                "\r\nb\r\n--b--\r\n",
       "multipart/mixed(multipart/mixed(text/plain[a]), text/plain[b])"},
      {"the same boundary inside",
       kMixed + "--b\r\n" + kMixed + "--b\r\n\r\na\r\n--b--\r\n--b\r\n\r\nb\r\n--b--\r\n",
       "multipart/mixed(multipart/mixed(text/plain[a]), text/plain[b])"},
      {"a longer boundary that begins alike",
       kMixed + "--b\r\n\r\n--bb\r\n--b-\r\n --b\r\n--b--x\r\n--b--",
       "multipart/mixed(text/plain[--bb\r\n--b-\r\n --b\r\n--b--x])"},
      {"blanks behind the boundary", kMixed + "--b \t\r\n\r\na\r\n--b-- \r\nx",
       "multipart/mixed(text/plain[a])"},
      {"no boundary parameter", "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\na\r\n--b--\r\n",
       "multipart/mixed[--b\r\n\r\na\r\n--b--\r\n]"},
      {"boundary never met", kMixed + "text\r\n", "multipart/mixed[text\r\n]"},
      {"no header in a part", kMixed + "--b\r\nplain text, no header: none\r\n\r\nx\r\n--b--",
       "multipart/mixed(text/plain[plain text, no header: none\r\n\r\nx])"},
      {"no empty line in a part",
       kMixed + "--b\r\nContent-Type: text/html\r\n--b\r\n\r\nb\r\n--b--",
       "multipart/mixed(text/html[], text/plain[b])"},
      {"delimiters in a row", kMixed + "--b\r\n--b\r\n\r\na\r\n--b\r\n--b\r\n\r\n--b\r\n--b--",
       "multipart/mixed(text/plain[a], text/plain[])"},
      {"nothing but an end", kMixed + "--b--\r\n", "multipart/mixed[--b--\r\n]"},
      {"unreadable types", "Content-Type: text\r\n\r\nx", "text/plain[x]"},
      {"unreadable types", "Content-Type: text/plain/x\r\n\r\nx", "text/plain[x]"},
      {"two types", "Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\nx", "text/html[x]"},
      {"noise in the header", "Subject: x\r\nnoise\r\nContent-Type: text/html\r\n\r\nx",
       "text/html[x]"},
      {"noise before the body", "Subject: x\r\nno empty line here\r\nmore",
       "text/plain[no empty line here\r\nmore]"},
      {"no header at all", "just text\r\nwith: colon\r\n\r\n",
       "text/plain[just text\r\nwith: colon\r\n\r\n]"},
      {"an attached mail in base64",
       kMixed + "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                "U3ViamVjdA==\r\n--b--",
       "multipart/mixed(message/rfc822(text/plain[U3ViamVjdA==]))"},
  };
  for (auto& c : cases) EXPECT_EQ(told(c.message), c.tree) << c.what;
}

TEST(Mime, FieldsOfAPart) {
  auto p = parse_mime(
      "Content-Type: image/PNG; name=\"a.png\"\r\nContent-Transfer-Encoding: BASE64 (x)\r\n"
      "Content-ID: <id@x>\r\nContent-Description: =?utf-8?q?a?=\r\n b\r\nContent-MD5: abc=\r\n"
      "Content-Location: http://x\r\nContent-Language: ja, en\r\n"
      "Content-Disposition: Attachment; filename*=utf-8''%E9%B3%A9.png\r\n\r\nAAAA\r\nAA\r\n");
  EXPECT_TRUE(p.type.is("image", "png"));
  EXPECT_EQ(p.encoding, Encoding::kBase64);
  EXPECT_EQ(p.encoding_name, "base64");
  EXPECT_EQ(p.id, "<id@x>");
  EXPECT_EQ(p.description, "=?utf-8?q?a?= b");
  EXPECT_EQ(p.md5, "abc=");
  EXPECT_EQ(p.location, "http://x");
  EXPECT_EQ(p.languages, (std::vector<std::string>{"ja", "en"}));
  EXPECT_EQ(p.disposition.type, "attachment");
  EXPECT_EQ(p.file_name(), "鳩.png");
  EXPECT_EQ(p.size(), 10u);
  EXPECT_EQ(p.lines, 2u);
  EXPECT_EQ(p.header_lines, 10u);
}

void expect_lines(const Part& p, std::string_view message) {
  EXPECT_EQ(p.lines, std::size_t(std::ranges::count(p.content(message), '\n')));
  EXPECT_EQ(p.header_lines, std::size_t(std::ranges::count(p.header(message), '\n')));
  for (const auto& c : p.children) expect_lines(c, message);
}

// What lies in no leaf and what lies in leaves, in order: every byte once.
void collect(const Part& p, std::string_view message, std::size_t& at, std::string& out) {
  ASSERT_EQ(at, p.begin);
  ASSERT_LE(p.begin, p.body);
  ASSERT_LE(p.body, p.end);
  ASSERT_LE(p.end, message.size());
  out += p.header(message);
  at = p.body;
  for (const auto& c : p.children) {
    ASSERT_LE(at, c.begin);
    out += message.substr(at, c.begin - at);
    at = c.begin;
    collect(c, message, at, out);
  }
  ASSERT_LE(at, p.end);
  out += message.substr(at, p.end - at);
  at = p.end;
}

void expect_whole(std::string_view message, MimeLimits limits = {}) {
  auto root = parse_mime(message, limits);
  std::string out;
  std::size_t at = 0;
  collect(root, message, at, out);
  EXPECT_EQ(out, message);
  expect_lines(root, message);
}

TEST(Mime, ADelimiterMayBeTheLastByte) {
  for (auto end : {"--b", "--b\n", "--b\r\n"}) {
    std::string message = "Content-Type: multipart/mixed; boundary=b\n\n" + std::string(end);
    std::vector<char> exact(message.begin(), message.end());  // nothing readable behind it
    auto root = parse_mime({exact.data(), exact.size()});
    EXPECT_EQ(root.end, message.size());
  }
}

TEST(Mime, NoByteIsLost) {
  for (const auto& mail : corpus_mails()) {
    SCOPED_TRACE(mail.name);
    expect_whole(mail.bytes);
    expect_whole(mail.bytes, {.depth = 1, .parts = 3});
    for (std::size_t cut = 0; cut < mail.bytes.size(); cut += 97)
      expect_whole(std::string_view(mail.bytes).substr(0, cut));
  }
}

TEST(Mime, WhatIsBeyondTheLimitsIsAnOpaqueLeaf) {
  std::string nested = "Content-Type: multipart/mixed; boundary=0\n\n";
  for (int i = 0; i < 200; ++i)
    nested += "--" + std::to_string(i) +
              "\nContent-Type: multipart/mixed; boundary=" + std::to_string(i + 1) + "\n\n";
  std::size_t depth = 0;
  auto root = parse_mime(nested);
  const auto* p = &root;
  for (; !p->children.empty(); p = &p->children[0]) ++depth;
  EXPECT_EQ(depth, 50u);
  EXPECT_TRUE(p->opaque);
  expect_whole(nested);

  std::string wide = kMixed;
  for (int i = 0; i < 100; ++i) wide += "--b\r\n\r\n" + std::to_string(i) + "\r\n";
  wide += "--b--\r\nepilogue";
  auto few = parse_mime(wide, {.parts = 11});
  ASSERT_EQ(few.children.size(), 11u);
  EXPECT_EQ(few.children[9].content(wide), "9");
  EXPECT_TRUE(few.children[10].opaque);
  EXPECT_TRUE(few.children[10].content(wide).starts_with("\r\n10\r\n--b\r\n"));
  EXPECT_TRUE(few.children[10].content(wide).ends_with("epilogue"));
  expect_whole(wide, {.parts = 11});

  std::string forwards;
  for (int i = 0; i < 200; ++i) forwards += "Content-Type: message/rfc822\n\n";
  expect_whole(forwards);
}

TEST(Mime, HostileInputTakesLinearTime) {
  for (std::string piece :
       {"--b\r\nx: y\r\n", "--b\r\n", "--", "-", "\r\n--",
        "--b\r\nContent-Type: message/rfc822\r\n\r\n",
        "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", "\r\n", "a: b\r\n"}) {
    auto bad = kMixed;
    while (bad.size() < 1'000'000) bad += piece;
    expect_whole(bad);
  }
}

}  // namespace
}  // namespace hato::message
