// SPDX-License-Identifier: Apache-2.0
// The doctor's knowledge: what codes mean, what causes are, which words speak for which. Read-only
// and there from the start (catalogue/image.h); every thread may read it. Look-ups are binary
// searches over spellings without regard to ASCII case.
//
//   for (const auto* code : find_codes("WSAECONNREFUSED"))
//     print(family(*code).name, code->value, code->text(lang));
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/errors.h"
#include "catalogue/image.h"

namespace hato::catalogue {

const Image& image();

inline const Family& family(const Code& code) { return image().families[code.family]; }
inline std::string_view text(const Code& code, Lang l) {
  return l == Lang::kJa ? code.ja : code.en;
}
inline const CauseText& text(const Cause& cause, Lang l) {
  return l == Lang::kJa ? cause.ja : cause.en;
}
inline std::string_view title(const Family& f, Lang l) {
  return l == Lang::kJa ? f.title_ja : f.title_en;
}

const Family* find_family(std::string_view name);
const Cause* find_cause(std::string_view slug);
const Signature* find_signature(std::string_view id);
std::optional<std::uint32_t> find_fact(std::string_view name);

// The row of a family for a value, symbol or alias; null where there is none.
const Code* find_code(std::string_view family, std::string_view spelling);
// In every family.
std::vector<const Code*> find_codes(std::string_view spelling);

// What a structured code says part by part: the row itself where there is one, else the row of its
// kind whatever its class (X.1.1 for 5.1.1), then the rows of its parts (5.X.X, X.1.X; 5xx, x5x).
// For codes without parts the row alone.
std::vector<const Code*> explain_code(std::string_view family, std::string_view value);

// Names of the causes nearest to a slug that is not there.
std::optional<std::string_view> nearest_cause(std::string_view slug);

}  // namespace hato::catalogue
