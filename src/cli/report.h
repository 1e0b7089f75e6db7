// SPDX-License-Identifier: Apache-2.0
// What a command has to tell, said once and shown as aligned text or as JSON. Tables stream:
// memory is bounded however many rows come.
//
//   Table table(call, {{"address", {"address", "アドレス"}}, {"used", {"used", "使用量"},
//   kRight}}); table.row({account.address, Size{bytes}});
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "cli/command.h"

namespace hato::cli {

struct Time {
  Millis at;  // 0: never
};
struct Size {
  std::uint64_t bytes;
};
using Cell = std::variant<std::monostate, bool, std::uint64_t, std::string, Time, Size,
                          std::vector<std::string>>;
std::string cell_text(const Cell& cell, Lang lang);  // for people
std::string cell_json(const Cell& cell);
std::string json_string(std::string_view text);  // quoted; malformed UTF-8 becomes U+FFFD

enum class Align { kLeft, kRight };
struct Column {
  std::string_view key;  // of JSON
  Text title;
  Align align = Align::kLeft;
};

class Table {
 public:
  Table(Call& call, std::vector<Column> columns, Text when_empty = {});
  ~Table();  // shows what is left
  Table(const Table&) = delete;
  void row(std::vector<Cell> cells);

 private:
  void show_block();
  Call& call_;
  const std::vector<Column> columns_;
  const Text when_empty_;
  std::vector<std::vector<std::string>> block_;
  std::vector<std::size_t> widths_;
  std::size_t rows_ = 0;
  bool titled_ = false;
};

// One thing: a line for each of its parts, or one JSON object.
struct Part {
  std::string_view key;
  Text title;
  Cell value;
};
void show(Call& call, const std::vector<Part>& parts);

// A sentence for people on standard output; {"done": true, ...parts} as JSON.
void done(Call& call, const std::string& sentence, const std::vector<Part>& parts = {});

// Progress on standard error, on a terminal only, ten times a second at most.
class Progress {
 public:
  Progress(Call& call, Text what, std::uint64_t total);
  ~Progress();
  void at(std::uint64_t done, std::string_view detail = {});

 private:
  Call& call_;
  const Text what_;
  const std::uint64_t total_;
  Millis shown_ = 0;
  const Millis began_ = now_ms();
};

// Bold where the other side shows colours.
std::string bold(const Look& look, std::string_view text);
std::string padded(std::string_view text, std::size_t width, Align align = Align::kLeft);
// "{}" in turn replaced by the values.
std::string fill(std::string_view text, const std::vector<std::string>& values);

}  // namespace hato::cli
