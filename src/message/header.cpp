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

bool is_field(std::string_view s, std::size_t at) {
  return !name_of(s.substr(at, next_line(s, at) - at)).empty();
}

// Behind the line at `at` and its folds.
std::size_t next_field(std::string_view s, std::size_t at) {
  do at = next_line(s, at);
  while (at < s.size() && is_blank(s[at]));
  return at;
}

}  // namespace

std::size_t header_size(std::string_view message,
                        const std::function<bool(std::string_view)>& ends_before) {
  for (std::size_t at = 0; at < message.size();) {
    if (is_empty_line(message, at)) return next_line(message, at);
    auto rest = message.substr(at);
    if (ends_before && rest.starts_with("--") &&
        ends_before(rest.substr(0, next_line(message, at) - at)))
      return at;
    auto next = next_field(message, at);
    if (!is_field(message, at)) {
      bool mbox = rest.starts_with("From ") || rest.starts_with(">From ");
      bool goes_on = next < message.size() && is_field(message, next);
      if ((at == 0 && !mbox) || !goes_on) return at;
    }
    at = next;
  }
  return message.size();
}

std::vector<Field> parse_fields(std::string_view message, std::size_t max) {
  std::vector<Field> fields;
  message = message.substr(0, header_size(message));
  for (std::size_t at = 0; at < message.size() && !is_empty_line(message, at);) {
    auto end = next_field(message, at);
    auto name = name_of(message.substr(at, next_line(message, at) - at));
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
