// SPDX-License-Identifier: Apache-2.0
#include "message/charset.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace hato::message {
namespace {

using namespace std::string_literals;

// Whole and in chunks of every small size the result must be the same.
std::string decoded(std::string_view bytes, std::string_view label) {
  auto whole = to_utf8(bytes, label);
  EXPECT_TRUE(is_utf8(whole));
  for (std::size_t n = 1; n < 6; ++n) {
    Decoder d(label);
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += n) d.push(bytes.substr(i, n), out);
    d.finish(out);
    EXPECT_EQ(out, whole) << label << " in chunks of " << n;
  }
  return whole;
}

TEST(Charset, ConvertsWhatIsLabelled) {
  struct {
    std::string label, bytes, text;
  } cases[] = {
      {"utf-8", "山田", "山田"},
      {"US-ASCII", "plain", "plain"},
      {"iso-8859-1", "caf\xe9 \x93q\x94", "café “q”"},  // as windows-1252, which it mostly is
      {"ISO_8859-15", "\xa4 5", "€ 5"},
      {"iso-8859-8-i", "\xf9\xec", "של"},
      {"windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"},
      {"koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"},
      {"iso-8859-9", "\xfe\xf0", "şğ"},
      {"gb2312", "\xc4\xe3\xba\xc3", "你好"},
      {"GBK", "\x81\x40", "丂"},
      {"big5", "\xa7\x41\xa6\x6e", "你好"},
      {"euc-kr", "\xbe\xc8\xb3\xe7", "안녕"},
      {"ks_c_5601-1987", "\xbe\xc8\xb3\xe7\x8c\x63", "안녕똠"},
      {"iso-2022-kr", "\x1b$)C\x0e\x3e\x48\x33\x67\x0f!", "안녕!"},
      {"hz-gb-2312", "~{Dc:C~}", "你好"},
      {"utf-7", "+TjVOOw-", "丵主"},
      {"unicode-1-1-utf-7", "A+ImIDkQ.", "A≢Α."},
      {"utf-16", "\xff\xfe\x71\x5c\x30\x75", "山田"},
      {"utf-16", "\xfe\xff\x5c\x71\x75\x30", "山田"},
      {"utf-16", "a\0b\0"s, "ab"},
      {"utf-16", "\0a\0b"s, "ab"},
      {"utf-16le", "\x71\x5c", "山"},
      // Japanese, as vendors send it
      {"iso-2022-jp", "\x1b$B;3ED\x1b(B!", "山田!"},
      {"ISO-2022-JP", "\x1b$B;3ED", "山田"},                  // no return to ASCII
      {"iso-2022-jp", "\x1b$B;3ED\r\nnext", "山田\r\nnext"},  // nor at the line's end
      {"iso-2022-jp", "\x1b(I1\x1b(B", "ｱ"},                  // half-width kana by escape
      {"iso-2022-jp",
       "\x0e"
       "1\x0f",
       "ｱ"},                                           // by shift
      {"iso-2022-jp", "\xb1\x1b$B;3\x1b(B", "ｱ山"},    // by 8-bit
      {"cp50221", "\x1b$B-!-j\x1b(B", "①㈱"},          // NEC row 13
      {"iso-2022-jp", "\x1b$By!\x1b(B", "纊"},         // NEC selected IBM
      {"iso-2022-jp-1", "\x1b$(D0!\x1b(B", "丂"},      // JIS X 0212
      {"iso-2022-jp-3", "\x1b$(O;3ED\x1b(B", "山田"},  // JIS X 0213
      {"iso-2022-jp-2004", "\x1b$(Q;3ED\x1b(B", "山田"},
      {"shift_jis", "\x8e\x52\x93\x63\xb1\x87\x40\xfb\xfc", "山田ｱ①髙"},
      {"x-sjis", "\x81\x60\x81\x7c\x5c", "～－\\"},
      {"windows-31j", "\xfa\x40\xed\x40", "ⅰ纊"},
      {"MS_Kanji", "\x8e\x52", "山"},
      {"cp932", "\x8e\x52", "山"},
      {"euc-jp", "\xbb\xb3\xc5\xc4\x8e\xb1\xad\xa1\x8f\xb0\xa1", "山田ｱ①丂"},
      {"CP51932", "\xad\xea", "㈱"},
      {"eucJP-ms", "\xbb\xb3", "山"},
      // labels written oddly
      {" \"utf-8\" ", "山", "山"},
      {"'iso-8859-1'", "\xe9", "é"},
      {"utf8", "山", "山"},
      {"utf-8*ja", "山", "山"},
      {"x-unicode-2-0-utf-8", "山", "山"},
      {"cp-850", "\x82", "é"},
  };
  for (auto& c : cases) EXPECT_EQ(decoded(c.bytes, c.label), c.text) << c.label;
}

TEST(Charset, GuessesWhereTheLabelIsMissingOrWrong) {
  const std::string sjis = "\x8f\x89\x82\xdf\x82\xdc\x82\xb5\x82\xc4";  // 初めまして
  const std::string euc = "\xbd\xe9\xa4\xe1\xa4\xde\xa4\xb7\xa4\xc6";   // 初めまして
  const std::string jis = "\x1b$B=i$a$^$7$F\x1b(B";                     // 初めまして
  const std::string text = "初めまして";
  for (std::string label : {"", "us-ascii", "x-unknown", "unknown-8bit", "utf-8", "iso-2022-jp"})
    for (const auto& bytes : {sjis, euc, jis, text})
      EXPECT_EQ(decoded(bytes, label), text) << label;
  EXPECT_EQ(decoded(jis, "shift_jis"), text);
  EXPECT_EQ(decoded(sjis, "euc-jp"), text);
  EXPECT_EQ(decoded("na\xefve caf\xe9", "us-ascii"), "naïve café");
  EXPECT_EQ(decoded("na\xefve caf\xe9", "utf-8"), "naïve café");
  EXPECT_EQ(decoded("caf\xe9", ""), "café");
  EXPECT_EQ(guess_charset("plain"), "UTF-8");
  EXPECT_EQ(guess_charset("\x8e\x52\x93\x63\x91\xbe\x98\x59"), "windows-31j");  // kanji alone
  EXPECT_EQ(guess_charset("\x1b$)C\x0e>H\x0f"), known_charset("iso-2022-kr"));
  EXPECT_EQ(guess_charset("\xff\xfe\x71\x5c"), "UTF-16");
  const std::string russian =
      "\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0? \xdf "
      "\xf5\xee\xf7\xf3 \xea\xf3\xef\xe8\xf2\xfc \xec\xe0\xf8\xe8\xed\xf3";
  EXPECT_EQ(to_utf8(russian, ""), "Привет, как дела? Я хочу купить машину");
}

TEST(Charset, DamageBecomesReplacementCharactersNeverMore) {
  EXPECT_EQ(repair_utf8("a\xff"
                        "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(repair_utf8("\xe5\xb1"), "\xef\xbf\xbd");
  EXPECT_EQ(repair_utf8("\xe5\xb1z"), "\xef\xbf\xbdz");
  EXPECT_EQ(repair_utf8("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // a surrogate
  EXPECT_EQ(repair_utf8("\xf4\x90\x80\x80").size(), 12u);
  EXPECT_EQ(repair_utf8("\xc0\x80").size(), 6u);
  EXPECT_EQ(repair_utf8("𝄞"), "𝄞");
  EXPECT_EQ(decoded("初めまし\xe3\x81", "utf-8"), "初めまし\xef\xbf\xbd");
  EXPECT_EQ(decoded("", ""), "");
}

TEST(Charset, UnknownNamesAreKnownToBeUnknown) {
  for (std::string label :
       {"", "nonsense", "us-ascii", "unknown-8bit", "x-user-defined", "../etc", "utf-8\0x"})
    EXPECT_EQ(known_charset(label), label.starts_with("utf-8\0"s) ? "" : known_charset(label));
  EXPECT_EQ(known_charset("nonsense"), "");
  EXPECT_EQ(known_charset("us-ascii"), "");
  EXPECT_EQ(known_charset(std::string(1000, 'a')), "");
  EXPECT_EQ(known_charset("utf-8\0x"s), "");
  EXPECT_EQ(known_charset("csShiftJIS"), known_charset("x-sjis"));
  EXPECT_EQ(known_charset("Latin1"), known_charset("ISO-8859-1"));
}

TEST(Charset, LongTextKeepsWhatItsBeginningDecided) {
  std::string utf8, sjis;
  for (int i = 0; i < 3000; ++i) utf8 += "鳩", sjis += "\x94\xb5";
  EXPECT_EQ(decoded(sjis, "shift_jis"), utf8);
  EXPECT_EQ(decoded(sjis, ""), utf8);
  EXPECT_EQ(decoded(utf8, ""), utf8);
  EXPECT_EQ(to_utf8(utf8, "utf-8", 10), "鳩鳩鳩");
  EXPECT_EQ(to_utf8("abcdef", "utf-8", 3), "abc");
  EXPECT_EQ(cut_utf8("鳩鳩", 5), "鳩");
  EXPECT_EQ(cut_utf8("鳩", 2), "");
}

}  // namespace
}  // namespace hato::message
