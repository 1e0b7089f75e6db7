// SPDX-License-Identifier: Apache-2.0
// A text for people in the two languages of this program.
#pragma once
#include <string_view>

#include "catalogue/errors.h"

namespace hato::cli {

using catalogue::Lang;

struct Text {
  std::string_view en, ja;
  std::string_view in(Lang lang) const { return lang == Lang::kJa ? ja : en; }
};

}  // namespace hato::cli
