// SPDX-License-Identifier: Apache-2.0
#include "message/content_type.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace hato::message {
namespace {

std::string told(std::string_view value) {
  auto t = parse_content_type(value);
  std::string out = t.type + "/" + t.subtype;
  for (const auto& p : t.parameters) out += "; " + p.name + "=" + p.value;
  return out;
}

TEST(ContentType, IsReadAsItIsReallySent) {
  struct {
    std::string in, out;
  } cases[] = {
      {"Text/Plain; Charset=UTF-8", "text/plain; charset=UTF-8"},
      {"attachment; filename=my file (1).pdf; size=3",
       "attachment/; filename=my file (1).pdf; size=3"},
      {"attachment; filename=a b.pdf name=c", "attachment/; filename=a b.pdf; name=c"},
      {"a/b; name=\"=?utf-8?B?5bGx?= =?utf-8?B?55Sw?=.txt\"", "a/b; name=山田.txt"},
      {"a/b; name==?utf-8?Q?a b?=.txt", "a/b; name=a b.txt"},
      {"a/b; name*0=\"=?utf-8?B?5bGx\"; name*1=\"55Sw?=.txt\"", "a/b; name=山田.txt"},
      {"a/b; name*0*=utf-8''%E5%B1; name*1*=%B1.txt", "a/b; name=山.txt"},
      {"a/b; name*1=b; name*0=a; name*2=c; name*1=x", "a/b; name=abc"},
      {"a/b; name=plain.txt; name*=utf-8''%E5%B1%B1.txt", "a/b; name=山.txt"},
      {"a/b; name=one; name=two", "a/b; name=one"},
      {"a/b; name*=%E5%B1%B1", "a/b; name=山"},
      {"a/b; name=\"\x1b$B;3ED\x1b(B.txt\"", "a/b; name=山田.txt"},
      {"a/b; name=\"\x1b$B!\"!\\\x1b(B.txt\"", "a/b; name=、＋.txt"},  // bytes " and \ in kanji
      {"a/b; name=\"\x95\x5c\x82\xcc.txt\"", "a/b; name=表の.txt"},    // Shift_JIS ends in \ too
      {"a/b; name=\"山\\\"田\"", "a/b; name=山\"田"},
      {"a/b; x=\"unfinished; y=z", "a/b; x=unfinished; y=z"},
      {"a/b; boundary==_x=_y", "a/b; boundary==_x=_y"},
      {"a/b;;; ; x", "a/b"},
      {"", "/"},
  };
  for (auto& c : cases) EXPECT_EQ(told(c.in), c.out) << c.in;
}

TEST(ContentType, KeepsTheSentFormBesideTheMeaning) {
  auto t = parse_content_type(
      "a/b; f*0*=utf-8'ja'%E5%B1%B1; f*1=\" x\"; g*0=a; g*1=b; h=\"=?utf-8?q?a?=\"");
  ASSERT_EQ(t.parameters.size(), 3u);
  EXPECT_EQ(t.parameters[0].raw, "utf-8'ja'%E5%B1%B1%20x");
  EXPECT_EQ(t.parameters[0].language, "ja");
  EXPECT_TRUE(t.parameters[0].extended);
  EXPECT_EQ(t.parameters[1].raw, "ab");
  EXPECT_FALSE(t.parameters[1].extended);
  EXPECT_EQ(t.parameters[2].raw, "=?utf-8?q?a?=");
  EXPECT_EQ(*t.find("h"), "a");
  EXPECT_EQ(t.find("z"), nullptr);
}

TEST(ContentType, EncodedParametersReadBack) {
  std::string longest;
  for (int i = 0; i < 40; ++i) longest += "鳩";
  for (std::string value :
       {std::string("plain.txt"), std::string("with \"quotes\" and \\"), std::string("山田'*%.txt"),
        longest, std::string(300, 'a'), std::string("line\r\nend"), std::string()}) {
    std::size_t column = 30;
    auto encoded = encode_parameter("filename", value, column);
    EXPECT_TRUE(is_ascii(encoded));
    auto t = parse_content_type("attachment" + encoded);
    if (!value.empty()) {
      ASSERT_TRUE(t.find("filename")) << encoded;
      EXPECT_EQ(*t.find("filename"), value) << encoded;
    }
    for (auto line : split("Content-Disposition: attachment" + encoded, '\n'))
      EXPECT_LE(line.size(), 79u) << encoded;
  }
}

TEST(ContentType, ManyParametersTakeLinearTime) {
  for (std::string piece : {";a=b", "; name= =?a?q?", ";x*0=y", "(", "name=a b ", "\"", "\\"}) {
    std::string bad = "a/b; name=";
    while (bad.size() < 200'000) bad += piece;
    EXPECT_LE(parse_content_type(bad).parameters.size(), 200u);
  }
}

}  // namespace
}  // namespace hato::message
