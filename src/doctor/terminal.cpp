// SPDX-License-Identifier: Apache-2.0
#include "doctor/terminal.h"

namespace hato::doctor {
namespace {

std::size_t char_bytes(std::string_view s) {
  const auto lead = static_cast<unsigned char>(s[0]);
  return std::min<std::size_t>(lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, s.size());
}

// Characters that may not begin a line of Japanese.
bool clings(std::string_view c) {
  static constexpr std::string_view kClinging = "。、」)ー・っゃゅょ";
  return kClinging.find(c) != kClinging.npos && c.size() == 3;
}

}  // namespace

void Terminal::paragraph(const std::string& lead, std::string_view text, std::string_view style) {
  const auto indent = std::min<std::size_t>(display_width(lead), columns_ / 2);
  auto safe = printable_utf8(text);
  std::replace(safe.begin(), safe.end(), '\n', ' ');
  bool first = true;
  for (const auto& l : wrap(safe, columns_ - indent)) {
    out_ += (first ? lead : std::string(indent, ' ')) + styled(l, style) + '\n';
    first = false;
  }
}

std::vector<std::string> Terminal::wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0, breakable = 0;  // where the last line may be broken, 0: nowhere
  while (!text.empty()) {
    const auto c = text.substr(0, char_bytes(text));
    text.remove_prefix(c.size());
    const auto w = display_width(c);
    auto& now = lines.back();
    if (used + w > width && !now.empty() && !clings(c)) {
      std::string rest = breakable ? now.substr(breakable) : "";
      if (breakable) now.resize(breakable);
      while (now.ends_with(' ')) now.pop_back();
      rest.erase(0, std::min(rest.find_first_not_of(' '), rest.size()));
      used = display_width(rest);
      lines.push_back(std::move(rest));
      breakable = 0;
    }
    if (lines.back().empty() && c == " " && lines.size() > 1) continue;
    lines.back() += c;
    used += w;
    if (c == " " || w == 2) breakable = lines.back().size();
  }
  return lines;
}

}  // namespace hato::doctor
