// SPDX-License-Identifier: Apache-2.0
// Wall-clock times as milliseconds since 1970 UTC. now_ms() never goes backwards within the
// process, so a clock that jumps back cannot reorder ids; deadlines use steady_clock instead.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <optional>

namespace hato {

using Millis = std::int64_t;

Millis now_ms();
std::string iso8601(Millis t);     // "2026-11-24T08:15:30.123Z"
std::string local_time(Millis t);  // "2026-11-24 17:15:30" in the machine's zone
std::optional<Millis> parse_iso8601(std::string_view s);  // with or without time, ms and zone
// "90s", "15m", "4h", "5d" or plain seconds, in milliseconds.
std::optional<Millis> parse_duration(std::string_view s);

}  // namespace hato
