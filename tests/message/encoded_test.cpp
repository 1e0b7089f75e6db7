// SPDX-License-Identifier: Apache-2.0
#include "message/encoded.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "message/address.h"
#include "message/header.h"

namespace hato::message {
namespace {

const std::string kTexts[] = {
    "",
    "a",
    "plain words",
    "two  blanks and a quite long line of plain words that has to be folded somewhere, is it not",
    "鳩",
    "山田太郎の鳩は速い、とても速い鳩だと思います。そして遠くまで飛んで必ず帰って来ます。",
    "Grüße aus Köln und viele andere Wörter, die in einer einzigen Zeile keinen Platz finden",
    "looks =?utf-8?q?encoded?= but is not",
    "emoji 🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊🕊",
    std::string(2000, 'x'),
    " blanks at both ends ",
};

TEST(Encoded, TextReadsBackAndKeepsTheLineLength) {
  for (const auto& text : kTexts)
    for (std::size_t column : {0u, 9u, 40u, 74u, 80u}) {
      auto encoded = encode_text(text, column);
      EXPECT_TRUE(is_ascii(encoded));
      EXPECT_EQ(decode_text(encoded), std::string(trim(text))) << encoded;
      auto lines = split(encoded, '\n');
      for (std::size_t i = 0; i < lines.size(); ++i) {
        if (column < 70) {
          EXPECT_LE(lines[i].size() + (i ? 0 : column), 78u) << encoded;
        }
        if (i) {
          EXPECT_TRUE(lines[i].starts_with(' '));
        }
      }
    }
}

TEST(Encoded, ControlsNeverGetIntoAHeader) {
  EXPECT_EQ(encode_text("a\r\nBcc: x\0y", 0).find('\n'), std::string::npos);
  EXPECT_EQ(encode_phrase("a\r\nb", 0), "\"a  b\"");
  EXPECT_EQ(decode_text(encode_text("鳩\n\xff", 0)), "鳩 \xef\xbf\xbd");
}

TEST(Encoded, PhrasesReadBackAsDisplayNames) {
  for (std::string name : {"John Doe", "Doe, John", "山田 太郎", "a \"b\" \\c", "J. Q. Public",
                           "Müller, <Jörg>", "who@example", "(paren)"}) {
    auto list = parse_address_list(encode_phrase(name, 6) + " <a@b.c>");
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].name, name);
    EXPECT_EQ(list[0].address, "a@b.c");
  }
  EXPECT_EQ(encode_phrase("John Doe", 0), "John Doe");
  EXPECT_EQ(encode_phrase("J. Doe", 0), "\"J. Doe\"");
}

TEST(Encoded, FindsWhereAWordEnds) {
  EXPECT_EQ(encoded_word_size("=?utf-8?q?a?= b"), 13u);
  EXPECT_EQ(encoded_word_size("=?utf-8?q?"
                              "?="),
            12u);
  for (auto none : {"", "=?", "=?utf-8?q?a", "=?utf-8?z?a?=", "=?ut f?q?a?=", "a=?utf-8?q?a?="})
    EXPECT_EQ(encoded_word_size(none), 0u);
}

}  // namespace
}  // namespace hato::message
