// SPDX-License-Identifier: Apache-2.0
// From words to an exit code: parsing, help, where a command runs, and how its error is told.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "cli/command.h"

namespace hato::cli {

int run_program(int argc, char** argv);

// Runs a command of the store in this process, as its row says; never throws.
int run_in_store(Services& services, const std::vector<std::string>& words, const Look& look,
                 Input& in, Output& out, Output& err, const std::function<bool()>& cancelled);

// Runs another command in a process of its own, in the running server or on the store, whose
// owner that process then is; what it writes to standard output is dropped. The exit code.
int run_apart(const Call& call, const std::vector<std::string>& words);

void tell_error(const Look& look, Output& err, const Error& error);

std::string help_for_all(const Look& look);
std::string help_for_group(std::string_view group, const Look& look);
std::string help_for(const Command& command, const Look& look);

}  // namespace hato::cli
