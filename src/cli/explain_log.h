// SPDX-License-Identifier: Apache-2.0
// hato explain --log: what goes wrong in mail logs.
#pragma once
#include "cli/command.h"

namespace hato::cli {

// The words are files, packed or not, in any order; none: standard input. The report comes before
// the error of a file that could not be read to its end.
Result<> explain_log(Call& call);

}  // namespace hato::cli
