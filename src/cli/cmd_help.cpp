// SPDX-License-Identifier: Apache-2.0
// What the program says of itself: help, version, completion and man page, all from its tables.
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/generate.h"
#include "cli/program.h"
#include "cli/report.h"

namespace hato::cli {
namespace {

void show_exit_codes(Call& call) {
  Table table(call, {{"code", {"code", "コード"}, Align::kRight},
                     {"name", {"name", "名前"}},
                     {"meaning", {"meaning", "意味"}}});
  for (const auto& c : exit_codes())
    table.row({std::uint64_t(c.code), std::string(c.name), std::string(call.text(c.meaning))});
}

Result<> help(Call& call) {
  const auto& words = call.args.words;
  if (words.empty()) return call.out.write(help_for_all(call.look)), Result<>{};
  if (words[0] == "exit-codes") return show_exit_codes(call), Result<>{};
  auto asked = words;
  asked.push_back("--help");
  HATO_TRY(parsed, parse_arguments(commands(), asked, call.look.lang));
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

Result<> completion(Call& call) {
  constexpr std::pair<std::string_view, std::string (*)(const std::vector<Command>&, Lang)>
      kShells[] = {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}};
  for (const auto& [name, generate] : kShells)
    if (call.word(0) == name)
      return call.out.write(generate(commands(), call.look.lang)), Result<>{};
  return fail(ErrorId::kInputInvalid, {{"value", call.word(0)}, {"expected", "bash / zsh / fish"}});
}

Result<> man(Call& call) {
  call.out.write(man_page(commands(), call.look.lang));
  return {};
}

}  // namespace

std::vector<Command> help_commands() {
  constexpr auto kHere = Command::kHere;
  return {
      {"help",
       "[COMMAND...]",
       {"explain a command", "コマンドの説明"},
       {},
       {{"hato help account add", {}}, {"hato help exit-codes", {}}},
       kHere,
       help},
      {"version", "", {"show the version", "バージョンを表示する"}, {}, {}, kHere, version},
      {"completion",
       "SHELL",
       {"print the completion of bash, zsh or fish", "bash、zsh、fish の補完を書き出す"},
       {},
       {{"hato completion bash > /etc/bash_completion.d/hato", {}},
        {"hato completion fish > ~/.config/fish/completions/hato.fish", {}}},
       kHere,
       completion},
      {"man",
       "",
       {"print the manual page", "マニュアルページを書き出す"},
       {},
       {{"hato man | man -l -", {}}},
       kHere,
       man},
  };
}

}  // namespace hato::cli
