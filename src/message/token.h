// SPDX-License-Identifier: Apache-2.0
// The lexical pieces that structured header fields share (RFC 5322 3.2, RFC 2045 5.1). All take
// the text and a position in it and move the position on, never past the end. Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace hato::message {

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
// The value of a hexadecimal digit, -1 where it is none.
int hex_digit(char c);

// At '(': what the comment says, blanks made one; an unfinished one is all the rest.
std::string read_comment(std::string_view s, std::size_t& at);

// Blanks and comments.
void skip_cfws(std::string_view s, std::size_t& at);

// At '"': what the string means, line ends left out. Bytes of Shift_JIS and ISO-2022-JP that look
// like '"' or '\' are kept. An unfinished one is all the rest.
std::string read_quoted(std::string_view s, std::size_t& at);

// "x" or x as a quoted string of RFC 5322 3.2.4.
std::string quoted(std::string_view s);

}  // namespace hato::message
