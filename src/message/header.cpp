// SPDX-License-Identifier: Apache-2.0
#include "message/header.h"

#include "base/text.h"
#include "message/encoded.h"
#include "message/token.h"

namespace hato::message {
namespace {

// After the line end that follows `at`, or the end.
std::size_t next_line(std::string_view s, std::size_t at) {
  auto lf = s.find('\n', at);
  return lf == s.npos ? s.size() : lf + 1;
}

bool is_empty_line(std::string_view s, std::size_t at) {
  return at < s.size() && (s[at] == '\n' || s.substr(at, 2) == "\r\n");
}

// RFC 5322 2.2, with the blanks before the colon of RFC 5322 4.5; "" where it is no field.
std::string_view name_of(std::string_view line) {
  auto colon = line.find(':');
  if (colon == line.npos) return {};
  auto name = line.substr(0, colon);
  while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
  for (unsigned char c : name)
    if (c <= ' ' || c >= 127) return {};
  return name;
}

std::string_view without_line_end(std::string_view s) {
  if (s.ends_with('\n')) s.remove_suffix(1);
  if (s.ends_with('\r')) s.remove_suffix(1);
  return s;
}

}  // namespace

bool begins_header(std::string_view message) {
  if (message.empty() || is_empty_line(message, 0)) return true;
  auto line = message.substr(0, next_line(message, 0));
  return line.starts_with("From ") || line.starts_with(">From ") || !name_of(line).empty();
}

std::size_t header_size(std::string_view message) {
  if (!begins_header(message)) return 0;
  for (std::size_t at = 0; at < message.size(); at = next_line(message, at))
    if (is_empty_line(message, at)) return next_line(message, at);
  return message.size();
}

std::vector<Field> parse_fields(std::string_view message, std::size_t max) {
  std::vector<Field> fields;
  if (!begins_header(message)) return fields;
  for (std::size_t at = 0; at < message.size() && !is_empty_line(message, at);) {
    auto first = next_line(message, at), end = first;
    while (end < message.size() && is_blank(message[end])) end = next_line(message, end);
    auto name = name_of(message.substr(at, first - at));
    if (!name.empty()) {
      if (fields.size() == max) break;
      auto colon = message.find(':', at + name.size());
      auto value = without_line_end(message.substr(colon + 1, end - colon - 1));
      fields.push_back({name, value, at, end});
    }
    at = end;
  }
  return fields;
}

const Field* find_field(const std::vector<Field>& fields, std::string_view name) {
  for (const auto& f : fields)
    if (iequals(f.name, name)) return &f;
  return nullptr;
}

std::string unfold(std::string_view value) {
  value = trim(value);
  std::string out;
  out.reserve(value.size());
  for (std::size_t at = 0; at < value.size();) {
    auto lf = value.find('\n', at);
    auto line = value.substr(at, lf == value.npos ? lf : lf + 1 - at);
    out += without_line_end(line);
    at += line.size();
  }
  return out;
}

std::string decode_text(std::string_view value) { return decode_words(trim(value)); }

}  // namespace hato::message
