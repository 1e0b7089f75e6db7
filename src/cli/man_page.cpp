// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"
#include "cli/exit_codes.h"
#include "cli/generate.h"

namespace hato::cli {
namespace {

// A line of text in roff: nothing of it is a request or an escape.
std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

class Page {
 public:
  explicit Page(Lang lang) : lang_(lang) {}
  void section(const Text& title) { out_ += ".SH " + std::string(title.in(lang_)) + '\n'; }
  void line(std::string_view text) { out_ += escaped(text) + '\n'; }
  void line(const Text& text) { line(text.in(lang_)); }
  void item(std::string_view term, const Text& text) {
    out_ += ".TP\n.B " + escaped(term) + '\n' + escaped(text.in(lang_)) + '\n';
  }
  void options(std::span<const OptionRow> rows) {
    for (const auto& o : rows)
      item(std::string(o.name) + (o.value.empty() ? "" : " ") + std::string(o.value), o.help);
  }
  void command(const Command& c) {
    out_ += ".SS \"hato " + escaped(c.name) + (c.arguments.empty() ? "" : " ") +
            escaped(c.arguments) + "\"\n";
    line(c.summary);
    options(c.options);
    if (c.examples.empty()) return;
    out_ += ".PP\n.EX\n";
    for (const auto& e : c.examples) line(e.line);
    out_ += ".EE\n";
  }
  void raw(std::string_view roff) { out_ += roff; }
  std::string take() { return std::move(out_); }

 private:
  const Lang lang_;
  std::string out_;
};

}  // namespace

std::string man_page(const std::vector<Command>& table, Lang lang) {
  Page page(lang);
  page.raw(".TH HATO 1 \"\" \"hato " HATO_VERSION "\"\n");
  page.section({"NAME", "名前"});
  page.line(Text{"hato - a mail server that tells you why",
                 "hato - 何が起きたかを説明するメールサーバー"});
  page.section({"SYNOPSIS", "書式"});
  page.raw(".B hato\n[\\fB\\-c\\fR \\fIFILE\\fR] \\fICOMMAND\\fR ...\n");
  page.section({"DESCRIPTION", "説明"});
  page.line(
      Text{"One program is the whole mail system of a domain. Commands reach a running server over "
           "its control socket, and work on the store directly when none runs.",
           "ひとつのプログラムがドメインのメールシステム全体です。コマンドは動いているサーバーには"
           "制御ソケットでつながり、止まっていれば保存領域を直接扱います。"});
  page.section({"OPTIONS", "オプション"});
  page.options(global_options());
  page.section({"COMMANDS", "コマンド"});
  for (const auto& c : table) page.command(c);
  page.section({"EXIT STATUS", "終了コード"});
  for (const auto& c : exit_codes())
    page.item(std::to_string(c.code) + (c.name.empty() ? "" : " ") + std::string(c.name),
              c.meaning);
  page.section({"ENVIRONMENT", "環境変数"});
  page.item("HATO_CONFIG",
            {"the configuration where -c is not given", "-c がないときの設定ファイル"});
  page.item("LANG", {"the language of all texts: en or ja", "表示する言語 (en、ja)"});
  page.item("NO_COLOR", {"no colours", "色を付けない"});
  page.section({"FILES", "ファイル"});
  page.item("/etc/hato/hato.toml",
            {"the configuration where nothing else is named", "何も指定しないときの設定ファイル"});
  page.item("DATA/control.sock", {"the control socket of a running server", "制御ソケット"});
  return page.take();
}

}  // namespace hato::cli
