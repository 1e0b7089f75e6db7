// SPDX-License-Identifier: Apache-2.0
// guess_charset: escapes, then UTF-8, then how the bytes pair up in Shift_JIS and EUC-JP, then
// ICU's statistics for the rest.
#include <unicode/ucsdet.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "message/charset.h"

namespace hato::message {
namespace {

constexpr std::size_t kMaxLooked = 8192;
constexpr std::string_view kWestern = "windows-1252";

constexpr std::pair<std::string_view, std::string_view> kEscapes[] = {
    {"\x1b$B", "iso-2022-jp"},  {"\x1b$@", "iso-2022-jp"},  {"\x1b$(", "iso-2022-jp"},
    {"\x1b(I", "iso-2022-jp"},  {"\x1b(J", "iso-2022-jp"},  {"\x1b$)C", "ISO-2022-KR"},
    {"\x1b$)A", "ISO-2022-CN"}, {"\x1b$)G", "ISO-2022-CN"},
};

struct Score {
  int kana = 0, kanji = 0, bad = 0, other = 0;
  int total() const { return 3 * kana + kanji - 10 * bad - other; }
};

bool in(unsigned c, unsigned low, unsigned high) { return c >= low && c <= high; }

Score shift_jis(std::string_view s) {
  Score n;
  for (std::size_t i = 0; i < s.size(); ++i) {
    unsigned c = static_cast<unsigned char>(s[i]);
    if (c < 0x80) continue;
    if (in(c, 0xa1, 0xdf)) {  // half-width kana
      ++n.other;
      continue;
    }
    if (i + 1 == s.size()) break;
    unsigned t = static_cast<unsigned char>(s[++i]);
    bool pair = (in(c, 0x81, 0x9f) || in(c, 0xe0, 0xfc)) && in(t, 0x40, 0xfc) && t != 0x7f;
    bool kana = (c == 0x82 && in(t, 0x9f, 0xf1)) || (c == 0x83 && in(t, 0x40, 0x96));
    if (!pair)
      ++n.bad;
    else if (kana || (c == 0x81 && in(t, 0x40, 0x5b)))
      ++n.kana;
    else if (in(c, 0x88, 0x9f) || c == 0x82 || c == 0x81)
      ++n.kanji;
    else
      ++n.other;
  }
  return n;
}

Score euc_jp(std::string_view s) {
  Score n;
  for (std::size_t i = 0; i < s.size(); ++i) {
    unsigned c = static_cast<unsigned char>(s[i]);
    if (c < 0x80) continue;
    if (c == 0x8f) c = ++i < s.size() ? static_cast<unsigned char>(s[i]) : 0xa1;
    if (i + 1 >= s.size()) break;
    unsigned t = static_cast<unsigned char>(s[++i]);
    bool pair = (c == 0x8e && in(t, 0xa1, 0xdf)) || (in(c, 0xa1, 0xfe) && in(t, 0xa1, 0xfe));
    bool kana = (c == 0xa4 && in(t, 0xa1, 0xf3)) || (c == 0xa5 && in(t, 0xa1, 0xf6));
    if (!pair)
      ++n.bad;
    else if (kana || (c == 0xa1 && in(t, 0xa2, 0xbc)))
      ++n.kana;
    else if (in(c, 0xb0, 0xf4))
      ++n.kanji;
    else
      ++n.other;
  }
  return n;
}

// Letters with accents that stand alone between ASCII: words of Latin script.
bool looks_western(std::string_view s) {
  std::size_t high = 0, alone = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] >= 0) continue;
    ++high;
    bool before = i > 0 && s[i - 1] < 0, after = i + 1 < s.size() && s[i + 1] < 0;
    alone += !before && !after && static_cast<unsigned char>(s[i]) >= 0xc0;
  }
  return alone * 4 >= high * 3;
}

struct Close {
  void operator()(UCharsetDetector* d) const { ucsdet_close(d); }
};

std::string by_statistics(std::string_view s) {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<UCharsetDetector, Close> detector(ucsdet_open(&status));
  if (U_FAILURE(status)) return {};
  ucsdet_setText(detector.get(), s.data(), std::int32_t(s.size()), &status);
  const auto* match = ucsdet_detect(detector.get(), &status);
  if (U_FAILURE(status) || !match || ucsdet_getConfidence(match, &status) < 25) return {};
  const char* name = ucsdet_getName(match, &status);
  return U_SUCCESS(status) && name ? known_charset(name) : "";
}

// A few malformed sequences in much that is UTF-8 are damage, or where the text was cut.
bool mostly_utf8(std::string_view s) {
  auto repaired = repair_utf8(s);
  std::size_t wrong = 0, right = 0;
  for (std::size_t i = 0; i < repaired.size(); ++i) {
    bool replaced = repaired.compare(i, 3, "\xef\xbf\xbd") == 0;
    wrong += replaced;
    right += !replaced && (repaired[i] & 0xc0) == 0xc0;
  }
  return right > 4 * wrong;
}

}  // namespace

std::string guess_charset(std::string_view bytes) {
  auto s = bytes.substr(0, kMaxLooked);
  if (s.starts_with("\xfe\xff") || s.starts_with("\xff\xfe")) return "UTF-16";
  if (auto at = s.find('\x1b'); at != s.npos)
    for (; at != s.npos; at = s.find('\x1b', at + 1))
      for (auto [escape, label] : kEscapes)
        if (s.substr(at).starts_with(escape)) return known_charset(label);
  if (is_utf8(s) || mostly_utf8(s)) return "UTF-8";
  if (looks_western(s)) return std::string(kWestern);

  auto sjis = shift_jis(s), euc = euc_jp(s);
  bool better_sjis = sjis.total() > euc.total();
  const auto& best = better_sjis ? sjis : euc;
  bool japanese = best.bad == 0 && (best.kana > 0 || (better_sjis && best.kanji > best.other));
  if (japanese) return better_sjis ? "windows-31j" : "EUC-JP";
  auto name = by_statistics(s);
  if (!name.empty()) return name;
  if (best.bad == 0 && best.kanji > best.other) return better_sjis ? "windows-31j" : "EUC-JP";
  return std::string(kWestern);
}

}  // namespace hato::message
