// SPDX-License-Identifier: Apache-2.0
// base_subject (RFC 5256 2.1).
#include "base/text.h"
#include "message/summary.h"
#include "message/token.h"

namespace hato::message {
namespace {

// subj-blob = "[" *BLOBCHAR "]" *WSP; its length, 0 where there is none.
std::size_t blob(std::string_view s) {
  if (!s.starts_with('[')) return 0;
  auto end = s.find_first_of("[]", 1);
  if (end == s.npos || s[end] != ']') return 0;
  for (++end; end < s.size() && is_blank(s[end]);) ++end;
  return end;
}

// subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
std::size_t re_or_fwd(std::string_view s) {
  std::size_t at = istarts_with(s, "fwd")                           ? 3
                   : istarts_with(s, "re") || istarts_with(s, "fw") ? 2
                                                                    : 0;
  if (!at) return 0;
  while (at < s.size() && is_blank(s[at])) ++at;
  at += blob(s.substr(at));
  return at < s.size() && s[at] == ':' ? at + 1 : 0;
}

std::string one_line(std::string_view s) {
  std::string out;
  for (char c : s)
    if (!is_space(c))
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  return out;
}

// (2) subj-trailer
bool drop_trailer(std::string_view& s, bool& reply) {
  if (s.ends_with(' ')) return s.remove_suffix(1), true;
  if (s.size() < 5 || !iequals(s.substr(s.size() - 5), "(fwd)")) return false;
  s.remove_suffix(5);
  return reply = true;
}

// (3), (4): subj-leader, then a blob where something is left behind it
bool drop_leader(std::string_view& s, bool& reply) {
  if (s.starts_with(' ')) return s.remove_prefix(1), true;
  std::size_t blobs = 0;
  while (auto n = blob(s.substr(blobs))) blobs += n;
  if (auto n = re_or_fwd(s.substr(blobs))) {
    s.remove_prefix(blobs + n);
    return reply = true;
  }
  auto n = blob(s);
  if (n == 0 || n == s.size()) return false;
  s.remove_prefix(n);
  return true;
}

}  // namespace

BaseSubject base_subject(std::string_view subject) {
  BaseSubject out;
  auto line = one_line(subject);
  std::string_view s = line;
  for (;;) {
    while (drop_trailer(s, out.is_reply)) {
    }
    while (drop_leader(s, out.is_reply)) {
    }
    // (6) subj-fwd
    if (!istarts_with(s, "[fwd:") || !s.ends_with(']')) break;
    s = s.substr(5, s.size() - 6);
    out.is_reply = true;
  }
  out.text = s;
  return out;
}

}  // namespace hato::message
