// SPDX-License-Identifier: Apache-2.0
// What another server may answer.
#include "base/error.h"
#include "smtp/client.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  auto parsed = hato::smtp::parse_reply(input);
  HATO_ASSERT(parsed.size <= size);
  HATO_ASSERT(parsed.reply.line().find('\n') == std::string::npos);
  hato::smtp::parse_extensions(parsed.reply);
  return 0;
}
