// SPDX-License-Identifier: Apache-2.0
// The table of commands, and those that are one line.
#include <span>

#include "smtp/session.h"

namespace hato::smtp {

// In the order of their frequency. TURN, SEND and the like are unknown here (RFC 5321 F).
std::span<const Session::Row> Session::rows() {
  static constexpr Row kRows[] = {
      {"MAIL", &Session::mail, kNeedsHello},
      {"RCPT", &Session::rcpt, kNeedsHello},
      {"DATA", &Session::data, kNeedsHello | kMustBeLast | kNoArguments},
      {"BDAT", &Session::bdat, 0},  // what it is wrong about still has to be read
      {"EHLO", &Session::ehlo, kMustBeLast | kSmtpOnly},
      {"LHLO", &Session::ehlo, kMustBeLast | kLmtpOnly},
      {"HELO", &Session::helo, kMustBeLast | kSmtpOnly},
      {"QUIT", &Session::quit, kNoArguments},
      {"RSET", &Session::rset, kNoArguments},
      {"NOOP", &Session::noop, 0},
      {"STARTTLS", &Session::starttls, kNeedsHello | kNoArguments},
      {"AUTH", &Session::auth, kNeedsHello | kMustBeLast},
      {"VRFY", &Session::vrfy, 0},
      {"EXPN", &Session::not_offered, 0},
      {"HELP", &Session::help, 0},
      {"XCLIENT", &Session::xclient, kMustBeLast},
  };
  return kRows;
}

// RFC 5321 4.1.1.5
void Session::rset(std::string_view) {
  reset();
  reply("250 2.0.0 Ok");
}

// RFC 5321 4.1.1.9
void Session::noop(std::string_view) { reply("250 2.0.0 Ok"); }

// RFC 5321 4.1.1.8
void Session::help(std::string_view) {
  std::string verbs;
  for (const auto& row : rows())
    if (!(row.flags & (is_lmtp() ? kSmtpOnly : kLmtpOnly))) verbs.append(" ").append(row.verb);
  reply("214 2.0.0 Commands:" + verbs);
}

// RFC 5321 3.5.3, 7.3: neither yes nor no, so that nobody learns who lives here.
void Session::vrfy(std::string_view arguments) {
  if (arguments.empty())
    return refuse(Error(ErrorId::kSmtpArguments, {{"syntax", "VRFY address"}}), verb_);
  reply("252 2.0.0 Cannot tell; try RCPT");
}

// RFC 5321 4.1.1.10
void Session::quit(std::string_view) {
  reply("221 2.0.0 Bye");
  trace_.add(story::What::kClosed);
  ended_ = true;
}

}  // namespace hato::smtp
