// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "base/text.h"

namespace hato {

Millis now_ms() {
  static std::atomic<Millis> last{0};
  using namespace std::chrono;
  Millis t = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  Millis seen = last.load(std::memory_order_relaxed);
  while (t > seen)
    if (last.compare_exchange_weak(seen, t, std::memory_order_relaxed)) return t;
  // A clock set far back (over an hour) is believed: the old time was the wrong one.
  if (seen - t > 3'600'000) last.store(t, std::memory_order_relaxed), seen = t;
  return seen;
}

std::string iso8601(Millis t) {
  std::time_t s = std::time_t(t / 1000);
  std::tm tm{};
  gmtime_r(&s, &tm);
  char out[80];
  std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
                tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, int(t % 1000));
  return out;
}

std::string local_time(Millis t) {
  std::time_t s = std::time_t(t / 1000);
  std::tm tm{};
  localtime_r(&s, &tm);
  char out[32];
  std::strftime(out, sizeof out, "%Y-%m-%d %H:%M:%S", &tm);
  return out;
}

std::optional<Millis> parse_iso8601(std::string_view text) {
  std::string s(text);
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, se = 0, used = 0;
  if (std::sscanf(s.c_str(), "%4d-%2d-%2d%n", &y, &mo, &d, &used) != 3) return {};
  std::size_t at = std::size_t(used);
  if (at < s.size() && (s[at] == 'T' || s[at] == ' ')) {
    if (std::sscanf(s.c_str() + at + 1, "%2d:%2d%n", &h, &mi, &used) != 2) return {};
    at += 1 + std::size_t(used);
    if (at < s.size() && s[at] == ':') {
      if (std::sscanf(s.c_str() + at + 1, "%2d%n", &se, &used) != 1) return {};
      at += 1 + std::size_t(used);
    }
  }
  Millis ms = 0;
  if (at < s.size() && s[at] == '.') {
    Millis scale = 100;
    for (++at; at < s.size() && is_digit(s[at]); ++at, scale /= 10) ms += (s[at] - '0') * scale;
  }
  int zone = 0;
  if (at < s.size() && (s[at] == '+' || s[at] == '-')) {
    int zh = 0, zm = 0;
    if (std::sscanf(s.c_str() + at + 1, "%2d:%2d", &zh, &zm) < 1) return {};
    zone = (s[at] == '-' ? -1 : 1) * (zh * 60 + zm);
  } else if (at < s.size() && s[at] != 'Z') {
    return {};
  }
  if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || se > 60) return {};
  std::tm tm{};
  tm.tm_year = y - 1900, tm.tm_mon = mo - 1, tm.tm_mday = d;
  tm.tm_hour = h, tm.tm_min = mi, tm.tm_sec = se;
  return (Millis(timegm(&tm)) - zone * 60) * 1000 + ms;
}

std::optional<Millis> parse_duration(std::string_view s) {
  if (s.empty()) return {};
  Millis unit = 1000;
  switch (s.back()) {
    case 's': break;
    case 'm': unit = 60'000; break;
    case 'h': unit = 3'600'000; break;
    case 'd': unit = 86'400'000; break;
    default: unit = is_digit(s.back()) ? 1000 : 0;
  }
  if (!unit) return {};
  if (!is_digit(s.back())) s.remove_suffix(1);
  auto n = parse_u64(s);
  if (!n || *n > 1'000'000'000) return {};
  return Millis(*n) * unit;
}

}  // namespace hato
