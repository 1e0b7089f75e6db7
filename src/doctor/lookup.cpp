// SPDX-License-Identifier: Apache-2.0
#include "doctor/lookup.h"

#include <algorithm>

#include "base/text.h"
#include "doctor/codes.h"

namespace hato::doctor {
namespace {

// A number or a name: no sentence.
bool is_one_word(std::string_view s) {
  return !s.empty() && s.size() <= 80 &&
         std::none_of(s.begin(), s.end(), [](char c) { return c == ' ' || c == '\n'; });
}

SeenCode seen(const catalogue::Code* row) {
  return {std::string(catalogue::family(*row).name.view()), std::string(row->value.view()), row, 0,
          0};
}

}  // namespace

std::vector<SeenCode> look_up(std::string_view word) {
  word = trim(word);
  while (word.starts_with('#') || word.starts_with('[') || word.starts_with('('))
    word.remove_prefix(1);
  while (word.ends_with(']') || word.ends_with(')') || word.ends_with('.')) word.remove_suffix(1);
  if (!is_one_word(word)) return {};
  auto rows = catalogue::find_codes(word);
  if (auto hex = hresult(word))
    for (const auto* c : catalogue::find_codes(*hex))
      if (std::find(rows.begin(), rows.end(), c) == rows.end()) rows.push_back(c);
  std::vector<SeenCode> out;
  for (const auto* row : rows) out.push_back(seen(row));
  if (!is_digit(word[0])) return out;
  // What has no row of its own is explained by its parts: 5.1.99, 559.
  for (std::string_view family : {"enhanced-status", "smtp-reply"}) {
    const auto parts = catalogue::explain_code(family, word);
    const bool own = std::any_of(rows.begin(), rows.end(), [&](const auto* r) {
      return catalogue::family(*r).name.view() == family;
    });
    if (!parts.empty() && !own)
      out.insert(out.begin(), {std::string(family), std::string(word), parts[0], 0, 0});
  }
  return out;
}

}  // namespace hato::doctor
