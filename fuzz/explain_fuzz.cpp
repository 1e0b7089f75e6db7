// SPDX-License-Identifier: Apache-2.0
// Any bytes: decoded, brought to the plain form, recognised, concluded from and reported.
#include <cstdlib>

#include "base/text.h"
#include "doctor/decode.h"
#include "doctor/lookup.h"
#include "doctor/report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hato::doctor;
  static Doctor doctor;
  const auto decoded = decode({reinterpret_cast<const char*>(data), size});
  if (!hato::is_utf8(decoded.text)) std::abort();
  auto d = doctor.explain(decoded.text);
  doctor.locate_words(d);
  for (const auto& r : d.plain.records)
    if (r.begin > r.body || r.body > r.end || r.end > d.plain.text.size()) std::abort();
  for (const auto& f : d.causes)
    if (!(f.confidence >= 0 && f.confidence <= 1)) std::abort();
  for (auto lang : {Lang::kEn, Lang::kJa}) {
    if (!hato::is_utf8(report_text(d, lang, {true, 60}))) std::abort();
    report_json(d, lang);
    report_html(d, lang, decoded.text);
  }
  look_up(decoded.text);
  return 0;
}
