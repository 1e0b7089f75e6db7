// SPDX-License-Identifier: Apache-2.0
#include "message/preview.h"

#include <algorithm>

#include "base/text.h"
#include "message/charset.h"
#include "message/token.h"

namespace hato::message {
namespace {

constexpr std::size_t kMaxEntity = 32;

constexpr std::pair<std::string_view, char32_t> kEntities[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},     {"apos", '\''},
    {"nbsp", ' '},     {"copy", 0xa9},    {"reg", 0xae},     {"trade", 0x2122}, {"hellip", 0x2026},
    {"mdash", 0x2014}, {"ndash", 0x2013}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201c},
    {"rdquo", 0x201d}, {"bull", 0x2022},  {"middot", 0xb7},  {"euro", 0x20ac},  {"pound", 0xa3},
    {"yen", 0xa5},     {"laquo", 0xab},   {"raquo", 0xbb},   {"times", 0xd7},   {"zwnj", 0x200c},
    {"zwj", 0x200d},   {"shy", 0xad},     {"agrave", 0xe0},  {"aacute", 0xe1},  {"auml", 0xe4},
    {"ccedil", 0xe7},  {"egrave", 0xe8},  {"eacute", 0xe9},  {"ecirc", 0xea},   {"iacute", 0xed},
    {"ntilde", 0xf1},  {"oacute", 0xf3},  {"ouml", 0xf6},    {"uacute", 0xfa},  {"uuml", 0xfc},
    {"szlig", 0xdf},   {"Auml", 0xc4},    {"Ouml", 0xd6},    {"Uuml", 0xdc},    {"Eacute", 0xc9},
    {"deg", 0xb0},     {"sect", 0xa7},    {"thinsp", ' '},
};

// Elements whose content nobody sees.
constexpr std::string_view kHidden[] = {"style", "script", "title", "noscript", "template", "svg"};
// Elements that do not end a word.
constexpr std::string_view kInline[] = {"b",    "i",   "u",   "a",    "em",    "strong", "span",
                                        "font", "sub", "sup", "code", "small", "s",      "wbr"};

class HtmlReader {
 public:
  HtmlReader(std::string_view s, std::size_t max) : s_(s), max_(max) {}

  std::string run() {
    while (at_ < s_.size() && out_.size() < max_) {
      auto stop = std::min(s_.find_first_of("<&", at_), s_.size());
      out_ += s_.substr(at_, stop - at_);
      at_ = stop;
      if (at_ == s_.size()) break;
      s_[at_] == '<' ? markup() : entity();
    }
    return std::move(out_);
  }

 private:
  void skip_behind(std::string_view what) {
    auto end = s_.find(what, at_);
    at_ = end == s_.npos ? s_.size() : end + what.size();
  }

  void markup() {
    auto rest = s_.substr(at_);
    if (rest.starts_with("<!--")) return skip_behind("-->");
    bool tag = rest.size() > 1 &&
               (is_alpha(rest[1]) || rest[1] == '/' || rest[1] == '!' || rest[1] == '?');
    if (!tag) {
      out_ += s_[at_++];
      return;
    }
    auto name = rest.substr(1, rest.find_first_of(" \t\r\n/>", 2) - 1);
    end_of_tag();
    if (std::ranges::any_of(kHidden, [&](auto h) { return iequals(name, h); })) {
      hidden(name);
      return;
    }
    if (name.starts_with('/')) name.remove_prefix(1);
    if (std::ranges::none_of(kInline, [&](auto e) { return iequals(name, e); })) out_ += ' ';
  }

  // Behind the '>', one inside quotes apart; an unfinished quote does not swallow all the rest.
  void end_of_tag() {
    auto close = s_.find('>', at_);
    for (auto i = at_; i < s_.size() && i - at_ < 8192; ++i) {
      if (s_[i] == '>') {
        close = i;
        break;
      }
      if (s_[i] == '"' || s_[i] == '\'') {
        auto end = s_.find(s_[i], i + 1);
        if (end == s_.npos || end - i > 8192) break;
        i = end;
      }
    }
    at_ = close == s_.npos ? s_.size() : close + 1;
  }

  void hidden(std::string_view name) {
    while (at_ < s_.size()) {
      skip_behind("</");
      if (istarts_with(s_.substr(at_), name)) return skip_behind(">");
    }
  }

  void entity() {
    auto rest = s_.substr(at_ + 1, kMaxEntity);
    auto end = rest.find_first_of("; <&\r\n");
    auto name = rest.substr(0, end);
    auto c = code_of(name);
    if (!c) {
      out_ += s_[at_++];
      return;
    }
    append_utf8(out_, c);
    at_ += 1 + name.size();
    if (at_ < s_.size() && s_[at_] == ';') ++at_;
  }

  static char32_t code_of(std::string_view name) {
    if (name.starts_with("#")) {
      bool hex = name.size() > 1 && ascii_lower(name[1]) == 'x';
      char32_t c = 0;
      for (char d : name.substr(hex ? 2 : 1)) {
        int value = hex_digit(d);
        if (value < 0 || (!hex && value > 9) || c > 0x110000) return 0;
        c = c * (hex ? 16 : 10) + char32_t(value);
      }
      return c;
    }
    for (auto [known, c] : kEntities)
      if (known == name) return c;
    return 0;
  }

  std::string_view s_;
  std::size_t max_;
  std::size_t at_ = 0;
  std::string out_;
};

// Bytes of a character that shows nothing, 0 where s[at] shows something: zero width, soft
// hyphens, marks that mailers fill their previews with.
std::size_t invisible(std::string_view s, std::size_t at) {
  constexpr std::string_view kInvisible[] = {"\xc2\xad",     "\xcd\x8f",     "\xe2\x80\x8b",
                                             "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x80\x8e",
                                             "\xe2\x80\x8f", "\xe2\x81\xa0", "\xef\xbb\xbf"};
  if (s[at] >= 0) return 0;
  for (auto c : kInvisible)
    if (s.substr(at).starts_with(c)) return c.size();
  return 0;
}

// U+00A0 and U+3000 are blanks for our purpose.
std::size_t blank(std::string_view s, std::size_t at) {
  auto c = static_cast<unsigned char>(s[at]);
  if (c <= ' ' || c == 127) return 1;
  if (s.substr(at).starts_with("\xc2\xa0")) return 2;
  return s.substr(at).starts_with("\xe3\x80\x80") ? 3 : 0;
}

// Appends a line, blanks made one, until `left` characters are used up.
void append_line(std::string_view line, std::size_t& left, std::string& out) {
  bool gap = !out.empty();
  for (std::size_t at = 0; at < line.size() && left > 0;) {
    if (auto n = invisible(line, at) + blank(line, at)) {
      gap |= blank(line, at) > 0 && !out.empty();
      at += n;
      continue;
    }
    if (gap) out += ' ', --left;
    gap = false;
    if (left == 0) break;
    do out += line[at++];
    while (at < line.size() && (line[at] & 0xc0) == 0x80);
    --left;
  }
}

std::string preview_lines(std::string_view s, std::size_t max, bool quoted) {
  std::string out;
  while (!s.empty() && max > 0) {
    auto lf = s.find('\n');
    auto line = s.substr(0, lf);
    s.remove_prefix(lf == s.npos ? s.size() : lf + 1);
    if (line.starts_with('>') == quoted) append_line(line, max, out);
  }
  return out;
}

}  // namespace

std::string html_text(std::string_view html, std::size_t max) {
  return HtmlReader(html, max).run();
}

std::string preview_of_text(std::string_view utf8, std::size_t max) {
  auto out = preview_lines(utf8, max, false);
  return out.empty() ? preview_lines(utf8, max, true) : out;
}

}  // namespace hato::message
