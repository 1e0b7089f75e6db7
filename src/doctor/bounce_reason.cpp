// SPDX-License-Identifier: Apache-2.0
// What decides, the first that says something: the words of the diagnostic (signatures of the
// catalogue), the status where it means one thing, the human words, the status where it is vague,
// what is left.
#include "doctor/bounce_reason.h"

#include <algorithm>

#include "base/text.h"
#include "doctor/bounce_phrases.h"

namespace hato::doctor {
namespace {

struct StatusRow {
  std::string_view detail;  // subject.detail (RFC 3463, IANA)
  std::string_view permanent, transient;
};

constexpr StatusRow kExact[] = {
    {"1.1", "userunknown", "userunknown"},   {"1.2", "hostunknown", "hostunknown"},
    {"1.3", "userunknown", "userunknown"},   {"1.6", "hasmoved", "hasmoved"},
    {"1.7", "rejected", "rejected"},         {"1.8", "rejected", "rejected"},
    {"1.10", "notaccept", "notaccept"},      {"2.2", "mailboxfull", "mailboxfull"},
    {"2.3", "exceedlimit", "exceedlimit"},   {"3.1", "systemfull", "systemfull"},
    {"3.2", "notaccept", "notaccept"},       {"3.4", "mesgtoobig", "mesgtoobig"},
    {"4.4", "hostunknown", "hostunknown"},   {"4.6", "networkerror", "networkerror"},
    {"4.7", "expired", "expired"},           {"7.8", "securityerror", "securityerror"},
    {"7.13", "suspend", "suspend"},          {"7.20", "authfailure", "authfailure"},
    {"7.21", "authfailure", "authfailure"},  {"7.22", "authfailure", "authfailure"},
    {"7.23", "authfailure", "authfailure"},  {"7.24", "authfailure", "authfailure"},
    {"7.25", "requireptr", "requireptr"},    {"7.26", "authfailure", "authfailure"},
    {"7.27", "notaccept", "notaccept"},      {"7.28", "speeding", "speeding"},
    {"7.509", "authfailure", "authfailure"}, {"7.606", "blocked", "blocked"}};

constexpr StatusRow kVague[] = {
    {"1.0", "userunknown", "userunknown"},   {"1.4", "filtered", "filtered"},
    {"2.0", "filtered", "mailboxfull"},      {"2.1", "suspend", "suspend"},
    {"2.4", "filtered", "filtered"},         {"3.0", "systemerror", "systemerror"},
    {"3.3", "systemerror", "systemerror"},   {"3.5", "systemerror", "systemerror"},
    {"4.0", "networkerror", "networkerror"}, {"4.1", "expired", "expired"},
    {"4.2", "networkerror", "expired"},      {"4.3", "networkerror", "networkerror"},
    {"4.5", "networkerror", "systemfull"},   {"5.1", "syntaxerror", "syntaxerror"},
    {"5.2", "syntaxerror", "syntaxerror"},   {"5.3", "toomanyconn", "toomanyconn"},
    {"5.4", "syntaxerror", "syntaxerror"},   {"6.0", "contenterror", "contenterror"},
    {"6.1", "contenterror", "contenterror"}, {"6.2", "contenterror", "contenterror"},
    {"6.3", "contenterror", "contenterror"}, {"6.5", "contenterror", "contenterror"},
    {"6.9", "contenterror", "contenterror"}, {"7.0", "policyviolation", "blocked"},
    {"7.1", "securityerror", "blocked"},     {"7.9", "policyviolation", "policyviolation"}};

std::string_view look_up(std::span<const StatusRow> rows, std::string_view status) {
  if (status.size() < 5) return {};
  for (const auto& row : rows)
    if (status.substr(2) == row.detail) return status[0] == '4' ? row.transient : row.permanent;
  return {};
}

// The class.subject.detail at the beginning of `text`, "" where none is.
std::string_view status_at(std::string_view text) {
  if (text.size() < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.')
    return {};
  std::size_t at = 2, digits = 0;
  while (at < text.size() && is_digit(text[at]) && digits < 3) ++at, ++digits;
  if (!digits || at >= text.size() || text[at] != '.') return {};
  const auto dot = at++;
  digits = 0;
  while (at < text.size() && is_digit(text[at]) && digits < 3) ++at, ++digits;
  const bool more =
      at < text.size() &&
      (is_digit(text[at]) || (text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1])));
  return digits && !more && at > dot ? text.substr(0, at) : std::string_view();
}

bool stands_alone(std::string_view text, std::size_t at) {
  if (at == 0) return true;
  const char c = text[at - 1];
  return !is_alpha(c) && !is_digit(c) && c != '.' && c != '-' && c != '@' && c != '_';
}

std::string find_status(std::string_view text) {
  for (std::size_t at = 0; at + 5 <= text.size(); ++at)
    if ((text[at] == '4' || text[at] == '5' || text[at] == '2') &&
        (stands_alone(text, at) || text[at - 1] == '-'))
      if (auto s = status_at(text.substr(at)); !s.empty()) return std::string(s);
  return {};
}

// A reply that begins a line, or stands after what introduces one.
std::string find_reply(std::string_view text) {
  for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
    const char c = text[at];
    if ((c != '4' && c != '5' && c != '2') || !is_digit(text[at + 1]) || !is_digit(text[at + 2]))
      continue;
    if (text[at + 1] > '7' || !stands_alone(text, at)) continue;
    const bool ends =
        at + 3 == text.size() || std::string_view(" -:,)#\r\n\"'").find(text[at + 3]) != text.npos;
    if (!ends) continue;
    // Days of the year, sizes and ports are numbers too.
    auto before = trim(text.substr(0, at));
    const bool begins = at == 0 || text[at - 1] == '\n' || before.empty() ||
                        std::string_view(":;,)(<>]\"'").find(before.back()) != text.npos ||
                        !status_at(text.substr(std::min(at + 4, text.size()))).empty() ||
                        before.ends_with("code") || before.ends_with("Code") ||
                        before.ends_with("error") || before.ends_with("reason") ||
                        before.ends_with("with") || before.ends_with("CODE");
    if (begins && (at + 3 < text.size() || begins)) return std::string(text.substr(at, 3));
  }
  return {};
}

// Of two the one that says more; X.0.0 says only its class.
std::string the_better(std::string a, std::string b) {
  if (a.empty() || (a.ends_with(".0.0") && !b.empty() && b[0] == a[0])) return b.empty() ? a : b;
  if (!b.empty() && !b.ends_with(".0.0") && look_up(kExact, a).empty() &&
      !look_up(kExact, b).empty())
    return b;
  return a;
}

constexpr std::string_view kDelays[] = {"delayed", "warning message only", "will be retried",
                                        "temporary failure", "still being retried"};

bool is_delay(std::string_view words) {
  return std::any_of(std::begin(kDelays), std::end(kDelays),
                     [&](std::string_view w) { return find_words(words, w) != words.npos; });
}

bool is_permanent(std::string_view reason, std::string_view status) {
  return reason == "userunknown" || reason == "hostunknown" || reason == "hasmoved" ||
         (reason == "notaccept" && status.starts_with('5'));
}

// "in reply to end of DATA command", ">>> DATA": after the recipient had been taken.
bool after_data(std::string_view words) {
  for (std::string_view w : {"end of data", "reply to data", "text command", ">>> data",
                             "following data", "final data", "data command"})
    if (find_words(words, w) != words.npos) return true;
  return false;
}

std::string_view what_is_left(const BouncedRecipient& r, std::string_view around) {
  if (r.reply == "550" || r.reply == "553" || r.reply == "554")
    return after_data(around) ? "filtered" : r.reply == "550" ? "filtered" : "policyviolation";
  if (r.reply == "552") return "mailboxfull";
  if (r.reply == "421") return "expired";
  if (r.status.starts_with('4')) return "expired";
  return r.reply.empty() && trim(r.words).empty() ? "undefined" : "onhold";
}

// Lower case, blanks and folds one blank each, addresses and URLs taken out.
std::string plain_words(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = text.find_first_not_of(" \t\r\n", at);
    if (begin == text.npos) break;
    at = std::min(text.find_first_of(" \t\r\n", begin), text.size());
    const auto word = text.substr(begin, at - begin);
    if (word.find('@') != word.npos || word.find("://") != word.npos) continue;
    if (!out.empty()) out += ' ';
    for (char c : word) out += ascii_lower(c);
  }
  return out;
}

// qmail ends every refusal with "Giving up on HOST.", whatever the reason.
std::string_view before_giving_up(std::string_view text) {
  return text.substr(0, find_words(text, "giving up on "));
}

// What the other side said, of words about a recipient: from its reply on.
std::string_view reply_in(std::string_view around, const std::string& reply) {
  if (reply.empty()) return {};
  for (std::size_t at = around.find(reply); at != around.npos; at = around.find(reply, at + 1))
    if (stands_alone(around, at)) return before_giving_up(around.substr(at, 1000));
  return {};
}

// Reasons whose signatures take in words that others say too.
bool is_wide(std::string_view reason) {
  for (std::string_view wide : {"blocked", "systemerror", "syntaxerror", "userunknown", "hasmoved",
                                "securityerror", "notcompliantrfc"})
    if (reason == wide) return true;
  return false;
}

bool at_rcpt(std::string_view words) {
  return find_words(words, "reply to rcpt") != words.npos ||
         find_words(words, ">>> rcpt") != words.npos ||
         find_words(words, "in rcpt to") != words.npos;
}

// An unknown user whom the server took at first, or who has a mailbox by the status, was refused
// by a filter.
bool filtered(const BouncedRecipient& r, std::string_view around) {
  if (r.status.substr(1, 3) == ".1.") return false;
  if (after_data(around)) return true;
  return (r.status.substr(1, 3) == ".2." || r.status.substr(1, 3) == ".7.") && !at_rcpt(around);
}

std::string first_said(std::initializer_list<std::string_view> reasons) {
  for (auto r : reasons)
    if (!r.empty()) return std::string(r);
  return {};
}

}  // namespace

BouncedRecipient conclude(const Reported& said, Doctor& doctor) {
  BouncedRecipient r;
  r.address = said.address;
  const auto around = said.around.substr(0, 8 << 10);
  r.reply = find_reply(said.diagnostic.empty() ? around : std::string_view(said.diagnostic));
  const auto spoken = said.diagnostic.empty() ? reply_in(around, r.reply) : std::string_view();
  r.words =
      !said.diagnostic.empty() ? said.diagnostic : std::string(spoken.empty() ? around : spoken);
  r.status = the_better(find_status(said.status), find_status(r.words));
  if (r.status.empty() && !r.reply.empty()) r.status = r.reply.substr(0, 1) + ".0.0";
  if (r.status.empty()) r.status = said.action == "delayed" || is_delay(around) ? "4.0.0" : "5.0.0";
  if (said.action.starts_with("deliver") || said.action == "relayed" || said.action == "expanded") {
    r.reason = "delivered";
    return r;
  }
  const auto plain = plain_words(r.words);
  r.reason = doctor.explain(plain).reason;
  if (r.reason.empty() || is_wide(r.reason))
    r.reason = first_said({reason_of_phrases(plain), look_up(kExact, r.status), r.reason});
  if (r.reason.empty() && !around.empty() && r.words != around) {
    r.reason = reason_of_phrases(plain_words(around));
    if (r.reason.empty()) r.reason = doctor.explain(plain_words(around)).reason;
  }
  if (r.reason.empty()) r.reason = first_said({look_up(kVague, r.status), what_is_left(r, around)});
  if (r.reason == "userunknown" && filtered(r, around)) r.reason = "filtered";
  r.permanent = is_permanent(r.reason, r.status);
  return r;
}

}  // namespace hato::doctor
