// SPDX-License-Identifier: Apache-2.0
// Values of the configuration: taking them, writing them, and the file of all defaults.
#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "base/time.h"
#include "cli/config.h"
#include "cli/report.h"

namespace hato::cli {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

Text expected(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return {"a text in quotes", "引用符で囲んだ文字列"};
    case Kind::kTexts:
      return {"a list of texts: [\"a\", \"b\"]", "文字列の一覧: [\"a\", \"b\"]"};
    case Kind::kYesNo:
      return {"true or false", "true か false"};
    case Kind::kNumber:
      return {"a whole number", "整数"};
    case Kind::kSize:
      return {"a size such as \"50M\" or \"2G\"", "\"50M\" や \"2G\" のような大きさ"};
    case Kind::kSeconds:
      return {"a time such as \"90s\" or \"5m\"", "\"90s\" や \"5m\" のような時間"};
    case Kind::kNetworks:
      return {"a list of networks: [\"192.0.2.0/24\", \"::1\"]",
              "ネットワークの一覧: [\"192.0.2.0/24\", \"::1\"]"};
    case Kind::kListen:
      return {
          "a list of addresses with ports: [\"*:25\"], [\"192.0.2.1:25\", \"[2001:db8::1]:25\"]",
          "アドレスとポートの一覧: [\"*:25\"]、[\"192.0.2.1:25\", \"[2001:db8::1]:25\"]"};
  }
  return {};
}

std::optional<std::int64_t> number(const Key& key, const Value& value) {
  if (auto* n = std::get_if<std::int64_t>(&value)) return *n;
  auto* text = std::get_if<std::string>(&value);
  if (!text) return {};
  if (key.kind == Kind::kSize)
    if (auto size = parse_size(*text); size && *size <= std::uint64_t(key.most))
      return std::int64_t(*size);
  if (key.kind == Kind::kSeconds)
    if (auto time = parse_duration(*text)) return *time / 1000;
  return {};
}

std::optional<TextList> texts(const Value& value) {
  if (auto* one = std::get_if<std::string>(&value)) return TextList{*one};
  if (auto* list = std::get_if<TextList>(&value)) return *list;
  return {};
}

template <class T>
bool assign_list(std::vector<T>& to, const Value& value) {
  auto list = texts(value);
  if (!list) return false;
  std::vector<T> out;
  for (const auto& text : *list) {
    auto one = T::parse(text);
    if (!one) return false;
    out.push_back(std::move(*one));
  }
  to = std::move(out);
  return true;
}

bool allowed(const Key& key, const std::string& text) {
  return key.choices.empty() || std::ranges::find(key.choices, text) != key.choices.end();
}

bool take(const Key& key, Config& config, const Value& value) {
  auto numeric = [&](auto* to) {
    auto n = number(key, value);
    if (!n || *n < key.least || *n > key.most) return false;
    *to = std::remove_pointer_t<decltype(to)>(*n);
    return true;
  };
  return std::visit(Overloaded{[&](std::string* to) {
                                 auto* text = std::get_if<std::string>(&value);
                                 if (!text || !allowed(key, *text)) return false;
                                 *to = *text;
                                 return true;
                               },
                               [&](TextList* to) {
                                 auto list = texts(value);
                                 if (list) *to = *list;
                                 return list.has_value();
                               },
                               [&](bool* to) {
                                 auto* yes = std::get_if<bool>(&value);
                                 if (yes) *to = *yes;
                                 return yes != nullptr;
                               },
                               [&](CidrList* to) { return assign_list(*to, value); },
                               [&](ListenList* to) { return assign_list(*to, value); },
                               [&](auto* to) { return numeric(to); }},
                    key.place(config));
}

std::string shown(const Key& key, std::int64_t n) {
  if (key.kind == Kind::kSize)
    for (auto [shift, unit] : {std::pair{40, 'T'}, {30, 'G'}, {20, 'M'}, {10, 'K'}})
      if (n && n % (1LL << shift) == 0) return '"' + std::to_string(n >> shift) + unit + '"';
  if (key.kind == Kind::kSeconds)
    return '"' + (n % 60 ? std::to_string(n) + 's' : std::to_string(n / 60) + 'm') + '"';
  return std::to_string(n);
}

template <class T, class F>
std::string list_text(const std::vector<T>& list, F text) {
  std::string out;
  for (const auto& item : list) out += (out.empty() ? "" : ", ") + json_string(text(item));
  return '[' + out + ']';
}

}  // namespace

std::string cidr_text(const net::Cidr& c) {
  bool v4 = c.base.is_v4() && c.bits >= 96;
  return c.base.text() + '/' + std::to_string(v4 ? c.bits - 96 : c.bits);
}

std::string ListenAddress::text() const {
  if (address.contains('/')) return address;
  return (address.contains(':') ? '[' + address + ']' : address) + ':' + std::to_string(port);
}

std::optional<ListenAddress> ListenAddress::parse(std::string_view text) {
  if (text.starts_with('/')) return ListenAddress{std::string(text), 0};
  auto colon = text.rfind(':');
  if (colon == text.npos) return {};
  auto port = parse_u64(text.substr(colon + 1));
  auto address = text.substr(0, colon);
  bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (bracketed) address = address.substr(1, address.size() - 2);
  if (!port || *port > 65535 || (address.contains(':') != bracketed)) return {};
  if (address != "*" && !net::Ip::parse(address)) return {};
  return ListenAddress{std::string(address), std::uint16_t(*port)};
}

std::string Config::path(const std::string& name) const {
  namespace fs = std::filesystem;
  auto out = (fs::path(file).parent_path() / name).lexically_normal();
  return (out.has_filename() ? out : out.parent_path()).string();  // without a slash at its end
}

std::optional<std::string> assign(const Key& key, Config& config, const Value& value, Lang lang) {
  if (take(key, config, value)) return {};
  std::string out(expected(key.kind).in(lang));
  if (number(key, value))
    out += fill(Text{" from {} to {}", " ({} 以上 {} 以下)"}.in(lang),
                {shown(key, key.least), shown(key, key.most)});
  for (std::string list; auto choice : key.choices) {
    list += (list.empty() ? "" : ", ") + std::string(choice);
    if (choice == key.choices.back()) out = list;
  }
  return out;
}

std::string format_value(const Key& key, const Config& config) {
  // The table's places are writable; nothing is written here.
  auto place = key.place(const_cast<Config&>(config));
  return std::visit(
      Overloaded{[](std::string* s) { return json_string(*s); },
                 [](TextList* l) { return list_text(*l, [](auto& s) { return s; }); },
                 [](bool* b) { return std::string(*b ? "true" : "false"); },
                 [](CidrList* l) { return list_text(*l, cidr_text); },
                 [](ListenList* l) { return list_text(*l, [](auto& a) { return a.text(); }); },
                 [&](std::chrono::seconds* s) { return shown(key, s->count()); },
                 [&](auto* n) { return shown(key, std::int64_t(*n)); }},
      place);
}

std::string config_file_text(const std::vector<std::pair<std::string, std::string>>& set,
                             Lang lang) {
  std::string out(
      Text{"# Configuration of Hato. Each line that begins with \"# key =\" shows a default.\n"
           "# After a change: hato config check, then restart the server.\n",
           "# Hato の設定。「# キー =」の行は既定値です。\n"
           "# 変更したら hato config check で確かめ、サーバーを再起動してください。\n"}
          .in(lang));
  const Config defaults;
  std::string_view section;
  for (const auto& key : config_keys()) {
    auto dot = key.name.find('.');
    auto name = dot == key.name.npos ? key.name : key.name.substr(dot + 1);
    auto in = dot == key.name.npos ? std::string_view{} : key.name.substr(0, dot);
    if (in != section) out += "\n[" + std::string(section = in) + "]\n";
    auto given = std::ranges::find(set, key.name, &std::pair<std::string, std::string>::first);
    out += "\n# " + std::string(key.doc.in(lang)) + '\n';
    out += (given == set.end() ? "# " : "") + std::string(name) + " = " +
           (given == set.end() ? format_value(key, defaults) : given->second) + '\n';
  }
  return out;
}

}  // namespace hato::cli
