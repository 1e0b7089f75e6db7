// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "doctor/bounce_formats.h"

namespace hato::doctor {
namespace {

// "rfc822; a@b" (RFC 3464 2.1.2) without its type, blanks and brackets.
std::string_view after_type(std::string_view value) {
  const auto semicolon = value.find(';');
  if (semicolon != value.npos && semicolon < 16) value.remove_prefix(semicolon + 1);
  return trim(value);
}

std::string address_of(std::string_view value) {
  auto address = find_address(value);
  if (!address.empty()) return std::string(address);
  value = after_type(value);
  if (value.starts_with('<') && value.ends_with('>')) value = value.substr(1, value.size() - 2);
  return std::string(value.substr(0, 320));
}

struct Group {
  std::string final, original, actual;
  Reported said;

  void take(std::string_view name, std::string_view value) {
    if (iequals(name, "final-recipient"))
      final = address_of(value);
    else if (iequals(name, "original-recipient"))
      original = address_of(value);
    else if (iequals(name, "x-actual-recipient"))
      actual = address_of(value);
    else if (iequals(name, "action"))
      said.action = to_lower(value);
    else if (iequals(name, "status"))
      said.status = value;
    else if (iequals(name, "remote-mta"))
      said.remote = after_type(value);
    else if (iequals(name, "diagnostic-code") || iequals(name, "x-display-name-diagnostic"))
      said.diagnostic += (said.diagnostic.empty() ? "" : " ") + std::string(after_type(value));
    else if (iequals(name, "x-supplementary-info") && said.diagnostic.empty())
      said.diagnostic = value;
  }

  bool any() const { return !final.empty() || !original.empty() || !actual.empty(); }

  Reported done() {
    for (auto* a : {&final, &original, &actual})
      if (said.address.empty() && find_address(*a).size()) said.address = *a;
    if (said.address.empty()) said.address = final.empty() ? original : final;
    return std::move(said);
  }
};

}  // namespace

std::vector<Reported> read_status_fields(std::string_view fields) {
  std::vector<Reported> out;
  Group group;
  std::string name, value;
  auto end_field = [&] {
    if (!name.empty()) group.take(name, trim(value));
    name.clear();
  };
  auto end_group = [&] {
    end_field();
    if (group.any() && out.size() < kMaxRecipients) out.push_back(group.done());
    group = {};
  };
  each_line(fields, [&](std::string_view line) {
    const auto colon = line.find(':');
    if (trim(line).empty() || line.starts_with("--")) {
      end_group();
    } else if (line[0] == ' ' || line[0] == '\t') {
      if (!name.empty()) value += ' ' + std::string(trim(line));
    } else if (colon != line.npos && line.substr(0, colon).find(' ') == line.npos) {
      end_field();
      name = trim(line.substr(0, colon));
      // A second recipient without an empty line between.
      if (iequals(name, "final-recipient") && !group.final.empty()) {
        auto held = name;
        name.clear();
        end_group();
        name = held;
      }
      value = line.substr(colon + 1);
    } else if (!name.empty()) {
      value += ' ' + std::string(line);  // a fold that lost its blank
    }
    return out.size() < kMaxRecipients;
  });
  end_group();
  return out;
}

}  // namespace hato::doctor
