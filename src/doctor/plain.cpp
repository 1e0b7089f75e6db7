// SPDX-License-Identifier: Apache-2.0
#include "doctor/plain.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"

namespace hato::doctor {
namespace {

std::size_t count_spaces(std::string_view s) {
  return std::min(s.find_first_not_of(' '), s.size());
}

// The length of a run of digits between `min` and `max` at `at`, else 0.
std::size_t digits(std::string_view s, std::size_t at, std::size_t min, std::size_t max) {
  std::size_t n = 0;
  while (at + n < s.size() && is_digit(s[at + n])) ++n;
  return n >= min && n <= max ? n : 0;
}

// "10:11:12", "10:11", "10:11:12.345+09:00": where it ends, 0 where there is none.
std::size_t clock_end(std::string_view s, std::size_t at) {
  auto n = digits(s, at, 1, 2);
  if (!n || at + n >= s.size() || s[at + n] != ':' || !digits(s, at + n + 1, 2, 2)) return 0;
  at += n + 3;
  if (at < s.size() && s[at] == ':' && digits(s, at + 1, 2, 2)) at += 3;
  while (at < s.size() &&
         (is_digit(s[at]) || s[at] == '.' || s[at] == '+' || s[at] == 'Z' || s[at] == ',' ||
          (s[at] == ':' && at + 1 < s.size() && is_digit(s[at + 1]))))
    ++at;
  return at;
}

// "Nov 20", "Okt 15", "2026-11-20", "20/Nov/2026", "11/20/2026", "20.11.2026": where it ends.
std::size_t date_end(std::string_view s) {
  std::size_t letters = 0;
  while (letters < s.size() && letters < 5 && is_alpha(s[letters])) ++letters;
  if (letters >= 3 && letters <= 4 && s[0] < 'a') {
    const auto gap = count_spaces(s.substr(letters));
    auto n = gap ? digits(s, letters + gap, 1, 2) : 0;
    return n ? letters + gap + n : 0;
  }
  auto at = digits(s, 0, 1, 4);
  if (!at || at >= s.size()) return 0;
  const char by = s[at];
  if (by != '-' && by != '/' && by != '.') return 0;
  auto n = digits(s, at + 1, 1, 2);
  if (!n && s.size() > at + 4 && is_alpha(s[at + 1])) n = 3;
  if (!n) return 0;
  at += 1 + n;
  if (at >= s.size() || s[at] != by) return 0;
  n = digits(s, at + 1, 1, 4);
  return n ? at + 1 + n : 0;
}

constexpr std::string_view kMarks[] = {"S: ",
                                       "C: ",
                                       "S:",
                                       "C:",
                                       "<- ",
                                       "-> ",
                                       "<~ ",
                                       "~> ",
                                       "<** ",
                                       "*** ",
                                       "<= ",
                                       "=> ",
                                       "<<< ",
                                       ">>> ",
                                       "<< ",
                                       ">> ",
                                       "SMTP<< ",
                                       "SMTP>> ",
                                       "SERVER -> CLIENT: ",
                                       "CLIENT -> SERVER: ",
                                       "Server: ",
                                       "Client: ",
                                       "reply: ",
                                       "send: ",
                                       "In: ",
                                       "Out: ",
                                       "< ",
                                       "> ",
                                       "~~> ",
                                       "<~~ ",
                                       "<~* "};

constexpr std::string_view kVerbs[] = {
    "EHLO", "HELO", "LHLO", "MAIL FROM", "RCPT TO", "DATA",    "BDAT", "RSET", "VRFY",
    "EXPN", "NOOP", "QUIT", "STARTTLS",  "AUTH",    "XCLIENT", "USER", "PASS", "APOP",
    "STAT", "LIST", "RETR", "DELE",      "UIDL",    "TOP",     "CAPA", "STLS"};
constexpr std::string_view kImapVerbs[] = {
    "LOGIN",   "AUTHENTICATE", "SELECT", "EXAMINE",  "FETCH",      "UID",    "SEARCH",
    "LIST",    "LSUB",         "STATUS", "APPEND",   "STORE",      "COPY",   "MOVE",
    "EXPUNGE", "IDLE",         "LOGOUT", "STARTTLS", "CAPABILITY", "CREATE", "DELETE",
    "RENAME",  "NAMESPACE",    "ENABLE", "NOOP",     "CLOSE",      "ID"};

bool word_ends(std::string_view s, std::size_t at) {
  return at >= s.size() || !(is_alpha(s[at]) || is_digit(s[at]) || s[at] == '_');
}

std::string_view verb_of(std::string_view s, std::span<const std::string_view> verbs) {
  for (auto v : verbs)
    if (s.starts_with(v) && word_ends(s, v.size())) return s.substr(0, v.size());
  return {};
}

// "550 ", "550-", "550" alone: a reply's code with which the line begins.
bool begins_with_reply(std::string_view s) {
  return digits(s, 0, 3, 3) && s[0] >= '2' && s[0] <= '5' &&
         (s.size() == 3 || s[3] == ' ' || s[3] == '-');
}

// "5.7.26" at `at`: its length, else 0.
std::size_t status_length(std::string_view s, std::size_t at) {
  if (at + 5 > s.size() || (s[at] != '2' && s[at] != '4' && s[at] != '5') || s[at + 1] != '.')
    return 0;
  auto n = digits(s, at + 2, 1, 3);
  if (!n || at + 2 + n >= s.size() || s[at + 2 + n] != '.') return 0;
  auto m = digits(s, at + 3 + n, 1, 3);
  return m ? 3 + n + m : 0;
}

// "+OK", "-ERR", "* NO", "a1 BAD": an answer of POP3 or IMAP. Says also whether it is a good one.
enum class Answer { kNone, kGood, kBad };
Answer answer_of(std::string_view s) {
  if (s.starts_with("+OK") && word_ends(s, 3)) return Answer::kGood;
  if (s.starts_with("-ERR") && word_ends(s, 4)) return Answer::kBad;
  const auto space = s.substr(0, 16).find(' ');
  if (space == s.npos || space == 0) return Answer::kNone;
  const auto tag = s.substr(0, space);
  const bool digit = std::any_of(tag.begin(), tag.end(), is_digit);
  if (tag != "*" && !(digit && std::all_of(tag.begin(), tag.end(), [](char c) {
                        return is_digit(c) || is_alpha(c) || c == '.';
                      })))
    return Answer::kNone;
  const auto rest = s.substr(space + 1);
  for (std::string_view bad : {"NO", "BAD", "BYE"})
    if (rest.starts_with(bad) && word_ends(rest, bad.size())) return Answer::kBad;
  if (rest.starts_with("OK") && word_ends(rest, 2)) return Answer::kGood;
  if (tag != "*") return Answer::kNone;
  for (std::string_view good : {"CAPABILITY", "FLAGS", "LIST", "SEARCH", "STATUS", "PREAUTH"})
    if (rest.starts_with(good)) return Answer::kGood;
  return digits(rest, 0, 1, 10) && (rest.ends_with("EXISTS") || rest.ends_with("RECENT"))
             ? Answer::kGood
             : Answer::kNone;
}

// "Diagnostic-Code: ", "Server Response: ", at most five words.
bool begins_with_field(std::string_view s) {
  if (s.empty() || s[0] < 'A' || s[0] > 'Z') return false;
  int words = 1;
  for (std::size_t i = 0; i < s.size() && i < 50; ++i) {
    if (s[i] == ':') return i + 1 == s.size() || s[i + 1] == ' ';
    if (s[i] == ' ' && ++words > 5) return false;
    if (!is_alpha(s[i]) && s[i] != '-' && s[i] != ' ') return false;
  }
  return false;
}

// "postfix/smtp[30857]: ", "msmtp: ", "host dovecot: " after a time stamp.
std::size_t program_prefix(std::string_view s) {
  std::size_t at = 0, words = 0;
  while (at < s.size() && words < 3) {
    const auto space = s.find(' ', at);
    if (space == s.npos || space == at) return 0;
    if (s[space - 1] == ':') return space + 1;
    at = space + 1;
    ++words;
  }
  return 0;
}

bool wide_at_end(std::string_view s) {
  return s.size() >= 3 && static_cast<unsigned char>(s[s.size() - 3]) >= 0xE3 &&
         static_cast<unsigned char>(s[s.size() - 3]) <= 0xE9;
}
bool wide_at_start(std::string_view s) {
  return s.size() >= 3 && static_cast<unsigned char>(s[0]) >= 0xE3 &&
         static_cast<unsigned char>(s[0]) <= 0xE9;
}

class Builder {
 public:
  explicit Builder(Plain& out) : out_(out) {}

  void line(std::string_view raw) {
    auto s = strip_quoting(raw);
    const auto indent = count_spaces(s);
    s.remove_prefix(indent);
    while (s.ends_with(' ')) s.remove_suffix(1);
    if (s.empty()) return finish();
    if (!open_ || starts_record(s, indent)) s.remove_prefix(begin(s, indent));
    join(s);
  }

  void finish() {
    if (!open_) return;
    out_.records.back().end = std::uint32_t(out_.text.size());
    out_.text += '\n';
    open_ = false;
  }

 private:
  // "> ", "| " and what a container's runtime puts before each line.
  static std::string_view strip_quoting(std::string_view s) {
    for (int i = 0; i < 8; ++i) {
      const auto spaces = count_spaces(s);
      const auto t = s.substr(spaces);
      if (!(t.starts_with("> ") || t.starts_with("| ") || t == ">" || t == "|") ||
          !verb_of(t.substr(1), kVerbs).empty())
        break;
      s = t.substr(std::min<std::size_t>(2, t.size()));
    }
    const auto bar = s.substr(0, 50).find(" | ");
    if (bar != s.npos && bar > 0) {
      const auto name = trim(s.substr(0, bar));
      if (!name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
          }))
        s.remove_prefix(bar + 3);
    }
    return s;
  }

  bool starts_record(std::string_view s, std::size_t indent) {
    if (time_stamp(s)) return true;
    const auto mark = direction_mark(s);
    const auto t = s.substr(mark);
    if (mark > 2) return true;
    if (!command_verb(t).empty() || answer_of(t) != Answer::kNone) return true;
    if (begins_with_reply(t))
      return !(continues_reply(t) || out_.text.ends_with(':') ||
               (indent > indent_ && !reply_.empty()));
    if (indent <= indent_ && begins_with_field(s)) return true;
    const auto program = program_prefix(s);
    return program && program < 40 && indent <= indent_ && s.substr(0, program) == first_word_;
  }

  bool continues_reply(std::string_view s) const {
    return !reply_.empty() && s.starts_with(reply_) && more_;
  }

  // Takes the record's prefix (time stamp, program, direction mark) and returns its length.
  std::size_t begin(std::string_view s, std::size_t indent) {
    finish();
    Record r;
    r.begin = std::uint32_t(out_.text.size());
    std::size_t at = time_stamp(s);
    r.stamped = at > 0;
    at += count_spaces(s.substr(at));
    if (r.stamped) at += program_prefix(s.substr(at));
    at += direction_mark(s.substr(at));
    const auto body = s.substr(at);
    r.command = !command_verb(body).empty();
    const auto answer = answer_of(body);
    r.success = (begins_with_reply(body) && body[0] < '4') || answer == Answer::kGood;
    const auto program = program_prefix(s);
    first_word_ = s.substr(0, program);
    indent_ = indent;
    reply_.clear();
    status_.clear();
    more_ = false;
    open_ = true;
    out_.records.push_back(r);
    if (at) {
      join(s.substr(0, at));
      out_.text += ' ';
    }
    out_.records.back().body = std::uint32_t(out_.text.size());
    return at;
  }

  // Appends a line of the record: single spaces, copies of the reply's code left out.
  void join(std::string_view s) {
    const auto start = out_.records.back().begin;
    if (out_.text.size() > start && !out_.text.ends_with(' ') &&
        !(wide_at_end(out_.text) && wide_at_start(s)))
      out_.text += ' ';
    bool at_start = true;
    for (std::size_t i = 0; i < s.size();) {
      if (s[i] == ' ') {
        if (!out_.text.ends_with(' ')) out_.text += ' ';
        ++i;
        continue;
      }
      if (const auto skip = reply_copy(s, i, at_start)) {
        i += skip;
        at_start = false;
        continue;
      }
      const auto end = std::min(s.find(' ', i), s.size());
      out_.text += s.substr(i, end - i);
      at_start = false;
      i = end;
    }
    if (out_.text.ends_with(' ')) out_.text.pop_back();
  }

  // At a reply's code: the first stands as "550 5.7.26 ", copies of it are left out. Returns how
  // many bytes of the line were dealt with.
  std::size_t reply_copy(std::string_view s, std::size_t i, bool at_start) {
    if (!reply_.empty() && at_start && !status_.empty() && s.substr(i).starts_with(status_) &&
        word_ends(s, i + status_.size()))
      return status_.size();
    const bool after_mark = at_start || (i > 0 && s[i - 1] == ' ');
    const auto t = s.substr(i);
    if (t == reply_ && !at_start && !status_.empty())
      return t.size();  // its status on the next line
    if (!after_mark || !begins_with_reply(t) || t.size() < 5) return at_start ? status_alone(t) : 0;
    const auto code = t.substr(0, 3);
    const auto status = status_length(t, 4);
    const bool more = t[3] == '-';
    if (reply_.empty() || reply_ != code) {
      if (!(at_start || status || more)) return 0;
      if (more && !status && !at_start) return 0;
      reply_ = code;
      status_ = t.substr(4, status);
      more_ = more;
      out_.text += code;
      out_.text += ' ';
      return 4;
    }
    more_ = more;
    if (status && (status_.empty() || t.substr(4, status) == status_)) {
      status_ = t.substr(4, status);
      return 4 + status;
    }
    return more || at_start ? 4 : 0;
  }

  // A reply of which only the enhanced status was kept: "5.7.1 ...", each line with its copy.
  std::size_t status_alone(std::string_view t) {
    const auto n = status_length(t, 0);
    if (n && reply_.empty() && word_ends(t, n)) {
      reply_ = "-";
      status_ = t.substr(0, n);
    }
    return 0;
  }

  Plain& out_;
  bool open_ = false;
  bool more_ = false;       // the last line of the reply announced another
  std::size_t indent_ = 0;  // of the record's first line
  std::string_view first_word_;
  std::string reply_, status_;  // of the reply in this record
};

}  // namespace

std::size_t time_stamp(std::string_view s) {
  std::size_t at = 0;
  if (s.starts_with('<')) {  // syslog's priority
    const auto n = digits(s, 1, 1, 3);
    if (!n || at + 1 + n >= s.size() || s[1 + n] != '>') return 0;
    at = n + 2;
  }
  if (at < s.size() && s[at] == '[') ++at;
  if (s.substr(at).starts_with("@4000000") && s.size() > at + 25) return at + 25;  // TAI64N
  const auto date = date_end(s.substr(at));
  std::size_t end = 0;
  if (date) {
    auto clock = at + date;
    const bool numeric = is_digit(s[at]);
    if (clock < s.size() && (s[clock] == ',' || (numeric && (s[clock] == 'T' || s[clock] == ':'))))
      ++clock;
    clock += count_spaces(s.substr(clock));
    end = clock_end(s, clock);
  } else {
    end = clock_end(s, at);
    if (end && end < at + 8) end = 0;  // a bare "10:11" is no stamp
  }
  if (end && end < s.size() && s[end] == ']') ++end;
  return end && (end == s.size() || s[end] == ' ') ? end : 0;
}

std::size_t direction_mark(std::string_view s) {
  std::size_t at = 0;
  // exim's debug output: "  759   SMTP<< 250 Ok"
  if (const auto pid = digits(s, 0, 1, 7))
    if (const auto gap = count_spaces(s.substr(pid));
        gap && s.substr(pid + gap).starts_with("SMTP"))
      at = pid + gap;
  for (auto mark : kMarks)
    if (s.substr(at).starts_with(mark) && !s.substr(at + mark.size()).starts_with('\\')) {
      const auto n = at + mark.size();
      return n + count_spaces(s.substr(n));
    }
  return 0;
}

std::string_view command_verb(std::string_view s) {
  if (auto v = verb_of(s, kVerbs); !v.empty()) return v;
  const auto space = s.substr(0, 12).find(' ');
  if (space == s.npos || !std::any_of(s.begin(), s.begin() + std::ptrdiff_t(space), is_digit))
    return {};
  return verb_of(s.substr(space + 1), kImapVerbs);
}

std::size_t Plain::record_at(std::size_t offset) const {
  auto at = std::upper_bound(records.begin(), records.end(), offset,
                             [](std::size_t o, const Record& r) { return o < r.begin; });
  return at == records.begin() ? 0 : std::size_t(at - records.begin()) - 1;
}

Plain make_plain(std::string_view utf8) {
  Plain out;
  std::string shortened;
  if (utf8.size() > kPlainMax) {
    out.cut = true;
    auto head = utf8.substr(0, kPlainMax / 2), tail = utf8.substr(utf8.size() - kPlainMax / 2);
    while (!head.empty() && (head.back() & 0x80)) head.remove_suffix(1);
    while (!tail.empty() && (tail.front() & 0x80)) tail.remove_prefix(1);
    shortened = std::string(head) + '\n' + std::string(tail);
    utf8 = shortened;
  }
  const auto characters = plain_characters(utf8);
  out.text.reserve(characters.size() + 16);
  Builder builder(out);
  std::string_view rest = characters;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    builder.line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  builder.finish();
  return out;
}

}  // namespace hato::doctor
