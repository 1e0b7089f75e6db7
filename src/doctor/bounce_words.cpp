// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "doctor/bounce_formats.h"

namespace hato::doctor {
namespace {

// What stands before the address of a recipient in a sentence.
constexpr std::string_view kBefore[] = {"recipient",
                                        "delivering your mail to",
                                        "deliver message to",
                                        "delivered to",
                                        "deliver to",
                                        "addressed to",
                                        "mail to",
                                        "message to",
                                        "address:",
                                        "mailbox is full:",
                                        "undeliverable:",
                                        "user:",
                                        "sent to",
                                        "rcpt to",
                                        "following address",
                                        "delivery to",
                                        "mailbox",
                                        "宛先",
                                        "宛て"};

// Addresses that are there to be asked.
bool is_helper(std::string_view address) {
  return istarts_with(address, "postmaster@") || istarts_with(address, "mailer-daemon@") ||
         istarts_with(address, "support@") || istarts_with(address, "abuse@") ||
         istarts_with(address, "postfix@");
}

std::string_view without_lead(std::string_view line) {
  while (!line.empty() && std::string_view(" \t*>-[|.").find(line[0]) != line.npos)
    line.remove_prefix(1);
  return line;
}

// "<a@b>: words", "a@b", "a@b on Thu", "a@b... words", "x:000:<a@b> : words"
std::string_view leading(std::string_view line) {
  line = without_lead(line);
  const auto address = find_address(line.substr(0, 400));
  if (address.empty()) return {};
  const auto at = std::size_t(address.data() - line.data());
  const auto before = line.substr(0, at);
  const bool first = before.empty() || before == "<" || before == "'" || before == "\"" ||
                     (before.ends_with(":<") && before.find(' ') == before.npos &&
                      before.find("000") != before.npos);
  return first ? address : std::string_view();
}

std::string_view in_sentence(std::string_view line) {
  for (auto mark : kBefore) {
    const auto at = find_words(line, mark);
    if (at == line.npos) continue;
    if (auto a = find_address(line, at + mark.size()); !a.empty() && !is_helper(a)) return a;
  }
  return {};
}

std::string_view after_to(std::string_view line) {
  line = without_lead(line);
  return istarts_with(line, "to:") ? find_address(line, 3) : std::string_view();
}

std::string_view anywhere(std::string_view line) {
  const auto address = find_address(line);
  return is_helper(address) || istarts_with(without_lead(line), "from:") ? std::string_view()
                                                                         : address;
}

constexpr std::string_view (*kWays[])(std::string_view) = {leading, in_sentence, after_to,
                                                           anywhere};

bool holds(const std::vector<Reported>& all, std::string_view address) {
  return std::any_of(all.begin(), all.end(),
                     [&](const Reported& r) { return iequals(r.address, address); });
}

std::vector<Reported> listed(std::string_view list) {
  std::vector<Reported> out;
  for (std::size_t at = 0; out.size() < kMaxRecipients;) {
    const auto a = find_address(list, at);
    if (a.empty()) break;
    at = std::size_t(a.data() - list.data()) + a.size();
    if (!holds(out, a)) out.push_back({.address = std::string(a)});
  }
  return out;
}

// What follows a recipient up to the next one; all where that is nothing.
void share_words(std::string_view words, const std::vector<std::string_view>& lines,
                 std::vector<Reported>& out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto begin = std::size_t(lines[i].data() - words.data());
    const auto end =
        i + 1 < out.size() ? std::size_t(lines[i + 1].data() - words.data()) : words.size();
    out[i].around = out.size() == 1 ? words : words.substr(begin, end - begin);
    if (out[i].around.size() < out[i].address.size() + 16) out[i].around = words;
  }
}

}  // namespace

std::vector<Reported> read_words(const Letter& letter) {
  auto out = listed(letter.field("X-Failed-Recipients"));
  for (auto& r : out) r.around = letter.words;
  if (out.size() == 1) return out;
  std::vector<Reported> found;
  std::vector<std::string_view> lines;
  for (auto way : kWays) {
    each_line(letter.words, [&](std::string_view line) {
      const auto address = way(line);
      if (!address.empty() && !holds(found, address)) {
        found.push_back({.address = std::string(address)});
        lines.push_back(line);
      }
      // Each is compared with those before.
      return found.size() < kMaxRecipients;
    });
    if (!found.empty()) break;
  }
  share_words(letter.words, lines, found);
  if (out.empty()) return found;
  for (auto& r : out)
    for (auto& f : found)
      if (iequals(r.address, f.address)) r.around = f.around;
  return out;
}

}  // namespace hato::doctor
