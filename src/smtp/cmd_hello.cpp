// SPDX-License-Identifier: Apache-2.0
// EHLO, HELO (RFC 5321 4.1.1.1) and LHLO (RFC 2033 4.1).
#include <vector>

#include "smtp/session.h"

namespace hato::smtp {

bool Session::greet_back(std::string_view arguments, bool esmtp) {
  auto name = parse_hello(arguments);
  if (!name) return refuse(name.error(), verb_), false;
  reset();
  helo_ = std::move(*name);
  esmtp_ = esmtp;
  trace_.helo = helo_;
  return true;
}

void Session::helo(std::string_view arguments) {
  if (greet_back(arguments, false)) reply("250 " + options_.hostname);
}

void Session::ehlo(std::string_view arguments) {
  if (!greet_back(arguments, true)) return;
  std::vector<std::string> lines = {options_.hostname + " greets " + helo_};
  lines.push_back("PIPELINING");
  lines.push_back("SIZE " + std::to_string(options_.max_message));
  for (auto* word : {"8BITMIME", "SMTPUTF8", "CHUNKING", "BINARYMIME", "ENHANCEDSTATUSCODES"})
    lines.emplace_back(word);
  if (options_.tls && !stream_.tls()) lines.emplace_back("STARTTLS");
  if (is_submission() && !login_) {
    std::string mechanisms;
    for (auto m : services_.authenticator.mechanisms(channel())) mechanisms.append(" ").append(m);
    if (!mechanisms.empty()) lines.push_back("AUTH" + mechanisms);
  }
  if (may_xclient_) lines.emplace_back("XCLIENT ADDR PORT PROTO HELO LOGIN NAME");
  lines.emplace_back("DSN");
  lines.push_back("LIMITS RCPTMAX=" + std::to_string(options_.max_recipients) +  // RFC 9422
                  " MAILMAX=" + std::to_string(options_.max_transactions));
  for (const auto& line : lines) reply((&line == &lines.back() ? "250 " : "250-") + line);
}

}  // namespace hato::smtp
