// SPDX-License-Identifier: Apache-2.0
// What this program's exit codes mean: those of sysexits.h, told by the errors' rows.
#pragma once
#include <span>
#include <string_view>

#include "cli/text.h"

namespace hato::cli {

struct ExitCode {
  int code;
  std::string_view name;
  Text meaning;
};
std::span<const ExitCode> exit_codes();

}  // namespace hato::cli
