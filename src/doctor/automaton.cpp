// SPDX-License-Identifier: Apache-2.0
#include "doctor/automaton.h"

#include <hs.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "catalogue/catalogue.h"

namespace hato::doctor {
namespace {

struct FreeDatabase {
  void operator()(hs_database_t* db) const { hs_free_database(db); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

void free_scratch(hs_scratch* s) { hs_free_scratch(s); }

const hs_database_t* database() {
  static const Database db = [] {
    const auto bytes = catalogue::image().database.span();
    hs_database_t* raw = nullptr;
    HATO_ASSERT(hs_deserialize_database(bytes.data(), bytes.size(), &raw) == HS_SUCCESS);
    return Database(raw);
  }();
  return db.get();
}

hs_scratch* new_scratch(const hs_database_t* db) {
  hs_scratch* raw = nullptr;
  HATO_ASSERT(hs_alloc_scratch(db, &raw) == HS_SUCCESS);
  return raw;
}

}  // namespace

Scanner::Scanner() : scratch_(new_scratch(database()), free_scratch) {}
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

std::size_t match_begin(std::string_view text, std::string_view pattern, std::size_t end) {
  constexpr std::size_t kWindow = 1000;
  const auto from = end > kWindow ? end - kWindow : 0;
  hs_database_t* raw = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile(std::string(pattern).c_str(),
                 HS_FLAG_CASELESS | HS_FLAG_MULTILINE | HS_FLAG_SOM_LEFTMOST, HS_MODE_BLOCK,
                 nullptr, &raw, &error) != HS_SUCCESS) {
    hs_free_compile_error(error);
    return end;
  }
  Database db(raw);
  std::unique_ptr<hs_scratch, void (*)(hs_scratch*)> scratch(new_scratch(raw), free_scratch);
  struct Wanted {
    unsigned long long end, begin;
  } wanted{end - from, end - from};
  hs_scan(
      raw, text.data() + from, unsigned(end - from), 0, scratch.get(),
      [](unsigned, unsigned long long begin, unsigned long long to, unsigned, void* context) {
        auto& w = *static_cast<Wanted*>(context);
        if (to == w.end) w.begin = std::min(w.begin, begin);
        return 0;
      },
      &wanted);
  return from + wanted.begin;
}

}  // namespace hato::doctor
