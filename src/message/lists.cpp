// SPDX-License-Identifier: Apache-2.0
#include "message/lists.h"

#include <algorithm>

#include "base/text.h"
#include "message/encoded.h"
#include "message/header.h"
#include "message/token.h"

namespace hato::message {
namespace {

std::string without_folds(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\n' && s[i] != '\r')
      out += s[i];
    else
      while (i + 1 < s.size() && is_space(s[i + 1])) ++i;
  }
  return out;
}

std::vector<std::string> in_angles(std::string_view s, std::size_t max) {
  std::vector<std::string> out;
  for (std::size_t at = 0; out.size() < max;) {
    auto open = s.find('<', at);
    auto close = open == s.npos ? open : s.find('>', open);
    if (close == s.npos) break;
    auto text = trim(s.substr(open + 1, close - open - 1));
    if (!text.empty()) out.push_back(without_folds(text));
    at = close + 1;
  }
  return out;
}

}  // namespace

std::vector<std::string> parse_ids(std::string_view value, std::size_t max) {
  auto out = in_angles(value, max);
  if (!out.empty() || value.find('<') != value.npos) return out;
  auto s = unfold(value);
  bool single = s.find_first_of(" \t") == s.npos;
  for (std::size_t at = 0; at < s.size() && out.size() < max;) {
    auto end = std::min(s.find_first_of(" \t", at), s.size());
    auto word = s.substr(at, end - at);
    if (!word.empty() && (single || word.find('@') != word.npos)) out.push_back(word);
    at = end + 1;
  }
  return out;
}

std::vector<std::string> parse_urls(std::string_view value, std::size_t max) {
  return in_angles(value, max);
}

std::vector<std::string> parse_words(std::string_view value, std::size_t max) {
  std::vector<std::string> out;
  std::size_t from = 0;
  auto last = value.rfind("?=");
  auto take = [&](std::size_t to) {
    auto word = decode_text(value.substr(from, to - from));
    if (!word.empty() && out.size() < max) out.push_back(std::move(word));
    from = to + 1;
  };
  for (std::size_t at = 0; at < value.size();) {
    auto word = last == value.npos || at > last ? 0 : encoded_word_size(value.substr(at));
    if (value[at] == ',') take(at);
    at += word ? word : 1;
  }
  take(value.size());
  return out;
}

}  // namespace hato::message
