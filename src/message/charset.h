// SPDX-License-Identifier: Apache-2.0
// Bytes in a named charset as UTF-8 (RFC 1468 and what vendors really send). Never
// fails: what is no character becomes U+FFFD. A name that is missing or unknown, and one that the
// bytes contradict (8-bit in "us-ascii", Shift_JIS called "utf-8"), is replaced by a guess.
// Any thread; a Decoder belongs to one.
//
//   Decoder d("iso-2022-jp");
//   while (next(chunk)) d.push(chunk, out);
//   d.finish(out);
#pragma once
#include <string>
#include <string_view>

namespace hato::message {

// The name that stands for all its aliases, as the converters know it ("UTF-8", "windows-1252");
// "" where nobody knows it.
std::string known_charset(std::string_view label);

// The likeliest charset of text without a label: by its escapes, its validity as UTF-8, and how
// its bytes lie in the double-byte sets of East Asia; else windows-1252.
std::string guess_charset(std::string_view bytes);

// At most about `max` bytes, cut between characters.
std::string to_utf8(std::string_view bytes, std::string_view label, std::size_t max = 64 << 20);

// Malformed sequences become U+FFFD, one each maximal part; all else stays as it is.
std::string repair_utf8(std::string_view bytes);

// The first bytes of well-formed UTF-8, at most `max`, cut between characters.
std::string_view cut_utf8(std::string_view text, std::size_t max);

// A character more.
void append_utf8(std::string& out, char32_t c);

// Converts chunk by chunk; holds back 4 KB until it has seen enough to trust the label.
class Decoder {
 public:
  explicit Decoder(std::string_view label);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  void push(std::string_view bytes, std::string& out);  // appends
  void finish(std::string& out);

 private:
  void decide();
  void convert(std::string_view bytes, bool last, std::string& out);

  std::string label_, held_;
  void* converter_ = nullptr;  // ICU's; null while undecided and for UTF-8
  bool decided_ = false;
};

}  // namespace hato::message
