// SPDX-License-Identifier: Apache-2.0
// From words to an exit code: parsing, help, where a command runs, and how its error is told.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "net/fd.h"

namespace hato::cli {

int run_program(int argc, char** argv);

// Runs a command of the store in this process, as its row says; never throws.
int run_in_store(Services& services, const std::vector<std::string>& words, const Look& look,
                 Input& in, Output& out, Output& err, const std::function<bool()>& cancelled);

// Runs another command in a process of its own, in the running server or on the store, whose
// owner that process then is; what it writes to standard output is dropped. The exit code.
int run_apart(const Call& call, const std::vector<std::string>& words);

// The same with a pipe to its standard input, or from its standard output; the other of the two
// is this process' own.
class Apart {
 public:
  enum Way { kFeeds, kTells };
  Apart(const Call& call, const std::vector<std::string>& words, Way way);
  ~Apart() { wait(); }
  Apart(const Apart&) = delete;
  bool write(std::string_view bytes);
  std::string read(std::size_t size);  // fewer only at the end
  bool broken() const { return broken_; }
  int wait();  // closes the pipe; the exit code

 private:
  net::UniqueFd pipe_;
  int pid_ = -1, code_ = 70;  // EX_SOFTWARE: nothing ran
  bool broken_ = false;
};

void tell_error(const Look& look, Output& err, const Error& error);

std::string help_for_all(const Look& look);
std::string help_for_group(std::string_view group, const Look& look);
std::string help_for(const Command& command, const Look& look);

}  // namespace hato::cli
