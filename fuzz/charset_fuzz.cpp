// SPDX-License-Identifier: Apache-2.0
// The first line names a charset or a transfer encoding, the rest is in it: always UTF-8 comes
// out, and the same in chunks as at once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "message/charset.h"
#include "message/preview.h"
#include "message/transfer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hato::message;
  std::string_view in(reinterpret_cast<const char*>(data), size);
  auto lf = std::min(in.find('\n'), in.size());
  auto label = in.substr(0, lf), bytes = in.substr(std::min(lf + 1, in.size()));
  auto whole = to_utf8(bytes, label);
  HATO_ASSERT(hato::is_utf8(whole));
  auto step = 1 + (label.empty() ? 0 : std::size_t(label.size() % 7));
  Decoder text(label);
  TransferDecoder transfer(parse_encoding(label));
  std::string in_chunks, transferred;
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    text.push(bytes.substr(i, step), in_chunks);
    transfer.push(bytes.substr(i, step), transferred);
  }
  text.finish(in_chunks);
  transfer.finish(transferred);
  HATO_ASSERT(hato::is_utf8(in_chunks));
  HATO_ASSERT(transferred == decode_transfer(bytes, parse_encoding(label)));
  auto text_of_html = html_text(whole, 4096);
  HATO_ASSERT(hato::is_utf8(preview_of_text(text_of_html, 256)));
  return 0;
}
