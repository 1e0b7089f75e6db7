// SPDX-License-Identifier: Apache-2.0
// Lines for a terminal: wrapped to its width, Japanese too, and safe whatever the text holds. Pure.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "doctor/report.h"

namespace hato::doctor {

inline constexpr std::string_view kBold = "\x1b[1m", kDim = "\x1b[2m", kRed = "\x1b[1;31m",
                                  kGreen = "\x1b[1;32m", kCyan = "\x1b[36m", kPlain = "\x1b[0m";

class Terminal {
 public:
  explicit Terminal(TextLook look) : look_(look), columns_(std::clamp(look.columns, 40u, 100u)) {}

  std::string str() && { return std::move(out_); }
  void gap() { out_ += '\n'; }
  void line(std::size_t indent, std::string_view text, std::string_view style = {}) {
    paragraph(std::string(indent, ' '), text, style);
  }
  void heading(std::string_view text) {
    if (!out_.empty()) gap();
    line(0, text, kBold);
  }
  // "1. text", wrapped under itself.
  void item(std::size_t indent, std::string_view mark, std::string_view text,
            std::string_view style = {}) {
    paragraph(std::string(indent, ' ') + std::string(mark), text, style);
  }
  // As it stands, for copying.
  void command(std::size_t indent, std::string_view text) {
    out_ += std::string(indent, ' ') + styled("$ " + printable_utf8(text), kCyan) + '\n';
  }
  void pair(std::size_t width, std::string_view left, std::string_view right) {
    const auto have = display_width(left);
    paragraph("  " + std::string(left) + std::string(width > have ? width - have : 0, ' ') + "  ",
              right, {});
  }

 private:
  std::string styled(std::string_view text, std::string_view style) const {
    if (!look_.colours || style.empty()) return std::string(text);
    return std::string(style) + std::string(text) + std::string(kPlain);
  }

  // The first line begins with `lead`, the others under its end.
  void paragraph(const std::string& lead, std::string_view text, std::string_view style);
  static std::vector<std::string> wrap(std::string_view text, std::size_t width);

  std::string out_;
  const TextLook look_;
  const unsigned columns_;
};

}  // namespace hato::doctor
