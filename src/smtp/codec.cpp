// SPDX-License-Identifier: Apache-2.0
#include "smtp/codec.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hato::smtp {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kMailSyntax = "MAIL FROM:<address> [parameters]";
constexpr std::string_view kRcptSyntax = "RCPT TO:<address> [parameters]";

bool is_control(char c) {
  auto u = static_cast<unsigned char>(c);
  return (u < 0x20 && u != '\t') || u == 0x7f;
}

std::unexpected<Error> bad_arguments(std::string_view syntax) {
  return fail(ErrorId::kSmtpArguments, {{"syntax", std::string(syntax)}});
}

void skip_blanks(std::string_view& s) {
  s.remove_prefix(std::min(s.find_first_not_of(kBlanks), s.size()));
}

std::string_view take_word(std::string_view& s) {
  auto word = s.substr(0, s.find_first_of(kBlanks));
  s.remove_prefix(word.size());
  skip_blanks(s);
  return word;
}

// "FROM:" or "TO:" with blanks around the colon, which many clients send.
bool take_keyword(std::string_view& s, std::string_view keyword) {
  if (!istarts_with(s, keyword)) return false;
  s.remove_prefix(keyword.size());
  skip_blanks(s);
  if (!s.starts_with(':')) return false;
  s.remove_prefix(1);
  skip_blanks(s);
  return true;
}

// The end of <...>, which may have '>' within a quoted local part; npos where there is none.
std::size_t path_end(std::string_view s) {
  bool quoted = false;
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (s[i] == '"') quoted = !quoted;
    if (s[i] == '\\' && quoted)
      ++i;
    else if (s[i] == '>' && !quoted)
      return i;
  }
  return s.npos;
}

// RFC 5321 4.1.2. The address of a path without its source route; parameters stay in `s`.
std::optional<std::string_view> take_path(std::string_view& s) {
  if (!s.starts_with('<')) {
    auto word = take_word(s);
    return word.empty() ? std::nullopt : std::optional(word);
  }
  auto end = path_end(s);
  if (end == s.npos) return {};
  auto path = s.substr(1, end - 1);
  s.remove_prefix(end + 1);
  if (!s.empty() && kBlanks.find(s[0]) == s.npos) return {};
  skip_blanks(s);
  // RFC 5321 4.1.1.3, appendix C: a source route is accepted and ignored.
  if (auto colon = path.find(':'); path.starts_with('@') && colon != path.npos)
    path.remove_prefix(colon + 1);
  return path;
}

// RFC 3461 4: printable ASCII but '+' and '=', which are written as +XX.
bool is_xtext(std::string_view s) {
  auto hex = [](char c) { return is_digit(c) || (c >= 'A' && c <= 'F'); };
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] < '!' || s[i] > '~' || s[i] == '=') return false;
    if (s[i] != '+') continue;
    if (i + 2 >= s.size() || !hex(s[i + 1]) || !hex(s[i + 2])) return false;
    i += 2;
  }
  return true;
}

std::string decode_xtext(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    auto byte = s[i] == '+' ? from_hex(s.substr(i + 1, 2)) : std::nullopt;
    out += byte && byte->size() == 1 ? (*byte)[0] : s[i];
    if (byte && byte->size() == 1) i += 2;
  }
  return out;
}

// A parameter of MAIL or RCPT; `read` is false for a value that is not allowed.
template <class T>
struct Parameter {
  std::string_view name;
  bool (*read)(T&, std::optional<std::string_view> value);
};

bool one_of(std::string& to, std::optional<std::string_view> value,
            std::initializer_list<std::string_view> allowed) {
  if (!value) return false;
  to = to_upper(*value);
  return std::find(allowed.begin(), allowed.end(), to) != allowed.end();
}

bool read_body(MailCommand& m, std::optional<std::string_view> v) {
  constexpr std::array<std::string_view, 3> kBodies = {"7BIT", "8BITMIME", "BINARYMIME"};
  for (std::size_t i = 0; i < kBodies.size(); ++i)
    if (v && iequals(*v, kBodies[i])) return m.body = Body(i), true;
  return false;
}

// RFC 3461 4.1
bool read_notify(RcptCommand& r, std::optional<std::string_view> v) {
  if (one_of(r.notify, v, {"NEVER"})) return true;
  if (!v) return false;
  auto parts = split(r.notify, ',');
  return parts.size() <= 3 && std::all_of(parts.begin(), parts.end(), [](std::string_view p) {
           return p == "SUCCESS" || p == "FAILURE" || p == "DELAY";
         });
}

// RFC 3461 4.2, RFC 6533 3: a type and an address, which may be UTF-8 for the type utf-8.
bool read_orcpt(RcptCommand& r, std::optional<std::string_view> v) {
  auto semicolon = v ? v->find(';') : std::string_view::npos;
  if (!v || semicolon == v->npos || semicolon == 0 || v->size() > 500) return false;
  r.orcpt = *v;
  auto address = v->substr(semicolon + 1);
  return is_xtext(address) || iequals(v->substr(0, semicolon), "utf-8");
}

constexpr Parameter<MailCommand> kMailParameters[] = {
    {"SIZE",  // RFC 1870
     [](MailCommand& m, auto v) {
       auto n = v ? parse_u64(*v) : std::nullopt;
       return n ? (m.size = *n, true) : false;
     }},
    {"BODY", read_body},                                                         // RFC 6152
    {"SMTPUTF8", [](MailCommand& m, auto v) { return m.smtputf8 = true, !v; }},  // RFC 6531
    {"RET", [](MailCommand& m, auto v) { return one_of(m.ret, v, {"FULL", "HDRS"}); }},
    {"ENVID",  // RFC 3461 4.4
     [](MailCommand& m, auto v) {
       if (v) m.envid = *v;
       return v && !v->empty() && v->size() <= 100 && is_xtext(*v);
     }},
    // RFC 4954 5: who sent it first, as the client says; nobody here relies on it.
    {"AUTH", [](MailCommand&, auto v) { return v && (*v == "<>" || is_xtext(*v)); }},
};
constexpr Parameter<RcptCommand> kRcptParameters[] = {{"NOTIFY", read_notify},
                                                      {"ORCPT", read_orcpt}};

template <class T, std::size_t N>
Result<> read_parameters(std::string_view s, const Parameter<T> (&known)[N], T& into) {
  unsigned seen = 0;
  while (!s.empty()) {
    auto word = take_word(s);
    auto equals = word.find('=');
    auto name = word.substr(0, equals);
    std::optional<std::string_view> value;
    if (equals != word.npos) value = word.substr(equals + 1);
    auto row = std::find_if(std::begin(known), std::end(known),
                            [&](const auto& p) { return iequals(p.name, name); });
    if (row == std::end(known))
      return fail(ErrorId::kSmtpParameterUnknown, {{"parameter", std::string(name)}});
    unsigned bit = 1u << (row - std::begin(known));
    if ((seen & bit) || !row->read(into, value))
      return fail(ErrorId::kSmtpParameterValue, {{"parameter", std::string(row->name)}});
    seen |= bit;
  }
  return {};
}

Result<std::string> read_address(std::string_view path, message::AddressRules rules, ErrorId bad) {
  if (!rules.utf8 && !is_ascii(path))  // RFC 6531 3.5
    return fail(ErrorId::kSmtputf8Needed, {{"address", std::string(path)}});
  auto address = message::parse_address(path, rules);
  if (!address) return fail(bad, {{"address", std::string(path)}});
  return address->text();
}

// Postfix writes IPv6 addresses with this before them.
std::optional<net::Ip> read_ip(std::string_view s) {
  if (istarts_with(s, "IPV6:")) s.remove_prefix(5);
  return net::Ip::parse(s);
}

bool read_xclient(XclientCommand& x, std::string_view name, const std::string& value) {
  bool unknown = iequals(value, "[UNAVAILABLE]") || iequals(value, "[TEMPUNAVAIL]");
  if (iequals(name, "ADDR")) {
    x.addr = unknown ? net::Ip{} : read_ip(value);
    return x.addr.has_value();
  }
  if (iequals(name, "PORT")) {
    auto n = unknown ? 0 : parse_u64(value);
    x.port = std::uint16_t(n.value_or(0));
    return n && *n <= 65535;
  }
  if (iequals(name, "LOGIN") && !unknown) x.login = value;
  // Known, and told by nobody here: the EHLO that follows tells HELO and PROTO.
  constexpr std::array<std::string_view, 6> kOthers = {"LOGIN", "HELO",     "PROTO",
                                                       "NAME",  "DESTADDR", "DESTPORT"};
  return std::any_of(kOthers.begin(), kOthers.end(), [&](auto o) { return iequals(o, name); });
}

}  // namespace

Result<Command> parse_command(std::string_view line) {
  if (std::any_of(line.begin(), line.end(), is_control)) return fail(ErrorId::kSmtpCharacters);
  Command c;
  c.verb = take_word(line);
  c.arguments = trim(line);
  constexpr std::array<std::string_view, 4> kWithAddress = {"MAIL", "RCPT", "VRFY", "EXPN"};
  bool may_be_utf8 = std::any_of(kWithAddress.begin(), kWithAddress.end(),
                                 [&](auto verb) { return iequals(verb, c.verb); });
  bool good = is_ascii(c.verb) && (is_ascii(c.arguments) || (may_be_utf8 && is_utf8(c.arguments)));
  if (!good) return fail(ErrorId::kSmtpCharacters);
  return c;
}

Result<MailCommand> parse_mail(std::string_view s, bool carrier_dots) {
  if (!take_keyword(s, "FROM")) return bad_arguments(kMailSyntax);
  auto path = take_path(s);
  if (!path) return bad_arguments(kMailSyntax);
  MailCommand m;
  HATO_CHECK(read_parameters(s, kMailParameters, m));
  if (path->empty()) return m;
  HATO_TRY(sender, read_address(*path, {m.smtputf8, carrier_dots}, ErrorId::kSenderInvalid));
  m.sender = std::move(sender);
  if (m.sender.find('@') == m.sender.npos)
    return fail(ErrorId::kSenderInvalid, {{"address", m.sender}});
  return m;
}

Result<RcptCommand> parse_rcpt(std::string_view s, message::AddressRules rules) {
  if (!take_keyword(s, "TO")) return bad_arguments(kRcptSyntax);
  auto path = take_path(s);
  if (!path) return bad_arguments(kRcptSyntax);
  RcptCommand r;
  HATO_CHECK(read_parameters(s, kRcptParameters, r));
  HATO_TRY(recipient, read_address(*path, rules, ErrorId::kAddressInvalid));
  r.recipient = std::move(recipient);
  return r;
}

Result<BdatCommand> parse_bdat(std::string_view s) {
  auto size = parse_u64(take_word(s));
  if (!size || (!s.empty() && !iequals(s, "LAST"))) return bad_arguments("BDAT size [LAST]");
  return BdatCommand{*size, !s.empty()};
}

Result<AuthCommand> parse_auth(std::string_view s) {
  AuthCommand a{.mechanism = to_upper(take_word(s))};
  if (a.mechanism.empty() || s.find_first_of(kBlanks) != s.npos)
    return bad_arguments("AUTH mechanism [initial-response]");
  if (s.empty()) return a;
  a.initial.emplace();
  if (s == "=") return a;  // RFC 4954 4: an empty one
  HATO_TRY(initial, parse_auth_response(s));
  a.initial = std::move(initial);
  return a;
}

Result<std::string> parse_auth_response(std::string_view line) {
  if (line == "*") return fail(ErrorId::kSaslCancelled);
  auto bytes = from_base64(line);
  if (!bytes) return fail(ErrorId::kSaslMalformed);
  return std::move(*bytes);
}

Result<XclientCommand> parse_xclient(std::string_view s) {
  XclientCommand x;
  if (s.empty()) return bad_arguments("XCLIENT name=value ...");
  while (!s.empty()) {
    auto word = take_word(s);
    auto equals = word.find('=');
    if (equals == word.npos || !is_xtext(word.substr(equals + 1)))
      return bad_arguments("XCLIENT name=value ...");
    auto name = word.substr(0, equals);
    auto value = decode_xtext(word.substr(equals + 1));
    if (std::any_of(value.begin(), value.end(), is_control) || !read_xclient(x, name, value))
      return fail(ErrorId::kSmtpParameterValue, {{"parameter", std::string(name)}});
  }
  return x;
}

Result<std::string> parse_hello(std::string_view s) {
  auto name = take_word(s);
  if (name.empty() || name.size() > 255) return bad_arguments("EHLO domain");
  return std::string(name);
}

}  // namespace hato::smtp
