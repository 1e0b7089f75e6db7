// SPDX-License-Identifier: Apache-2.0
#include "doctor/facts.h"

#include <algorithm>

namespace hato::doctor {

FactSet::FactSet() : bits_(catalogue::image().facts.size / 64 + 1) {}

void FactSet::clear() {
  std::fill(bits_.begin(), bits_.end(), 0);
  names_.clear();
}

void FactSet::set(std::string_view name) {
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) return;
  names_.emplace_back(name);
  if (auto id = catalogue::find_fact(name)) bits_[*id / 64] |= std::uint64_t{1} << (*id % 64);
}

void FactSet::set(std::uint32_t id) {
  if (has(id)) return;
  bits_[id / 64] |= std::uint64_t{1} << (id % 64);
  names_.emplace_back(catalogue::image().facts[id].view());
}

bool FactSet::has(std::string_view name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::string_view FactSet::value(std::string_view kind) const {
  for (std::string_view n : names_)
    if (n.starts_with(kind) && n.size() > kind.size() && n[kind.size()] == ':')
      return n.substr(kind.size() + 1);
  return {};
}

}  // namespace hato::doctor
