// SPDX-License-Identifier: Apache-2.0
#include "message/date.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/text.h"
#include "message/token.h"

namespace hato::message {
namespace {

constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
constexpr std::string_view kDays = "sunmontuewedthufrisat";
constexpr const char* kMonthNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr const char* kDayNames[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// RFC 5322 4.3, and those that nothing else is meant by.
constexpr std::pair<std::string_view, int> kZones[] = {
    {"est", -300},  {"edt", -240},  {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360},
    {"pst", -480},  {"pdt", -420},  {"jst", 540},  {"kst", 540},  {"cet", 60},   {"cest", 120},
    {"met", 60},    {"mest", 120},  {"eet", 120},  {"eest", 180}, {"bst", 60},   {"msk", 180},
    {"akst", -540}, {"akdt", -480}, {"hst", -600}, {"ast", -240}, {"adt", -180}, {"aest", 600},
    {"aedt", 660},  {"nzst", 720},  {"nzdt", 780},
};

// 1 based, 0 where the word is none. "July" counts, "Julia" does not matter.
int in_table(std::string_view table, std::string_view word) {
  if (word.size() < 3) return 0;
  auto start = to_lower(word.substr(0, 3));
  for (std::size_t i = 0; i < table.size(); i += 3)
    if (table.substr(i, 3) == start) return int(i / 3) + 1;
  return 0;
}

class Parser {
 public:
  explicit Parser(std::string_view s) : s_(s) {}

  std::optional<Date> run() {
    while (!done() && !bad_) step();
    if (bad_ || day_ < 1 || day_ > 31 || month_ < 1 || month_ > 12 || year_ < 0) return {};
    if (hour_ < 0 && noise_) return {};
    if (pm_ && hour_ >= 1 && hour_ <= 12) hour_ = hour_ % 12 + (*pm_ ? 12 : 0);
    using namespace std::chrono;
    sys_days days = year_month_day(year(year_), month(unsigned(month_)), day(1));
    Millis minutes = std::max(hour_, 0) * 60 + std::max(minute_, 0) - zone_;
    Millis t = days.time_since_epoch().count() + day_ - 1;
    return Date{((t * 1440 + minutes) * 60 + std::max(second_, 0)) * 1000, zone_};
  }

 private:
  bool done() const { return at_ >= s_.size(); }
  char peek(std::size_t n = 0) const { return at_ + n < s_.size() ? s_[at_ + n] : '\0'; }

  void step() {
    char c = peek();
    if (c == '(') {
      read_comment(s_, at_);
    } else if (is_digit(c)) {
      number();
    } else if (is_alpha(c)) {
      word();
    } else {
      bool sign = (c == '+' || c == '-') && is_digit(peek(1)) && hour_ >= 0;
      if (sign)
        signed_zone();
      else
        ++at_;
    }
  }

  // At most 9 digits count.
  int digits() {
    int n = 0;
    for (std::size_t i = 0; is_digit(peek()); ++at_, ++i)
      if (i < 9) n = n * 10 + (peek() - '0');
    return n;
  }

  void number() {
    auto from = at_;
    int n = digits();
    auto size = at_ - from;
    bool clock = hour_ < 0 && size <= 2 &&
                 (peek() == ':' || (peek() == '.' && day_ >= 0 && is_digit(peek(1))));
    if (clock) {
      time_of_day(n);
    } else if (day_ < 0 && size == 4 && year_ < 0 && peek() == '-') {
      year_ = n;  // ISO 8601
      ++at_;
      month_ = digits();
      if (peek() == '-') ++at_;
      day_ = digits();
      if (ascii_lower(peek()) == 't') ++at_;
    } else if (day_ < 0) {
      day_ = n;
      bad_ = size > 2;
    } else if (month_ < 0) {
      month_ = n;
      bad_ = n < 1 || n > 12;
    } else if (year_ < 0) {
      year_of(n, size);
    } else {
      loose(n);
    }
  }

  // Numbers with nothing between them: hour, minute, second, zone.
  void loose(int n) {
    if (hour_ < 0)
      hour_ = n, bad_ = n > 23;
    else if (minute_ < 0)
      minute_ = n, bad_ = n > 59;
    else if (second_ < 0)
      second_ = n, bad_ = n > 60;
    else if (!zone_known_)
      set_zone(n, false);
  }

  // RFC 5322 4.3
  void year_of(int n, std::size_t size) {
    year_ = size <= 2 ? n + (n < 50 ? 2000 : 1900) : size == 3 ? n + 1900 : n;
    bad_ = size > 4;
  }

  void time_of_day(int hour) {
    hour_ = hour, minute_ = 0, second_ = 0;
    char separator = peek();
    ++at_;
    while (is_blank(peek())) ++at_;
    minute_ = digits();
    if (peek() == separator && is_digit(peek(1))) {
      ++at_;
      second_ = digits();
      if (peek() == '.') {
        ++at_;
        digits();
      }
    }
    bad_ = hour_ > 24 || minute_ > 59 || second_ > 60;
  }

  void signed_zone() {
    bool west = s_[at_++] == '-';
    auto from = at_;
    int n = digits();
    auto size = at_ - from;
    if (peek() == ':' && size <= 2) {
      ++at_;
      n = n * 100 + digits();
    } else if (size <= 2) {
      n *= 100;
    }
    if (!zone_known_ || zone_ == 0) set_zone(n, west);
  }

  void set_zone(int hhmm, bool west) {
    zone_known_ = true;
    if (hhmm > 2359 || hhmm % 100 > 59) return;  // none of this world
    zone_ = (west ? -1 : 1) * (hhmm / 100 * 60 + hhmm % 100);
  }

  void word() {
    auto from = at_;
    while (is_alpha(peek())) ++at_;
    auto w = s_.substr(from, at_ - from);
    int m = in_table(kMonths, w);
    if (m && month_ < 0) {
      month_ = m;
    } else if (iequals(w, "am") || iequals(w, "pm")) {
      pm_ = iequals(w, "pm");
    } else if (hour_ >= 0 && !zone_known_) {
      named_zone(w);
    } else if (!in_table(kDays, w) && !iequals(w, "t")) {
      noise_ = true;
    }
  }

  // A name that nobody knows is Greenwich (RFC 5322 4.3), as are the military letters.
  void named_zone(std::string_view w) {
    zone_known_ = true;
    for (auto [name, minutes] : kZones)
      if (iequals(w, name)) zone_ = minutes;
    if (is_digit(peek()))  // "EST5EDT"
      while (is_digit(peek()) || is_alpha(peek())) ++at_;
  }

  std::string_view s_;
  std::size_t at_ = 0;
  int day_ = -1, month_ = -1, year_ = -1, hour_ = -1, minute_ = -1, second_ = -1, zone_ = 0;
  bool zone_known_ = false, noise_ = false, bad_ = false;
  std::optional<bool> pm_;
};

// Behind the last semicolon that is not in a comment's text of its own.
std::string_view date_part(std::string_view s) {
  auto semicolon = s.rfind(';');
  return semicolon == s.npos ? s : s.substr(semicolon + 1);
}

// A comment that never ends swallows what may be the time.
bool ends_open(std::string_view s) {
  int depth = 0;
  for (char c : s) depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
  return depth > 0;
}

}  // namespace

std::optional<Date> parse_date(std::string_view value) {
  auto s = date_part(value).substr(0, 1000);
  if (ends_open(s)) return {};
  return Parser(s).run();
}

std::string format_date(Millis time, int zone) {
  using namespace std::chrono;
  auto local = sys_time<milliseconds>(milliseconds(time)) + minutes(zone);
  auto days = floor<std::chrono::days>(local);
  year_month_day date(days);
  hh_mm_ss clock(floor<seconds>(local - days));
  int east = zone < 0 ? -zone : zone;
  char out[80];
  std::snprintf(out, sizeof out, "%s, %u %s %04d %02d:%02d:%02d %c%02d%02d",
                kDayNames[weekday(days).c_encoding()], unsigned(date.day()),
                kMonthNames[unsigned(date.month()) - 1], int(date.year()),
                int(clock.hours().count()), int(clock.minutes().count()),
                int(clock.seconds().count()), zone < 0 ? '-' : '+', east / 60, east % 60);
  return out;
}

}  // namespace hato::message
