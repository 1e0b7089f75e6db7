// SPDX-License-Identifier: Apache-2.0
// What all renderers show of a diagnosis, put into words once.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "doctor/report.h"

namespace hato::doctor {

struct CodeView {
  std::string family, family_title, value, symbol, source;
  std::vector<std::string> meanings;  // the code, then its parts
};

struct CauseView {
  std::string slug, title, what, side;
  double confidence = 0;
  std::vector<std::string> words;  // of the input
  std::vector<std::string> user, admin, ask, check;
};

struct View {
  std::string happened, side, side_text;
  bool sure = false, failed = false, looked_up = false;
  std::vector<CauseView> causes;
  std::vector<std::string> find_out;  // where not sure
  std::vector<CodeView> codes;
  std::vector<std::pair<Words, std::string>> seen;  // what was read from the text
  bool cut = false;
};

View view_of(const Diagnosis& diagnosis, Lang lang);
CodeView view_of(const SeenCode& code, Lang lang);
CauseView view_of(const catalogue::Cause& cause, Lang lang);

// "{host}" and the like in a command replaced by what the text named, else by HOST and the like.
std::string fill_check(std::string_view command, const Facts& facts);

}  // namespace hato::doctor
