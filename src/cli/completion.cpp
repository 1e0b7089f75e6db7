// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <algorithm>
#include "cli/generate.h"

namespace hato::cli {
namespace {

std::string_view first_of(std::string_view name) { return name.substr(0, name.find(' ')); }
std::string_view second_of(std::string_view name) {
  auto space = name.find(' ');
  return space == name.npos ? std::string_view{} : name.substr(space + 1);
}

// What may follow: after nothing the first words, after a group its second words.
struct Level {
  std::string_view after;
  std::vector<std::pair<std::string_view, std::string_view>> words;  // and what they do
};
std::vector<Level> levels_of(const std::vector<Command>& table, Lang lang) {
  std::vector<Level> out = {{"", {}}};
  for (const auto& c : table) {
    auto first = first_of(c.name), second = second_of(c.name);
    auto known = std::ranges::find(out, first, &Level::after);
    if (second.empty()) {
      out[0].words.emplace_back(first, c.summary.in(lang));
    } else if (known != out.end()) {
      known->words.emplace_back(second, c.summary.in(lang));
    } else {
      out[0].words.emplace_back(first, "");
      out.push_back({first, {{second, c.summary.in(lang)}}});
    }
  }
  return out;
}

std::string quoted(std::string_view text) {  // for all three shells
  std::string out = "'";
  for (char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

std::string names_of(std::span<const OptionRow> options) {
  std::string out;
  for (const auto& o : options) out += (out.empty() ? "" : " ") + std::string(o.name);
  return out;
}

// "word:what it does", as _describe reads it.
std::string described(std::string_view word, std::string_view text) {
  return quoted(std::string(word) + (text.empty() ? "" : ":") + std::string(text));
}

std::string described(std::span<const OptionRow> options, Lang lang) {
  std::string out;
  for (const auto& o : options) out += ' ' + described(o.name, o.help.in(lang));
  return out;
}

constexpr std::string_view kBashHead = R"(# bash completion of hato
_hato() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} given= next= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -c|--config|--lang) ((i++)) ;;
      -*) ;;
      *) given+="${given:+ }${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case $prev in
    -c|--config|--data) compopt -o default; return ;;
    --lang|--language) COMPREPLY=($(compgen -W 'en ja' -- "$cur")); return ;;
  esac
)";
constexpr std::string_view kBashTail = R"(  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ $next ]]; then
    COMPREPLY=($(compgen -W "$next" -- "$cur"))
  else
    compopt -o default
  fi
}
complete -F _hato hato
)";

constexpr std::string_view kZshHead = R"(#compdef hato
# zsh completion of hato
local -a next options
local given= skip= word
for word in ${words[2,CURRENT-1]}; do
  if [[ -n $skip ]]; then skip=; continue; fi
  case $word in
    (-c|--config|--lang) skip=1 ;;
    (-*) ;;
    (*) given+=${given:+ }$word ;;
  esac
done
)";
constexpr std::string_view kZshTail = R"(esac
if [[ $PREFIX == -* ]]; then
  _describe option options
elif (( $#next )); then
  _describe command next
else
  _files
fi
)";

}  // namespace

std::string bash_completion(const std::vector<Command>& table, Lang lang) {
  std::string out(kBashHead);
  out += "  local options='" + names_of(global_options()) + "'\n  case $given in\n";
  for (const auto& level : levels_of(table, lang)) {
    std::string words;
    for (const auto& [word, text] : level.words)
      words += (words.empty() ? "" : " ") + std::string(word);
    out += "    " + quoted(level.after) + ") next=" + quoted(words) + " ;;\n";
  }
  for (const auto& c : table)
    if (!c.options.empty())
      out += "    " + quoted(c.name) + "*) options+=" + quoted(' ' + names_of(c.options)) + " ;;\n";
  return out + std::string(kBashTail);
}

std::string zsh_completion(const std::vector<Command>& table, Lang lang) {
  std::string out(kZshHead);
  out += "options=(" + described(global_options(), lang) + ")\ncase $given in\n";
  for (const auto& level : levels_of(table, lang)) {
    out += "  (" + quoted(level.after) + ") next=(";
    for (const auto& [word, text] : level.words) out += ' ' + described(word, text);
    out += ") ;;\n";
  }
  for (const auto& c : table)
    if (!c.options.empty())
      out += "  (" + quoted(c.name) + "*) options+=(" + described(c.options, lang) + ") ;;\n";
  return out + std::string(kZshTail);
}

std::string fish_completion(const std::vector<Command>& table, Lang lang) {
  std::string out = "# fish completion of hato\n";
  auto option = [&](const OptionRow& o, const std::string& when) {
    out += "complete -c hato" + when + " -l " + std::string(o.name.substr(2)) +
           (o.value.empty() ? "" : " -r") + " -d " + quoted(o.help.in(lang)) + '\n';
  };
  for (const auto& o : global_options()) option(o, "");
  out += "complete -c hato -s c -r\n";
  for (const auto& level : levels_of(table, lang)) {
    std::string words;
    for (const auto& [word, text] : level.words) words += ' ' + std::string(word);
    auto when = level.after.empty() ? std::string("__fish_use_subcommand")
                                    : "__fish_seen_subcommand_from " + std::string(level.after) +
                                          "; and not __fish_seen_subcommand_from" + words;
    for (const auto& [word, text] : level.words)
      out += "complete -c hato -f -n " + quoted(when) + " -a " + std::string(word) + " -d " +
             quoted(text) + '\n';
  }
  for (const auto& c : table) {
    auto second = second_of(c.name);
    auto when = "__fish_seen_subcommand_from " + std::string(first_of(c.name));
    if (!second.empty()) when += "; and __fish_seen_subcommand_from " + std::string(second);
    for (const auto& o : c.options) option(o, " -n " + quoted(when));
  }
  return out;
}

}  // namespace hato::cli
