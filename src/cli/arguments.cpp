// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include "base/text.h"

namespace hato::cli {
namespace {

constexpr OptionRow kGlobal[] = {
    {"--config", "FILE", {"the configuration (also -c)", "設定ファイル (-c も可)"}},
    {"--lang", "en|ja", {"language of all texts", "表示する言語"}},
    {"--json", "", {"answer as JSON, for programs", "JSON で出力 (プログラム向け)"}},
    {"--help", "", {"this help (also -h)", "この説明 (-h も可)"}},
    {"--version", "", {"the version", "バージョン"}},
};

constexpr std::pair<std::string_view, std::string_view> kShort[] = {{"-c", "--config"},
                                                                    {"-h", "--help"}};

std::unexpected<Error> wrong(Lang lang, const Text& text, std::string_view word,
                             std::string hint = {}) {
  std::string sentence(text.in(lang));
  if (auto at = sentence.find("{}"); at != sentence.npos) sentence.replace(at, 2, word);
  return fail(ErrorId::kUsage, {{"problem", sentence}, {"hint", std::move(hint)}});
}

std::string did_you_mean(Lang lang, std::string_view word,
                         const std::vector<std::string_view>& known) {
  auto near = nearest(word, known);
  if (!near) return {};
  std::string name(*near);
  return lang == Lang::kJa ? " もしかして: " + name : " Did you mean: " + name + "?";
}

struct Arity {
  std::size_t least = 0, most = 0;
};
// "ADDRESS [TARGET...]": a word in brackets may be left out, one with dots repeated.
Arity arity_of(std::string_view arguments) {
  Arity out;
  for (auto word : split(arguments, ' ')) {
    if (word.empty()) continue;
    if (!word.starts_with('[')) ++out.least;
    out.most = word.contains("...") ? std::size_t(-1) : out.most + 1;
  }
  return out;
}

const OptionRow* find_option(std::span<const OptionRow> rows, std::string_view name) {
  for (const auto& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

class Parser {
 public:
  Parser(const std::vector<Command>& table, const std::vector<std::string>& words, Lang lang)
      : table_(table), words_(words), lang_(lang) {}

  Result<Parsed> parse() {
    // Global options may stand before the command; its own only behind it.
    for (; at_ < words_.size() && is_option(words_[at_]); ++at_) HATO_CHECK(option());
    HATO_CHECK(find_command());
    bool only_words = false;
    for (; at_ < words_.size(); ++at_) {
      if (!only_words && words_[at_] == "--")
        only_words = true;
      else if (!only_words && is_option(words_[at_]))
        HATO_CHECK(option());
      else
        parsed_.args.words.push_back(words_[at_]);
    }
    parsed_.help = parsed_.args.has("--help");
    parsed_.version = parsed_.args.has("--version");
    if (parsed_.command && !parsed_.help && !parsed_.version) HATO_CHECK(count());
    return std::move(parsed_);
  }

 private:
  // Not "-ERR ..." or "-2146644977", which are texts.
  static bool is_option(std::string_view word) {
    return word.size() > 1 && word[0] == '-' && !is_digit(word[1]) &&
           !(word[1] >= 'A' && word[1] <= 'Z');
  }

  Result<> find_command() {
    if (at_ == words_.size()) return {};
    std::string_view first = words_[at_++];
    std::string both(first);
    if (at_ < words_.size() && !is_option(words_[at_])) both += ' ' + words_[at_];
    std::vector<std::string_view> firsts, seconds;
    for (const auto& c : table_) {
      if (c.name == both && both != first) return parsed_.command = &c, ++at_, Result<>{};
      if (c.name == first) return parsed_.command = &c, Result<>{};
      auto space = c.name.find(' ');
      firsts.push_back(c.name.substr(0, space));
      if (firsts.back() == first && space != c.name.npos)
        seconds.push_back(c.name.substr(space + 1)), parsed_.group = firsts.back();
    }
    if (seconds.empty())
      return wrong(lang_, {"There is no command {}.", "{} というコマンドはありません。"}, first,
                   did_you_mean(lang_, first, firsts));
    if (both == first) return {};
    return wrong(lang_, {"There is no command {}.", "{} というコマンドはありません。"}, both,
                 did_you_mean(lang_, words_[at_], seconds));
  }

  Result<> option() {
    std::string_view word = words_[at_];
    for (const auto& [brief, full] : kShort)
      if (word == brief) word = full;
    auto equals = word.find('=');
    auto name = word.substr(0, equals);
    const auto* row = find_option(kGlobal, name);
    if (!row && parsed_.command) row = find_option(parsed_.command->options, name);
    if (!row) return unknown_option(name);
    if (row->value.empty() && equals != word.npos)
      return wrong(lang_, {"{} takes no value.", "{} に値は付きません。"}, name);
    if (!row->value.empty() && equals == word.npos && ++at_ == words_.size())
      return wrong(lang_, {"{} needs a value.", "{} には値が必要です。"},
                   std::string(name) + ' ' + std::string(row->value));
    auto& value = parsed_.args.options[std::string(name)];
    if (!row->value.empty()) value = equals == word.npos ? words_[at_] : word.substr(equals + 1);
    return {};
  }

  Result<> unknown_option(std::string_view name) const {
    std::vector<std::string_view> known;
    for (const auto& row : kGlobal) known.push_back(row.name);
    if (parsed_.command)
      for (const auto& row : parsed_.command->options) known.push_back(row.name);
    return wrong(lang_, {"There is no option {}.", "{} というオプションはありません。"}, name,
                 did_you_mean(lang_, name, known));
  }

  Result<> count() const {
    const auto& command = *parsed_.command;
    auto arity = arity_of(command.arguments);
    auto given = parsed_.args.words.size();
    auto form =
        std::string("hato ") + std::string(command.name) + ' ' + std::string(command.arguments);
    if (given < arity.least)
      return wrong(lang_, {"Something is missing: {}.", "引数が足りません: {}"}, form);
    if (given > arity.most)
      return wrong(lang_, {"{} is one word too many.", "{} は余分です。"},
                   parsed_.args.words[arity.most]);
    return {};
  }

  const std::vector<Command>& table_;
  const std::vector<std::string>& words_;
  const Lang lang_;
  std::size_t at_ = 0;
  Parsed parsed_;
};

}  // namespace

std::span<const OptionRow> global_options() { return kGlobal; }

Result<Parsed> parse_arguments(const std::vector<Command>& table,
                               const std::vector<std::string>& words, Lang lang) {
  return Parser(table, words, lang).parse();
}

Lang wanted_lang(const std::vector<std::string>& words, std::string_view environment) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--lang" && i + 1 < words.size()) return catalogue::parse_lang(words[i + 1]);
    if (words[i].starts_with("--lang=")) return catalogue::parse_lang(words[i].substr(7));
  }
  return catalogue::parse_lang(environment);
}

}  // namespace hato::cli
