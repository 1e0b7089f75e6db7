// SPDX-License-Identifier: Apache-2.0
// Header text of our own messages (RFC 2047, RFC 5322 2.2.3).
#include <algorithm>

#include "base/text.h"
#include "message/charset.h"
#include "message/encoded.h"
#include "message/token.h"

namespace hato::message {
namespace {

constexpr std::size_t kWidth = 76;    // RFC 2047 2: of a line with encoded words
constexpr std::size_t kLongest = 75;  // of an encoded word

std::string without_controls(std::string_view s) {
  auto out = repair_utf8(s);
  for (auto& c : out)
    if ((c >= 0 && c < ' ') || c == 127) c = ' ';
  return out;
}

// RFC 2047 5 (3): what may stand in an encoded word of a phrase.
bool is_q_plain(char c) {
  return is_alpha(c) || is_digit(c) || std::string_view("!*+-/").find(c) != std::string_view::npos;
}

std::string encode_q(std::string_view s) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : s) {
    auto b = static_cast<unsigned char>(c);
    if (c == ' ')
      out += '_';
    else if (is_q_plain(c))
      out += c;
    else
      ((out += '=') += kHex[b >> 4]) += kHex[b & 15];
  }
  return out;
}

// Each word holds whole characters.
std::string encode_words(std::string_view s, std::size_t column) {
  auto special = std::size_t(std::ranges::count_if(s, [](char c) { return !is_q_plain(c); }));
  bool q = special * 3 < s.size();
  auto encoded = [&](std::string_view part) { return q ? encode_q(part) : to_base64(part); };
  std::string_view head = q ? "=?UTF-8?Q?" : "=?UTF-8?B?";
  std::string out;
  while (!s.empty()) {
    auto room = std::min(kLongest, kWidth - std::min(column, kWidth));
    auto n = cut_utf8(s, 60).size();
    while (n > 0 && head.size() + encoded(s.substr(0, n)).size() + 2 > room)
      n = cut_utf8(s, n - 1).size();
    if (n == 0 && column <= 1) break;  // no character is that long
    if (n > 0) {
      if (!out.empty() && !out.ends_with(' ')) out += ' ';
      ((out += head) += encoded(s.substr(0, n))) += "?=";
      s.remove_prefix(n);
    }
    if (!s.empty()) out += "\r\n ";
    column = 1;
  }
  return out;
}

std::string fold_plain(std::string_view s, std::size_t column) {
  std::string out;
  while (!s.empty()) {
    auto blank = s.find(' ', s.find_first_not_of(' '));  // a word and the blanks before it
    auto word = s.substr(0, blank);
    bool foldable = word.size() > 1 && word.starts_with(' ') &&
                    !word.starts_with("  ");  // a fold is read as one blank
    if (column + word.size() > kWidth && column > 1 && foldable) {
      out += "\r\n";
      column = 0;
    }
    out += word;
    column += word.size();
    s.remove_prefix(word.size());
  }
  return out;
}

bool fits_plain(std::string_view s) {
  if (!is_ascii(s) || s.find("=?") != s.npos) return false;
  for (auto word : split(s, ' '))
    if (word.size() > 900) return false;  // RFC 5322 2.1.1
  return true;
}

}  // namespace

std::string encode_text(std::string_view utf8, std::size_t column) {
  auto s = without_controls(utf8);
  return fits_plain(s) ? fold_plain(s, column) : encode_words(s, column);
}

std::string encode_phrase(std::string_view utf8, std::size_t column) {
  auto s = without_controls(utf8);
  if (!fits_plain(s)) return encode_words(s, column);
  bool atoms = !s.empty() && s.front() != ' ' && s.back() != ' ' && s.find("  ") == s.npos &&
               std::ranges::all_of(s, [](char c) {
                 return is_alpha(c) || is_digit(c) ||
                        std::string_view(" !#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
               });
  return fold_plain(atoms ? s : quoted(s), column);
}

}  // namespace hato::message
