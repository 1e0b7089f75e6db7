// SPDX-License-Identifier: Apache-2.0
// The command line against the table of commands. Pure. Whatever is wrong is one error of the
// row usage: the sentence says which word, and the nearest one that is known.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace hato::cli {

// Options that every command takes.
std::span<const OptionRow> global_options();

struct Parsed {
  const Command* command = nullptr;  // null: help for all is wanted, or for `group`
  std::string_view group;            // "account", where only that was given
  bool help = false, version = false;
  Arguments args;  // with the global options in it
};

Result<Parsed> parse_arguments(const std::vector<Command>& table,
                               const std::vector<std::string>& words, Lang lang);

// The language asked for anywhere in the words, else of the environment's name.
Lang wanted_lang(const std::vector<std::string>& words, std::string_view environment);

}  // namespace hato::cli
