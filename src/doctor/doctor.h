// SPDX-License-Identifier: Apache-2.0
// The doctor: a text in, what is wrong and whose side it is on out. Works on the catalogue alone;
// no I/O, no locks. A Doctor has the memory of one scan and belongs to one thread; many may work
// side by side.
//
//   Doctor doctor;
//   auto d = doctor.explain("550 5.1.1 User unknown");
//   d.causes[0].cause->slug, d.side, d.facts.codes ...
//
// How it concludes: a cause's log-odds are its prior and the weights of the signatures whose words
// and facts hold; codes add to that, the strongest in full and each further one half of the one
// before, as they repeat one another. A cause's confidence is its share among all causes and "none
// of these".
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"
#include "doctor/automaton.h"
#include "doctor/facts.h"
#include "doctor/plain.h"
#include "doctor/recognise.h"

namespace hato::doctor {

inline constexpr std::size_t kMaxCauses = 5;
inline constexpr double kSure = 0.5;  // a confidence below is "not sure"

struct Evidence {
  const catalogue::Signature* signature = nullptr;  // else a code:
  std::uint32_t code = 0;                           // index into facts.codes
  float weight = 0;
  std::uint32_t begin = 0, end = 0;  // in plain.text; empty for a rule over facts
};

struct Finding {
  const catalogue::Cause* cause = nullptr;
  double log_odds = 0, confidence = 0;
  std::string_view side;
  std::vector<Evidence> evidence;  // the heaviest first; against it too
};

struct Diagnosis {
  Plain plain;
  Facts facts;
  std::vector<Finding> causes;  // the likeliest first; empty where nothing is wrong or can be said
  std::string_view side;        // of the first cause, else ""
  std::string_view reason;      // of a bounce: what the signatures that hold say, else ""
  std::string looked_up;        // a bare code that was asked for, else ""
  bool failed = false;          // the text tells of a failure, whether or not its cause is known
  bool succeeded = false;       // it has records that tell of success
  bool sure() const {
    return looked_up.empty() && !causes.empty() && causes[0].confidence >= kSure;
  }
};

class Doctor {
 public:
  Diagnosis explain(std::string_view utf8);
  // A code without a text (doctor/lookup.h): its meanings, and the causes it speaks for.
  Diagnosis look_up(std::string_view word, std::vector<SeenCode> codes);
  // Sets where the words of each evidence begin: for what a person reads, not for each text.
  void locate_words(Diagnosis& diagnosis);

 private:
  Scanner scanner_;
};

}  // namespace hato::doctor
