// SPDX-License-Identifier: Apache-2.0
#include "message/mbox.h"

#include <algorithm>
#include <ctime>

#include "base/text.h"
#include "message/date.h"
#include "message/header.h"

namespace hato::message {
namespace {

constexpr std::string_view kFrom = "From ";
constexpr std::size_t kFromLine = 1024;  // the longest that is looked at

std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, text.find('\n', at) - at);
}

bool is_from_line(std::string_view line) {
  if (!line.starts_with(kFrom)) return false;
  for (auto at = line.find(':'); at != line.npos; at = line.find(':', at + 1))
    if (at + 1 < line.size() && is_digit(line[at - 1]) && is_digit(line[at + 1])) return true;
  return false;
}

// How many `>` a quoted From line begins with; nothing where it is none.
std::optional<std::size_t> from_quotes(std::string_view line) {
  auto quotes = std::min(line.find_first_not_of('>'), line.size());
  if (!line.substr(quotes).starts_with(kFrom)) return {};
  return quotes;
}

std::optional<Millis> from_date(std::string_view line) {
  line.remove_prefix(kFrom.size());
  auto date = parse_date(trim(line.substr(std::min(line.find(' '), line.size()))));
  if (!date) return {};
  return date->time;
}

template <class F>
void each_line(std::string_view text, F&& f) {  // with its LF, where it has one
  while (!text.empty()) {
    auto size = std::min(text.find('\n'), text.size() - 1) + 1;
    f(text.substr(0, size));
    text.remove_prefix(size);
  }
}

void add_crlf(std::string& out, std::string_view line) {
  bool whole = line.ends_with('\n');
  if (whole) line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
  out.append(line).append(whole ? "\r\n" : "");
}

// Steps over an empty line.
std::size_t after_empty(std::string_view text, std::size_t at) {
  auto rest = text.substr(at);
  return at + (rest.starts_with("\r\n") ? 2 : rest.starts_with('\n') ? 1 : 0);
}

}  // namespace

bool MboxSplitter::add(std::string_view piece) {
  buffer_ += piece;
  if (buffer_.size() > kFromLine || buffer_.contains('\n'))
    if (!is_from_line(line_at(buffer_, 0))) return false;
  while (auto size = find_end())
    if (!take(*size)) return false;
  return buffer_.size() <= limit_ + piece.size();
}

bool MboxSplitter::end() {
  ended_ = true;
  if (!buffer_.empty() && !is_from_line(line_at(buffer_, 0))) return false;
  while (!buffer_.empty()) {
    auto size = find_end();
    if (!take(size.value_or(buffer_.size()))) return false;
  }
  return true;
}

std::optional<std::size_t> MboxSplitter::find_end() {
  if (!hint_done_)
    if (auto size = hinted_end()) return size;
  if (!hint_done_) return {};
  for (auto at = scanned_; (at = buffer_.find("\nFrom ", at)) != buffer_.npos; ++at) {
    scanned_ = at;
    auto before = std::string_view(buffer_).substr(0, at);
    bool blank = before.ends_with('\n') || before.ends_with("\n\r");
    if (!blank) continue;
    if (!ended_ && buffer_.find('\n', at + 1) == buffer_.npos && buffer_.size() - at < kFromLine)
      return {};
    if (is_from_line(line_at(buffer_, at + 1))) return at + 1;
  }
  scanned_ = std::max(scanned_, buffer_.size() - std::min(buffer_.size(), kFrom.size() + 1));
  return {};
}

// Where Content-Length leads; sets hint_done_ once that is known or there is none.
std::optional<std::size_t> MboxSplitter::hinted_end() {
  auto unix_end = buffer_.find("\n\n"), dos_end = buffer_.find("\n\r\n");
  auto head = std::min(unix_end, dos_end);
  if (head == buffer_.npos) {
    hint_done_ = ended_;
    return {};
  }
  auto fields = parse_fields(std::string_view(buffer_).substr(buffer_.find('\n') + 1));
  const auto* field = find_field(fields, "Content-Length");
  auto hint = field ? parse_u64(trim(field->value)) : std::nullopt;
  if (!hint || *hint > limit_) {
    hint_done_ = true;
    return {};
  }
  auto at = after_empty(buffer_, head + 1) + *hint;
  if (!ended_ && buffer_.size() < at + kFromLine) return {};
  hint_done_ = true;
  if (at > buffer_.size()) return {};
  for (int lines = 0; lines < 3; ++lines, at = after_empty(buffer_, at))
    if (at == buffer_.size() || (buffer_[at - 1] == '\n' && is_from_line(line_at(buffer_, at))))
      return at;
  return {};
}

bool MboxSplitter::take(std::size_t size) {
  auto text = std::string_view(buffer_).substr(0, size);
  auto from = std::min(text.find('\n'), text.size() - 1) + 1;
  MboxMessage out{.received = from_date(trim(text.substr(0, from))), .bytes = {}};
  auto body = text.substr(from);
  if (body.ends_with("\n\n"))
    body.remove_suffix(1);
  else if (body.ends_with("\n\r\n"))
    body.remove_suffix(2);
  if (body.size() > limit_) return false;
  each_line(body, [&](std::string_view line) {
    add_crlf(out.bytes, line.substr(from_quotes(line).value_or(0) ? 1 : 0));
  });
  buffer_.erase(0, size);
  scanned_ = 0;
  hint_done_ = false;
  return each_(std::move(out));
}

std::string to_mbox(std::string_view message, std::string_view sender, Millis received) {
  std::string out(kFrom);
  out += sender.empty() || sender.contains(' ') ? "MAILER-DAEMON" : sender;
  char date[64];
  std::tm parts{};
  auto seconds = std::time_t(received / 1000);
  ::gmtime_r(&seconds, &parts);
  out.append(date, std::strftime(date, sizeof date, " %a %b %e %H:%M:%S %Y\n", &parts));
  each_line(message, [&](std::string_view line) {
    if (from_quotes(line)) out += '>';
    bool dos = line.ends_with("\r\n");
    out.append(line.substr(0, line.size() - (dos ? 2 : 0))).append(dos ? "\n" : "");
  });
  if (!out.ends_with('\n')) out += '\n';
  return out + '\n';
}

std::string to_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  each_line(text, [&](std::string_view line) { add_crlf(out, line); });
  return out;
}

}  // namespace hato::message
