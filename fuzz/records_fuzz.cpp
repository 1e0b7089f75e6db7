// SPDX-License-Identifier: Apache-2.0
// Stored records that may be damaged: traces of the story and items of the queue. What decodes
// must come back the same from its own encoding.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "delivery/queue_format.h"
#include "story/format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view in(reinterpret_cast<const char*>(data), size);
  if (auto item = hato::delivery::decode_item(7, in)) {
    auto again = hato::delivery::decode_item(7, encode(*item));
    HATO_ASSERT(again && encode(*again) == encode(*item));
  }
  if (auto trace = hato::story::decode(7, in)) {
    hato::story::clip(*trace);
    for (const auto& event : trace->events) hato::story::describe(event, event.at & 1);
    auto again = hato::story::decode(7, encode(*trace));
    HATO_ASSERT(again && terms_of(*again) == terms_of(*trace));
  }
  (void)hato::story::decode_segment(in);
  return 0;
}
