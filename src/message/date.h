// SPDX-License-Identifier: Apache-2.0
// Dates of header fields (RFC 5322 3.3, 4.3) and as they are really sent: ctime, ISO, dashes,
// numeric months, 12 hours. Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hato::message {

struct Date {
  Millis time = 0;
  int zone = 0;  // minutes east of Greenwich, 0 where none is given or known
  bool operator==(const Date&) const = default;
};

// Also of a Received field: what follows the last semicolon. Nothing without day, month and year.
std::optional<Date> parse_date(std::string_view value);

// "Tue, 24 Nov 2026 08:15:30 +0000"
std::string format_date(Millis time, int zone = 0);

}  // namespace hato::message
