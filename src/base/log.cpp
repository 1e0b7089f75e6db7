// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>

#include "base/text.h"
#include "base/time.h"

namespace hato::log {
namespace {
std::atomic<Level> g_level{Level::kInfo};
constexpr std::array<std::string_view, 4> kNames = {"error", "warning", "info", "debug"};
constexpr std::array<std::string_view, 4> kSyslog = {"<3>", "<4>", "<6>", "<7>"};

std::string quoted(std::string_view value) {
  std::string out = printable_utf8(value);
  for (auto& c : out)
    if (c == '\n' || c == '\t') c = ' ';
  if (out.empty() || out.find_first_of(" \"=") != out.npos) {
    std::string q = "\"";
    for (char c : out) {
      if (c == '"' || c == '\\') q += '\\';
      q += c;
    }
    return q + '"';
  }
  return out;
}
}  // namespace

void set_level(Level level) { g_level = level; }
bool enabled(Level level) { return level <= g_level.load(std::memory_order_relaxed); }

void write(Level level, std::string_view area, std::string_view text,
           std::initializer_list<Field> fields) {
  if (!enabled(level)) return;
  static const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  std::string line;
  if (journal) {
    line += kSyslog[std::size_t(level)];
  } else {
    line += iso8601(now_ms());
    line += ' ';
    line += kNames[std::size_t(level)];
    line += ' ';
  }
  line += area;
  line += ": ";
  line += text;
  for (const auto& f : fields) {
    line += ' ';
    line += f.key;
    line += '=';
    line += quoted(f.value);
  }
  line += '\n';
  // One write a line keeps lines of several threads apart. A log that cannot be written is lost.
  [[maybe_unused]] auto n = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace hato::log
