// SPDX-License-Identifier: Apache-2.0
#include "smtp/reply.h"

#include <algorithm>

#include "catalogue/errors.h"
#include "smtp/server.h"

namespace hato::smtp {
namespace {

constexpr std::size_t kMaxText = 470;  // RFC 5321 4.5.3.1.5, with code, status and reference

std::string one_line(const Error& error, bool utf8) {
  auto text = catalogue::fill(catalogue::row(error).client_en, error);
  for (auto& c : text)
    if (c == '\n' || c == '\t' || (!utf8 && (c & 0x80))) c = c & 0x80 ? '?' : ' ';
  if (text.size() <= kMaxText) return text;
  auto end = kMaxText;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;  // not within a character
  return text.substr(0, end);
}

std::string codes(const Error& error) {
  const auto& row = catalogue::row(error);
  return std::to_string(row.smtp_code) + ' ' + std::string(row.smtp_status) + ' ';
}

}  // namespace

std::string error_reply(const Error& error, RefId ref, bool utf8) {
  auto out = codes(error) + one_line(error, utf8);
  if (ref) out += " (ref " + ref_text(ref) + ")";
  return out += "\r\n";
}

std::string refusal(const Error& error, const std::string& hostname) {
  return codes(error) + hostname + ' ' + one_line(error, false) + "\r\n";
}

}  // namespace hato::smtp
