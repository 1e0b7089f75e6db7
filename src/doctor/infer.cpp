// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "doctor/doctor.h"

namespace hato::doctor {
namespace {
using catalogue::image;
using catalogue::Signature;

// "None of these" while nothing in the text says that anything failed, and when something does.
constexpr double kNoneOrdinary = 0, kNoneFailed = -1.5;
// What a cause needs beside its prior to be named at all.
constexpr double kLeastEvidence = 1.0, kLeastInProse = 3.0;

class Inference {
 public:
  Inference(Diagnosis& d, const std::vector<Hit>& hits)
      : d_(d), hits_(hits), evidence_(image().causes.size) {}

  void run() {
    rules();
    for (const auto& hit : hits_) signature(image().signatures[hit.signature], hit.end);
    codes();
    d_.failed = d_.failed || !d_.facts.replies.empty() || !d_.facts.codes.empty();
    rank();
    for (auto [reason, weight] : reasons_)
      if (d_.reason.empty() || weight > reasons_[d_.reason]) d_.reason = reason;
  }

 private:
  bool holds(const Signature& s) const {
    const auto has = [&](std::uint32_t fact) { return d_.facts.names.has(fact); };
    return std::all_of(s.when.begin(), s.when.end(), has) &&
           std::none_of(s.unless.begin(), s.unless.end(), has);
  }

  // In the order of the image, so that a rule finds the rules it builds on decided.
  void rules() {
    const auto all = image().signatures.span();
    for (std::size_t i = image().patterns; i < all.size(); ++i) {
      if (!holds(all[i])) continue;
      if (all[i].fact != catalogue::kNone) d_.facts.names.set(all[i].fact);
      signature(all[i], 0);
    }
  }

  void signature(const Signature& s, std::uint32_t end) {
    if (!holds(s)) return;
    float most = s.causes.empty() ? 1.0f : 0.0f;
    for (const auto& w : s.causes) {
      evidence_[w.cause].push_back({&s, 0, w.log_odds, end, end});
      most = std::max(most, w.log_odds);
      if (w.log_odds >= 2) d_.failed = true;
    }
    if (!s.reason.empty()) reasons_[s.reason] += most;
  }

  // The weights of a code: its own row's, for a status else those of its kind in any class.
  catalogue::List<catalogue::Weight> weights(const SeenCode& code) const {
    return code.row ? code.row->causes : catalogue::List<catalogue::Weight>{};
  }

  // A reply's code says nothing where its enhanced status says more, and that nothing where its
  // sender has a meaning of his own.
  bool outdone(const SeenCode& code) const {
    const auto& all = d_.facts.codes;
    if (code.family == "enhanced-status")
      return std::any_of(all.begin(), all.end(), [&](const SeenCode& c) {
        return c.begin == code.begin && c.end == code.end && c.family != code.family &&
               !weights(c).empty();
      });
    if (code.family != "smtp-reply") return false;
    for (const auto& r : d_.facts.replies) {
      if (r.begin != code.begin || r.status.empty()) continue;
      for (const auto& c : all)
        if (c.value == r.status && !weights(c).empty()) return true;
    }
    return false;
  }

  void codes() {
    std::map<std::uint32_t, std::vector<Evidence>> by_cause;
    for (std::uint32_t i = 0; i < d_.facts.codes.size(); ++i) {
      const auto& code = d_.facts.codes[i];
      if (d_.looked_up.empty() && outdone(code)) continue;
      for (const auto& w : weights(code)) {
        auto& seen = by_cause[w.cause];
        auto twin = std::find_if(seen.begin(), seen.end(), [&](const Evidence& e) {
          return e.begin == code.begin && e.end == code.end;
        });
        if (twin == seen.end())
          seen.push_back({nullptr, i, w.log_odds, code.begin, code.end});
        else if (w.log_odds > twin->weight)
          *twin = {nullptr, i, w.log_odds, code.begin, code.end};
      }
    }
    for (auto& [cause, seen] : by_cause) {
      std::sort(seen.begin(), seen.end(),
                [](const auto& a, const auto& b) { return a.weight > b.weight; });
      float share = 1;
      for (auto& e : seen) {
        if (e.weight > 0) {
          e.weight *= share;
          share /= 2;
        }
        evidence_[cause].push_back(e);
      }
    }
  }

  double least() const {
    return d_.failed || d_.plain.text.size() < 400 ? kLeastEvidence : kLeastInProse;
  }

  // The words of one fault occur in a generic row and in one of the program that says them, so of
  // the patterns for a cause the second counts half, the third a quarter. Rules and what speaks
  // against count whole.
  static void damp(std::vector<Evidence>& evidence) {
    std::sort(evidence.begin(), evidence.end(),
              [](const auto& a, const auto& b) { return a.weight > b.weight; });
    float share = 1;
    for (auto& e : evidence) {
      if (!e.signature || e.signature->match.empty() || e.weight <= 0) continue;
      e.weight *= share;
      share /= 2;
    }
  }

  void rank() {
    double total = std::exp(d_.failed ? kNoneFailed : kNoneOrdinary);
    for (std::uint32_t i = 0; i < evidence_.size(); ++i) {
      if (evidence_[i].empty()) continue;
      damp(evidence_[i]);
      double sum = 0;
      for (const auto& e : evidence_[i]) sum += e.weight;
      if (sum < least()) continue;
      const auto& cause = image().causes[i];
      Finding f{.cause = &cause,
                .log_odds = cause.prior + sum,
                .side = cause.side,
                .evidence = std::move(evidence_[i])};
      total += std::exp(f.log_odds);
      d_.causes.push_back(std::move(f));
    }
    std::sort(d_.causes.begin(), d_.causes.end(), [](const auto& a, const auto& b) {
      return std::tie(b.log_odds, a.cause) < std::tie(a.log_odds, b.cause);
    });
    if (d_.causes.size() > kMaxCauses) d_.causes.resize(kMaxCauses);
    for (auto& f : d_.causes) finish(f, total);
    if (!d_.causes.empty()) d_.side = d_.causes[0].side;
  }

  static void finish(Finding& f, double total) {
    f.confidence = std::exp(f.log_odds) / total;
    std::sort(f.evidence.begin(), f.evidence.end(), [](const auto& a, const auto& b) {
      return std::tuple(-std::abs(a.weight), a.signature, a.code) <
             std::tuple(-std::abs(b.weight), b.signature, b.code);
    });
    for (const auto& e : f.evidence)
      if (e.signature && e.weight > 0 && !e.signature->side.empty()) {
        f.side = e.signature->side;
        break;
      }
  }

  Diagnosis& d_;
  const std::vector<Hit>& hits_;
  std::vector<std::vector<Evidence>> evidence_;  // by cause
  std::map<std::string_view, float> reasons_;
};

}  // namespace

Diagnosis Doctor::explain(std::string_view utf8) {
  Diagnosis d;
  d.plain = make_plain(utf8);
  const auto hits = recognise(d.plain, scanner_.scan(d.plain.text), d.facts);
  d.succeeded = std::any_of(d.plain.records.begin(), d.plain.records.end(),
                            [](const Record& r) { return r.success; });
  Inference(d, hits).run();
  return d;
}

Diagnosis Doctor::look_up(std::string_view word, std::vector<SeenCode> codes) {
  Diagnosis d;
  d.looked_up = word;
  d.facts.codes = std::move(codes);
  Inference(d, {}).run();
  return d;
}

void Doctor::locate_words(Diagnosis& d) {
  const auto* first = image().signatures.span().data();
  for (auto& f : d.causes)
    for (auto& e : f.evidence)
      if (e.signature && e.end)
        e.begin = std::uint32_t(
            scanner_.match_begin(d.plain.text, std::uint32_t(e.signature - first), e.end));
}

}  // namespace hato::doctor
