// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "doctor/plain.h"

namespace hato::doctor {
namespace {

// U+FF61 to U+FF9F.
constexpr std::u32string_view kKatakana =
    U"。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
    U"マミムメモヤユヨラリルレロワン゛゜";
constexpr std::u32string_view kVoiceable = U"カキクケコサシスセソタチツテトハヒフヘホ";
constexpr std::u32string_view kHalfVoiceable = U"ハヒフヘホ";

constexpr std::pair<std::string_view, char> kEntities[] = {
    {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}};

void append(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += char(c);
  } else if (c < 0x800) {
    out += char(0xC0 | c >> 6);
    out += char(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += char(0xE0 | c >> 12);
    out += char(0x80 | (c >> 6 & 0x3F));
    out += char(0x80 | (c & 0x3F));
  } else {
    out += char(0xF0 | c >> 18);
    out += char(0x80 | (c >> 12 & 0x3F));
    out += char(0x80 | (c >> 6 & 0x3F));
    out += char(0x80 | (c & 0x3F));
  }
}

// Takes the first character of well-formed UTF-8.
char32_t take(std::string_view& s) {
  const auto lead = static_cast<unsigned char>(s[0]);
  const std::size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (n == 1 || n > s.size()) return s.remove_prefix(1), lead;
  char32_t c = lead & (0xFF >> (n + 1));
  for (std::size_t i = 1; i < n; ++i) c = c << 6 | (static_cast<unsigned char>(s[i]) & 0x3F);
  s.remove_prefix(n);
  return c;
}

// One character for all that look or mean the same; 0 for those that are nothing.
char32_t plain_character(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + '!';
  if (c >= 0xFF61 && c <= 0xFF9F) return kKatakana[c - 0xFF61];
  if (c >= 0x2000 && c <= 0x200A) return ' ';
  if (c >= 0x200B && c <= 0x200F) return 0;
  if (c >= 0x2010 && c <= 0x2015) return '-';
  switch (c) {
    case 0xA0:
    case 0x202F:
    case 0x205F:
    case 0x3000:
      return ' ';
    case 0x85:
    case 0x2028:
    case 0x2029:
      return '\n';
    case 0xAD:
    case 0x2060:
    case 0xFEFF:
      return 0;
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x2032:
      return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0xAB:
    case 0xBB:
    case 0x2033:
      return '"';
    case 0x2212:
      return '-';
    default:
      return c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0) ? U' ' : c;
  }
}

// A half-width voice mark goes into the katakana before it.
bool voice(std::string& out, char32_t last, char32_t mark) {
  const auto& able = mark == 0xFF9E ? kVoiceable : kHalfVoiceable;
  if (last == U'ウ' && mark == 0xFF9E)
    last = U'ヴ' - 1;
  else if (able.find(last) == able.npos)
    return false;
  out.resize(out.size() - 3);
  append(out, last + (mark == 0xFF9E ? 1 : 2));
  return true;
}

// "&lt;", "&#39;", "&#x27;" at the start of `s`; 0 where it is none.
char32_t take_entity(std::string_view& s) {
  const auto semicolon = s.substr(0, 10).find(';');
  if (semicolon == s.npos || semicolon < 3) return 0;
  const auto name = s.substr(1, semicolon - 1);
  char32_t c = 0;
  for (auto [known, is] : kEntities)
    if (iequals(name, known)) c = char32_t(is);
  if (name[0] == '#') {
    const bool hex = name.size() > 1 && ascii_lower(name[1]) == 'x';
    for (char d : name.substr(hex ? 2 : 1)) {
      const int v = is_digit(d) ? d - '0' : hex && is_alpha(d) ? ascii_lower(d) - 'a' + 10 : 99;
      if (v >= (hex ? 16 : 10)) return 0;
      c = c * (hex ? 16 : 10) + char32_t(v);
    }
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return 0;
  }
  if (c) s.remove_prefix(semicolon + 1);
  return c;
}

// "\r\n", "\n", "\t" written in letters; not the folders of a Windows path.
char take_escape(std::string_view& s) {
  if (s.size() < 2 || (s[1] != 'n' && s[1] != 'r' && s[1] != 't')) return 0;
  const bool pair = s.starts_with("\\r\\n");
  if (!pair && s.size() > 2 && (is_alpha(s[2]) && s[2] >= 'a')) return 0;
  const char c = s[1] == 't' ? ' ' : '\n';
  s.remove_prefix(pair ? 4 : 2);
  return c;
}

// ESC [ ... letter
bool take_colour(std::string_view& s) {
  if (s.size() < 2 || s[1] != '[') return false;
  const auto end =
      std::find_if(s.begin() + 2, s.begin() + std::min<std::size_t>(s.size(), 20), is_alpha);
  if (end == s.end() || !is_alpha(*end)) return false;
  s.remove_prefix(std::size_t(end - s.begin()) + 1);
  return true;
}

bool is_ordinary(char c) { return c >= ' ' && c < 0x7F && c != '&' && c != '\\'; }

}  // namespace

std::string plain_characters(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  char32_t last = 0;
  while (!s.empty()) {
    const auto run = std::size_t(std::find_if_not(s.begin(), s.end(), is_ordinary) - s.begin());
    if (run) {
      out += s.substr(0, run);
      s.remove_prefix(run);
      last = 0;
      continue;
    }
    if (s[0] == '\n' || s[0] == '\r') {
      s.remove_prefix(s.starts_with("\r\n") ? 2 : 1);
      out += '\n';
    } else if (char escaped; s[0] == '\\' && (escaped = take_escape(s))) {
      out += escaped;
    } else if (char32_t named; s[0] == '&' && (named = take_entity(s))) {
      if (auto c = plain_character(named)) append(out, c);
    } else if (s[0] != '\x1b' || !take_colour(s)) {
      const char32_t c = take(s);
      if ((c == 0xFF9E || c == 0xFF9F) && voice(out, last, c)) continue;
      last = plain_character(c);
      if (last) append(out, last);
      continue;
    }
    last = 0;
  }
  return out;
}

}  // namespace hato::doctor
