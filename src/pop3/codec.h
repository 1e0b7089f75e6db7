// SPDX-License-Identifier: Apache-2.0
// POP3's grammar, free of I/O: commands in, and what a message looks like on the wire. Pure.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hato::pop3 {

// RFC 2449 4 has 255 octets a command; a response in an AUTH exchange may be longer.
inline constexpr std::size_t kMaxLine = 16 * 1024;

// The first line of `input` with its end, empty where it has not all come. It ends with CRLF; a
// bare LF is taken too.
std::string_view first_line(std::string_view input);
std::string_view without_end(std::string_view line);

struct Command {
  std::string_view keyword;
  std::string_view rest;  // all behind the space, as it is: a password may hold blanks
  // The words of `rest`; how many there are, more than three counted but not kept.
  std::array<std::string_view, 3> words{};
  std::size_t count = 0;
};
// Nothing where a control character is in it. `line` is without its end and outlives the command.
std::optional<Command> parse_command(std::string_view line);

// A message number or a count of lines: 1 to 10 digits.
std::optional<std::uint64_t> parse_number(std::string_view word);

// Puts a dot before each dot that begins a line (RFC 1939 3), piece by piece. Bytes are never
// changed otherwise: a bare LF goes out as it is. A dot after one is doubled as well, for nearly
// every client ends lines at LF, and "LF . CRLF" would end the message for it.
class Stuffer {
 public:
  // `sink` is called with one or more pieces that together are the stuffed bytes.
  template <class Sink>
  void add(std::string_view bytes, Sink&& sink) {
    while (!bytes.empty()) {
      auto n = next(bytes);
      sink(bytes.substr(0, n));
      if (n == bytes.size()) break;
      bytes.remove_prefix(n);
      sink(".");
      ++added_;
      line_start_ = false;
    }
  }
  // What ends the message: CRLF first, where its last line has none.
  std::string_view end() const { return ends_line_ ? ".\r\n" : "\r\n.\r\n"; }
  std::size_t added() const { return added_; }

 private:
  // Bytes up to the next dot that needs another; all of them where there is none.
  std::size_t next(std::string_view bytes);

  bool line_start_ = true;  // the byte to come begins a line
  bool ends_line_ = true;   // what went before ended with CRLF, or is nothing
  bool after_cr_ = false;
  std::size_t added_ = 0;
};

// The part of a message that TOP sends: the header, the empty line, and `lines` of the body.
class TopCut {
 public:
  explicit TopCut(std::uint64_t lines) : lines_(lines) {}
  // How many of these bytes belong to it.
  std::size_t take(std::string_view bytes);
  bool done() const { return done_; }

 private:
  std::uint64_t lines_;
  enum { kNothing, kOneCr, kText } line_ = kNothing;  // what the line holds so far
  bool in_header_ = true, done_ = false;
};

// "1 120\r\n" at the end of `out`.
void add_listing(std::string& out, std::uint64_t number, std::uint64_t size);
// RFC 1939 7: unique and stable for the life of the mailbox; 16 hex digits.
std::string unique_id(std::uint32_t uid_validity, std::uint32_t uid);
void add_unique_id(std::string& out, std::uint64_t number, std::uint32_t uid_validity,
                   std::uint32_t uid);

}  // namespace hato::pop3
