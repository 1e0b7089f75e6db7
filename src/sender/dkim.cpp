// SPDX-License-Identifier: Apache-2.0
#include "sender/dkim.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "sender/tags.h"

namespace hato::sender {
namespace {

constexpr std::size_t kMaxSignatures = 10, kFold = 72;
constexpr Millis kClockSkew = 3'600'000;

// RFC 6376 5.4.1. Those marked may not be added after signing either.
struct SignedName {
  std::string_view name;
  bool sealed;
};
constexpr std::array kSigned = {
    SignedName{"from", true},
    SignedName{"to", true},
    SignedName{"cc", true},
    SignedName{"subject", true},
    SignedName{"date", true},
    SignedName{"message-id", true},
    SignedName{"reply-to", true},
    SignedName{"in-reply-to", false},
    SignedName{"references", false},
    SignedName{"mime-version", false},
    SignedName{"content-type", true},
    SignedName{"content-transfer-encoding", false},
    SignedName{"sender", false},
    SignedName{"list-id", false},
    SignedName{"list-unsubscribe", false},
    SignedName{"list-unsubscribe-post", false},
};

// A value of many bytes over several lines.
std::string folded(std::string_view value) {
  std::string out;
  for (; value.size() > kFold; value.remove_prefix(kFold))
    out += std::string(value.substr(0, kFold)) + "\r\n\t";
  return out += value;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  std::size_t line = 0;
  for (auto& name : names) {
    if (!out.empty()) out += ':';
    if (line + name.size() > kFold) out += "\r\n\t ", line = 0;
    out += name;
    line += name.size() + 1;
  }
  return out;
}

std::vector<std::string> names_to_sign(const std::vector<message::Field>& fields) {
  std::map<std::string, std::size_t> count;
  for (auto& f : fields) ++count[to_lower(f.name)];
  std::vector<std::string> out;
  for (auto& [name, sealed] : kSigned)
    out.insert(out.end(), count[std::string(name)] + sealed, std::string(name));
  return out;
}

Verdict permerror(std::string reason) { return {Verdict::kPermError, std::move(reason)}; }

std::optional<std::pair<Canon, Canon>> parse_canon(std::string_view text) {
  auto slash = text.find('/');
  auto one = [](std::string_view word) -> std::optional<Canon> {
    if (word == "simple") return Canon::kSimple;
    if (word == "relaxed") return Canon::kRelaxed;
    return {};
  };
  auto header = one(text.substr(0, slash));
  auto body = slash == text.npos ? Canon::kSimple : one(text.substr(slash + 1));
  if (!header || !body) return {};
  return std::pair(*header, *body);
}

bool within(std::string_view domain, std::string_view parent) {
  return iequals(domain, parent) ||
         (domain.size() > parent.size() &&
          iequals(domain.substr(domain.size() - parent.size()), parent) &&
          domain[domain.size() - parent.size() - 1] == '.');
}

// RFC 6376 3.5, 6.1.1.
std::optional<Verdict> read(Signature& s, const Tags& tags) {
  auto get = [&](std::string_view name) { return tags.get(name).value_or(""); };
  for (auto name : {"v", "a", "b", "bh", "d", "h", "s"})
    if (!tags.get(name)) return permerror(std::string("no ") + name + "= in the signature");
  if (get("v") != "1") return permerror("unknown version");
  s.algorithm = to_lower(get("a"));
  s.domain = to_lower(get("d"));
  s.selector = get("s");
  s.identity = tags.get("i") ? std::string(get("i")) : "@" + s.domain;
  for (auto name : split(get("h"), ':')) s.signed_fields.push_back(to_lower(trim(name)));
  auto bytes = from_base64(without_blanks(get("b"))), hash = from_base64(without_blanks(get("bh")));
  if (!bytes || !hash) return permerror("signature is not base64");
  s.bytes = *bytes, s.hash = *hash;
  auto canon = parse_canon(tags.get("c") ? without_blanks(get("c")) : "simple/simple");
  if (!canon) return permerror("unknown canonicalisation");
  s.header = canon->first, s.body = canon->second;
  for (auto [name, at] : {std::pair{"t", &s.signed_at}, std::pair{"x", &s.expires}})
    if (auto text = tags.get(name))
      *at = Millis(std::min<std::uint64_t>(parse_u64(*text).value_or(0), 1ull << 40)) * 1000;
  if (auto l = tags.get("l")) {
    s.length = parse_u64(*l);
    if (!s.length) return permerror("l= is no number");
  }
  if (s.algorithm != "rsa-sha256" && s.algorithm != "ed25519-sha256")
    return permerror("algorithm " + s.algorithm + " does not count");  // RFC 8301 3.1
  if (std::ranges::find(s.signed_fields, "from") == s.signed_fields.end())
    return permerror("From is not signed");
  auto at = s.identity.rfind('@');
  if (at == s.identity.npos || !within(s.identity.substr(at + 1), s.domain))
    return permerror("i= is not within d=");
  if (s.expires && s.signed_at && s.expires <= s.signed_at)
    return permerror("expires before it begins");
  return {};
}

}  // namespace

std::string_view verdict_name(Verdict::Kind kind) {
  constexpr std::array<std::string_view, 6> kNames = {"pass",    "fail",      "policy",
                                                      "neutral", "temperror", "permerror"};
  return kNames[std::size_t(kind)];
}

std::string signed_header(const std::vector<message::Field>& fields, std::string_view message,
                          const std::vector<std::string>& names, Canon canon) {
  std::string out;
  std::map<std::string_view, std::size_t> used;  // how many of each name, counted from the end
  for (auto& name : names) {
    auto skip = used[name]++;
    for (auto f = fields.rbegin(); f != fields.rend(); ++f) {
      if (!iequals(trim(f->name), name) || skip-- > 0) continue;
      out += canonical(*f, message, canon);
      break;
    }
  }
  return out;
}

std::string sign(std::string_view message, const std::vector<SigningKey>& keys, Millis now) {
  auto fields = message::parse_fields(message);
  if (keys.empty() || !message::find_field(fields, "From")) return {};
  auto body = message.substr(message::header_size(message));
  auto hash = to_base64(body_hash(body, Canon::kRelaxed));
  auto names = names_to_sign(fields);
  auto header = signed_header(fields, message, names, Canon::kRelaxed);
  std::string out;
  for (auto& key : keys) {
    auto field = "DKIM-Signature: v=1; a=" + std::string(key.algorithm()) +
                 "; c=relaxed/relaxed; d=" + key.domain() + ";\r\n\ts=" + key.selector() +
                 "; t=" + std::to_string(now / 1000) + ";\r\n\th=" + joined(names) +
                 ";\r\n\tbh=" + hash + ";\r\n\tb=";
    auto fields_of_it = message::parse_fields(field);
    auto own = canonical_signature(fields_of_it.at(0), field, Canon::kRelaxed);
    out += field + folded(to_base64(key.sign(header + own))) + "\r\n";
  }
  return out;
}

std::vector<Signature> find_signatures(std::string_view message) {
  std::vector<Signature> out;
  for (auto& field : message::parse_fields(message)) {
    if (!iequals(trim(field.name), "DKIM-Signature")) continue;
    if (out.size() >= kMaxSignatures) break;
    Signature s{.field = field};
    auto tags = parse_tags(field.value);
    s.broken = tags ? read(s, *tags) : permerror("syntax of the signature");
    out.push_back(std::move(s));
  }
  return out;
}

Verdict verify(const Signature& s, std::string_view message,
               const std::vector<std::string>& records, Millis now) {
  if (s.broken) return *s.broken;
  if (records.empty()) return permerror("no key at " + s.key_name());
  if (s.expires && now > s.expires) return {Verdict::kFail, "the signature has expired"};
  if (s.signed_at > now + kClockSkew) return {Verdict::kFail, "signed in the future"};
  auto key = PublicKey::parse(records.front());
  if (!key)
    return permerror(key.error().id() == ErrorId::kDkimKeyRevoked
                         ? "the key is revoked"
                         : "the key record is unusable: " +
                               std::string(key.error().detail("reason")));
  bool ed = s.algorithm == "ed25519-sha256";
  if (ed != (key->kind() == KeyKind::kEd25519) || !key->for_mail() || !key->sha256())
    return permerror("the key is not for this kind of signature");
  if (key->same_domain() && !iequals(s.identity.substr(s.identity.rfind('@') + 1), s.domain))
    return permerror("the key is not for subdomains");
  std::uint64_t whole = 0;
  auto body = message.substr(message::header_size(message));
  auto hash = body_hash(body, s.body, s.length, &whole);
  if (s.length && *s.length > whole) return permerror("l= is more than there is");
  if (hash != s.hash) return {Verdict::kFail, "the body has changed"};
  auto fields = message::parse_fields(message);
  auto header = signed_header(fields, message, s.signed_fields, s.header) +
                canonical_signature(s.field, message, s.header);
  if (!key->verify(header, s.bytes)) return {Verdict::kFail, "the header has changed"};
  // RFC 6376 8.2: what was appended is not signed.
  if (s.length && *s.length < whole) return {Verdict::kPolicy, "only a part of the body is signed"};
  return {Verdict::kPass, {}};
}

}  // namespace hato::sender
