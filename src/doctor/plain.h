// SPDX-License-Identifier: Apache-2.0
// The form of a text in which signatures and codes are looked for (docs/formats/catalogue.md):
// one record a line, white space single, wrapped lines joined, what is repeated at the start of
// each line of a reply standing once, other spellings of the same characters made one. Pure; the
// input is well-formed UTF-8 of any length, of which the first and the last kPlainMax / 2 bytes
// are read.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hato::doctor {

inline constexpr std::size_t kPlainMax = 512 << 10;

// A log line, a reply with all its lines, a command, a paragraph.
struct Record {
  std::uint32_t begin = 0, end = 0;  // in Plain::text, without the line end
  std::uint32_t body = 0;            // after time stamp, program and direction mark
  bool stamped = false;              // begins with a time: a log line
  bool command = false;              // begins with a command of a protocol
  bool success = false;              // tells that something went well; no evidence of a fault
};

struct Plain {
  std::string text;
  std::vector<Record> records;
  bool cut = false;  // the middle of the input was left out
  std::string_view view(const Record& r) const {
    return std::string_view(text).substr(r.begin, r.end - r.begin);
  }
  std::string_view body(const Record& r) const {
    return std::string_view(text).substr(r.body, r.end - r.body);
  }
  // The record that holds a byte of the text.
  std::size_t record_at(std::size_t offset) const;
};

Plain make_plain(std::string_view utf8);

// Other spellings of characters made one: line ends, white space, full-width ASCII, half-width
// katakana, quotes and dashes, HTML entities, escapes in letters ("\r\n"), terminal colours.
std::string plain_characters(std::string_view utf8);

// How many bytes at the start of a line are a time stamp (0: none), and what follows it.
std::size_t time_stamp(std::string_view line);
// "S: ", "<- ", "SMTP<< " and the like.
std::size_t direction_mark(std::string_view line);
// The verb of SMTP, POP3 or IMAP (with its tag) with which the line begins, "" where none does.
std::string_view command_verb(std::string_view line);

}  // namespace hato::doctor
