// SPDX-License-Identifier: Apache-2.0
// A mail that may be a report, taken apart: its own words, the fields for machines, and nothing of
// the mail that it returns. Windows onto the mail where it needs no decoding. Pure.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "message/mime.h"

namespace hato::doctor {

inline constexpr std::size_t kMaxWords = 64 << 10;  // read of each part
inline constexpr std::size_t kMaxRecipients = 1000;

struct Letter {
  explicit Letter(std::string_view mail);
  Letter(const Letter&) = delete;
  Letter& operator=(const Letter&) = delete;

  // Unfolded, encoded words decoded; "" where there is none.
  std::string field(std::string_view name) const;

  message::Part root;
  std::string_view words;     // of the first text, up to the mail that is returned
  std::string_view status;    // message/delivery-status, or its fields among the words
  std::string_view feedback;  // message/feedback-report (RFC 5965)

 private:
  void take(std::string_view mail, const message::Part& part);
  std::string_view decoded(std::string_view mail, const message::Part& part);
  std::deque<std::string> owned_;
};

// Calls take(line) for each line, without its end, until it returns false.
template <class Take>
void each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    auto lf = text.find('\n');
    auto line = text.substr(0, lf);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!take(line) || lf == text.npos) return;
    text.remove_prefix(lf + 1);
  }
}

// Without regard to ASCII case; `lower` is lower case. npos where it is not.
std::size_t find_words(std::string_view text, std::string_view lower, std::size_t from = 0);
// The first mail address at or behind `from`; "" where there is none.
std::string_view find_address(std::string_view text, std::size_t from = 0);

}  // namespace hato::doctor
