// SPDX-License-Identifier: Apache-2.0
// TOML to rows: keys, types and languages of one row at a time.
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "model.h"

namespace hato::compiler {
namespace {
namespace fs = std::filesystem;

// One table of a file: keys are taken one by one, and what remains at the end is a fault.
class Row {
 public:
  Row(const toml::table& table, Place place, Faults& faults)
      : table_(table), place_(std::move(place)), faults_(faults) {}

  const Place& place() const { return place_; }

  std::string text(std::string_view key, bool needed = true) {
    const auto* node = take(key, needed);
    if (!node) return {};
    if (auto* s = node->as_string()) {
      if (needed && trim(s->get()).empty()) fault(key, "is empty");
      return s->get();
    }
    fault(key, "is a text");
    return {};
  }

  double number(std::string_view key) {
    const auto* node = take(key, true);
    auto value = node ? node->value<double>() : std::nullopt;
    if (node && !value) fault(key, "is a number");
    return value.value_or(0);
  }

  Strings texts(std::string_view key, bool needed = false) {
    Strings out;
    const auto* node = take(key, needed);
    if (!node) return out;
    const auto* array = node->as_array();
    if (!array) return fault(key, "is a list of texts"), out;
    for (const auto& item : *array) {
      auto* s = item.as_string();
      if (!s || trim(s->get()).empty()) return fault(key, "has an entry that is no text"), out;
      out.push_back(s->get());
    }
    return out;
  }

  Weights weights(std::string_view key) {
    Weights out;
    auto inner = table(key, false);
    if (!inner) return out;
    for (const auto& [slug, node] : inner->table_) {
      auto value = node.value<double>();
      if (!value || *value == 0 || *value < -8 || *value > 8)
        fault(key, std::string(slug.str()) + " weighs between -8 and 8 and not 0");
      else
        out.emplace_back(slug.str(), *value);
    }
    return out;
  }

  std::optional<Row> table(std::string_view key, bool needed) {
    const auto* node = take(key, needed);
    if (!node) return {};
    if (auto* t = node->as_table()) return Row(*t, place_, faults_);
    return fault(key, "is a table"), std::nullopt;
  }

  Bilingual bilingual(std::string_view key) {
    auto inner = table(key, true);
    if (!inner) return {};
    Bilingual out{inner->text("en"), inner->text("ja")};
    inner->done();
    return out;
  }

  void done() {
    for (const auto& [key, node] : table_) {
      if (std::find(taken_.begin(), taken_.end(), key.str()) != taken_.end()) continue;
      std::string what = "unknown key \"" + std::string(key.str()) + '"';
      if (auto near = nearest(key.str(), taken_)) what += ", \"" + std::string(*near) + "\"?";
      Place at = place_;
      at.line = node.source().begin.line ? node.source().begin.line : at.line;
      faults_.fault(at, what);
    }
  }

  void fault(std::string_view key, const std::string& what) {
    faults_.fault(place_, std::string(key) + ' ' + what);
  }

  const toml::table& raw() const { return table_; }

 private:
  const toml::node* take(std::string_view key, bool needed) {
    taken_.push_back(key);
    const auto* node = table_.get(key);
    if (!node && needed) fault(key, "is missing");
    return node;
  }

  const toml::table& table_;
  Place place_;
  Faults& faults_;
  std::vector<std::string_view> taken_;
};

Place place_of(const std::string& file, const toml::node& node, std::string row) {
  return {file, node.source().begin.line, std::move(row)};
}

// The text that names a row in a fault, before the row is read.
std::string label(const toml::table& t, std::string_view key) {
  auto v = t[key].value<std::string>();
  auto s = v ? std::string(std::string_view(*v).substr(0, 40)) : "?";
  std::replace(s.begin(), s.end(), '\n', ' ');
  return s;
}

// Calls `each` for every table of the array KEY of the file.
template <class F>
void each_row(const toml::table& file, const std::string& path, std::string_view key,
              std::string_view label_key, Faults& faults, F each) {
  const auto* node = file.get(key);
  if (!node) return;
  const auto* array = node->as_array();
  if (!array)
    return faults.fault({path, 1, ""},
                        std::string(key) + " is written [[" + std::string(key) + "]]");
  for (const auto& item : *array) {
    const auto* t = item.as_table();
    if (!t) {
      faults.fault(place_of(path, item, ""), std::string(key) + " is a table");
      continue;
    }
    Row row(*t, place_of(path, *t, "[[" + std::string(key) + "]] " + label(*t, label_key)), faults);
    each(row);
    row.done();
  }
}

void only_keys(const toml::table& file, const std::string& path,
               std::initializer_list<std::string_view> keys, Faults& faults) {
  for (const auto& [key, node] : file)
    if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
      faults.fault(place_of(path, node, ""), "unknown key \"" + std::string(key.str()) + '"');
}

void read_codes(const toml::table& file, const std::string& path, Model& model, Faults& faults) {
  FamilyRows family;
  Row head(file, {path, 1, ""}, faults);
  family.place = head.place();
  family.name = head.text("family");
  family.title = head.bilingual("title");
  const auto source = head.text("source");
  family.protocols = head.texts("protocols");
  if (file.contains("standard")) family.standard = std::int64_t(head.number("standard"));
  only_keys(file, path, {"family", "title", "source", "protocols", "standard", "code"}, faults);
  if (fs::path(path).stem() != family.name) head.fault("family", "is the file's name");
  each_row(file, path, "code", "value", faults, [&](Row& row) {
    CodeRow code;
    code.place = row.place();
    code.value = row.text("value");
    code.symbol = row.text("symbol", false);
    code.aliases = row.texts("aliases");
    code.text = {row.text("en"), row.text("ja")};
    if (auto digits = row.table("digits", false)) {
      code.digits_en = digits->texts("en");
      code.digits_ja = digits->texts("ja");
      digits->done();
      if (code.digits_en.size() != code.digits_ja.size())
        row.fault("digits", "has as many parts in en as in ja");
    }
    code.causes = row.weights("causes");
    code.source = row.text("source", false);
    if (code.source.empty()) code.source = source;
    family.codes.push_back(std::move(code));
  });
  model.families.push_back(std::move(family));
}

CauseTexts read_cause_texts(Row& cause, std::string_view lang, const CauseTexts* other) {
  CauseTexts out;
  auto row = cause.table(lang, true);
  if (!row) return out;
  out = {row->text("title"),        row->text("what"),       row->texts("user", true),
         row->texts("admin", true), row->texts("ask", true), row->texts("check", true)};
  row->done();
  if (!other) return out;
  const auto same = [&](std::string_view key, const Strings& a, const Strings& b) {
    if (a.size() != b.size())
      row->fault(std::string(lang) + '.' + std::string(key),
                 "has " + std::to_string(a.size()) + " steps, en has " + std::to_string(b.size()));
  };
  same("user", out.user, other->user);
  same("admin", out.admin, other->admin);
  same("ask", out.ask, other->ask);
  same("check", out.check, other->check);
  return out;
}

void read_causes(const toml::table& file, const std::string& path, Model& model, Faults& faults) {
  for (const auto& [slug, node] : file) {
    const auto* t = node.as_table();
    const Place place = place_of(path, node, '[' + std::string(slug.str()) + ']');
    if (!t) {
      faults.fault(place, "a cause is a table");
      continue;
    }
    Row row(*t, place, faults);
    CauseRow cause;
    cause.place = place;
    cause.slug = slug.str();
    cause.side = row.text("side");
    cause.source = row.text("source");
    cause.prior = row.number("prior");
    if (cause.prior > 0 || cause.prior < -8) row.fault("prior", "lies between -8 and 0");
    cause.en = read_cause_texts(row, "en", nullptr);
    cause.ja = read_cause_texts(row, "ja", &cause.en);
    row.done();
    model.causes.push_back(std::move(cause));
  }
}

void read_signatures(const toml::table& file, const std::string& path, Model& model,
                     Faults& faults) {
  only_keys(file, path, {"signature"}, faults);
  each_row(file, path, "signature", "id", faults, [&](Row& row) {
    SignatureRow s;
    s.place = row.place();
    s.id = row.text("id");
    s.match = row.text("match", false);
    s.when = row.texts("when");
    s.unless = row.texts("unless");
    s.gives = row.texts("gives");
    s.causes = row.weights("cause");
    s.side = row.text("side", false);
    s.reason = row.text("reason", false);
    s.software = row.text("software", false);
    s.source = row.text("source");
    model.signatures.push_back(std::move(s));
  });
}

void read_cases(const toml::table& file, const std::string& path, Model& model, Faults& faults) {
  only_keys(file, path, {"case"}, faults);
  each_row(file, path, "case", "text", faults, [&](Row& row) {
    CaseRow c;
    c.place = row.place();
    c.cause = row.text("cause", false);
    if (!row.raw().contains("cause")) row.fault("cause", "is missing");
    c.text = row.text("text");
    c.side = row.text("side", false);
    c.near_miss = row.text("not", false);
    row.text("source");
    model.cases.push_back(std::move(c));
  });
}

// "Mailbox {address} is full." as a pattern.
std::string sentence_pattern(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto close = c == '{' ? text.find('}', i) : text.npos;
    if (close != text.npos) {
      out += ".{0,200}";
      i = close;
    } else if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) {
      out += '\\', out += c;
    } else {
      out += c;
    }
  }
  while (out.ends_with(".{0,200}") || out.ends_with(' '))
    out.resize(out.size() - (out.back() == ' ' ? 1 : 8));
  return out;
}

// A sentence that begins with a place or is one short word proves nothing.
bool telling(std::string_view text) {
  auto fixed = text.substr(0, text.find('{'));
  return trim(fixed).size() >= 12;
}

// Every error of this server is a signature, so that Hato explains its own refusals.
void read_errors(const toml::table& file, const std::string& path, Model& model, Faults&) {
  for (const auto& [slug, node] : file) {
    const auto* t = node.as_table();
    if (!t) continue;
    const auto& row = *t;
    auto cause = row["cause"].value_or<std::string>("");
    if (cause.empty()) continue;
    SignatureRow s;
    s.place = place_of(path, node, '[' + std::string(slug.str()) + ']');
    s.id = "hato-" + std::string(slug.str());
    s.source = "this server";
    s.software = "hato";
    s.side = row["side"].value_or<std::string>("");
    s.causes = {{cause, 4.0}};
    Strings seen;
    for (auto text :
         {row["client"]["en"].value_or<std::string>(""),
          row["client"]["ja"].value_or<std::string>(""), row["log"].value_or<std::string>("")}) {
      if (!telling(text)) continue;
      auto pattern = sentence_pattern(text);
      if (std::find(seen.begin(), seen.end(), pattern) == seen.end()) seen.push_back(pattern);
    }
    for (const auto& pattern : seen) s.match += (s.match.empty() ? "" : "|") + pattern;
    if (!s.match.empty()) model.signatures.push_back(std::move(s));
  }
}

using Reader = void (*)(const toml::table&, const std::string&, Model&, Faults&);
constexpr std::pair<const char*, Reader> kFolders[] = {
    {"codes", read_codes}, {"causes", read_causes}, {"signatures", read_signatures},
    {"cases", read_cases}, {"errors", read_errors},
};

}  // namespace

void Faults::say(Strings& to, const Place& place, const std::string& what) {
  to.push_back(place.file + ':' + std::to_string(place.line) + ": " + place.row +
               (place.row.empty() ? "" : ": ") + what);
}

Model read_catalogue(const std::string& dir, Faults& faults) {
  Model model;
  for (const auto& [folder, read] : kFolders) {
    std::error_code none;
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(fs::path(dir) / folder, none))
      if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    for (const auto& path : files) {
      try {
        read(toml::parse_file(path), path, model, faults);
      } catch (const toml::parse_error& e) {
        faults.fault({path, e.source().begin.line, ""}, std::string(e.description()));
      }
    }
  }
  return model;
}

}  // namespace hato::compiler
