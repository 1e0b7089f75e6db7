// SPDX-License-Identifier: Apache-2.0
#include "doctor/bounce_letter.h"

#include <algorithm>

#include "base/text.h"
#include "message/charset.h"

namespace hato::doctor {
namespace {
using message::Part;

// Lines that say that the returned mail follows, as they begin, blanks and dashes at their start
// taken away.
constexpr std::string_view kReturned[] = {"original message",
                                          "this is a copy of",
                                          "below this line is a copy",
                                          "below the next line is a copy",
                                          "the header of the original message",
                                          "the headers of the original",
                                          "message headers follow",
                                          "original headers follow",
                                          "original message follows",
                                          "returned message",
                                          "unsent message",
                                          "undelivered message",
                                          "a copy of the message",
                                          "the first ",
                                          "message header",
                                          "message text follows",
                                          "copy of your message",
                                          "content-type: message/rfc822",
                                          "content-type: text/rfc822-headers",
                                          "received: from",
                                          "received: by",
                                          "received:from",
                                          "return-path: <",
                                          "the following is a copy",
                                          "original mail header",
                                          "here is a copy of",
                                          "this is the original message",
                                          "included is a copy"};

std::size_t returned_at(std::string_view text) {
  std::size_t at = text.size();
  each_line(text, [&](std::string_view line) {
    auto begin = std::size_t(line.data() - text.data());
    while (!line.empty() && std::string_view(" \t->|*=_[").find(line[0]) != line.npos)
      line.remove_prefix(1);
    if (begin == 0) return true;
    for (auto mark : kReturned)
      if (istarts_with(line, mark)) return at = begin, false;
    return true;
  });
  return at;
}

bool is_local(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos || (c & 0x80);
}
bool is_domain(char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || (c & 0x80); }

}  // namespace

std::size_t find_words(std::string_view text, std::string_view lower, std::size_t from) {
  if (from > text.size()) return text.npos;
  auto it = std::search(text.begin() + std::ptrdiff_t(from), text.end(), lower.begin(), lower.end(),
                        [](char a, char b) { return ascii_lower(a) == b; });
  return it == text.end() ? text.npos : std::size_t(it - text.begin());
}

std::string_view find_address(std::string_view text, std::size_t from) {
  for (auto at = text.find('@', from); at != text.npos; at = text.find('@', at + 1)) {
    auto begin = at, end = at + 1;
    if (begin > from && text[begin - 1] == '"') {
      auto open = begin > 1 ? text.rfind('"', begin - 2) : text.npos;
      if (open != text.npos && open >= from && begin - open < 66) begin = open;
    } else {
      while (begin > from && at - begin < 64 && is_local(text[begin - 1])) --begin;
    }
    while (begin < at && std::string_view("'`=*|").find(text[begin]) != std::string_view::npos)
      ++begin;
    while (end < text.size() && end - at < 255 && is_domain(text[end])) ++end;
    while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
    if (begin < at && end > at + 1) return text.substr(begin, end - begin);
  }
  return {};
}

Letter::Letter(std::string_view mail) : root(message::parse_mime(mail, {.depth = 8, .parts = 64})) {
  take(mail, root);
  const bool fields = status.empty() && (find_words(words, "final-recipient:") != words.npos ||
                                         find_words(words, "original-recipient:") != words.npos);
  if (fields) status = words;
  words = words.substr(0, returned_at(words));
}

std::string Letter::field(std::string_view name) const {
  const auto* f = message::find_field(root.fields, name);
  return f ? message::decode_text(f->value) : std::string();
}

void Letter::take(std::string_view mail, const Part& part) {
  if (part.is_message) return;
  if (part.is_multipart() && !part.opaque) {
    for (const auto& child : part.children) take(mail, child);
    return;
  }
  const auto& type = part.type;
  if (type.subtype == "delivery-status" || type.subtype == "global-delivery-status") {
    if (status.empty()) status = decoded(mail, part);
  } else if (type.is("message", "feedback-report")) {
    if (feedback.empty()) feedback = decoded(mail, part);
  } else if (type.type == "text" || part.is_multipart() || type.type.empty()) {
    if (trim(words).empty() && type.subtype != "rfc822-headers") words = decoded(mail, part);
  }
}

std::string_view Letter::decoded(std::string_view mail, const Part& part) {
  auto bytes = part.content(mail).substr(0, kMaxWords);
  if (part.encoding != message::Encoding::kIdentity)
    bytes = owned_.emplace_back(message::decode_transfer(bytes, part.encoding));
  const auto* charset = part.type.find("charset");
  if (is_ascii(bytes) && bytes.find('\x1b') == bytes.npos) return bytes;
  return owned_.emplace_back(message::to_utf8(bytes, charset ? *charset : "", 2 * kMaxWords));
}

}  // namespace hato::doctor
