// SPDX-License-Identifier: Apache-2.0
#include "doctor/decode.h"

#include <algorithm>

#include "base/text.h"
#include "message/charset.h"

namespace hato::doctor {
namespace {

constexpr std::size_t kLookedAt = 4096;

// Windows' clipboard and Notepad also write UTF-16 without a mark: every other byte is zero.
std::string_view unmarked_utf16(std::string_view s) {
  s = s.substr(0, kLookedAt);
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i < s.size(); ++i)
    if (s[i] == 0) ++(i % 2 ? odd : even);
  if (s.size() < 8 || even + odd < s.size() / 8) return {};
  if (even * 8 < odd) return "UTF-16LE";
  return odd * 8 < even ? "UTF-16BE" : std::string_view{};
}

std::string_view charset(std::string_view s) {
  if (s.starts_with("\xff\xfe")) return "UTF-16LE";
  if (s.starts_with("\xfe\xff")) return "UTF-16BE";
  if (auto wide = unmarked_utf16(s); !wide.empty()) return wide;
  const bool escapes = s.find("\x1b$") != s.npos || s.find("\x1b(") != s.npos;
  return !escapes && is_utf8(s) ? "UTF-8" : std::string_view{};
}

bool is_control(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1b') || u == 0x7F;
}

// More than a few control or undecodable characters.
bool looks_binary(std::string_view text) {
  text = text.substr(0, kLookedAt);
  std::size_t odd = std::size_t(std::count_if(text.begin(), text.end(), is_control));
  for (auto at = text.find("\xEF\xBF\xBD"); at != text.npos; at = text.find("\xEF\xBF\xBD", at + 3))
    odd += 3;
  return odd * 10 > text.size();
}

}  // namespace

Decoded decode(std::string_view bytes) {
  Decoded out;
  const auto name = charset(bytes);
  if (name == "UTF-8")
    out.text = bytes;
  else
    out.text = message::to_utf8(bytes, name.empty() ? message::guess_charset(bytes) : name);
  for (std::string_view mark = "\xEF\xBB\xBF"; out.text.starts_with(mark);)
    out.text.erase(0, mark.size());
  out.binary = looks_binary(out.text);
  return out;
}

}  // namespace hato::doctor
