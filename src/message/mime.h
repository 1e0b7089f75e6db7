// SPDX-License-Identifier: Apache-2.0
// The MIME tree of a message as windows onto its bytes (RFC 2045, 2046): one pass, nothing copied
// but short header values, no byte lost. Never fails: what is malformed is the nearest sensible
// thing, what goes beyond the limits is an opaque leaf. Pure; any thread.
//
//   auto root = parse_mime(message);
//   root.children[1].content(message)
//
// A part spans [begin, end): its header up to `body`, then its body. Between the children of a
// multipart lie preamble, delimiter lines and epilogue; the line end before a delimiter is the
// delimiter's (RFC 2046 5.1.1).
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "message/content_type.h"
#include "message/header.h"
#include "message/transfer.h"

namespace hato::message {

struct MimeLimits {
  std::size_t depth = 50, parts = 10'000;
};

struct Part {
  std::size_t begin = 0, body = 0, end = 0;  // offsets into the message
  std::size_t lines = 0;                     // line ends in the body
  std::size_t header_lines = 0;

  ContentType type;  // text/plain or message/rfc822 where none is given or it cannot be read
  bool type_given = false;
  Encoding encoding = Encoding::kIdentity;
  std::string encoding_name = "7bit";  // lower case, as given
  // Values of the header, folds taken out; "" where there is none.
  std::string id, description, location, md5;
  ContentType disposition;  // type "attachment" ..., no subtype
  std::vector<std::string> languages;

  bool is_message = false;  // children[0] is the message that this part holds
  bool opaque = false;      // beyond the limits, or a multipart without its boundary
  std::vector<Part> children;
  std::vector<Field> fields;  // of the root and of what a message part holds; else empty

  bool is_multipart() const { return type.type == "multipart"; }
  std::size_t size() const { return end - body; }
  std::string_view header(std::string_view message) const {
    return message.substr(begin, body - begin);
  }
  std::string_view content(std::string_view message) const { return message.substr(body, size()); }
  // The name of the file, from Content-Disposition or Content-Type; "" where there is none.
  const std::string& file_name() const;
};

Part parse_mime(std::string_view message, MimeLimits limits = {});

}  // namespace hato::message
