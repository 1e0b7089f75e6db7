// SPDX-License-Identifier: Apache-2.0
#include "pop3/codec.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.h"

namespace hato::pop3 {

std::string_view first_line(std::string_view input) {
  auto end = input.find('\n');
  return end == input.npos ? std::string_view() : input.substr(0, end + 1);
}

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<Command> parse_command(std::string_view line) {
  bool control = std::any_of(line.begin(), line.end(),
                             [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
  if (control) return {};
  Command c;
  auto space = line.find(' ');
  c.keyword = line.substr(0, space);
  if (space != line.npos) c.rest = line.substr(space + 1);
  for (auto word : split(c.rest, ' ')) {
    if (word.empty()) continue;
    if (c.count < c.words.size()) c.words[c.count] = word;
    ++c.count;
  }
  return c;
}

std::optional<std::uint64_t> parse_number(std::string_view word) {
  return word.size() > 10 ? std::nullopt : parse_u64(word);
}

// Looks for dots, not for lines: there are fewer of them, in base64 none.
std::size_t Stuffer::next(std::string_view bytes) {
  auto remember = [&](std::size_t n) {
    for (char c : bytes.substr(n < 2 ? 0 : n - 2, std::min<std::size_t>(n, 2))) {
      ends_line_ = after_cr_ && c == '\n';
      line_start_ = c == '\n';
      after_cr_ = c == '\r';
    }
  };
  for (std::size_t from = 0;;) {
    const void* found = std::memchr(bytes.data() + from, '.', bytes.size() - from);
    if (!found) break;
    auto at = std::size_t(static_cast<const char*>(found) - bytes.data());
    if (at == 0 ? line_start_ : bytes[at - 1] == '\n') {
      remember(at);
      return at;
    }
    from = at + 1;
  }
  remember(bytes.size());
  return bytes.size();
}

std::size_t TopCut::take(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && !done_) {
    auto end = bytes.find('\n', at);
    bool whole = end != bytes.npos;
    auto line = bytes.substr(at, whole ? end - at : bytes.npos);
    if (!line.empty()) line_ = line_ == kNothing && line == "\r" ? kOneCr : kText;
    at = whole ? end + 1 : bytes.size();
    if (!whole) break;
    if (!in_header_)
      --lines_;
    else if (line_ != kText)
      in_header_ = false;
    line_ = kNothing;
    done_ = !in_header_ && lines_ == 0;
  }
  return at;
}

void add_listing(std::string& out, std::uint64_t number, std::uint64_t size) {
  char text[44];
  auto* end = std::to_chars(text, text + 20, number).ptr;
  *end++ = ' ';
  end = std::to_chars(end, text + 42, size).ptr;
  *end++ = '\r';
  *end++ = '\n';
  out.append(text, end);
}

namespace {
char* put_id(char* to, std::uint32_t uid_validity, std::uint32_t uid) {
  constexpr char kDigits[] = "0123456789abcdef";
  auto n = std::uint64_t(uid_validity) << 32 | uid;
  for (int shift = 60; shift >= 0; shift -= 4) *to++ = kDigits[n >> shift & 15];
  return to;
}
}  // namespace

std::string unique_id(std::uint32_t uid_validity, std::uint32_t uid) {
  char text[16];
  return {text, put_id(text, uid_validity, uid)};
}

// 100,000 of them are one answer: nothing is allocated for each.
void add_unique_id(std::string& out, std::uint64_t number, std::uint32_t uid_validity,
                   std::uint32_t uid) {
  char text[40];
  auto* end = std::to_chars(text, text + 20, number).ptr;
  *end++ = ' ';
  end = put_id(end, uid_validity, uid);
  *end++ = '\r';
  *end++ = '\n';
  out.append(text, end);
}

}  // namespace hato::pop3
