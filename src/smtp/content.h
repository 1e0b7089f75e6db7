// SPDX-License-Identifier: Apache-2.0
// A message as it comes in. Content checks and keeps the bytes; DataReceiver takes them out of the
// stream that follows DATA (RFC 5321 4.5.2). Free of I/O; of the session's thread.
//
// Only <CRLF>.<CRLF> ends a message. A CR or LF that stands alone, a NUL or an over-long line is a
// fault of the message and never a border in it: the rest is read up to its true end, thrown away,
// and refused with the first fault. What is kept is byte for byte what was sent.
//
//   Content content(trace_header, announced_size, rules, budget);
//   DataReceiver data(content);
//   stream.consume(data.take(stream.input()));   // until data.done()
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "smtp/server.h"

namespace hato::smtp {

// The standard allows 998 bytes (RFC 5322 2.1.1); generated HTML has many more.
inline constexpr std::size_t kMaxContentLine = 64 * 1024;

struct ContentRules {
  std::uint64_t max_size = 0;
  bool normalise = false;  // a bare LF becomes CRLF, a bare CR a space
  bool binary = false;     // BINARYMIME: neither lines nor NUL are looked at
};

class Content {
 public:
  // `head` comes before the client's bytes and does not count. `announced` (SIZE) is a hint.
  Content(std::string head, std::uint64_t announced, ContentRules rules, Budget& budget);
  ~Content();
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;

  void add(std::string_view bytes);
  void finish();  // the end has come
  // message-too-large, message-bare-newline, message-nul, message-line-too-long, memory-full
  const std::optional<Error>& fault() const { return fault_; }
  // So much has come that reading on to the end is not worth it.
  bool hopeless() const { return size_ / 2 > rules_.max_size; }

  std::string& text() { return text_; }  // head and message
  std::size_t head_size() const { return head_size_; }
  std::uint64_t size() const { return size_; }  // of the client's bytes, what was thrown away too

 private:
  void set_fault(Error error);
  bool check_lines(std::string_view bytes);
  void append_normalised(std::string_view bytes);
  bool reserve(std::size_t more);

  const ContentRules rules_;
  Budget& budget_;
  std::uint64_t reserved_ = 0, size_ = 0;
  std::string text_;
  std::size_t head_size_, line_ = 0;  // line_: bytes of the line so far
  char last_ = '\n';                  // byte before; as if a line had just begun
  bool bare_ = false;                 // a CR or LF stood alone in what check_lines saw last
  std::optional<Error> fault_;
};

class DataReceiver {
 public:
  explicit DataReceiver(Content& content) : content_(content) {}
  // How many bytes of `in` belong to the message; offer the others again with what follows them.
  std::size_t take(std::string_view in);
  bool done() const { return done_; }

 private:
  bool at_line_start(std::string_view in, std::size_t at) const;
  std::size_t consumed(std::string_view in, std::size_t n);

  Content& content_;
  char last_[2] = {'\r', '\n'};  // the two bytes before: the CRLF of DATA
  bool done_ = false;
};

}  // namespace hato::smtp
