// SPDX-License-Identifier: Apache-2.0
#include "message/token.h"

#include "base/text.h"

namespace hato::message {
namespace {

constexpr std::size_t kMaxNesting = 100;

// Length of what stands at s[at] and must not be looked into, 0 for none: the text between the
// escapes of ISO-2022-JP, a double byte of Shift_JIS whose second is a backslash.
std::size_t opaque(std::string_view s, std::size_t at, bool utf8) {
  auto rest = s.substr(at);
  if (rest.starts_with("\x1b$")) {
    auto end = rest.find("\x1b(", 2);
    return end == rest.npos ? 0 : end;
  }
  auto c = static_cast<unsigned char>(rest[0]);
  bool lead = (c >= 0x81 && c <= 0x9f) || (c >= 0xe0 && c <= 0xfc);
  return !utf8 && lead && rest.size() > 1 && rest[1] == '\\' ? 2 : 0;
}

}  // namespace

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  c = ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string read_comment(std::string_view s, std::size_t& at) {
  std::string out;
  std::size_t depth = 1;
  for (++at; at < s.size(); ++at) {
    char c = s[at];
    bool pair = c == '\\' && at + 1 < s.size();
    if (pair) c = s[++at];
    if (!pair && c == '(' && depth < kMaxNesting) ++depth;
    if (!pair && c == ')' && --depth == 0) {
      ++at;
      break;
    }
    if (!is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

void skip_cfws(std::string_view s, std::size_t& at) {
  while (at < s.size()) {
    if (s[at] == '(')
      read_comment(s, at);
    else if (is_space(s[at]))
      ++at;
    else
      return;
  }
}

std::string read_quoted(std::string_view s, std::size_t& at) {
  std::string out;
  bool utf8 = false, looked = false;
  for (++at; at < s.size(); ++at) {
    char c = s[at];
    if (c < 0 || c == '\x1b') {
      if (!looked) utf8 = is_utf8(s.substr(0, s.find('"', at))), looked = true;
      if (auto n = opaque(s, at, utf8)) {
        out += s.substr(at, n);
        at += n - 1;
        continue;
      }
    }
    if (c == '"') {
      ++at;
      break;
    }
    if (c == '\\' && at + 1 < s.size()) c = s[++at];
    if (c != '\r' && c != '\n') out += c;
  }
  return out;
}

std::string quoted(std::string_view s) {
  std::string out = "\"";
  for (char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace hato::message
