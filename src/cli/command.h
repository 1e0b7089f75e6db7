// SPDX-License-Identifier: Apache-2.0
// What a command is: a row of a table, and a function over what it was called with. The same
// function serves a terminal, a pipe and the control socket of a running server, as all it
// knows of the outside is in its Call. A command ends with an Error (explained by whoever called
// it, its row's exit code given back) or with `exit_code`.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/text.h"

namespace hato::cli {

struct Config;
struct Services;
struct Command;

class Input {
 public:
  virtual ~Input() = default;
  virtual std::size_t read(char* to, std::size_t room) = 0;  // 0: the end
};

class Output {
 public:
  virtual ~Output() = default;
  virtual void write(std::string_view bytes) = 0;  // what nobody can take any more is dropped
};

// How the other side shows things.
struct Look {
  Lang lang = Lang::kEn;
  bool json = false;
  bool out_tty = false, err_tty = false, colours = false;
  unsigned columns = 80;
};

struct Arguments {
  std::vector<std::string> words;
  std::map<std::string, std::string, std::less<>> options;  // "--quota" -> its value
  bool has(std::string_view option) const { return options.contains(option); }
  std::string_view value(std::string_view option) const {
    auto it = options.find(option);
    return it == options.end() ? std::string_view{} : it->second;
  }
};

struct Call {
  const Command& command;
  Arguments args;
  Look look;
  std::string config_file;
  Input& in;
  Output& out;
  Output& err;
  std::function<bool()> cancelled;  // the caller went away, or the server stops
  Services* services = nullptr;     // of those that work on the store
  int exit_code = 0;

  const std::string& word(std::size_t n) const { return args.words[n]; }
  std::string_view text(const Text& t) const { return t.in(look.lang); }
};

struct OptionRow {
  std::string_view name;   // "--quota"
  std::string_view value;  // "SIZE", "" for a switch
  Text help;
};

struct Example {
  std::string_view line;
  Text help;
};

struct Command {
  std::string_view name;       // "account add"
  std::string_view arguments;  // "ADDRESS [TARGET...]"
  Text summary;
  std::vector<OptionRow> options;
  std::vector<Example> examples;
  enum Where { kHere, kStore } where = kHere;  // kStore: in the running server where there is one
  Result<> (*run)(Call&) = nullptr;
};

// In the order in which help shows them.
const std::vector<Command>& commands();

}  // namespace hato::cli
