// SPDX-License-Identifier: Apache-2.0
#include "sender/tags.h"

#include <algorithm>

#include "base/text.h"

namespace hato::sender {
namespace {

constexpr std::size_t kMaxTags = 100;

bool is_name(std::string_view s) {
  return !s.empty() && is_alpha(s[0]) &&
         std::ranges::all_of(s, [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
}

}  // namespace

std::optional<std::string_view> Tags::get(std::string_view name) const {
  for (auto& [key, value] : tags_)
    if (key == name) return value;
  return {};
}

std::optional<Tags> parse_tags(std::string_view text) {
  Tags out;
  auto parts = split(text, ';');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto part = trim(parts[i]);
    if (part.empty() && i + 1 == parts.size()) break;  // a last ";" is allowed
    auto equals = part.find('=');
    if (equals == part.npos || out.tags_.size() >= kMaxTags) return {};
    auto name = trim(part.substr(0, equals));
    if (!is_name(name) || out.get(name)) return {};
    out.tags_.emplace_back(name, trim(part.substr(equals + 1)));
  }
  return out;
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') out += c;
  return out;
}

}  // namespace hato::sender
