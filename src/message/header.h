// SPDX-License-Identifier: Apache-2.0
// The header of a message as fields over its bytes (RFC 5322 2.2): nothing is copied, nothing is
// changed, offsets are into the message. Lines end with CRLF or bare LF. Pure; any thread.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hato::message {

struct Field {
  std::string_view name;   // without colon and trailing blanks
  std::string_view value;  // all after the colon, folds included, without the last line end
  std::size_t offset = 0;  // of the name's first byte
  std::size_t end = 0;     // after the last line end
};

// Bytes of header, the empty line that ends it included. It also ends before a line that can only
// be body, a line that is no field and has none behind it, and there is none where the first line
// is such (the "From " of an mbox apart): so mail servers and programs read it. `ends_before` is
// asked about lines that begin with "--".
std::size_t header_size(std::string_view message,
                        const std::function<bool(std::string_view)>& ends_before = {});

// The fields in order, at most `max`. A line that is neither field nor fold (mbox "From ", noise)
// is left out.
std::vector<Field> parse_fields(std::string_view message, std::size_t max = 10'000);

// The first field of that name, null where there is none. Case does not matter.
const Field* find_field(const std::vector<Field>& fields, std::string_view name);

// Folds taken out (RFC 5322 2.2.3), blanks at both ends too.
std::string unfold(std::string_view value);
// Unfolded, with encoded words (RFC 2047, and raw 8-bit by guess) as UTF-8.
std::string decode_text(std::string_view value);

}  // namespace hato::message
