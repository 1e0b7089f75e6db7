// SPDX-License-Identifier: Apache-2.0
// One page that stands alone: no script, no outside resource, prints on paper. All text passes
// through escaped(), so nothing of the input becomes markup.
#include <cmath>

#include "base/text.h"
#include "doctor/view.h"

namespace hato::doctor {
namespace {

constexpr std::size_t kMaxOriginal = 20'000;

constexpr std::string_view kStyle = R"(<style>
:root{color-scheme:light dark;--ink:#1d2330;--soft:#5c6675;--line:#d9dee6;--card:#fff;--page:#f4f6f9;--mark:#0b63ce;--bad:#b3261e;--good:#1b7f3b}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebf0;--soft:#9aa5b4;--line:#343b47;--card:#1e232c;--page:#14181f;--mark:#6db1ff;--bad:#ff8a80;--good:#7fdc9a}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.6 system-ui,"Hiragino Sans","Noto Sans JP","Yu Gothic UI",sans-serif}
main{max-width:46rem;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.45rem;line-height:1.35;margin:0 0 .3rem}
h2{font-size:1.05rem;margin:1.6rem 0 .5rem;color:var(--soft)}
h3{font-size:1.1rem;margin:0}
h4{font-size:.95rem;margin:1rem 0 .2rem}
.bad{color:var(--bad)}.good{color:var(--good)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.2rem;margin:.6rem 0}
.soft{color:var(--soft);font-size:.9rem}
.bar{height:.35rem;border-radius:.2rem;background:var(--line);margin:.5rem 0}
.bar i{display:block;height:100%;border-radius:.2rem;background:var(--mark)}
q{background:color-mix(in srgb,var(--mark) 12%,transparent);border-radius:.2rem;padding:0 .25rem}
pre,code{font:14px/1.5 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
pre{background:var(--page);border:1px solid var(--line);border-radius:.4rem;padding:.7rem .9rem;margin:.4rem 0}
ol,ul{margin:.2rem 0;padding-left:1.4rem}
table{border-collapse:collapse;width:100%}td{padding:.3rem .6rem .3rem 0;vertical-align:top;border-top:1px solid var(--line)}
td:first-child{white-space:nowrap;color:var(--soft)}
@media print{body{background:#fff}main{max-width:none;padding:0}.card{break-inside:avoid}}
</style>)";

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : printable_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string tag(std::string_view name, std::string_view text, std::string_view attributes = {}) {
  const std::string n(name);
  return '<' + n + (attributes.empty() ? "" : ' ' + std::string(attributes)) + '>' + escaped(text) +
         "</" + n + ">\n";
}

std::string list(std::string_view kind, const Words& label, const std::vector<std::string>& items,
                 Lang lang) {
  if (items.empty()) return {};
  const std::string k(kind);
  auto out = tag("h4", label.in(lang)) + '<' + k + ">\n";
  for (const auto& i : items) out += tag("li", i);
  return out + "</" + k + ">\n";
}

std::string cause_card(const CauseView& c, bool whole, Lang lang) {
  const auto percent = std::to_string(int(std::lround(c.confidence * 100)));
  auto out = "<section class=\"card\">\n" + tag("h3", c.title) +
             tag("div", c.slug + ", " + percent + " %", "class=\"soft\"") +
             "<div class=\"bar\"><i style=\"width:" + percent + "%\"></i></div>\n";
  if (whole) out += tag("p", c.what);
  if (!c.words.empty()) {
    out += "<p class=\"soft\">" + escaped(label::kBecause.in(lang)) + ": ";
    for (const auto& w : c.words) out += "<q>" + escaped(w) + "</q> ";
    out += "</p>\n";
  }
  if (whole) {
    out += list("ol", label::kUser, c.user, lang) + list("ol", label::kAdmin, c.admin, lang) +
           list("ul", label::kAsk, c.ask, lang);
    if (!c.check.empty()) {
      std::string commands;
      for (const auto& command : c.check) commands += (commands.empty() ? "" : "\n") + command;
      out += tag("h4", label::kCheck.in(lang)) + tag("pre", commands);
    }
  }
  return out + "</section>\n";
}

std::string code_table(const std::vector<CodeView>& codes, Lang lang) {
  if (codes.empty()) return {};
  auto out = tag("h2", label::kCodes.in(lang)) + "<div class=\"card\"><table>\n";
  for (const auto& c : codes) {
    out += "<tr><td><code>" + escaped(c.value) + "</code><br><span class=\"soft\">" +
           escaped(c.symbol) + "</span></td><td>";
    for (const auto& m : c.meanings) out += escaped(m) + "<br>";
    out += "<span class=\"soft\">" + escaped(c.family_title) + "</span></td></tr>\n";
  }
  return out + "</table></div>\n";
}

std::string page(std::string_view title, const std::string& body, Lang lang) {
  return "<!doctype html>\n<html lang=\"" + std::string(lang == Lang::kJa ? "ja" : "en") +
         "\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         tag("title", title) + std::string(kStyle) + "\n</head>\n<body><main>\n" + body +
         "</main></body>\n</html>\n";
}

std::string original_text(std::string_view original, Lang lang) {
  auto shown = original.substr(0, kMaxOriginal);
  return tag("h2", label::kText.in(lang)) +
         tag("pre", std::string(shown) + (shown.size() < original.size() ? "\n..." : ""));
}

}  // namespace

std::string report_html(const Diagnosis& d, Lang lang, std::string_view original) {
  const auto v = view_of(d, lang);
  const auto title = v.causes.empty() || v.looked_up ? v.happened : v.causes[0].title;
  std::string body = tag("h1", title, v.failed ? "class=\"bad\"" : "class=\"good\"");
  if (v.looked_up) body += code_table(v.codes, lang);
  if (title != v.happened) body += tag("p", v.happened);
  if (v.sure) body += tag("p", std::string(label::kSide.in(lang)) + ": " + v.side_text);
  if (v.failed && !v.sure) body += tag("p", label::kNotSure.in(lang), "class=\"soft\"");
  if (!v.causes.empty()) body += tag("h2", (v.sure ? label::kCauses : label::kMaybe).in(lang));
  for (std::size_t i = 0; i < v.causes.size(); ++i) body += cause_card(v.causes[i], i == 0, lang);
  if (!v.find_out.empty())
    body += "<div class=\"card\">" + list("ul", label::kFindOut, v.find_out, lang) + "</div>\n";
  if (!v.looked_up) body += code_table(v.codes, lang);
  if (!v.seen.empty()) {
    body += tag("h2", label::kSeen.in(lang)) + "<div class=\"card\"><table>\n";
    for (const auto& [name, value] : v.seen)
      body += "<tr>" + tag("td", name.in(lang)) + tag("td", value) + "</tr>\n";
    body += "</table></div>\n";
  }
  if (!v.looked_up) body += original_text(original, lang);
  return page(title, body, lang);
}

}  // namespace hato::doctor
