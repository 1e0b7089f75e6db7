// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "doctor/terminal.h"
#include "doctor/view.h"

namespace hato::doctor {
namespace {

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
