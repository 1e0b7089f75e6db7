// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hato {

std::string to_lower(std::string_view s) {
  std::string out(s);
  for (auto& c : out) c = ascii_lower(c);
  return out;
}

std::string to_upper(std::string_view s) {
  std::string out(s);
  for (auto& c : out) c = ascii_upper(c);
  return out;
}

bool iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return ascii_lower(x) == ascii_lower(y);
         });
}

bool istarts_with(std::string_view s, std::string_view prefix) {
  return s.size() >= prefix.size() && iequals(s.substr(0, prefix.size()), prefix);
}

std::string_view trim(std::string_view s) {
  constexpr std::string_view kBlank = " \t\r\n";
  auto from = s.find_first_not_of(kBlank);
  if (from == s.npos) return {};
  return s.substr(from, s.find_last_not_of(kBlank) - from + 1);
}

bool is_ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

std::vector<std::string_view> split(std::string_view s, char by) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto at = s.find(by);
    parts.push_back(s.substr(0, at));
    if (at == s.npos) return parts;
    s.remove_prefix(at + 1);
  }
}

std::optional<std::uint64_t> parse_u64(std::string_view s) {
  if (s.empty() || s.size() > 20) return {};
  std::uint64_t n = 0;
  for (char c : s) {
    if (!is_digit(c)) return {};
    if (__builtin_mul_overflow(n, std::uint64_t{10}, &n) ||
        __builtin_add_overflow(n, std::uint64_t(c - '0'), &n))
      return {};
  }
  return n;
}

std::optional<std::uint64_t> parse_size(std::string_view s) {
  if (s.empty()) return {};
  int shift = 0;
  switch (ascii_upper(s.back())) {
    case 'K': shift = 10; break;
    case 'M': shift = 20; break;
    case 'G': shift = 30; break;
    case 'T': shift = 40; break;
    default: break;
  }
  if (shift) s.remove_suffix(1);
  auto n = parse_u64(s);
  if (!n || (shift && *n >> (64 - shift))) return {};
  return *n << shift;
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::array kUnits = {"B", "KB", "MB", "GB", "TB", "PB"};
  double n = double(bytes);
  std::size_t unit = 0;
  while (n >= 1024 && unit + 1 < kUnits.size()) n /= 1024, ++unit;
  char out[32];
  std::snprintf(out, sizeof out, unit && n < 10 ? "%.1f %s" : "%.0f %s", n, kUnits[unit]);
  return out;
}

std::string to_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (unsigned char c : bytes) out += kDigits[c >> 4], out += kDigits[c & 15];
  return out;
}

std::optional<std::string> from_hex(std::string_view hex) {
  auto digit = [](char c) {
    if (is_digit(c)) return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (hex.size() % 2) return {};
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return {};
    out += char(high << 4 | low);
  }
  return out;
}

namespace {
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr auto kFromBase64 = [] {
  std::array<signed char, 256> t{};
  t.fill(-1);
  for (std::size_t i = 0; i < kBase64.size(); ++i)
    t[static_cast<unsigned char>(kBase64[i])] = static_cast<signed char>(i);
  return t;
}();
}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto at = [&](std::size_t k) {
      return k < bytes.size() ? std::uint32_t(static_cast<unsigned char>(bytes[k])) : 0;
    };
    std::uint32_t v = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    out += kBase64[v >> 18];
    out += kBase64[v >> 12 & 63];
    out += i + 1 < bytes.size() ? kBase64[v >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kBase64[v & 63] : '=';
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4) return {};
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    bool last = i + 4 == text.size();
    int pad = last && text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0;
    std::uint32_t v = 0;
    for (int k = 0; k < 4; ++k) {
      int d = k >= 4 - pad ? 0 : kFromBase64[static_cast<unsigned char>(text[i + std::size_t(k)])];
      if (d < 0) return {};
      v = v << 6 | std::uint32_t(d);
    }
    if ((pad == 2 && v & 0xffff) || (pad == 1 && v & 0xff)) return {};
    out += char(v >> 16);
    if (pad < 2) out += char(v >> 8);
    if (pad < 1) out += char(v);
  }
  return out;
}

namespace {
// Length of the well-formed UTF-8 sequence at s[i], 0 where it is malformed (RFC 3629 4).
std::size_t utf8_length(std::string_view s, std::size_t i, char32_t& out) {
  auto at = [&](std::size_t k) {
    return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0u;
  };
  auto follows = [&](std::size_t k) { return (at(k) & 0xc0) == 0x80; };
  unsigned c = at(0);
  if (c < 0x80) return out = c, 1;
  if (c >= 0xc2 && c <= 0xdf && follows(1)) return out = (c & 31) << 6 | (at(1) & 63), 2;
  if (c >= 0xe0 && c <= 0xef && follows(1) && follows(2)) {
    out = (c & 15) << 12 | (at(1) & 63) << 6 | (at(2) & 63);
    return out >= 0x800 && !(out >= 0xd800 && out <= 0xdfff) ? 3 : 0;
  }
  if (c >= 0xf0 && c <= 0xf4 && follows(1) && follows(2) && follows(3)) {
    out = (c & 7) << 18 | (at(1) & 63) << 12 | (at(2) & 63) << 6 | (at(3) & 63);
    return out >= 0x10000 && out <= 0x10ffff ? 4 : 0;
  }
  return 0;
}
}  // namespace

bool is_utf8(std::string_view s) {
  char32_t c = 0;
  for (std::size_t i = 0; i < s.size();) {
    auto n = utf8_length(s, i, c);
    if (!n) return false;
    i += n;
  }
  return true;
}

std::string printable_utf8(std::string_view s) {
  std::string out;
  char32_t c = 0;
  for (std::size_t i = 0; i < s.size();) {
    auto n = utf8_length(s, i, c);
    bool control = c < 0x20 ? c != '\t' && c != '\n' : c >= 0x7f && c < 0xa0;
    if (!n || control) {
      out += "\xef\xbf\xbd";
    } else {
      out += s.substr(i, n);
    }
    i += n ? n : 1;
  }
  return out;
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  char32_t c = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    auto n = utf8_length(utf8, i, c);
    if (!n) {
      ++i, ++width;
      continue;
    }
    bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
                (c >= 0x20000 && c <= 0x3fffd);
    bool combining = c >= 0x300 && c <= 0x36f;
    width += combining ? 0 : wide ? 2 : 1;
    i += n;
  }
  return width;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  if (a.size() > 64 || b.size() > 64) return std::max(a.size(), b.size());
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1,
                          d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& known) {
  std::optional<std::string_view> best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (auto k : known)
    if (auto d = edit_distance(word, k); d < least) least = d, best = k;
  return best;
}

}  // namespace hato
