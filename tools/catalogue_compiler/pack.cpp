// SPDX-License-Identifier: Apache-2.0
// Rows to the flat image of catalogue/image.h.
#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "base/text.h"
#include "catalogue/image.h"
#include "model.h"

namespace hato::compiler {
namespace {
using namespace catalogue;

class Packer {
 public:
  Packer(const Model& model, Faults& faults) : model_(model), faults_(faults) {}

  std::string run() {
    out_.resize(sizeof(Image));
    index();
    Image image{};
    std::memcpy(image.magic, kImageMagic, sizeof image.magic);
    image.families = families(image);
    image.causes = causes();
    image.signatures = signatures();
    image.patterns = std::uint32_t(patterns_);
    image.facts = strings(facts_);
    image.spellings = spellings();
    const auto literal_rows = code_literals(model_);
    std::vector<Literal> literals;
    for (const auto& l : literal_rows) literals.push_back({l.code, std::uint32_t(l.text.size())});
    image.literals = list(literals);
    auto database = compile_database(model_.signatures, patterns_, literal_rows, faults_);
    align(64);
    image.database = {std::uint32_t(out_.size()), std::uint32_t(database.size())};
    out_ += database;
    align(64);
    image.size = out_.size();
    std::memcpy(out_.data(), &image, sizeof image);
    return std::move(out_);
  }

 private:
  void index() {
    std::set<std::string> facts;
    for (const auto& s : model_.signatures) {
      patterns_ += !s.match.empty();
      for (const auto* list : {&s.when, &s.unless, &s.gives})
        facts.insert(list->begin(), list->end());
    }
    facts_.assign(facts.begin(), facts.end());
    for (const auto& c : model_.causes) causes_.push_back(&c);
    std::sort(causes_.begin(), causes_.end(),
              [](const auto* a, const auto* b) { return a->slug < b->slug; });
  }

  void align(std::size_t to) { out_.resize((out_.size() + to - 1) / to * to); }

  Str str(const std::string& s) {
    auto [at, fresh] = pool_.emplace(s, Str{std::uint32_t(out_.size()), std::uint32_t(s.size())});
    if (fresh) out_ += s;
    return at->second;
  }

  template <class T>
  List<T> list(const std::vector<T>& rows) {
    static_assert(std::is_trivially_copyable_v<T>);
    align(8);
    List<T> out{std::uint32_t(out_.size()), std::uint32_t(rows.size())};
    if (!rows.empty())
      out_.append(reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(T));
    return out;
  }

  List<Str> strings(const Strings& rows) {
    std::vector<Str> out;
    for (const auto& s : rows) out.push_back(str(s));
    return list(out);
  }

  std::uint32_t fact(const std::string& name) const {
    auto at = std::lower_bound(facts_.begin(), facts_.end(), name);
    return at != facts_.end() && *at == name ? std::uint32_t(at - facts_.begin()) : kNone;
  }

  List<std::uint32_t> facts(const Strings& names) {
    std::vector<std::uint32_t> out;
    for (const auto& n : names) out.push_back(fact(n));
    return list(out);
  }

  // A cause that is named but not there (a lenient build) is left out.
  List<Weight> weights(const Weights& rows) {
    std::vector<Weight> out;
    for (const auto& [slug, weight] : rows) {
      auto at = std::lower_bound(causes_.begin(), causes_.end(), slug,
                                 [](const auto* c, const std::string& s) { return c->slug < s; });
      if (at != causes_.end() && (*at)->slug == slug)
        out.push_back({std::uint32_t(at - causes_.begin()), float(weight)});
    }
    return list(out);
  }

  List<Family> families(Image& image) {
    std::vector<Family> out;
    std::vector<Code> all;
    for (const auto& f : model_.families) {
      for (const auto& c : f.codes)
        all.push_back({str(c.value), str(c.symbol), str(c.source), str(c.text.en), str(c.text.ja),
                       strings(c.aliases), strings(c.digits_en), strings(c.digits_ja),
                       weights(c.causes), std::uint32_t(out.size())});
      out.push_back({str(f.name),
                     str(f.title.en),
                     str(f.title.ja),
                     strings(f.protocols),
                     {0, std::uint32_t(f.codes.size())},
                     std::uint32_t(f.standard)});
    }
    image.codes = list(all);
    std::uint32_t at = image.codes.at;
    for (auto& f : out) {
      f.codes.at = at;
      at += f.codes.size * std::uint32_t(sizeof(Code));
    }
    return list(out);
  }

  CauseText cause_text(const CauseTexts& t) {
    return {str(t.title),     str(t.what),    strings(t.user),
            strings(t.admin), strings(t.ask), strings(t.check)};
  }

  List<Cause> causes() {
    std::vector<Cause> out;
    for (const auto* c : causes_)
      out.push_back({str(c->slug), str(c->side), str(c->source), cause_text(c->en),
                     cause_text(c->ja), float(c->prior)});
    return list(out);
  }

  List<Signature> signatures() {
    std::vector<Signature> out;
    for (const auto& s : model_.signatures)
      out.push_back({str(s.id), str(s.match), str(s.software), str(s.source), str(s.side),
                     str(s.reason), facts(s.when), facts(s.unless), facts(s.gives),
                     weights(s.causes), fact("sig:" + s.id)});
    return list(out);
  }

  List<Spelling> spellings() {
    std::vector<std::pair<std::string, std::uint32_t>> rows;
    std::uint32_t code = 0;
    for (const auto& f : model_.families)
      for (const auto& c : f.codes) {
        std::set<std::string> seen{to_upper(c.value), to_upper(c.symbol)};
        for (const auto& a : c.aliases) seen.insert(to_upper(a));
        seen.erase("");
        for (const auto& s : seen) rows.emplace_back(s, code);
        ++code;
      }
    std::sort(rows.begin(), rows.end());
    std::vector<Spelling> out;
    for (const auto& [text, index] : rows) out.push_back({str(text), index});
    return list(out);
  }

  const Model& model_;
  Faults& faults_;
  std::string out_;
  std::unordered_map<std::string, Str> pool_;
  Strings facts_;
  std::vector<const CauseRow*> causes_;
  std::size_t patterns_ = 0;
};

}  // namespace

std::string pack_catalogue(const Model& model, Faults& faults) {
  return Packer(model, faults).run();
}

}  // namespace hato::compiler
