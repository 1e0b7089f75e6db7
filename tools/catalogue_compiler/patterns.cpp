// SPDX-License-Identifier: Apache-2.0
// Patterns to one automaton. The target is the plainest machine Vectorscan runs on (SSE4.2), so a
// package built here runs everywhere.
#include <hs.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string_view>

#include "base/text.h"
#include "model.h"

namespace hato::compiler {
namespace {

// Patterns are bytes: in UTF-8 mode every gap ("a.{0,60}b") becomes an automaton of all characters,
// a hundred times as large, and most patterns do not compile.
constexpr unsigned kSignatureFlags = HS_FLAG_CASELESS | HS_FLAG_MULTILINE;
constexpr hs_platform_info_t kPlatform = {HS_TUNE_FAMILY_GENERIC, 0, 0, 0};

struct FreeError {
  void operator()(hs_compile_error_t* e) const { hs_free_compile_error(e); }
};
struct FreeDatabase {
  void operator()(hs_database_t* db) const { hs_free_database(db); }
};

// A pattern that ends in "anything" would report every following byte.
bool ends_open(std::string_view p) {
  for (std::string_view tail : {".*", ".+", ".*?", ".+?"})
    if (p.ends_with(tail) && !p.ends_with("\\" + std::string(tail))) return true;
  return false;
}

// A class is of bytes, so a longer character in it would match a part of another.
bool long_character_in_class(std::string_view p) {
  bool in_class = false;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i] == '\\')
      ++i;
    else if (!in_class && p[i] == '[')
      in_class = true;
    else if (in_class && p[i] == ']')
      in_class = false;
    else if (in_class && static_cast<unsigned char>(p[i]) >= 0x80)
      return true;
  }
  return false;
}

// A quantifier binds to one byte, so after a longer character to its last one.
bool quantified_long_character(std::string_view p) {
  for (std::size_t i = 1; i < p.size(); ++i)
    if (static_cast<unsigned char>(p[i - 1]) >= 0x80 && std::strchr("?*+{", p[i])) return true;
  return false;
}

// Families whose names cannot be taken for words of a sentence, whatever stands around them.
bool distinctive(std::string_view family) {
  static constexpr std::string_view kNumbers[] = {"smtp-reply", "enhanced-status", "nntp-reply",
                                                  "http-status", "dnsbl"};
  return std::find(std::begin(kNumbers), std::end(kNumbers), family) == std::end(kNumbers);
}

bool is_number(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return is_digit(c) || c == '.'; });
}

}  // namespace

void check_patterns(const Model& model, Faults& faults) {
  for (const auto& s : model.signatures) {
    if (s.match.empty()) continue;
    if (ends_open(s.match)) faults.fault(s.place, "match may not end in .* or .+");
    if (!is_utf8(s.match)) faults.fault(s.place, "match is not UTF-8");
    if (long_character_in_class(s.match))
      faults.fault(s.place, "a class is of ASCII characters: write (é|è), not [éè]");
    if (quantified_long_character(s.match))
      faults.fault(s.place, "a quantifier binds to one byte: write (ー)?, not ー?");
    hs_expr_info_t* info = nullptr;
    hs_compile_error_t* raw = nullptr;
    if (hs_expression_info(s.match.c_str(), kSignatureFlags, &info, &raw) != HS_SUCCESS) {
      std::unique_ptr<hs_compile_error_t, FreeError> error(raw);
      faults.fault(s.place, std::string("match: ") + error->message);
      continue;
    }
    std::unique_ptr<hs_expr_info_t, void (*)(void*)> owned(info, std::free);
    if (info->min_width < 4) faults.fault(s.place, "match can be shorter than 4 bytes");
  }
}

std::vector<LiteralRow> code_literals(const Model& model) {
  std::vector<LiteralRow> out;
  std::uint32_t index = 0;
  for (const auto& f : model.families) {
    for (const auto& c : f.codes) {
      Strings spellings = c.aliases;
      spellings.insert(spellings.end(), {c.value, c.symbol});
      for (const auto& s : spellings) {
        if (!distinctive(f.name) || s.size() < 4 || is_number(s) || s.starts_with("0x")) continue;
        // One word in capitals is a name and stands in capitals; a phrase may be written anyhow.
        const bool phrase = s.find(' ') != s.npos;
        out.push_back({s, index, phrase});
      }
      ++index;
    }
  }
  return out;
}

namespace {

std::string literal_pattern(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (!is_digit(c) && !is_alpha(c) && (static_cast<unsigned char>(c) < 0x80)) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

namespace {

// The database as it lies in memory at a 64-byte boundary. It holds no pointers, so that a program
// which has these bytes at such a boundary can use them where they are.
std::string in_place(const hs_database_t& database, Faults& faults) {
  char* raw = nullptr;
  std::size_t serialised = 0, size = 0;
  if (hs_serialize_database(&database, &raw, &serialised) != HS_SUCCESS ||
      hs_serialized_database_size(raw, serialised, &size) != HS_SUCCESS) {
    faults.fault({}, "the automaton cannot be serialised");
    return {};
  }
  std::unique_ptr<char, void (*)(void*)> owned(raw, std::free);
  std::unique_ptr<void, void (*)(void*)> place(std::aligned_alloc(64, (size + 63) / 64 * 64),
                                               std::free);
  std::memset(place.get(), 0, size);
  if (hs_deserialize_database_at(raw, serialised, static_cast<hs_database_t*>(place.get())) !=
      HS_SUCCESS) {
    faults.fault({}, "the automaton cannot be read back");
    return {};
  }
  return {static_cast<const char*>(place.get()), size};
}

}  // namespace

std::string compile_database(const std::vector<SignatureRow>& rows, std::size_t patterns,
                             const std::vector<LiteralRow>& literals, Faults& faults) {
  std::vector<std::string> texts;
  std::vector<unsigned> flags, ids;
  auto add = [&](std::string text, unsigned f) {
    texts.push_back(std::move(text));
    flags.push_back(f);
    ids.push_back(unsigned(ids.size()));
  };
  for (std::size_t i = 0; i < patterns; ++i) add(rows[i].match, kSignatureFlags);
  for (const auto& l : literals)
    add(literal_pattern(l.text), HS_FLAG_UTF8 | (l.caseless ? HS_FLAG_CASELESS : 0));
  if (texts.empty()) add("hato-empty-catalogue", 0);  // an automaton needs one pattern
  std::vector<const char*> pointers;
  for (const auto& t : texts) pointers.push_back(t.c_str());

  hs_database_t* raw = nullptr;
  hs_compile_error_t* raw_error = nullptr;
  if (hs_compile_multi(pointers.data(), flags.data(), ids.data(), unsigned(ids.size()),
                       HS_MODE_BLOCK, &kPlatform, &raw, &raw_error) != HS_SUCCESS) {
    std::unique_ptr<hs_compile_error_t, FreeError> error(raw_error);
    const auto at = std::size_t(error->expression);
    faults.fault(error->expression >= 0 && at < patterns ? rows[at].place : Place{},
                 std::string("automaton: ") + error->message);
    return {};
  }
  std::unique_ptr<hs_database_t, FreeDatabase> database(raw);
  return in_place(*database, faults);
}

}  // namespace hato::compiler
