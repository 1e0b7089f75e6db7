// SPDX-License-Identifier: Apache-2.0
// What this server writes into the header of a message that passes it: Received and
// Authentication-Results before it, what a submission lacks, and out with results that others
// forged in our name. Pure; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "message/header.h"
#include "net/stream.h"
#include "smtp/server.h"

namespace hato::smtp {

struct Hop {
  std::string_view host;  // this server
  Role role = Role::kMx;
  bool esmtp = true, smtputf8 = false;
  std::string_view helo;
  const net::Endpoint& peer;
  const net::TlsInfo* tls = nullptr;
  std::string_view login;      // address of the account, "" without one
  std::string_view sender;     // of the envelope
  std::string_view recipient;  // where it is the only one, else "": nobody learns of the others
  RefId ref = 0;
  Millis at = 0;
};
// Ends with CRLF. RFC 5321 4.4, RFC 8601 5.
std::string hop_header(const Hop& hop);

// "ESMTPSA", "UTF8SMTPS", "LMTP" ...: RFC 3848, RFC 6531 4.3.
std::string transmission_type(const Hop& hop);

// Where the header fields of `host`'s own Authentication-Results lie, from the last to the first.
std::vector<message::Field> forged_results(const std::vector<message::Field>& header,
                                           std::string_view host);

// Date and Message-ID where a submission has none; "" where it has both. RFC 6409 8.
std::string missing_fields(const std::vector<message::Field>& header, std::string_view host,
                           RefId ref, Millis at);

}  // namespace hato::smtp
