// SPDX-License-Identifier: Apache-2.0
// Files made from the table of commands: completions and the manual page. Pure.
#pragma once
#include <string>
#include <vector>

#include "cli/command.h"

namespace hato::cli {

std::string bash_completion(const std::vector<Command>& table, Lang lang);
std::string zsh_completion(const std::vector<Command>& table, Lang lang);
std::string fish_completion(const std::vector<Command>& table, Lang lang);
std::string man_page(const std::vector<Command>& table, Lang lang);  // hato(1), in roff

}  // namespace hato::cli
