// SPDX-License-Identifier: Apache-2.0
#include "doctor/automaton.h"

#include <hs.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "catalogue/catalogue.h"

namespace hato::doctor {
namespace {

void free_scratch(hs_scratch* s) { hs_free_scratch(s); }

// Used where it lies in the program's image: nothing is copied or checked at start.
const hs_database_t* database() {
  return reinterpret_cast<const hs_database_t*>(catalogue::image().database.span().data());
}

hs_scratch* new_scratch() {
  hs_scratch* raw = nullptr;
  HATO_ASSERT(hs_valid_platform() == HS_SUCCESS);  // SSE4.2
  HATO_ASSERT(hs_alloc_scratch(database(), &raw) == HS_SUCCESS);
  return raw;
}

}  // namespace

Scanner::Scanner() : scratch_(new_scratch(), free_scratch) {}
Scanner::~Scanner() = default;

const std::vector<Match>& Scanner::scan(std::string_view text) {
  matches_.clear();
  auto on_match = [](unsigned id, unsigned long long, unsigned long long to, unsigned,
                     void* context) {
    auto& matches = *static_cast<std::vector<Match>*>(context);
    if (matches.size() == kMaxMatches) return 1;
    matches.push_back({id, std::uint32_t(to)});
    return 0;
  };
  const auto result = hs_scan(database(), text.data(), unsigned(text.size()), 0, scratch_.get(),
                              on_match, &matches_);
  HATO_ASSERT(result == HS_SUCCESS || result == HS_SCAN_TERMINATED);
  return matches_;
}

// The longest text before `end` that still gives the match begins where it does.
std::size_t Scanner::match_begin(std::string_view text, std::uint32_t id, std::size_t end) {
  constexpr std::size_t kLongest = 1000;
  struct Wanted {
    unsigned id;
    unsigned long long end;
    bool found = false;
  };
  const auto matches_from = [&](std::size_t begin) {
    Wanted wanted{id, end - begin};
    hs_scan(
        database(), text.data() + begin, unsigned(end - begin), 0, scratch_.get(),
        [](unsigned found, unsigned long long, unsigned long long to, unsigned, void* context) {
          auto& w = *static_cast<Wanted*>(context);
          w.found |= found == w.id && to == w.end;
          return w.found ? 1 : 0;
        },
        &wanted);
    return wanted.found;
  };
  std::size_t low = end > kLongest ? end - kLongest : 0, high = end;
  if (!matches_from(low)) return end;
  while (high - low > 1) {
    const auto middle = low + (high - low) / 2;
    (matches_from(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace hato::doctor
