// SPDX-License-Identifier: Apache-2.0
// The server's log: one line an event on standard error, "time level area: text key=value ...".
// Under systemd (JOURNAL_STREAM set) the time is left to the journal and the level goes before as
// "<n>". Values are made printable; secrets are never passed here. Any thread may log.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hato::log {

enum class Level { kError, kWarning, kInfo, kDebug };

struct Field {
  std::string_view key;
  std::string value;
};

void set_level(Level level);
bool enabled(Level level);
void write(Level level, std::string_view area, std::string_view text,
           std::initializer_list<Field> fields = {});

inline void error(std::string_view area, std::string_view text,
                  std::initializer_list<Field> fields = {}) {
  write(Level::kError, area, text, fields);
}
inline void warning(std::string_view area, std::string_view text,
                    std::initializer_list<Field> fields = {}) {
  write(Level::kWarning, area, text, fields);
}
inline void info(std::string_view area, std::string_view text,
                 std::initializer_list<Field> fields = {}) {
  write(Level::kInfo, area, text, fields);
}
inline void debug(std::string_view area, std::string_view text,
                  std::initializer_list<Field> fields = {}) {
  write(Level::kDebug, area, text, fields);
}

}  // namespace hato::log
