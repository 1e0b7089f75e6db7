// SPDX-License-Identifier: Apache-2.0
// Text helpers that know nothing of mail: ASCII case, splitting, hex, base64, UTF-8, distance.
// Pure functions; ASCII rules whatever the locale.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hato {

inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }
inline char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_alpha(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }
std::string to_lower(std::string_view s);
std::string to_upper(std::string_view s);
bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view s, std::string_view prefix);
std::string_view trim(std::string_view s);  // spaces, tabs, CR and LF at both ends
bool is_ascii(std::string_view s);

// "a,,b" by ',' gives "a", "", "b"; an empty text gives one empty part.
std::vector<std::string_view> split(std::string_view s, char by);
std::optional<std::uint64_t> parse_u64(std::string_view s);  // digits only, no overflow
// "10", "64K", "50M", "2G", "1T" (powers of 1024).
std::optional<std::uint64_t> parse_size(std::string_view s);
std::string format_size(std::uint64_t bytes);  // "1.5 MB"

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view hex);
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  // strict, padded (RFC 4648 4)

bool is_utf8(std::string_view s);
// Every malformed sequence becomes U+FFFD; control characters except tab and newline too.
std::string printable_utf8(std::string_view s);
// Columns on a terminal: East Asian wide characters count two.
std::size_t display_width(std::string_view utf8);

// Edits from one word to the other (insert, delete, replace, swap of neighbours).
std::size_t edit_distance(std::string_view a, std::string_view b);
// The nearest of `known`, where it is near enough to be meant.
std::optional<std::string_view> nearest(std::string_view word,
                                        const std::vector<std::string_view>& known);

}  // namespace hato
