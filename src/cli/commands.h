// SPDX-License-Identifier: Apache-2.0
// The groups of commands. A new command: cmd_NAME.cpp, a line here, one in commands.cpp.
#pragma once
#include <vector>

#include "cli/command.h"

namespace hato::cli {

std::vector<Command> init_commands();
std::vector<Command> serve_commands();
std::vector<Command> account_commands();
std::vector<Command> alias_commands();
std::vector<Command> domain_commands();
std::vector<Command> mail_commands();
std::vector<Command> queue_commands();
std::vector<Command> story_commands();
std::vector<Command> status_commands();
std::vector<Command> store_commands();
std::vector<Command> backup_commands();
std::vector<Command> import_commands();
std::vector<Command> export_commands();
std::vector<Command> explain_commands();
std::vector<Command> config_commands();
std::vector<Command> help_commands();

}  // namespace hato::cli
