// SPDX-License-Identifier: Apache-2.0
// All patterns of the catalogue in one pass over a text. The database is made ready once a
// process; a scanner has the memory for one scan and belongs to one thread.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

struct hs_scratch;

namespace hato::doctor {

struct Match {
  std::uint32_t id;   // below catalogue::image().patterns a signature, else a literal
  std::uint32_t end;  // behind its last byte
};

class Scanner {
 public:
  Scanner();
  ~Scanner();
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  // Matches in the order of their ends, at most kMaxMatches; valid until the next scan.
  const std::vector<Match>& scan(std::string_view text);

  // Where the words begin that the match `id` ending at `end` found; `end` where that cannot be
  // told. A dozen scans: for what a person reads, not for each text.
  std::size_t match_begin(std::string_view text, std::uint32_t id, std::size_t end);

  static constexpr std::size_t kMaxMatches = 20'000;

 private:
  std::unique_ptr<hs_scratch, void (*)(hs_scratch*)> scratch_;
  std::vector<Match> matches_;
};

}  // namespace hato::doctor
