// SPDX-License-Identifier: Apache-2.0
// Whole messages: no byte of the tree is lost, the summary survives its encoding, and stored
// summaries that are damaged are refused or read, never more.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "message/mime.h"
#include "message/summary.h"

namespace {

using namespace hato::message;

void check(const Part& p, std::string_view message, std::size_t from, std::size_t to) {
  HATO_ASSERT(from <= p.begin && p.begin <= p.body && p.body <= p.end && p.end <= to);
  HATO_ASSERT(p.end <= message.size());
  std::string decoded;
  if (p.children.empty()) decoded = decode_transfer(p.content(message), p.encoding);
  HATO_ASSERT(decoded.size() <= 64 * p.size());
  auto at = p.body;
  for (const auto& c : p.children) {
    check(c, message, at, p.end);
    at = c.end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view in(reinterpret_cast<const char*>(data), size);
  auto root = parse_mime(in, {.depth = 8, .parts = 50});
  HATO_ASSERT(root.begin == 0 && root.end == in.size());
  check(root, in, 0, in.size());
  auto s = summarise(in);
  auto bytes = encode(s);
  auto again = decode(bytes);
  HATO_ASSERT(again && encode(*again) == bytes && again->envelope == s.envelope);
  HATO_ASSERT(hato::is_utf8(imap_envelope(s.envelope) + imap_body(s.body, true) + s.preview));
  HATO_ASSERT(imap_body(again->body, true) == imap_body(s.body, true));
  if (auto stored = decode(in)) {
    auto twice = decode(encode(*stored));
    HATO_ASSERT(twice && encode(*twice) == encode(*stored));
    (void)imap_envelope(stored->envelope);
    (void)imap_body(stored->body, true);
    (void)body_lists(stored->body);
  }
  return 0;
}
