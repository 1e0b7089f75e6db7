// SPDX-License-Identifier: Apache-2.0
#include "message/transfer.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace hato::message {
namespace {

// In chunks of every size the result must be the same.
std::string decoded(std::string_view in, Encoding e) {
  auto whole = decode_transfer(in, e);
  for (std::size_t n = 1; n < 8 && n < in.size(); ++n) {
    TransferDecoder d(e);
    std::string out;
    for (std::size_t i = 0; i < in.size(); i += n) d.push(in.substr(i, n), out);
    d.finish(out);
    EXPECT_EQ(out, whole) << in << " in chunks of " << n;
  }
  return whole;
}

bool damaged(std::string_view in, Encoding e) {
  TransferDecoder d(e);
  std::string out;
  d.push(in, out);
  d.finish(out);
  return d.damaged();
}

TEST(Transfer, NamesOfEncodings) {
  EXPECT_EQ(parse_encoding(" BASE64 (really)"), Encoding::kBase64);
  EXPECT_EQ(parse_encoding("\"quoted-printable\""), Encoding::kQuotedPrintable);
  EXPECT_EQ(parse_encoding("Quoted-Printable;"), Encoding::kQuotedPrintable);
  EXPECT_EQ(parse_encoding("x-uuencode"), Encoding::kUuencode);
  for (auto as_is : {"7bit", "8bit", "binary", "", "x-nonsense"})
    EXPECT_EQ(parse_encoding(as_is), Encoding::kIdentity);
}

TEST(Transfer, QuotedPrintableIsReadForgivingly) {
  struct {
    std::string_view in, out;
  } cases[] = {
      {"a=3Db", "a=b"},
      {"=e5=B1=b1", "山"},
      {"soft=\r\nbreak=\nhere", "softbreakhere"},
      {"soft= \t\r\nbreak", "softbreak"},
      {"blanks \t\r\ngo", "blanks\r\ngo"},
      {"blanks \nstay within", "blanks\nstay within"},
      {"end  ", "end"},
      {"end=", "end"},
      {"end=4", "end=4"},
      {"end=\r\n", "end"},
      {"100=ZZ =G1", "100=ZZ =G1"},
      {"a\rb", "a\rb"},
      {"a =3D b", "a = b"},
      {"=\r\n=\r\n.", "."},
      {"", ""},
  };
  for (auto& c : cases) EXPECT_EQ(decoded(c.in, Encoding::kQuotedPrintable), c.out) << c.in;
  EXPECT_TRUE(damaged("100=ZZ", Encoding::kQuotedPrintable));
  EXPECT_FALSE(damaged("a=3D=\r\nb", Encoding::kQuotedPrintable));
  std::string blanks(5000, ' ');
  EXPECT_EQ(decoded("a" + blanks + "b", Encoding::kQuotedPrintable), "a" + blanks + "b");
}

TEST(Transfer, Base64IsReadForgivingly) {
  struct {
    std::string_view in, out;
  } cases[] = {
      {"YWJj", "abc"},  {"YWI=", "ab"},
      {"YQ==", "a"},    {"YWJjZA==\r\n--\r\nlist footer", "abcd"},
      {"YWI", "ab"},    {"YQ", "a"},
      {"Y", ""},        {"YW\r\nJj ZG\tVm", "abcdef"},
      {"=YWJj", "abc"}, {"Y*W-J_j", "abc"},
      {"", ""},
  };
  for (auto& c : cases) EXPECT_EQ(decoded(c.in, Encoding::kBase64), c.out) << c.in;
  EXPECT_TRUE(damaged("YWI", Encoding::kBase64));
  EXPECT_TRUE(damaged("YW*I=", Encoding::kBase64));
  EXPECT_FALSE(damaged("YWI=\r\n", Encoding::kBase64));
}

TEST(Transfer, UuencodeIsReadForgivingly) {
  EXPECT_EQ(decoded("noise\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nmore", Encoding::kUuencode),
            "Cat");
  EXPECT_EQ(decoded("begin 644 x\n$0V%T(0\n \nend\n", Encoding::kUuencode), "Cat!");
  EXPECT_EQ(decoded("begin 644 x\n#0V%T", Encoding::kUuencode), "Cat");
  EXPECT_TRUE(damaged("begin 644 x\n#0V%T", Encoding::kUuencode));
}

TEST(Transfer, WhatIsEncodedDecodesToTheSame) {
  std::string bytes;
  for (int n = 0; n < 200; ++n) {
    for (auto& line : split(encode_base64(bytes), '\n')) EXPECT_LE(line.size(), 77u);
    EXPECT_EQ(decoded(encode_base64(bytes), Encoding::kBase64), bytes);
    bytes += char(n * 37);
  }
  for (std::string text : {"", "a", "a=b \r\n", "\t\r\n", " \r\n \r\n",
                           "山田太郎の鳩は速い、とても速い鳩だと思います。\r\n",
                           ".\r\nFrom x\r\n..", "no end", "cr\ralone"})
    for (int repeat : {1, 9}) {
      std::string in;
      for (int i = 0; i < repeat; ++i) in += text;
      auto out = encode_quoted_printable(in);
      EXPECT_EQ(decoded(out, Encoding::kQuotedPrintable), in);
      EXPECT_TRUE(is_ascii(out));
      for (auto line : split(out, '\n')) {
        EXPECT_LE(line.size(), 77u);
        EXPECT_FALSE(line.starts_with('.') || line.starts_with("From "));
      }
    }
  EXPECT_EQ(encode_quoted_printable("a\nb"), "a\r\nb");
}

}  // namespace
}  // namespace hato::message
