// SPDX-License-Identifier: Apache-2.0
// How traces lie in the store (docs/formats/story.md), and by which words they are found. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "story/story.h"

namespace hato::story {

inline constexpr store::Space kTraceSpace = 't', kTermSpace = 'x';

// Cuts texts and lists to what is kept of them, so that one trace stays under 400 KB whatever a
// peer sends.
void clip(Trace& trace);
std::size_t weight(const Trace& trace);  // bytes in memory, about

std::string encode(const Trace& trace);  // without its id, which is the key
Result<Trace> decode(RefId id, std::string_view value);
Millis start_of(const Trace& trace);

// Without < > and spaces, lower case.
std::string normal_term(std::string_view term);
// What a trace is found by, each once: session, message id, addresses, domains, login, peer.
std::vector<std::string> terms_of(const Trace& trace);
std::uint64_t term_hash(std::string_view term);

// What a segment's partition holds in its head.
struct SegmentHeader {
  std::uint64_t bytes = 0, traces = 0;
};
std::string encode(const SegmentHeader& header);
Result<SegmentHeader> decode_segment(std::string_view header);

}  // namespace hato::story
