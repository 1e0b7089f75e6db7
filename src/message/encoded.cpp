// SPDX-License-Identifier: Apache-2.0
#include "message/encoded.h"

#include <algorithm>

#include "base/text.h"
#include "message/charset.h"
#include "message/token.h"
#include "message/transfer.h"

namespace hato::message {
namespace {

constexpr std::size_t kMaxCharset = 64;
constexpr std::size_t kMaxLooked = 1024;  // each time somebody asks whether a word begins here

struct Word {
  std::string_view charset, text;
  char encoding = 0;     // 'b' or 'q'
  std::size_t size = 0;  // of the whole; 0 where it is none
};

// RFC 2047 2. The text ends with the first "?=", whatever is in it.
Word word_at(std::string_view s) {
  if (!s.starts_with("=?")) return {};
  auto mark = s.substr(0, kMaxCharset + 3).find('?', 2);
  if (mark == s.npos || mark + 2 >= s.size() || s[mark + 2] != '?') return {};
  Word w{.charset = s.substr(2, mark - 2), .encoding = ascii_lower(s[mark + 1])};
  if (w.encoding != 'b' && w.encoding != 'q') return {};
  for (char c : w.charset)
    if (is_space(c) || c == '=') return {};
  auto end = s.find("?=", mark + 3);
  if (end == s.npos) return {};
  w.text = s.substr(mark + 3, end - mark - 3);
  w.size = end + 2;
  return w;
}

// RFC 2047 4.2; a fold in the middle goes with its blanks.
std::string decode_q(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    int high = i + 2 < s.size() ? hex_digit(s[i + 1]) : -1;
    int low = i + 2 < s.size() ? hex_digit(s[i + 2]) : -1;
    if (s[i] == '=' && high >= 0 && low >= 0) {
      out += char(high << 4 | low);
      i += 2;
    } else if (s[i] == '\n') {
      while (i + 1 < s.size() && is_space(s[i + 1])) ++i;
    } else if (s[i] != '\r') {
      out += s[i] == '_' ? ' ' : s[i];
    }
  }
  return out;
}

// Takes words one after the other; those of one charset are converted together, so that a
// character that a mailer cut in two is whole again.
class Decoding {
 public:
  void plain(std::string_view text) {
    if (text.empty()) return;
    flush();
    std::string unfolded;
    for (std::size_t at = 0; at < text.size();) {
      auto lf = text.find('\n', at);
      unfolded += text.substr(at, lf == text.npos ? lf : lf - at);
      if (lf == text.npos) break;
      while (!unfolded.empty() && is_space(unfolded.back())) unfolded.pop_back();
      at = std::min(text.find_first_not_of(" \t\r\n", lf), text.size());
      unfolded += ' ';
    }
    bool as_is = unfolded.find('\x1b') == unfolded.npos && is_utf8(unfolded);
    out += as_is ? unfolded : to_utf8(unfolded, "");
  }
  void word(const Word& w) {
    if (!iequals(charset_, w.charset)) flush();
    charset_ = w.charset;
    bytes_ += w.encoding == 'q' ? decode_q(w.text) : decode_base64(w.text);
  }
  std::string finish() && {
    flush();
    return std::move(out);
  }
  std::string out;

 private:
  void flush() {
    if (!bytes_.empty()) out += to_utf8(bytes_, charset_);
    bytes_.clear();
  }
  std::string_view charset_;
  std::string bytes_;
};

bool all_space(std::string_view s) { return s.find_first_not_of(" \t\r\n") == s.npos; }

}  // namespace

std::size_t encoded_word_size(std::string_view text) {
  return word_at(text.substr(0, kMaxLooked)).size;
}

std::string decode_words(std::string_view text) {
  Decoding d;
  bool after_word = false;
  std::size_t plain = 0;         // where the text not yet taken begins
  auto last = text.rfind("?=");  // behind it no word can end, nor needs looking for
  for (std::size_t at = 0; last != text.npos && (at = text.find("=?", at)) < last;) {
    auto w = word_at(text.substr(at, last + 2 - at));
    if (!w.size) {
      at += 2;
      continue;
    }
    auto between = text.substr(plain, at - plain);
    if (!after_word || !all_space(between)) d.plain(between);  // RFC 2047 6.2
    d.word(w);
    plain = at += w.size;
    after_word = true;
  }
  d.plain(text.substr(plain));
  return std::move(d).finish();
}

}  // namespace hato::message
