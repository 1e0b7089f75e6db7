// SPDX-License-Identifier: Apache-2.0
// The layout of catalogue.bin, the doctor's knowledge as it is linked into the program: flat
// tables whose references are offsets from the image's start, so that nothing is parsed, copied or
// relocated at start. Written by tools/catalogue_compiler, read through catalogue/catalogue.h.
// Numbers are in the machine's byte order: image and program come out of one build.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace hato::catalogue {

// The image of this program, 64-byte aligned.
extern "C" const char hato_catalogue_image[];

struct Str {
  std::uint32_t at, size;
  std::string_view view() const { return {hato_catalogue_image + at, size}; }
  operator std::string_view() const { return view(); }
  bool empty() const { return size == 0; }
};

template <class T>
struct List {
  std::uint32_t at, size;
  std::span<const T> span() const {
    return {reinterpret_cast<const T*>(hato_catalogue_image + at), size};
  }
  auto begin() const { return span().begin(); }
  auto end() const { return span().end(); }
  const T& operator[](std::size_t i) const { return span()[i]; }
  bool empty() const { return size == 0; }
};

struct Weight {
  std::uint32_t cause;
  float log_odds;
};

struct Code {
  Str value, symbol, source;
  Str en, ja;
  List<Str> aliases, digits_en, digits_ja;
  List<Weight> causes;
  std::uint32_t family;
};

struct Family {
  Str name, title_en, title_ja;
  List<Str> protocols;
  List<Code> codes;
  std::uint32_t standard;
};

struct CauseText {
  Str title, what;
  List<Str> user, admin, ask, check;
};

struct Cause {
  Str slug, side, source;
  CauseText en, ja;
  float prior;
};

struct Signature {
  Str id, match;  // match is empty in a rule over facts
  Str software, source, side, reason;
  List<std::uint32_t> when, unless, gives;  // facts
  List<Weight> causes;
  std::uint32_t fact;  // "sig:ID", kNone where no signature asks for it
};

// A spelling of a code that the automaton looks for beside the signatures.
struct Literal {
  std::uint32_t code;  // index over all codes
  std::uint32_t size;  // bytes
};

// A spelling (value, symbol or alias in upper case) of a code; sorted by spelling.
struct Spelling {
  Str text;
  std::uint32_t code;
};

inline constexpr std::uint32_t kNone = ~0u;

struct Image {
  char magic[8];
  std::uint64_t size;
  List<Family> families;       // sorted by name
  List<Code> codes;            // by family, then as in the file
  List<Cause> causes;          // sorted by slug
  List<Signature> signatures;  // those with a pattern first; rules after those whose fact they use
  std::uint32_t patterns;      // how many signatures have a pattern
  std::uint32_t unused;
  List<Str> facts;  // sorted
  List<Literal> literals;
  List<Spelling> spellings;
  List<char> database;  // serialised Hyperscan: id < patterns is a signature, else a literal
};

inline constexpr char kImageMagic[8] = {'h', 'a', 't', 'o', 'c', 'a', 't', '1'};

}  // namespace hato::catalogue
