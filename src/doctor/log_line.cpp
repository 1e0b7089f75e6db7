// SPDX-License-Identifier: Apache-2.0
#include "doctor/log_line.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "base/text.h"

namespace hato::doctor {
namespace {

constexpr std::int64_t kDay = 86'400;

bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }

// Takes what it reads from the front of a text.
struct Eater {
  std::string_view s;

  bool eat(char c) {
    if (s.empty() || s[0] != c) return false;
    s.remove_prefix(1);
    return true;
  }
  // `least` to `most` digits, -1 where they are not there.
  std::int64_t number(std::size_t least, std::size_t most) {
    std::int64_t value = 0;
    std::size_t n = 0;
    while (n < most && n < s.size() && is_digit(s[n])) value = value * 10 + (s[n++] - '0');
    if (n < least) return -1;
    s.remove_prefix(n);
    return value;
  }
  std::string_view word() {
    const auto w = s.substr(0, s.find(' '));
    s.remove_prefix(w.size());
    spaces();
    return w;
  }
  void spaces() { s.remove_prefix(std::min(s.find_first_not_of(' '), s.size())); }
};

std::int64_t seconds(std::int64_t y, std::int64_t m, std::int64_t d, std::int64_t second) {
  using namespace std::chrono;
  const year_month_day date{year(int(y)), month(unsigned(m)), day(unsigned(d))};
  if (!date.ok()) return 0;
  return sys_days(date).time_since_epoch().count() * kDay + second;
}

// "10:11:12", with a fraction: the second of the day, -1 where it is none.
std::int64_t clock(Eater& e) {
  const auto h = e.number(1, 2);
  if (h < 0 || h > 23 || !e.eat(':')) return -1;
  const auto m = e.number(2, 2);
  if (m < 0 || m > 59 || !e.eat(':')) return -1;
  const auto s = e.number(2, 2);
  if (s < 0 || s > 60) return -1;
  if (e.eat('.') || e.eat(',')) e.number(1, 9);
  return h * 3600 + m * 60 + s;
}

void zone(Eater& e) {
  auto t = e;
  t.spaces();
  if (t.eat('Z')) {
    e = t;
    return;
  }
  if (!t.eat('+') && !t.eat('-')) return;
  if (t.number(2, 2) < 0) return;
  t.eat(':');
  if (t.number(2, 2) >= 0) e = t;
}

// RFC 3339, and exim's and journald's kin of it.
std::int64_t iso_stamp(Eater& e) {
  auto t = e;
  const auto y = t.number(4, 4);
  if (y < 0 || !t.eat('-')) return 0;
  const auto m = t.number(2, 2);
  if (m < 0 || !t.eat('-')) return 0;
  const auto d = t.number(2, 2);
  if (d < 0 || (!t.eat('T') && !t.eat(' '))) return 0;
  const auto c = clock(t);
  if (c < 0) return 0;
  zone(t);
  e = t;
  return seconds(y, m, d, c);
}

// RFC 3164 4.1.2: "Nov  2 10:11:12"; some write the year behind.
std::int64_t syslog_stamp(Eater& e, std::int64_t now) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  auto t = e;
  if (t.s.size() < 15) return 0;
  const auto m = kMonths.find(t.s.substr(0, 3));
  if (m == kMonths.npos || m % 3) return 0;
  t.s.remove_prefix(3);
  if (!t.eat(' ')) return 0;
  t.spaces();
  const auto d = t.number(1, 2);
  if (d < 1 || !t.eat(' ')) return 0;
  const auto c = clock(t);
  if (c < 0) return 0;
  e = t;
  using namespace std::chrono;
  const int y = int(year_month_day(sys_days(days(now / kDay))).year());
  const auto at = seconds(y, std::int64_t(m) / 3 + 1, d, c);
  return at && at <= now + kDay ? at : seconds(y - 1, std::int64_t(m) / 3 + 1, d, c);
}

// "1700000000.123456" of journald.
std::int64_t unix_stamp(Eater& e) {
  auto t = e;
  const auto at = t.number(10, 10);
  if (at < 0 || !t.eat('.') || t.number(3, 9) < 0) return 0;
  e = t;
  return at;
}

std::int64_t stamp(Eater& e, std::int64_t now) {
  if (e.s.empty()) return 0;
  if (e.s[0] == '<') {  // RFC 5424 6.2.1: the priority, and a version
    auto t = e;
    t.eat('<');
    if (t.number(1, 3) >= 0 && t.eat('>')) e = t;
    if (e.s.starts_with("1 ")) e.s.remove_prefix(2);
  }
  std::int64_t at = 0;
  if (!e.s.empty() && is_digit(e.s[0])) {
    at = iso_stamp(e);
    if (!at) at = unix_stamp(e);
  } else {
    at = syslog_stamp(e, now);
  }
  if (at) e.spaces();
  return at;
}

// "1rABCD-000421-5x", of exim since 4.97 "1rABCD-00000000421-5xYz".
bool exim_id(std::string_view w) {
  const auto dashes = [&](std::size_t a, std::size_t b, std::size_t all) {
    return w.size() == all && w[a] == '-' && w[b] == '-';
  };
  if (!dashes(6, 13, 16) && !dashes(6, 18, 23)) return false;
  return std::all_of(w.begin(), w.end(), [](char c) { return c == '-' || is_alnum(c); });
}

// "4XyZ12abc", "0AB12CD34E", "xAK1BCDE000550": before a colon.
bool queue_id(std::string_view w) {
  if (w.size() < 6 || w.size() > 20 || w == "NOQUEUE") return false;
  bool strong = false;
  for (char c : w) {
    if (!is_alnum(c)) return false;
    strong |= is_digit(c) || (c >= 'A' && c <= 'Z');
  }
  return strong;
}

void take_id(LogLine& l, Eater& e) {
  const auto word = e.s.substr(0, std::min(e.s.find_first_of(" :,"), e.s.size()));
  if (exim_id(word)) {
    l.id = word;
    e.s.remove_prefix(word.size());
    e.eat(':');
    e.spaces();
  } else if (word.size() < e.s.size() && e.s[word.size()] == ':' && queue_id(word)) {
    l.id = word;
    e.s.remove_prefix(word.size() + 1);
    e.spaces();
  } else if (const auto at = e.s.find("id="); at < 20 && l.program.starts_with("courier")) {
    l.id = e.s.substr(at + 3, std::min(e.s.find_first_of(", :", at), e.s.size()) - at - 3);
  }
}

// "postfix/smtp[812]:", "imap-login:": without what changes.
bool take_program(LogLine& l, Eater& e) {
  auto t = e;
  const auto word = t.word();
  if (word.size() < 2 || word.back() != ':' || exim_id(word.substr(0, word.size() - 1)) ||
      queue_id(word.substr(0, word.size() - 1)))
    return false;
  l.program = word.substr(0, std::min(word.find_first_of("[:"), word.size()));
  e = t;
  return true;
}

}  // namespace

LogLine parse_log_line(std::string_view line, std::int64_t now) {
  LogLine l;
  Eater e{line};
  if (e.s.ends_with('\r')) e.s.remove_suffix(1);
  l.at = stamp(e, now);
  if (l.at && !exim_id(e.s.substr(0, std::min(e.s.find(' '), e.s.size())))) {
    if (!take_program(l, e)) {
      auto t = e;
      t.word();  // the host
      if (take_program(l, t)) e = t;
    }
    if (is_digit(e.s.empty() ? ' ' : e.s[0])) {  // exim through syslog stamps again
      auto t = e;
      if (stamp(t, now)) e = t;
    }
  }
  take_id(l, e);
  l.text = e.s;
  return l;
}

std::string log_time(std::int64_t at) {
  using namespace std::chrono;
  const sys_seconds t{std::chrono::seconds(at)};
  const auto day = floor<days>(t);
  const year_month_day d(day);
  const hh_mm_ss c(t - day);
  char out[64];
  std::snprintf(out, sizeof out, "%04d-%02u-%02u %02d:%02d:%02d", int(d.year()),
                unsigned(d.month()), unsigned(d.day()), int(c.hours().count()),
                int(c.minutes().count()), int(c.seconds().count()));
  return out;
}

namespace {

// What log_template keeps of a line.
class Template {
 public:
  void put(char c) {
    if (n_ < out_.size()) out_[n_++] = c;
  }
  void put(std::string_view s) {
    for (char c : s) put(c);
  }
  // The parts of a number or of an IPv6 address as one.
  void hole() {
    while (n_ && out_[n_ - 1] == ':') --n_;
    if (!n_ || out_[n_ - 1] != '#') put('#');
  }
  bool ends_with(std::string_view s) const {
    return std::string_view(out_.data(), n_).ends_with(s);
  }
  std::uint64_t hash() const {
    return std::hash<std::string_view>{}(std::string_view(out_.data(), n_));
  }

 private:
  std::array<char, 400> out_;
  std::size_t n_ = 0;
};

constexpr auto kWord = [] {
  std::array<bool, 256> out{};
  for (int c = 0; c < 256; ++c)
    out[std::size_t(c)] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_' || c == '@' ||
                          c == '+' || c == '/' || c == '%' || c >= 0x80;
  return out;
}();

// Names whose values tell what went wrong; all others tell of whom.
bool keeps_value(std::string_view name) {
  static constexpr std::string_view kKept[] = {"dsn", "status", "stat", "reject", "ruleset"};
  return std::find(std::begin(kKept), std::end(kKept), name) != std::end(kKept);
}

// "550", "5.7.26"
bool reply_code(std::string_view w) {
  if (w[0] != '4' && w[0] != '5') return false;
  if (w.size() == 3) return is_digit(w[1]) && is_digit(w[2]);
  return w.size() >= 5 && w.size() <= 8 && w[1] == '.' && std::count(w.begin(), w.end(), '.') == 2;
}

}  // namespace

std::uint64_t log_template(const LogLine& line) {
  Template t;
  t.put(line.program);
  t.put(' ');
  const auto s = line.text;
  std::string_view last;  // word, for "name=value"
  for (std::size_t i = 0, most = std::min<std::size_t>(s.size(), 2000); i < most;) {
    const char c = s[i];
    if (c == '<' || (c == '=' && !keeps_value(last))) {
      const auto end = c == '<' ? s.find('>', i) : s.find_first_of(" ,;)", i);
      t.put(c);
      i = end < most ? end : c == '<' ? i + 1 : most;
      last = {};
      continue;
    }
    if (!kWord[static_cast<unsigned char>(c)]) {
      t.put(c);
      ++i;
      continue;
    }
    auto end = i;
    bool digit = false, dot = false, at = false;
    for (; end < most && kWord[static_cast<unsigned char>(s[end])]; ++end) {
      digit |= is_digit(s[end]);
      dot |= s[end] == '.' && end + 1 < most && kWord[static_cast<unsigned char>(s[end + 1])];
      at |= s[end] == '@';
    }
    last = s.substr(i, end - i);
    if (reply_code(last))
      t.put(last);
    else if (digit || dot || at)
      t.hole();
    else
      t.put(last);
    i = end;
  }
  return t.hash();
}

std::string_view log_recipient(std::string_view text) {
  // At the start of the text the space before is gone with the id.
  static constexpr std::string_view kMarks[] = {" to=<", ",addr=<", " => ", " -> ", " ** ", " == "};
  for (auto mark : kMarks) {
    auto at = text.starts_with(mark.substr(1)) ? 0 : text.find(mark);
    if (at == text.npos) continue;
    const auto rest = text.substr(at + mark.size() - (at ? 0 : text[0] != mark[0]));
    return rest.substr(0, std::min(rest.find_first_of("> ,"), rest.size()));
  }
  return {};
}

}  // namespace hato::doctor
