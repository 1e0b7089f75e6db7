// SPDX-License-Identifier: Apache-2.0
#include "doctor/recognise.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "doctor/codes.h"
#include "doctor/entities.h"

namespace hato::doctor {
namespace {
using catalogue::image;
using Fact = std::pair<std::string_view, std::string_view>;

// What a command asked for, for the answer that follows it.
constexpr Fact kStageOfVerb[] = {
    {"EHLO", "stage:helo"},    {"HELO", "stage:helo"},         {"LHLO", "stage:helo"},
    {"STARTTLS", "stage:tls"}, {"STLS", "stage:tls"},          {"AUTH", "stage:auth"},
    {"USER", "stage:auth"},    {"PASS", "stage:auth"},         {"APOP", "stage:auth"},
    {"LOGIN", "stage:auth"},   {"AUTHENTICATE", "stage:auth"}, {"MAIL FROM", "stage:mail"},
    {"RCPT TO", "stage:rcpt"}, {"DATA", "stage:data"},         {"BDAT", "stage:data"},
    {"RETR", "stage:retr"},    {"FETCH", "stage:retr"},        {"TOP", "stage:retr"},
    {"LIST", "stage:list"},    {"UIDL", "stage:list"},         {"STAT", "stage:list"},
    {"SELECT", "stage:list"},  {"QUIT", "stage:quit"},         {"LOGOUT", "stage:quit"}};
constexpr std::string_view kPopVerbs[] = {"USER", "PASS", "APOP", "STAT", "RETR",
                                          "DELE", "UIDL", "CAPA", "STLS"};
constexpr std::string_view kSmtpVerbs[] = {"EHLO", "HELO", "MAIL FROM", "RCPT TO",
                                           "DATA", "BDAT", "VRFY"};

constexpr std::pair<unsigned, std::string_view> kProtocolOfPort[] = {
    {25, "proto:smtp"},  {465, "proto:smtp"}, {587, "proto:smtp"}, {2525, "proto:smtp"},
    {110, "proto:pop3"}, {995, "proto:pop3"}, {143, "proto:imap"}, {993, "proto:imap"},
    {119, "proto:nntp"}, {563, "proto:nntp"}};

template <class Range>
bool has(const Range& range, std::string_view value) {
  return std::find(std::begin(range), std::end(range), value) != std::end(range);
}

bool is_imap_answer(std::string_view body) {
  const auto space = body.substr(0, 16).find(' ');
  if (space == body.npos) return false;
  const auto rest = body.substr(space + 1);
  return (rest.starts_with("NO ") || rest.starts_with("BAD ") || rest.starts_with("BYE ")) &&
         (body[0] == '*' ||
          std::any_of(body.begin(), body.begin() + std::ptrdiff_t(space), is_digit));
}

// Follows the commands of a session; the stage of each answer that failed is a fact.
void follow_session(const Plain& plain, Facts& facts) {
  std::string_view stage;
  bool commands = false;
  for (const auto& r : plain.records) {
    const auto body = plain.body(r);
    if (r.command) {
      auto verb = command_verb(body);
      commands = true;
      if (has(kPopVerbs, verb)) facts.names.set("proto:pop3");
      if (has(kSmtpVerbs, verb)) facts.names.set("proto:smtp");
      for (auto [known, fact] : kStageOfVerb)
        if (verb == known) stage = fact;
      continue;
    }
    const bool pop = body.starts_with("-ERR"), imap = is_imap_answer(body);
    if (pop) facts.names.set("proto:pop3");
    if (imap) facts.names.set("proto:imap");
    if (r.success) {
      if (body.starts_with("354")) stage = "stage:end-of-data";
      continue;
    }
    const bool failed = pop || imap ||
                        std::any_of(facts.replies.begin(), facts.replies.end(),
                                    [&](const Reply& reply) { return reply.begin == r.body; });
    if (failed && !stage.empty()) facts.names.set(stage);
  }
  if (commands) facts.names.set("form:transcript");
}

void conclude(const Plain& plain, Facts& facts) {
  for (auto [port, fact] : kProtocolOfPort)
    if (std::find(facts.ports.begin(), facts.ports.end(), port) != facts.ports.end())
      facts.names.set(fact);
  if (std::any_of(plain.records.begin(), plain.records.end(),
                  [](const Record& r) { return r.stamped; }))
    facts.names.set("form:log");
  if (!facts.replies.empty() && plain.records.size() == 1 &&
      facts.replies[0].begin == plain.records[0].body)
    facts.names.set("form:reply");
  // Hiragana and katakana are E3 81 .. E3 83.
  for (std::size_t at = plain.text.find('\xE3');
       at != plain.text.npos && at + 1 < plain.text.size(); at = plain.text.find('\xE3', at + 1)) {
    const auto next = static_cast<unsigned char>(plain.text[at + 1]);
    if (next >= 0x81 && next <= 0x83) {
      facts.names.set("lang:ja");
      break;
    }
  }
}

// Signatures that say `record:success` strike out their whole record.
void mark_success(Plain& plain, const std::vector<Match>& matches) {
  static const auto success = catalogue::find_fact("record:success");
  if (!success) return;
  for (const auto& m : matches) {
    if (m.id >= image().patterns) continue;
    const auto& gives = image().signatures[m.id].gives;
    if (std::find(gives.begin(), gives.end(), *success) != gives.end())
      plain.records[plain.record_at(m.end - 1)].success = true;
  }
}

// Commands ask; what they got is said by the answers.
std::vector<Hit> hits_of(const Plain& plain, const std::vector<Match>& matches) {
  std::vector<Hit> hits;
  for (const auto& m : matches) {
    if (m.id >= image().patterns || m.end == 0) continue;
    const auto& record = plain.records[plain.record_at(m.end - 1)];
    if (!record.success && !record.command) hits.push_back({m.id, m.end});
  }
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return a.signature != b.signature ? a.signature < b.signature : a.end > b.end;
  });
  hits.erase(std::unique(hits.begin(), hits.end(),
                         [](const Hit& a, const Hit& b) { return a.signature == b.signature; }),
             hits.end());
  return hits;
}

// A signature that gives facts knows its program's voice; one that speaks for a cause may share its
// words with others.
void take_facts(const std::vector<Hit>& hits, Facts& facts) {
  constexpr int kVoice = 2, kWords = 1, kEnough = 2;
  std::map<std::string_view, int> claims;
  for (const auto& hit : hits) {
    const auto& s = image().signatures[hit.signature];
    if (s.fact != catalogue::kNone) facts.names.set(s.fact);
    for (auto fact : s.gives) facts.names.set(fact);
    if (s.software.empty()) continue;
    facts.names.set("software:" + std::string(s.software.view()));
    claims[s.software] += s.gives.empty() ? kWords : kVoice;
  }
  int most = kEnough - 1;
  for (const auto& [name, n] : claims)
    if (n > most) {
      most = n;
      facts.software = name;
    }
}

}  // namespace

std::vector<Hit> recognise(Plain& plain, const std::vector<Match>& matches, Facts& facts) {
  if (plain.records.empty()) return {};
  mark_success(plain, matches);
  auto hits = hits_of(plain, matches);
  take_facts(hits, facts);
  find_codes(plain, matches, facts);
  find_entities(plain, facts);
  follow_session(plain, facts);
  conclude(plain, facts);
  return hits;
}

}  // namespace hato::doctor
