// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/program.h"
#include "cli/report.h"

namespace hato::cli {
namespace {

Result<> help(Call& call) {
  if (call.args.words.empty()) return call.out.write(help_for_all(call.look)), Result<>{};
  HATO_TRY(parsed, parse_arguments(commands(), call.args.words, call.look.lang));
  call.out.write(parsed.command ? help_for(*parsed.command, call.look)
                                : help_for_group(parsed.group, call.look));
  return {};
}

Result<> version(Call& call) {
  if (call.look.json)
    show(call, {{"version", {}, std::string(HATO_VERSION)}});
  else
    call.out.write("hato " HATO_VERSION "\n");
  return {};
}

}  // namespace

std::vector<Command> help_commands() {
  return {
      {"help",
       "[COMMAND...]",
       {"explain a command", "コマンドの説明"},
       {},
       {{"hato help account add", {}}},
       Command::kHere,
       help},
      {"version",
       "",
       {"show the version", "バージョンを表示する"},
       {},
       {},
       Command::kHere,
       version},
  };
}

}  // namespace hato::cli
