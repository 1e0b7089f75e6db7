// SPDX-License-Identifier: Apache-2.0
// Content transfer encodings (RFC 2045 6) and uuencode. Decoding never fails: what does not belong
// is passed over or kept as it is, as mail programs do. Any thread; a decoder belongs to one and
// holds under 2 KB however large the body is.
//
//   TransferDecoder d(parse_encoding("base64"));
//   while (next(chunk)) d.push(chunk, out);
//   d.finish(out);
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hato::message {

enum class Encoding : std::uint8_t { kIdentity, kBase64, kQuotedPrintable, kUuencode };

// Of the value of Content-Transfer-Encoding; what nobody knows is taken as it is.
Encoding parse_encoding(std::string_view value);

class TransferDecoder {
 public:
  explicit TransferDecoder(Encoding encoding) : encoding_(encoding) {}
  void push(std::string_view bytes, std::string& out);  // appends
  void finish(std::string& out);
  // Something was not as its encoding wants it, or the end is missing.
  bool damaged() const { return damaged_; }

 private:
  void base64(std::string_view bytes, std::string& out);
  void quoted_printable(std::string_view bytes, std::string& out);
  void uuencode(std::string_view bytes, std::string& out);
  void uuencoded_line(std::string_view line, std::string& out);

  Encoding encoding_;
  bool damaged_ = false;
  bool ended_ = false, begun_ = false;  // behind the padding; after uuencode's "begin"
  std::uint32_t bits_ = 0;              // of an unfinished base64 quantum
  int digits_ = 0;
  std::string held_;  // the end of what came, where it means something only with what follows
};

std::string decode_transfer(std::string_view bytes, Encoding encoding);
std::string decode_base64(std::string_view text);

// Lines of 76 characters with CRLF, the last too.
std::string encode_base64(std::string_view bytes);
// Text with CRLF or LF line ends, which become CRLF; lines of at most 76 characters.
std::string encode_quoted_printable(std::string_view text);

}  // namespace hato::message
