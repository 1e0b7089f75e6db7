// SPDX-License-Identifier: Apache-2.0
// The table of all commands: each group is in its own cmd_*.cpp.
#include "cli/commands.h"

namespace hato::cli {

const std::vector<Command>& commands() {
  static const auto table = [] {
    std::vector<Command> out;
    for (auto group : {init_commands, serve_commands, account_commands, alias_commands,
                       domain_commands, mail_commands, queue_commands, story_commands,
                       status_commands, explain_commands, store_commands, backup_commands,
                       import_commands, export_commands, config_commands, help_commands})
      for (auto& command : group()) out.push_back(std::move(command));
    return out;
  }();
  return table;
}

}  // namespace hato::cli
