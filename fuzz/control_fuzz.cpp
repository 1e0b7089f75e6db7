// SPDX-License-Identifier: Apache-2.0
#include "cli/control.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace hato::cli;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (auto request = decode_request(bytes)) {
    // What was understood is said again in the same words.
    auto again = decode_request(encode(*request));
    HATO_ASSERT(again && again->words == request->words && again->look.json == request->look.json);
  }
  for (Frame frame; take_frame(bytes, frame) == Framed::kDone;)
    HATO_ASSERT(frame.payload.size() <= kMaxFrame);
  return 0;
}
