// SPDX-License-Identifier: Apache-2.0
#include "doctor/log_filter.h"

#include <hs.h>

#include <cstring>
#include <iterator>

#include "base/error.h"

namespace hato::doctor {
namespace {

struct Word {
  const char* text;
  LogFilter::Kind kind;
};

// In any case of letters. Rare words only: each line with one is looked at.
constexpr Word kWords[] = {
    {"status=deferred", LogFilter::kTrouble},
    {"status=bounced", LogFilter::kTrouble},
    {"status=expired", LogFilter::kTrouble},
    {"status=undeliverable", LogFilter::kTrouble},
    {"reject: ", LogFilter::kTrouble},
    {"reject=", LogFilter::kTrouble},
    {"warning: ", LogFilter::kTrouble},
    {"error: ", LogFilter::kTrouble},
    {"fatal: ", LogFilter::kTrouble},
    {"panic: ", LogFilter::kTrouble},
    {"dsn=4.", LogFilter::kTrouble},
    {"dsn=5.", LogFilter::kTrouble},
    {"status: deferred", LogFilter::kMaybe},
    {"status: failure", LogFilter::kMaybe},
    {" ** ", LogFilter::kMaybe},
    {" == ", LogFilter::kMaybe},
    {"-ERR", LogFilter::kMaybe},
    {"error", LogFilter::kMaybe},
    {"fail", LogFilter::kMaybe},
    {"refused", LogFilter::kMaybe},
    {"reject", LogFilter::kMaybe},
    {"denied", LogFilter::kMaybe},
    {"timed out", LogFilter::kMaybe},
    {"timeout", LogFilter::kMaybe},
    {"unable to", LogFilter::kMaybe},
    {"cannot", LogFilter::kMaybe},
    {"can't", LogFilter::kMaybe},
    {"couldn't", LogFilter::kMaybe},
    {"could not", LogFilter::kMaybe},
    {"not allowed", LogFilter::kMaybe},
    {"invalid", LogFilter::kMaybe},
    {"user unknown", LogFilter::kMaybe},
    {"unknown user", LogFilter::kMaybe},
    {"no such ", LogFilter::kMaybe},
    {"not found", LogFilter::kMaybe},
    {"blocked", LogFilter::kMaybe},
    {"blacklist", LogFilter::kMaybe},
    {"greylist", LogFilter::kMaybe},
    {"lost connection", LogFilter::kMaybe},
    {"unreachable", LogFilter::kMaybe},
    {"reset by peer", LogFilter::kMaybe},
    {"broken pipe", LogFilter::kMaybe},
    {"exceed", LogFilter::kMaybe},
    {"quota", LogFilter::kMaybe},
    {"too many", LogFilter::kMaybe},
    {"too large", LogFilter::kMaybe},
    {"too big", LogFilter::kMaybe},
    {"no space", LogFilter::kMaybe},
    {"permission", LogFilter::kMaybe},
    {"expired", LogFilter::kMaybe},
    {"corrupt", LogFilter::kMaybe},
    {"infected", LogFilter::kMaybe},
    {"abort", LogFilter::kMaybe},
    {"mismatch", LogFilter::kMaybe},
    {"did not issue", LogFilter::kMaybe},
    {"status=sent", LogFilter::kDelivered},
    {"stat=Sent", LogFilter::kDelivered},
    {" => ", LogFilter::kDelivered},
    {" -> ", LogFilter::kDelivered},
    {"status: success", LogFilter::kDelivered},
};

hs_database* compile() {
  const char* texts[std::size(kWords)];
  std::size_t sizes[std::size(kWords)];
  unsigned flags[std::size(kWords)], ids[std::size(kWords)];
  for (unsigned i = 0; i < std::size(kWords); ++i) {
    texts[i] = kWords[i].text;
    sizes[i] = std::strlen(kWords[i].text);
    flags[i] = HS_FLAG_CASELESS;
    ids[i] = i;
  }
  hs_database* out = nullptr;
  hs_compile_error* error = nullptr;
  const auto result = hs_compile_lit_multi(texts, flags, ids, sizes, std::size(kWords),
                                           HS_MODE_BLOCK, nullptr, &out, &error);
  HATO_ASSERT(result == HS_SUCCESS);
  return out;
}

hs_scratch* new_scratch(const hs_database* database) {
  hs_scratch* out = nullptr;
  HATO_ASSERT(hs_alloc_scratch(database, &out) == HS_SUCCESS);
  return out;
}

// From matches in the order of their ends to lines.
struct Lines {
  std::string_view block;
  LogFilter::OnLine on_line;
  void* context;
  std::size_t begin = 0, end = 0;  // of the line that has the last match
  unsigned kinds = 0;

  void match(unsigned id, std::size_t to) {
    if (to > end || !kinds) {
      pass();
      const auto newline = static_cast<const char*>(memrchr(block.data() + end, '\n', to - end));
      begin = newline ? std::size_t(newline - block.data()) + 1 : end;
      const auto next =
          static_cast<const char*>(std::memchr(block.data() + to, '\n', block.size() - to));
      end = next ? std::size_t(next - block.data()) : block.size();
    }
    kinds |= kWords[id].kind;
  }
  void pass() {
    if (kinds) on_line(block.substr(begin, end - begin), kinds, context);
    kinds = 0;
  }
};

}  // namespace

LogFilter::LogFilter()
    : database_(compile(), [](hs_database* d) { hs_free_database(d); }),
      scratch_(new_scratch(database_.get()), [](hs_scratch* s) { hs_free_scratch(s); }) {}
LogFilter::~LogFilter() = default;

void LogFilter::scan(std::string_view block, OnLine on_line, void* context) {
  Lines lines{block, on_line, context};
  const auto on_match = [](unsigned id, unsigned long long, unsigned long long to, unsigned,
                           void* to_lines) {
    static_cast<Lines*>(to_lines)->match(id, to);
    return 0;
  };
  HATO_ASSERT(hs_scan(database_.get(), block.data(), unsigned(block.size()), 0, scratch_.get(),
                      on_match, &lines) == HS_SUCCESS);
  lines.pass();
}

}  // namespace hato::doctor
