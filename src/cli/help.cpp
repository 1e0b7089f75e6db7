// SPDX-License-Identifier: Apache-2.0
// Help, from the table of commands.
#include "base/text.h"

#include <algorithm>
#include "cli/arguments.h"
#include "cli/program.h"
#include "cli/report.h"

namespace hato::cli {
namespace {

// "  left    right" lines, aligned.
std::string two_columns(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, display_width(row.first));
  std::string out;
  for (const auto& [left, right] : rows) out += "  " + padded(left, width) + "  " + right + '\n';
  return out;
}

std::string heading(const Look& look, const Text& text) {
  return '\n' + bold(look, text.in(look.lang)) + '\n';
}

std::string options_text(std::span<const OptionRow> options, Lang lang) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& o : options)
    rows.emplace_back(std::string(o.name) + (o.value.empty() ? "" : " ") + std::string(o.value),
                      o.help.in(lang));
  return two_columns(rows);
}

std::string commands_text(Lang lang, std::string_view group) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& c : commands())
    if (group.empty() || c.name.substr(0, c.name.find(' ')) == group)
      rows.emplace_back(
          std::string(c.name) + (c.arguments.empty() ? "" : " ") + std::string(c.arguments),
          c.summary.in(lang));
  return two_columns(rows);
}

}  // namespace

std::string help_for_all(const Look& look) {
  auto lang = look.lang;
  return std::string(Text{"hato: a mail server that tells you why.",
                          "hato: 何が起きたかを説明するメールサーバー。"}
                         .in(lang)) +
         "\n" + heading(look, {"Use", "使い方"}) + "  hato [-c FILE] COMMAND ...\n" +
         heading(look, {"Commands", "コマンド"}) + commands_text(lang, {}) +
         heading(look, {"Options of every command", "共通のオプション"}) +
         options_text(global_options(), lang) + '\n' +
         std::string(Text{"More about one: hato help COMMAND. Exit codes: hato help exit-codes.\n",
                          "くわしくは hato help コマンド、終了コードは hato help exit-codes。\n"}
                         .in(lang));
}

std::string help_for_group(std::string_view group, const Look& look) {
  return "hato " + std::string(group) + ":\n" + commands_text(look.lang, group);
}

std::string help_for(const Command& command, const Look& look) {
  auto lang = look.lang;
  std::string form = "hato " + std::string(command.name);
  if (!command.arguments.empty()) form += ' ' + std::string(command.arguments);
  if (!command.options.empty()) form += Text{" [options]", " [オプション]"}.in(lang);
  auto out = std::string(command.summary.in(lang)) + '\n' + heading(look, {"Use", "使い方"}) +
             "  " + form + '\n';
  if (!command.options.empty())
    out += heading(look, {"Options", "オプション"}) + options_text(command.options, lang);
  if (!command.examples.empty()) out += heading(look, {"Examples", "例"});
  for (const auto& e : command.examples) {
    if (!e.help.en.empty()) out += "  # " + std::string(e.help.in(lang)) + '\n';
    out += "  " + std::string(e.line) + '\n';
  }
  return out;
}

}  // namespace hato::cli
