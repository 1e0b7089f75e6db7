// SPDX-License-Identifier: Apache-2.0
// The grammar of SMTP's commands (RFC 5321 4.1.1): a line without its CRLF in, a command or the
// Error for the client out. Pure functions; any thread. Lenient where the field is (blanks after
// the colon, an address without < >), strict where a difference of reading could be abused.
//
//   auto command = parse_command("MAIL FROM:<bob@example.com> SIZE=100");
//   auto mail = parse_mail(command->arguments, {});
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "message/address.h"
#include "net/stream.h"

namespace hato::smtp {

// RFC 4954 4: AUTH with its initial response is the longest line; RFC 5321 asks for 512 or more.
inline constexpr std::size_t kMaxLine = 12'288;

struct Command {
  std::string_view verb, arguments;  // of the line; blanks around the arguments are gone
};
// Errors: smtp-characters (control characters; beyond ASCII where no address can be).
Result<Command> parse_command(std::string_view line);

enum class Body { k7Bit, k8BitMime, kBinaryMime };

struct MailCommand {
  std::string sender;  // "" is the null reverse-path
  std::uint64_t size = 0;
  Body body = Body::k7Bit;
  bool smtputf8 = false;
  std::string ret, envid;  // RFC 3461; envid as xtext
};
// Errors: smtp-arguments, smtp-parameter-unknown, smtp-parameter-value, sender-invalid,
// smtputf8-needed.
Result<MailCommand> parse_mail(std::string_view arguments, bool carrier_dots);

struct RcptCommand {
  std::string recipient;      // "postmaster" may come without a domain
  std::string notify, orcpt;  // RFC 3461; orcpt with its address as xtext
};
// Errors: the same, with address-invalid.
Result<RcptCommand> parse_rcpt(std::string_view arguments, message::AddressRules rules);

struct BdatCommand {  // RFC 3030
  std::uint64_t size = 0;
  bool last = false;
};
Result<BdatCommand> parse_bdat(std::string_view arguments);

struct AuthCommand {  // RFC 4954 4
  std::string mechanism;
  std::optional<std::string> initial;  // decoded
};
Result<AuthCommand> parse_auth(std::string_view arguments);
// A line of the exchange. Errors: sasl-cancelled for "*", sasl-malformed.
Result<std::string> parse_auth_response(std::string_view line);

// What a filter in front of this server tells of the client:
// https://www.postfix.org/XCLIENT_README.html
struct XclientCommand {
  std::optional<net::Ip> addr;
  std::optional<std::uint16_t> port;
  std::optional<std::string> login;
};
Result<XclientCommand> parse_xclient(std::string_view arguments);

// The name given in HELO, EHLO or LHLO: anything printable, as the field sends anything.
Result<std::string> parse_hello(std::string_view arguments);

}  // namespace hato::smtp
