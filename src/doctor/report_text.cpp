// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "doctor/view.h"

namespace hato::doctor {
namespace {

constexpr std::string_view kBold = "\x1b[1m", kDim = "\x1b[2m", kRed = "\x1b[1;31m",
                           kGreen = "\x1b[1;32m", kCyan = "\x1b[36m", kPlain = "\x1b[0m";

std::size_t char_bytes(std::string_view s) {
  const auto lead = static_cast<unsigned char>(s[0]);
  return std::min<std::size_t>(lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, s.size());
}

// Characters that may not begin a line of Japanese.
bool clings(std::string_view c) {
  static constexpr std::string_view kClinging = "。、」)ー・っゃゅょ";
  return kClinging.find(c) != kClinging.npos && c.size() == 3;
}

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
  void paragraph(const std::string& lead, std::string_view text, std::string_view style) {
    const auto indent = std::min<std::size_t>(display_width(lead), columns_ / 2);
    auto safe = printable_utf8(text);
    std::replace(safe.begin(), safe.end(), '\n', ' ');
    bool first = true;
    for (const auto& l : wrap(safe, columns_ - indent)) {
      out_ += (first ? lead : std::string(indent, ' ')) + styled(l, style) + '\n';
      first = false;
    }
  }

  static std::vector<std::string> wrap(std::string_view text, std::size_t width) {
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

  std::string out_;
  const TextLook look_;
  const unsigned columns_;
};

std::string percent(double confidence) {
  return std::to_string(int(std::lround(confidence * 100))) + " %";
}

void steps(Terminal& t, const Words& label, const std::vector<std::string>& list, Lang lang) {
  if (list.empty()) return;
  t.gap();
  t.line(3, label.in(lang), kBold);
  for (std::size_t i = 0; i < list.size(); ++i) t.item(5, std::to_string(i + 1) + ". ", list[i]);
}

void words(Terminal& t, const CauseView& c, Lang lang) {
  if (c.words.empty()) return;
  std::string all;
  for (const auto& w : c.words) all += (all.empty() ? "" : " / ") + w;
  t.item(3, std::string(label::kBecause.in(lang)) + ": ", all, kDim);
}

void whole_cause(Terminal& t, const CauseView& c, Lang lang) {
  t.line(3, c.what);
  words(t, c, lang);
  steps(t, label::kUser, c.user, lang);
  steps(t, label::kAdmin, c.admin, lang);
  steps(t, label::kAsk, c.ask, lang);
  if (c.check.empty()) return;
  t.gap();
  t.line(3, label::kCheck.in(lang), kBold);
  for (const auto& command : c.check) t.command(5, command);
}

void code_lines(Terminal& t, const std::vector<CodeView>& codes) {
  for (const auto& c : codes) {
    t.line(2, c.value + (c.symbol.empty() ? "" : ' ' + c.symbol) + "  (" + c.family_title + ')',
           kCyan);
    for (const auto& m : c.meanings) t.line(4, m);
  }
}

void cause_list(Terminal& t, const View& v, Lang lang) {
  t.heading((v.sure ? label::kCauses : label::kMaybe).in(lang));
  for (std::size_t i = 0; i < v.causes.size(); ++i) {
    const auto& c = v.causes[i];
    if (i) t.gap();
    t.item(0, std::to_string(i + 1) + ". ",
           c.title + "  (" + c.slug + ", " + percent(c.confidence) + ')', kBold);
    if (i == 0) {
      whole_cause(t, c, lang);
    } else {
      words(t, c, lang);
    }
  }
  if (v.causes.size() > 1) {
    t.gap();
    t.line(0,
           (lang == Lang::kJa ? "ほかの原因の詳細: hato causes "
                              : "More on another cause: hato causes ") +
               v.causes[1].slug,
           kDim);
  }
}

}  // namespace

std::string report_text(const Diagnosis& d, Lang lang, TextLook look) {
  const auto v = view_of(d, lang);
  Terminal t(look);
  t.line(0, v.happened, v.failed ? kRed : kGreen);
  if (v.looked_up) code_lines(t, v.codes);
  if (v.sure) t.line(0, std::string(label::kSide.in(lang)) + ": " + v.side_text);
  if (v.failed && !v.sure) t.line(0, label::kNotSure.in(lang), kBold);
  if (v.cut) t.line(0, label::kCut.in(lang), kDim);
  if (!v.causes.empty()) cause_list(t, v, lang);
  if (!v.find_out.empty()) {
    t.heading(label::kFindOut.in(lang));
    for (const auto& s : v.find_out) t.item(2, "- ", s);
  }
  if (!v.codes.empty() && !v.looked_up) {
    t.heading(label::kCodes.in(lang));
    code_lines(t, v.codes);
  }
  if (!v.seen.empty()) {
    t.heading(label::kSeen.in(lang));
    std::size_t width = 0;
    for (const auto& [name, value] : v.seen) width = std::max(width, display_width(name.in(lang)));
    for (const auto& [name, value] : v.seen) t.pair(width, name.in(lang), value);
  }
  return std::move(t).str();
}

std::string cause_text(const catalogue::Cause& cause, Lang lang, TextLook look) {
  const auto v = view_of(cause, lang);
  Terminal t(look);
  t.line(0, v.title + "  (" + v.slug + ')', kBold);
  t.line(0, std::string(label::kSide.in(lang)) + ": " + std::string(side_text(v.side, lang)));
  t.gap();
  whole_cause(t, v, lang);
  t.gap();
  t.line(0, std::string(label::kSource.in(lang)) + ": " + std::string(cause.source.view()), kDim);
  return std::move(t).str();
}

}  // namespace hato::doctor
