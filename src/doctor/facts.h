// SPDX-License-Identifier: Apache-2.0
// What a text says, before anything is concluded from it: codes, replies, who speaks to whom, with
// what, over what. `names` holds the facts of the catalogue ("stage:rcpt",
// docs/formats/catalogue.md).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"
#include "doctor/plain.h"

namespace hato::doctor {

// A code found in the text. The row is null for a code of a known form that nobody has explained.
struct SeenCode {
  std::string family;
  std::string value;  // as the catalogue writes it
  const catalogue::Code* row = nullptr;
  std::uint32_t begin = 0, end = 0;  // in Plain::text
};

struct Reply {
  int code = 0;
  std::string status;                // "5.7.1", "" where the reply has none
  std::uint32_t begin = 0, end = 0;  // in Plain::text, the whole reply
  bool failed() const { return code >= 400; }
};

// The names that hold, and those of them that some signature asks for as bits.
class FactSet {
 public:
  FactSet();
  void clear();
  void set(std::string_view name);
  void set(std::uint32_t id);
  bool has(std::uint32_t id) const { return bits_[id / 64] >> (id % 64) & 1; }
  bool has(std::string_view name) const;
  const std::vector<std::string>& names() const { return names_; }
  // "smtp" of "proto:smtp", the first where there are several, "" where there is none.
  std::string_view value(std::string_view kind) const;

 private:
  std::vector<std::uint64_t> bits_;
  std::vector<std::string> names_;
};

struct Facts {
  std::vector<SeenCode> codes;  // in the order of the text, each value once a family
  std::vector<Reply> replies;
  std::vector<std::string> hosts, addresses, ips;
  std::vector<unsigned> ports;
  std::string software;  // that wrote the text, where its voice is heard
  std::string when;      // the first time stamp, as written
  FactSet names;
};

}  // namespace hato::doctor
