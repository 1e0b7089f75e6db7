// SPDX-License-Identifier: Apache-2.0
// A mail log, plain or packed: the same in pieces as at once, and its lines are all counted.
#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "doctor/log.h"
#include "doctor/log_line.h"

namespace {
using namespace hato::doctor;

LogSummary summed(std::string_view bytes, std::size_t piece) {
  LogReader reader(1'795'500'000'000);
  LogInput input("log", [&](char* to, std::size_t room) {
    const auto n = bytes.copy(to, std::min(room, piece));
    bytes.remove_prefix(n);
    return std::ptrdiff_t(n);
  });
  (void)reader.read(input);
  return reader.finish();
}

void check_line(std::string_view s) {
  const auto line = parse_log_line(s, 1'795'500'000);
  HATO_ASSERT(line.text.size() <= s.size() && line.id.size() <= s.size());
  HATO_ASSERT(log_recipient(line.text).size() <= s.size());
  HATO_ASSERT(log_template(line) == log_template(parse_log_line(s, 1'795'500'000)));
  log_time(line.at);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view in(reinterpret_cast<const char*>(data), size);
  check_line(in.substr(0, in.find('\n')));
  const auto whole = summed(in, 1 << 20), pieces = summed(in, 7);
  HATO_ASSERT(log_json(whole, Lang::kEn) == log_json(pieces, Lang::kEn));
  std::uint64_t lines = whole.unread;
  for (const auto& p : whole.problems) lines += p.lines;
  HATO_ASSERT(lines <= whole.lines);
  log_text(whole, Lang::kJa, {});
  return 0;
}
