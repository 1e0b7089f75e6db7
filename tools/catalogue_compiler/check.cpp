// SPDX-License-Identifier: Apache-2.0
// What must hold between rows: everything named exists, nothing is there twice.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "base/text.h"
#include "model.h"

namespace hato::compiler {
namespace {
using Names = std::vector<std::string_view>;

const Names kFamilies = {
    "smtp-reply",    "enhanced-status", "oe",          "outlook",   "winsock",
    "errno",         "pop3-code",       "imap-code",   "tls-alert", "openssl-verify",
    "openssl-error", "dns-rcode",       "dns-ede",     "wininet",   "nntp-reply",
    "sysexits",      "exchange",        "gmail",       "yahoo",     "icloud",
    "jp-provider",   "dnsbl",           "http-status", "ras",       "exception"};
const Names kSides = {"client", "client-network", "own-server", "remote-server",
                      "dns",    "policy",         "recipient",  "sender-reputation",
                      "tls",    "auth",           "storage",    "message"};
const Names kReasons = {"authfailure",     "badreputation", "blocked",         "contenterror",
                        "delivered",       "exceedlimit",   "expired",         "failedstarttls",
                        "feedback",        "filtered",      "hasmoved",        "hostunknown",
                        "mailboxfull",     "mailererror",   "mesgtoobig",      "networkerror",
                        "norelaying",      "notaccept",     "notcompliantrfc", "onhold",
                        "policyviolation", "rejected",      "requireptr",      "securityerror",
                        "spamdetected",    "speeding",      "suppressed",      "suspend",
                        "syntaxerror",     "systemerror",   "systemfull",      "toomanyconn",
                        "undefined",       "userunknown",   "vacation",        "virusdetected"};
const Names kProtocols = {"smtp", "pop3", "imap", "nntp", "http", "tls", "dns", "os"};
// Facts with a closed list of values; the others are checked by shape.
const std::map<std::string_view, Names> kFacts = {
    {"proto", {"smtp", "pop3", "imap", "nntp", "http"}},
    {"stage",
     {"connect", "banner", "tls", "helo", "auth", "mail", "rcpt", "data", "end-of-data", "retr",
      "list", "quit", "dns"}},
    {"speaker", {"own", "remote", "client"}},
    {"ip", {"v4", "v6", "loopback"}},
    {"form", {"log", "dialog", "bounce", "transcript", "exception", "reply"}},
    {"lang", {"ja"}},
    {"record", {"success"}}};
const Names kPlaces = {"{host}", "{domain}", "{ip}", "{port}", "{address}"};

bool has(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_slug(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
  });
}

std::string unknown(std::string_view what, std::string_view name, const Names& known) {
  std::string out = "unknown " + std::string(what) + " \"" + std::string(name) + '"';
  if (auto near = nearest(name, known)) out += ", \"" + std::string(*near) + "\"?";
  return out;
}

class Check {
 public:
  Check(Model& model, Faults& faults) : model_(model), faults_(faults) {}

  void run() {
    for (const auto& c : model_.causes) slugs_.push_back(c.slug);
    for (const auto& s : model_.signatures) ids_.push_back(s.id);
    families();
    causes();
    signatures();
    cases();
  }

 private:
  void one_of(const Place& place, std::string_view key, std::string_view value,
              const Names& known) {
    if (!has(known, value)) faults_.fault(place, unknown(key, value, known));
  }

  void slug(const Place& place, const std::string& name) {
    if (!has(slugs_, name)) faults_.gap(place, unknown("cause", name, slugs_));
  }

  void weights(const Place& place, const Weights& weights) {
    for (const auto& [name, weight] : weights) slug(place, name);
  }

  void families() {
    std::set<std::string> names;
    for (const auto& f : model_.families) {
      one_of(f.place, "family", f.name, kFamilies);
      if (!names.insert(f.name).second) faults_.fault(f.place, "family is there twice");
      for (const auto& p : f.protocols) one_of(f.place, "protocol", p, kProtocols);
      std::map<std::string, const CodeRow*> spelt;
      for (const auto& c : f.codes) code(f, c, spelt);
    }
  }

  void code(const FamilyRows& f, const CodeRow& c, std::map<std::string, const CodeRow*>& spelt) {
    auto spell = [&](const std::string& text, std::string_view key) {
      if (text.empty()) return;
      auto [at, fresh] = spelt.emplace(to_upper(text), &c);
      if (!fresh && at->second != &c)
        faults_.fault(c.place,
                      std::string(key) + " \"" + text + "\" also means row " + at->second->value);
    };
    auto [at, fresh] = spelt.emplace(to_upper(c.value), &c);
    if (!fresh) faults_.fault(c.place, "value is there twice");
    spell(c.symbol, "symbol");
    for (const auto& a : c.aliases) spell(a, "alias");
    if (c.source.empty()) faults_.fault(c.place, "source is missing, here and in the file's head");
    if ((f.name == "oe" || f.name == "outlook") &&
        !(c.value.starts_with("0x") && c.value.size() == 10 &&
          c.value.substr(2) == to_upper(c.value.substr(2))))
      faults_.fault(c.place, "value looks like 0x800CCC0E");
    weights(c.place, c.causes);
    codes_.insert(f.name + '=' + c.value);
  }

  void causes() {
    std::set<std::string> seen;
    for (const auto& c : model_.causes) {
      if (!is_slug(c.slug)) faults_.fault(c.place, "a slug is lower case, digits and hyphens");
      if (!seen.insert(c.slug).second) faults_.fault(c.place, "is there twice");
      one_of(c.place, "side", c.side, kSides);
      for (const auto* texts : {&c.en, &c.ja}) {
        for (const auto& command : texts->check) places(c.place, command, true);
        for (const auto* steps : {&texts->user, &texts->admin, &texts->ask})
          for (const auto& step : *steps) places(c.place, step, false);
      }
    }
  }

  void places(const Place& place, std::string_view text, bool allowed) {
    for (const auto& p : kPlaces)
      if (!allowed && text.find(p) != text.npos)
        faults_.fault(place, std::string(p) + " is filled in check only");
  }

  void fact(const SignatureRow& s, const std::string& name) {
    const auto colon = name.find(':');
    const auto kind = name.substr(0, colon);
    const auto value = colon == name.npos ? "" : name.substr(colon + 1);
    if (auto known = kFacts.find(kind); known != kFacts.end())
      return one_of(s.place, kind, value, known->second);
    if (kind == "sig") {
      if (!has(ids_, value)) faults_.gap(s.place, unknown("signature", value, ids_));
    } else if (kind == "code") {
      code_fact(s, value);
    } else if (kind == "software") {
      if (!is_slug(value)) faults_.fault(s.place, "software:NAME is lower case");
    } else if (kind == "port") {
      if (!parse_u64(value)) faults_.fault(s.place, "port:N is a number");
    } else {
      faults_.fault(s.place, unknown("fact", name,
                                     {"sig:", "code:", "proto:", "stage:", "speaker:", "software:",
                                      "port:", "ip:", "lang:", "form:"}));
    }
  }

  void code_fact(const SignatureRow& s, const std::string& value) {
    const auto eq = value.find('=');
    if (eq == value.npos) return faults_.fault(s.place, "code:FAMILY=VALUE needs a value");
    one_of(s.place, "family", value.substr(0, eq), kFamilies);
    const auto family = value.substr(0, eq);
    if (family == "smtp-reply" || family == "enhanced-status") return;  // any, and classes: 5xx
    if (!codes_.contains(value)) faults_.gap(s.place, "unknown code " + value);
  }

  void signatures() {
    std::set<std::string> seen;
    for (const auto& s : model_.signatures) {
      if (!is_slug(s.id)) faults_.fault(s.place, "an id is lower case, digits and hyphens");
      if (!seen.insert(s.id).second) faults_.fault(s.place, "is there twice");
      if (s.match.empty() && s.when.empty())
        faults_.fault(s.place, "needs match, or when for a rule over facts");
      if (s.match.empty() && !s.gives.empty()) faults_.fault(s.place, "gives needs match");
      if (!s.gives.empty() && s.when.size() + s.unless.size())
        faults_.fault(s.place, "gives does not go with when or unless");
      weights(s.place, s.causes);
      if (!s.side.empty()) one_of(s.place, "side", s.side, kSides);
      if (!s.reason.empty()) one_of(s.place, "reason", s.reason, kReasons);
      if (!s.software.empty() && !is_slug(s.software))
        faults_.fault(s.place, "software is lower case, digits and hyphens");
      for (const auto* facts : {&s.when, &s.unless, &s.gives})
        for (const auto& f : *facts) fact(s, f);
    }
  }

  void cases() {
    for (const auto& c : model_.cases) {
      if (!c.cause.empty()) slug(c.place, c.cause);
      if (!c.near_miss.empty()) slug(c.place, c.near_miss);
      if (!c.side.empty()) one_of(c.place, "side", c.side, kSides);
      if (!c.cause.empty() && c.cause == c.near_miss)
        faults_.fault(c.place, "not is another cause than cause");
    }
  }

  Model& model_;
  Faults& faults_;
  Names slugs_, ids_;
  std::set<std::string> codes_;
};

}  // namespace

void check_catalogue(Model& model, Faults& faults) {
  Check(model, faults).run();
  order_signatures(model.signatures, faults);
}

bool order_signatures(std::vector<SignatureRow>& rows, Faults& faults) {
  std::vector<SignatureRow> patterns_first;
  for (bool pattern : {true, false})
    for (auto& s : rows)
      if (s.match.empty() != pattern) patterns_first.push_back(s);
  rows = std::move(patterns_first);
  std::set<std::string> rules, placed;
  for (const auto& s : rows)
    if (s.match.empty()) rules.insert("sig:" + s.id);
  auto waits = [&](const SignatureRow& s) {
    for (const auto* facts : {&s.when, &s.unless})
      for (const auto& f : *facts)
        if (rules.contains(f) && !placed.contains(f)) return true;
    return false;
  };
  auto at = std::find_if(rows.begin(), rows.end(), [](const auto& s) { return s.match.empty(); });
  while (at != rows.end()) {
    auto next = std::find_if_not(at, rows.end(), waits);
    if (next == rows.end()) {
      faults.fault(at->place, "this rule and others wait for each other in a circle");
      return false;
    }
    placed.insert("sig:" + next->id);
    std::rotate(at, next, next + 1);
    ++at;
  }
  return true;
}

}  // namespace hato::compiler
