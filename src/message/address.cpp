// SPDX-License-Identifier: Apache-2.0
// Envelope addresses.
#include "message/address.h"

#include <arpa/inet.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "base/text.h"
#include "message/token.h"

namespace hato::message {
namespace {

// RFC 5321 4.5.3.1.1, 4.5.3.1.2
constexpr std::size_t kMaxLocal = 64, kMaxDomain = 255;

// RFC 5322 3.2.3; beyond ASCII with RFC 6532 3.2.
bool is_atext(char c) {
  return is_alpha(c) || is_digit(c) || c < 0 ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_string(std::string_view s, bool any_dots) {
  if (s.empty()) return false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    bool lone_dot = s[i] == '.' && i > 0 && i + 1 < s.size() && s[i - 1] != '.';
    if (!is_atext(s[i]) && !lone_dot && !(any_dots && s[i] == '.' && i > 0)) return false;
  }
  return true;
}

// RFC 5321 4.1.2: Quoted-string. What it means, nothing where it is none.
std::optional<std::string> unquote(std::string_view s) {
  if (s.size() < 2 || s.front() != '"' || s.back() != '"') return {};
  s = s.substr(1, s.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '"') return {};
    if (s[i] == '\\' && ++i == s.size()) return {};
    if (static_cast<unsigned char>(s[i]) < ' ' || s[i] == 127) return {};
    out += s[i];
  }
  return out;
}

// RFC 5321 4.1.3
bool is_address_literal(std::string_view s) {
  if (s.size() < 3 || s.front() != '[' || s.back() != ']') return false;
  if (s.find('\0') != s.npos) return false;
  std::string text(s.substr(1, s.size() - 2));
  unsigned char ip[16];
  if (inet_pton(AF_INET, text.c_str(), ip) == 1) return true;
  auto colon = text.find(':');
  if (colon == text.npos) return false;
  auto tag = std::string_view(text).substr(0, colon),
       rest = std::string_view(text).substr(colon + 1);
  if (iequals(tag, "IPv6")) return inet_pton(AF_INET6, text.c_str() + colon + 1, ip) == 1;
  for (char c : tag)
    if (!is_alpha(c) && !is_digit(c) && c != '-') return false;
  for (char c : rest)
    if (c < 33 || c > 126 || c == '[' || c == '\\' || c == ']') return false;
  return !tag.empty() && tag.back() != '-' && !rest.empty();
}

// RFC 5321 4.1.1.3: routes of old, "@a,@b:", are read and left out.
std::string_view without_route(std::string_view s) {
  if (!s.starts_with('@')) return s;
  auto colon = s.find(':');
  if (colon == s.npos) return s;
  for (auto hop : split(s.substr(0, colon), ','))
    if (!hop.starts_with('@') || !ascii_domain(hop.substr(1))) return s;
  return s.substr(colon + 1);
}

// Where the local part ends; a quoted one may hold '@'.
std::size_t at_sign(std::string_view s) {
  if (!s.starts_with('"')) return s.find('@');
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (s[i] == '\\')
      ++i;
    else if (s[i] == '"')
      return i + 1 < s.size() && s[i + 1] == '@' ? i + 1 : s.npos;
  }
  return s.npos;
}

// Case folded and composed, so that what looks the same compares the same.
std::string fold(std::string_view s) {
  if (is_ascii(s)) return to_lower(s);
  UErrorCode status = U_ZERO_ERROR;
  const auto* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return to_lower(s);
  auto folded = nfkc->normalize(
      icu::UnicodeString::fromUTF8(icu::StringPiece(s.data(), std::int32_t(s.size()))), status);
  std::string out;
  return U_SUCCESS(status) ? folded.toUTF8String(out) : to_lower(s);
}

std::string joined(std::string_view local, std::string_view domain) {
  std::string out = is_dot_string(local, false) ? std::string(local) : quoted(local);
  return domain.empty() ? out : (out += '@') += domain;
}

}  // namespace

std::string Address::text() const { return joined(local, domain); }

std::string Address::folded() const {
  bool literal = domain.starts_with('[');
  auto ascii = literal ? std::nullopt : ascii_domain(domain);
  return joined(fold(local), ascii ? *ascii : to_lower(domain));
}

std::optional<Address> parse_address(std::string_view text, AddressRules rules) {
  bool ascii = is_ascii(text);
  if (!ascii && (!rules.utf8 || !is_utf8(text))) return {};
  if (iequals(text, "postmaster")) return Address{std::string(text), ""};  // RFC 5321 4.1.1.3
  text = without_route(text);
  auto at = at_sign(text);
  if (at == text.npos) return {};
  auto local = text.substr(0, at), domain = text.substr(at + 1);
  if (local.size() > kMaxLocal || domain.size() > kMaxDomain) return {};
  Address out{std::string(local), std::string(domain)};
  if (local.starts_with('"')) {
    auto plain = unquote(local);
    if (!plain) return {};
    out.local = std::move(*plain);
  } else if (!is_dot_string(local, rules.carrier_dots)) {
    return {};
  }
  if (!is_address_literal(domain) && !ascii_domain(domain)) return {};
  return out;
}

}  // namespace hato::message
