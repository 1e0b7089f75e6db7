// SPDX-License-Identifier: Apache-2.0
// One hop of a message: the value of a Received field (RFC 5321 4.4) as servers of forty years
// write it. Never fails: what cannot be made out stays empty. Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "message/date.h"

namespace hato::message {

struct Received {
  std::string from;       // as the client called itself, or as the server wrote it; or its address
  std::string from_ip;    // of the connection
  std::string from_name;  // what the server found in the DNS
  std::string helo, helo_command;  // where it stands apart; the command upper case
  std::string ident;               // RFC 1413, or who logged in
  std::string by, via, id, recipient;
  std::string with;  // "ESMTPS": upper case, RFC 3848; "" where it is no protocol of mail
  std::string tls_version, tls_cipher;  // "TLSv1.3"
  std::optional<Date> date;
};

Received parse_received(std::string_view value);

}  // namespace hato::message
