// SPDX-License-Identifier: Apache-2.0
// Mailbox files (RFC 4155 and its kin mboxo, mboxrd, mboxcl). Pure; one thread a splitter.
//
// A message begins at a `From ` line with a time in it, at the start or after an empty line. A
// Content-Length is believed only where it leads to such a line or to the end of the file.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hato::message {

struct MboxMessage {
  std::optional<Millis> received;  // of the From line
  std::string bytes;               // lines end in CRLF, quotes before From are off
};

// Keeps one message and one piece of the file. add() and end() are false where `each` was, where
// the file is none of this kind, or where a message is larger than `limit`.
class MboxSplitter {
 public:
  using Each = std::function<bool(MboxMessage)>;
  MboxSplitter(std::size_t limit, Each each) : limit_(limit), each_(std::move(each)) {}
  bool add(std::string_view piece);
  bool end();

 private:
  std::optional<std::size_t> find_end();
  std::optional<std::size_t> hinted_end();
  bool take(std::size_t size);

  const std::size_t limit_;
  const Each each_;
  std::string buffer_;       // begins with a From line
  std::size_t scanned_ = 0;  // no message ends before this place
  bool hint_done_ = false, ended_ = false;
};

// The message as part of an mboxrd file, with LF line ends.
std::string to_mbox(std::string_view message, std::string_view sender, Millis received);

std::string to_crlf(std::string_view text);

}  // namespace hato::message
