// SPDX-License-Identifier: Apache-2.0
// An address as the directory keeps it: folded for comparing. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hato::account {

struct Name {
  std::string full;    // "taro@hato.test", "@hato.test" for a catch-all
  std::size_t at = 0;  // place of the '@'
  std::string_view local() const { return std::string_view(full).substr(0, at); }
  std::string_view domain() const { return std::string_view(full).substr(at + 1); }
  // The address without its +tag, "" where it has none.
  std::string untagged() const;
  std::string catch_all() const { return full.substr(at); }
};

// address-invalid where it is none. `catch_all` allows "@domain".
Result<Name> parse_name(std::string_view address, bool catch_all = false);
// Lower case A-labels, or address-invalid.
Result<std::string> parse_domain(std::string_view domain);

}  // namespace hato::account
