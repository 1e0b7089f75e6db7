// SPDX-License-Identifier: Apache-2.0
#include "smtp/hop.h"

#include <algorithm>

#include "base/text.h"
#include "message/date.h"

namespace hato::smtp {
namespace {

// What a client calls itself may be anything; comments and folds are not made of it.
std::string harmless(std::string_view name) {
  std::string out(name);
  for (auto& c : out)
    if (!is_digit(c) && !is_alpha(c) &&
        std::string_view(".-_:[]").find(c) == std::string_view::npos)
      c = '?';
  return out;
}

std::string results_line(const Hop& hop) {
  if (hop.login.empty()) return {};
  std::string out = "Authentication-Results: ";  // RFC 8601 2.7.4
  out.append(hop.host).append(";\r\n\tauth=pass smtp.auth=").append(hop.login);
  if (!hop.sender.empty()) out.append(" smtp.mailfrom=").append(hop.sender);
  return out += "\r\n";
}

std::string_view skip_comments(std::string_view s) {
  for (s = trim(s); s.starts_with('('); s = trim(s)) {
    int depth = 0;
    std::size_t i = 0;
    do {
      if (s[i] == '\\')
        ++i;
      else if (s[i] == '(')
        ++depth;
      else if (s[i] == ')')
        --depth;
    } while (++i < s.size() && depth > 0);
    s.remove_prefix(std::min(i, s.size()));
  }
  return s;
}

// RFC 8601 2.2: the authserv-id stands first, with comments around it.
std::string_view authserv_id(std::string_view value) {
  auto s = skip_comments(value);
  if (s.starts_with('"')) {
    s.remove_prefix(1);
    return s.substr(0, s.find('"'));
  }
  return s.substr(0, s.find_first_of("; \t\r\n("));
}

}  // namespace

std::string transmission_type(const Hop& hop) {
  std::string with = hop.smtputf8 ? "UTF8" : "";
  with += hop.role == Role::kLmtp                   ? "LMTP"
          : (hop.esmtp || hop.tls) && !hop.smtputf8 ? "ESMTP"
                                                    : "SMTP";
  if (hop.tls) with += 'S';
  if (!hop.login.empty()) with += 'A';
  return with;
}

std::string hop_header(const Hop& hop) {
  std::string out = results_line(hop);
  out.append("Received: from ").append(harmless(hop.helo));
  if (hop.peer.unix_path.empty()) out.append(" (").append(hop.peer.ip.smtp_literal()).append(")");
  if (hop.tls)
    out.append("\r\n\t(using ")
        .append(hop.tls->version)
        .append(" with ")
        .append(hop.tls->cipher)
        .append(")");
  out.append("\r\n\tby ").append(hop.host).append(" with ").append(transmission_type(hop));
  out.append(" id ").append(ref_text(hop.ref));
  if (!hop.recipient.empty()) out.append("\r\n\tfor <").append(hop.recipient).append(">");
  return out.append("; ").append(message::format_date(hop.at)).append("\r\n");
}

std::vector<message::Field> forged_results(const std::vector<message::Field>& header,
                                           std::string_view host) {
  std::vector<message::Field> forged;
  for (auto it = header.rbegin(); it != header.rend(); ++it)
    if (iequals(it->name, "Authentication-Results") && iequals(authserv_id(it->value), host))
      forged.push_back(*it);
  return forged;
}

std::string missing_fields(const std::vector<message::Field>& header, std::string_view host,
                           RefId ref, Millis at) {
  std::string out;
  if (!message::find_field(header, "Date")) out.append("Date: ").append(message::format_date(at)) += "\r\n";
  if (!message::find_field(header, "Message-ID"))
    out.append("Message-ID: <").append(ref_text(ref)).append("@").append(host) += ">\r\n";
  return out;
}

}  // namespace hato::smtp
