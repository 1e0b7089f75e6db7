// SPDX-License-Identifier: Apache-2.0
// POP3's grammar: whatever comes is a command or none; a message comes back from its lines as it
// was, and neither stuffing nor TOP depends on the pieces in which it is read.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "pop3/codec.h"

namespace {

using namespace hato::pop3;

void read_commands(std::string_view in) {
  while (true) {
    auto line = first_line(in);
    if (line.empty()) return;
    auto content = without_end(line);
    if (auto command = parse_command(content)) {
      HATO_ASSERT(command->keyword.size() + command->rest.size() <= content.size());
      for (auto word : command->words) HATO_ASSERT(word.find(' ') == word.npos);
      (void)parse_number(command->words[0]);
    }
    in.remove_prefix(line.size());
  }
}

std::string stuffed(std::string_view message, std::size_t piece) {
  Stuffer stuffer;
  std::string out;
  for (std::size_t at = 0; at < message.size(); at += piece)
    stuffer.add(message.substr(at, piece), [&](std::string_view s) { out += s; });
  HATO_ASSERT(out.size() == message.size() + stuffer.added());
  return out.append(stuffer.end());
}

// What a client makes of it that ends lines at LF, as nearly all do.
std::string read_by_client(std::string_view lines, std::size_t& used) {
  std::string out;
  for (std::size_t at = 0;;) {
    auto end = lines.find('\n', at) + 1;
    HATO_ASSERT(end != 0);
    auto line = lines.substr(at, end - at);
    at = end;
    if (line == ".\r\n" || line == ".\n") return used = at, out;
    out += line.starts_with('.') ? line.substr(1) : line;
  }
}

std::string top(std::string_view message, std::uint64_t lines, std::size_t piece) {
  TopCut cut(lines);
  std::string out;
  for (std::size_t at = 0; at < message.size() && !cut.done(); at += piece) {
    auto part = message.substr(at, piece);
    out += part.substr(0, cut.take(part));
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view in(reinterpret_cast<const char*>(data), size);
  read_commands(in);
  if (in.empty()) return 0;
  auto piece = std::size_t(static_cast<unsigned char>(in[0])) % 7 + 1;
  auto lines = std::uint64_t(static_cast<unsigned char>(in[0])) / 7;
  in.remove_prefix(1);
  auto whole = stuffed(in, in.size() + 1);
  HATO_ASSERT(whole == stuffed(in, piece));
  std::size_t used = 0;
  auto read = read_by_client(whole, used);
  HATO_ASSERT(used == whole.size());
  HATO_ASSERT(read == in || read == std::string(in) + "\r\n");
  auto part = top(in, lines, in.size() + 1);
  HATO_ASSERT(part == top(in, lines, piece) && in.starts_with(part));
  return 0;
}
