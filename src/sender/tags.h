// SPDX-License-Identifier: Apache-2.0
// Tag lists "a=b; c=d" of DKIM, ARC and DMARC (RFC 6376 3.2). Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hato::sender {

class Tags {
 public:
  // Blanks around the value are gone, those within are not; views into the text.
  std::optional<std::string_view> get(std::string_view name) const;

 private:
  friend std::optional<Tags> parse_tags(std::string_view text);
  std::vector<std::pair<std::string_view, std::string_view>> tags_;
};

// Nothing where the syntax is broken or a tag is there twice. At most 100 tags.
std::optional<Tags> parse_tags(std::string_view text);
std::string without_blanks(std::string_view text);  // folds included

}  // namespace hato::sender
