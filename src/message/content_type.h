// SPDX-License-Identifier: Apache-2.0
// Values of the form "type/subtype; name=value": Content-Type (RFC 2045 5.1), Content-Disposition
// (RFC 2183), with parameters as RFC 2231 says and as they are really sent: missing semicolons,
// blanks in file names, encoded words, raw 8-bit. Never fails; pure; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace hato::message {

struct Parameter {
  std::string name;      // lower case, without what RFC 2231 adds
  std::string value;     // UTF-8
  std::string language;  // RFC 2231 4
  // As sent, sections joined, and whether that is the "charset'language'%XX" form: what IMAP shows.
  std::string raw;
  bool extended = false;
};

struct ContentType {
  std::string type, subtype;  // lower case; both "" where there is none
  std::vector<Parameter> parameters;

  // The value, null where there is none.
  const std::string* find(std::string_view name) const;
  bool is(std::string_view t, std::string_view s) const { return type == t && subtype == s; }
};

ContentType parse_content_type(std::string_view value);

// "; name=value" with the value quoted, or by RFC 2231 where it is not ASCII; folded so that no
// line is longer than 78. `column`: where the line stands, moved on.
std::string encode_parameter(std::string_view name, std::string_view utf8, std::size_t& column);

}  // namespace hato::message
