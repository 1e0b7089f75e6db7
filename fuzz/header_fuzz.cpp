// SPDX-License-Identifier: Apache-2.0
// Header values in every reading there is: addresses, types, dates, ids, words, Received. What an
// envelope address means must read back from its own text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "message/address.h"
#include "message/content_type.h"
#include "message/encoded.h"
#include "message/header.h"
#include "message/lists.h"
#include "message/received.h"
#include "message/summary.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hato::message;
  std::string_view in(reinterpret_cast<const char*>(data), size);
  for (bool on : {false, true})
    if (auto a = parse_address(in, {.utf8 = on, .carrier_dots = on})) {
      auto again = parse_address(a->text(), {.utf8 = on, .carrier_dots = on});
      HATO_ASSERT(again && *again == *a);
      (void)a->folded();
    }
  if (auto ascii = ascii_domain(in)) HATO_ASSERT(ascii_domain(unicode_domain(*ascii)) == ascii);
  for (const auto& m : parse_address_list(in)) HATO_ASSERT(hato::is_utf8(m.name));
  for (const auto& m : parse_address_list_raw(in)) (void)split_address(m.address);
  HATO_ASSERT(hato::is_utf8(decode_text(in)));
  HATO_ASSERT(hato::is_ascii(encode_text(in, 10)) && hato::is_ascii(encode_phrase(in, 10)));
  for (const auto& p : parse_content_type(in).parameters) HATO_ASSERT(hato::is_utf8(p.value));
  std::size_t column = 0;
  HATO_ASSERT(hato::is_ascii(encode_parameter("filename", in, column)));
  if (auto date = parse_date(in)) (void)format_date(date->time, date->zone);
  (void)parse_received(in);
  (void)parse_ids(in);
  (void)parse_urls(in);
  (void)parse_words(in);
  (void)base_subject(in);
  auto header = in.substr(0, header_size(in));
  for (const auto& f : parse_fields(in)) HATO_ASSERT(f.end <= header.size() && f.offset < f.end);
  return 0;
}
