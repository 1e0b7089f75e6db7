// SPDX-License-Identifier: Apache-2.0
#include "catalogue/catalogue.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/text.h"

namespace hato::catalogue {
namespace {

template <class T, class Key>
const T* find_sorted(std::span<const T> rows, std::string_view wanted, Key key) {
  auto at = std::lower_bound(rows.begin(), rows.end(), wanted,
                             [&](const T& r, std::string_view w) { return key(r) < w; });
  return at != rows.end() && key(*at) == wanted ? &*at : nullptr;
}

std::span<const Spelling> spelt(std::string_view spelling) {
  const auto upper = to_upper(spelling);
  const auto all = image().spellings.span();
  const auto less = [](const auto& a, const auto& b) {
    if constexpr (std::is_same_v<std::decay_t<decltype(a)>, Spelling>)
      return a.text.view() < b;
    else
      return a < b.text.view();
  };
  auto [from, to] = std::equal_range(all.begin(), all.end(), std::string_view(upper), less);
  return {from, to};
}

// "5.1.1" with X in the place of some parts; "550" with x.
std::vector<std::string> classes(std::string_view family, std::string_view value) {
  if (family == "smtp-reply" || family == "nntp-reply") {
    if (value.size() != 3) return {};
    return {std::string{value[0], 'x', 'x'}, std::string{'x', value[1], 'x'}};
  }
  if (family != "enhanced-status") return {};
  auto parts = split(value, '.');
  if (parts.size() != 3) return {};
  const std::string c(parts[0]), subject(parts[1]), detail(parts[2]);
  return {"X." + subject + '.' + detail, c + ".X.X", "X." + subject + ".X"};
}

}  // namespace

const Image& image() {
  static const Image& checked = [] -> const Image& {
    const auto& i = *reinterpret_cast<const Image*>(hato_catalogue_image);
    HATO_ASSERT(std::memcmp(i.magic, kImageMagic, sizeof kImageMagic) == 0);
    return i;
  }();
  return checked;
}

const Family* find_family(std::string_view name) {
  return find_sorted(image().families.span(), name, [](const auto& f) { return f.name.view(); });
}

const Cause* find_cause(std::string_view slug) {
  return find_sorted(image().causes.span(), slug, [](const auto& c) { return c.slug.view(); });
}

const Signature* find_signature(std::string_view id) {
  for (const auto& s : image().signatures)
    if (s.id.view() == id) return &s;
  return nullptr;
}

std::optional<std::uint32_t> find_fact(std::string_view name) {
  const auto facts = image().facts.span();
  auto* at = find_sorted(facts, name, [](const Str& s) { return s.view(); });
  if (!at) return {};
  return std::uint32_t(at - facts.data());
}

const Code* find_code(std::string_view family_name, std::string_view spelling) {
  for (const auto& s : spelt(spelling)) {
    const auto& code = image().codes[s.code];
    if (family(code).name.view() == family_name) return &code;
  }
  return nullptr;
}

std::vector<const Code*> find_codes(std::string_view spelling) {
  std::vector<const Code*> out;
  for (const auto& s : spelt(spelling)) out.push_back(&image().codes[s.code]);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<const Code*> explain_code(std::string_view family_name, std::string_view value) {
  std::vector<const Code*> out;
  if (auto* own = find_code(family_name, value)) out.push_back(own);
  for (const auto& c : classes(family_name, value)) {
    auto* row = find_code(family_name, c);
    const bool twin = c.starts_with("X.") && !c.ends_with(".X");
    if (row && !(twin && !out.empty())) out.push_back(row);
  }
  return out;
}

std::optional<std::string_view> nearest_cause(std::string_view slug) {
  std::vector<std::string_view> slugs;
  for (const auto& c : image().causes) slugs.push_back(c.slug);
  return nearest(slug, slugs);
}

}  // namespace hato::catalogue
