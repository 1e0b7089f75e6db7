// SPDX-License-Identifier: Apache-2.0
#include "smtp/remote_reply.h"

#include <algorithm>

#include "base/text.h"

namespace hato::smtp {
namespace {

constexpr std::size_t kMaxLine = 4096, kMaxLines = 500;

// The length of "5.1.1" at the beginning of a text whose class is that of the code, else 0.
std::size_t status_length(std::string_view text, char first) {
  if (text.size() < 5 || text[0] != first || text[1] != '.') return 0;
  std::size_t at = 2;
  for (int part = 0; part < 2; ++part) {
    auto from = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == from || at - from > 3) return 0;
    if (part == 0 && (at >= text.size() || text[at++] != '.')) return 0;
  }
  return at == text.size() || text[at] == ' ' ? at : 0;
}

bool is_code(std::string_view line) {
  return line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
         is_digit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

// RFC 2034 4: each line repeats the enhanced code.
void add_line(RemoteReply& reply, std::string_view line, bool first) {
  auto text = line.substr(std::min<std::size_t>(4, line.size()));
  if (auto n = status_length(text, line[0])) {
    if (first) reply.status = text.substr(0, n);
    text.remove_prefix(std::min(n + 1, text.size()));
  }
  if (!first) reply.text += '\n';
  reply.text += printable_utf8(text);
}

}  // namespace

std::string RemoteReply::line() const {
  if (code == 0) return {};
  auto out = std::to_string(code) + (status.empty() ? "" : " " + status);
  if (!text.empty()) out += ' ' + text;
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

ReplyParse parse_reply(std::string_view input) {
  ReplyParse out;
  for (std::size_t lines = 0;; ++lines) {
    auto rest = input.substr(out.size);
    auto end = rest.find('\n');
    if (end == rest.npos) {
      bool hopeless = rest.size() > kMaxLine || (rest.size() > 4 && !is_code(rest));
      return out.state = hopeless ? ReplyParse::kBad : ReplyParse::kMore, out;
    }
    auto line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    int code = is_code(line) ? (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') : 0;
    bool agrees = lines == 0 || code == out.reply.code;
    if (!code || !agrees || lines >= kMaxLines || line.size() > kMaxLine)
      return out.state = ReplyParse::kBad, out;
    out.reply.code = code;
    add_line(out.reply, line, lines == 0);
    out.size += end + 1;
    if (line.size() == 3 || line[3] == ' ') return out.state = ReplyParse::kDone, out;
  }
}

}  // namespace hato::smtp
