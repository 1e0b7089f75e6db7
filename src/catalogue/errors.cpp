// SPDX-License-Identifier: Apache-2.0
#include "catalogue/errors.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hato::catalogue {
namespace {
constexpr ErrorRow kRows[] = {
#include "catalogue/error_rows.inc"
};
static_assert(std::size(kRows) == kErrorCount);
}  // namespace

Lang parse_lang(std::string_view name) { return istarts_with(name, "ja") ? Lang::kJa : Lang::kEn; }

const ErrorRow& row(ErrorId id) { return kRows[std::size_t(id)]; }

std::optional<ErrorId> find_error(std::string_view slug) {
  auto at = std::lower_bound(std::begin(kRows), std::end(kRows), slug,
                             [](const ErrorRow& r, std::string_view s) { return r.slug < s; });
  if (at == std::end(kRows) || at->slug != slug) return {};
  return ErrorId(at - std::begin(kRows));
}

std::string fill(std::string_view text, const Error& error) {
  std::string out;
  while (!text.empty()) {
    auto open = text.find('{');
    auto close = text.find('}', open == text.npos ? 0 : open);
    if (open == text.npos || close == text.npos) return out += text;
    out += text.substr(0, open);
    auto value = error.detail(text.substr(open + 1, close - open - 1));
    auto shown = printable_utf8(value.substr(0, 500));
    std::replace(shown.begin(), shown.end(), '\n', ' ');  // one line stays one line
    out += shown;
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string explain(const Error& error, Lang lang) {
  const auto& r = row(error);
  return fill(r.what(lang), error) + (lang == Lang::kJa ? "" : " ") + fill(r.fix(lang), error);
}

std::string log_text(const Error& error) { return fill(row(error).log, error); }

}  // namespace hato::catalogue
