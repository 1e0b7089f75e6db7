// SPDX-License-Identifier: Apache-2.0
// The sole includer of toml++: a file against the table of keys.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>
#include <algorithm>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "cli/config.h"
#include "cli/report.h"

namespace hato::cli {
namespace {

constexpr std::uintmax_t kMaxFile = 1 << 20;

std::optional<Value> value_of(const toml::node& node) {
  if (auto b = node.as_boolean()) return Value(b->get());
  if (auto n = node.as_integer()) return Value(n->get());
  if (auto s = node.as_string()) return Value(s->get());
  auto* array = node.as_array();
  if (!array) return {};
  TextList list;
  for (const auto& item : *array) {
    auto* s = item.as_string();
    if (!s) return {};
    list.push_back(s->get());
  }
  return Value(std::move(list));
}

class Reader {
 public:
  Reader(const std::string& file, Lang lang) : lang_(lang) { config_.file = file; }

  Result<Config> read(const toml::table& root) {
    HATO_CHECK(table(root, ""));
    if (config_.hostname.empty())
      return wrong({}, Text{"hostname is missing: hostname = \"mail.example.com\".",
                            "hostname がありません: hostname = \"mail.example.com\"。"}
                           .in(lang_));
    if (config_.certificates.size() != config_.keys.size())
      return wrong({}, Text{"tls.certificates and tls.keys are not of the same length.",
                            "tls.certificates と tls.keys の数が違います。"}
                           .in(lang_));
    config_.smtp.hostname = config_.pop3.hostname = config_.hostname;
    config_.smtp.plaintext_login = config_.pop3.plaintext_login = config_.plaintext_login;
    return std::move(config_);
  }

  std::unexpected<Error> wrong(const toml::source_position& at, std::string_view problem) const {
    auto where = config_.file;
    if (at) where += ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
    return fail(ErrorId::kConfigWrong, {{"where", where}, {"problem", std::string(problem)}});
  }

 private:
  Result<> table(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      auto name = prefix + std::string(key.str());
      if (auto* inner = node.as_table(); inner && is_section(name)) {
        HATO_CHECK(this->table(*inner, name + '.'));
        continue;
      }
      const auto* row = find(name);
      if (!row) return unknown(key.source().begin, name);
      auto value = value_of(node);
      // A table or a float has no kind at all: any value that never fits gives the words.
      auto problem = assign(*row, config_, value.value_or(Value(TextList{"\n"})), lang_);
      if (problem)
        return wrong(node.source().begin,
                     fill(Text{"{} must be {}.", "{} の値は次の形で書きます: {}。"}.in(lang_),
                          {name, *problem}));
    }
    return {};
  }

  static bool is_section(std::string_view name) {
    return std::ranges::any_of(config_keys(), [&](const Key& key) {
      return key.name.starts_with(name) && key.name.substr(name.size()).starts_with('.');
    });
  }

  static const Key* find(std::string_view name) {
    auto at = std::ranges::find(config_keys(), name, &Key::name);
    return at == config_keys().end() ? nullptr : &*at;
  }

  std::unexpected<Error> unknown(const toml::source_position& at, const std::string& name) const {
    std::vector<std::string_view> known;
    for (const auto& key : config_keys()) {
      known.push_back(key.name);
      auto dot = key.name.find('.');
      if (dot != key.name.npos && !name.contains('.')) known.push_back(key.name.substr(0, dot));
    }
    auto text = fill(Text{"There is no key {}.", "{} というキーはありません。"}.in(lang_), {name});
    if (auto near = misplaced(name))
      text += fill(Text{" Did you mean: {}?", " もしかして: {}"}.in(lang_), {std::string(*near)});
    else if (auto similar = nearest(name, known))
      text +=
          fill(Text{" Did you mean: {}?", " もしかして: {}"}.in(lang_), {std::string(*similar)});
    return wrong(at, text);
  }

  // The right name in the wrong section.
  static std::optional<std::string_view> misplaced(std::string_view name) {
    auto last = name.substr(name.rfind('.') + 1);
    for (const auto& key : config_keys())
      if (key.name.substr(key.name.rfind('.') + 1) == last) return key.name;
    return {};
  }

  const Lang lang_;
  Config config_;
};

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& file, Lang lang) {
  Reader reader(file, lang);
  auto parsed = toml::parse(text);
  if (!parsed) return reader.wrong(parsed.error().source().begin, parsed.error().description());
  return reader.read(parsed.table());
}

Result<Config> load_config(const std::string& file, Lang lang) {
  std::error_code failed;
  auto path = std::filesystem::absolute(file, failed).lexically_normal().string();
  std::ifstream in(path, std::ios::binary);
  if (!in && errno == ENOENT) return fail(ErrorId::kConfigMissing, {{"file", path}});
  std::string text;
  text.resize(kMaxFile);
  in.read(text.data(), std::streamsize(text.size()));
  text.resize(std::size_t(in.gcount()));
  if (in.bad() || (text.empty() && !in.eof()) || text.size() == kMaxFile)
    return fail(ErrorId::kConfigUnreadable,
                {{"file", path},
                 {"reason", text.size() == kMaxFile ? "larger than 1 MB" : std::strerror(errno)}});
  return parse_config(text, path, lang);
}

}  // namespace hato::cli
