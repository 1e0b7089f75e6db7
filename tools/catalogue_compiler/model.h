// SPDX-License-Identifier: Apache-2.0
// The catalogue as read from its TOML files, and the faults found in it.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hato::compiler {

struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::string row;  // what a person calls it: "[[code]] 10061"
};

using Weights = std::vector<std::pair<std::string, double>>;
using Strings = std::vector<std::string>;

struct Bilingual {
  std::string en, ja;
};

struct CodeRow {
  Place place;
  std::string value, symbol, source;
  Strings aliases;
  Bilingual text;
  Strings digits_en, digits_ja;
  Weights causes;
};

struct FamilyRows {
  Place place;
  std::string name;
  Bilingual title;
  Strings protocols;
  std::int64_t standard = 0;
  std::vector<CodeRow> codes;
};

struct CauseTexts {
  std::string title, what;
  Strings user, admin, ask, check;
};

struct CauseRow {
  Place place;
  std::string slug, side, source;
  double prior = 0;
  CauseTexts en, ja;
};

struct SignatureRow {
  Place place;
  std::string id, match, software, side, reason, source;
  Strings when, unless, gives;
  Weights causes;
};

struct CaseRow {
  Place place;
  std::string cause, text, side, near_miss;
};

struct Model {
  std::vector<FamilyRows> families;
  std::vector<CauseRow> causes;
  std::vector<SignatureRow> signatures;
  std::vector<CaseRow> cases;
};

// Faults stop the build; gaps (something named that is not there) do only where not lenient.
class Faults {
 public:
  explicit Faults(bool lenient = false) : lenient_(lenient) {}
  void fault(const Place& place, const std::string& what) { say(faults_, place, what); }
  void gap(const Place& place, const std::string& what) {
    say(lenient_ ? warnings_ : faults_, place, what);
  }
  // "FILE:LINE: ROW: WHAT", a line each.
  const Strings& faults() const { return faults_; }
  const Strings& warnings() const { return warnings_; }

 private:
  static void say(Strings& to, const Place& place, const std::string& what);
  bool lenient_;
  Strings faults_, warnings_;
};

// Reads DIR/{codes,causes,signatures,cases,errors}/*.toml; absent folders are empty.
Model read_catalogue(const std::string& dir, Faults& faults);
// What holds between rows: slugs, codes, facts and signatures that are named exist, nothing twice.
void check_catalogue(Model& model, Faults& faults);
// Every pattern compiles alone; names those that do not.
void check_patterns(const Model& model, Faults& faults);
// The whole as one image (catalogue/image.h); check_catalogue has found no fault.
std::string pack_catalogue(const Model& model, Faults& faults);

// The order in which packed signatures stand: patterns first, rules after the rules they use.
// False where rules wait for each other in a circle.
bool order_signatures(std::vector<SignatureRow>& rows, Faults& faults);

// Spellings that the automaton looks for as they stand: names that cannot be taken for words.
struct LiteralRow {
  std::string text;
  std::uint32_t code;  // counted over all families
  bool caseless;
};
std::vector<LiteralRow> code_literals(const Model& model);

// Compiles signatures and literals into one serialised database; "" after a fault.
std::string compile_database(const std::vector<SignatureRow>& rows, std::size_t patterns,
                             const std::vector<LiteralRow>& literals, Faults& faults);

}  // namespace hato::compiler
