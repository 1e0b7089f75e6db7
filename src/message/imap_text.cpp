// SPDX-License-Identifier: Apache-2.0
// ENVELOPE and BODYSTRUCTURE as IMAP sends them (RFC 9051 7.5.2, RFC 3501 7.4.2).
#include <algorithm>

#include "base/text.h"
#include "message/summary.h"

namespace hato::message {
namespace {

void put_string(std::string& out, std::string_view s) {
  bool quotable = std::ranges::all_of(s, [](char c) { return c > 0 && c != '\r' && c != '\n'; });
  if (!quotable) {
    std::string bytes(s);
    std::erase(bytes, '\0');  // no literal may hold it
    out += '{' + std::to_string(bytes.size()) + "}\r\n" + bytes;
    return;
  }
  out += '"';
  for (char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void put_nstring(std::string& out, std::string_view s) {
  s.empty() ? void(out += "NIL") : put_string(out, s);
}

void put_optional(std::string& out, const std::optional<std::string>& s) {
  s ? put_string(out, *s) : void(out += "NIL");
}

void put_address(std::string& out, std::string_view name, std::string_view mailbox, bool has_host,
                 std::string_view host) {
  out += '(';
  put_nstring(out, name);
  out += " NIL ";
  put_nstring(out, mailbox);
  out += ' ';
  has_host ? put_string(out, host) : void(out += "NIL");
  out += ')';
}

// A group is its name and NIL before its members, NIL and NIL behind them.
void put_mailboxes(std::string& out, const std::vector<Mailbox>& list) {
  for (const auto& m : list) {
    if (m.is_group) {
      put_address(out, "", m.name.empty() ? " " : std::string_view(m.name), false, "");
      put_mailboxes(out, m.members);
      put_address(out, "", "", false, "");
    } else if (!m.address.empty()) {
      auto a = split_address(m.address);
      put_address(out, m.name, a.local.empty() ? " " : std::string_view(a.local), true, a.domain);
    }
  }
}

void put_list(std::string& out, const std::vector<Mailbox>& list) {
  auto at = out.size();
  put_mailboxes(out, list);
  if (out.size() == at)
    out += "NIL";
  else
    out.insert(at, "(") += ')';
}

void put_envelope(std::string& out, const Envelope& e) {
  out += '(';
  put_optional(out, e.date);
  out += ' ';
  put_optional(out, e.subject);
  const auto& sender = e.sender.empty() ? e.from : e.sender;
  const auto& reply_to = e.reply_to.empty() ? e.from : e.reply_to;
  for (const auto* list : {&e.from, &sender, &reply_to, &e.to, &e.cc, &e.bcc}) {
    out += ' ';
    put_list(out, *list);
  }
  for (const auto* text : {&e.in_reply_to, &e.message_id}) {
    out += ' ';
    put_optional(out, *text);
  }
  out += ')';
}

void put_parameters(std::string& out, const Body::Parameters& parameters) {
  if (parameters.empty()) {
    out += "NIL";
    return;
  }
  char before = '(';
  for (const auto& [name, value] : parameters) {
    out += before;
    put_string(out, name);
    out += ' ';
    put_string(out, value);
    before = ' ';
  }
  out += ')';
}

// body-fld-dsp, body-fld-lang, body-fld-loc
void put_extension(std::string& out, const Body& b) {
  out += ' ';
  if (b.disposition.empty()) {
    out += "NIL";
  } else {
    out += '(';
    put_string(out, b.disposition);
    out += ' ';
    put_parameters(out, b.disposition_parameters);
    out += ')';
  }
  out += ' ';
  if (b.languages.size() < 2) {
    put_nstring(out, b.languages.empty() ? std::string_view{} : b.languages[0]);
  } else {
    char before = '(';
    for (const auto& tag : b.languages) {
      out += before;
      put_string(out, tag);
      before = ' ';
    }
    out += ')';
  }
  out += ' ';
  put_nstring(out, b.location);
}

void put_body(std::string& out, const Body& b, bool extended) {
  out += '(';
  if (b.is_multipart()) {
    for (const auto& c : b.children) put_body(out, c, extended);
    out += ' ';
    put_string(out, b.subtype);
    if (extended) {
      out += ' ';
      put_parameters(out, b.parameters);
      put_extension(out, b);
    }
    out += ')';
    return;
  }
  // What was not taken apart is told as what can be shown or saved.
  bool message = b.envelope && b.children.size() == 1;
  bool lost_boundary = b.type == "multipart";
  bool unopened =
      !message && b.type == "message" && (b.subtype == "rfc822" || b.subtype == "global");
  put_string(out, lost_boundary ? "text" : unopened ? "application" : std::string_view(b.type));
  out += ' ';
  put_string(out, lost_boundary ? "plain"
                  : unopened    ? "octet-stream"
                                : std::string_view(b.subtype));
  out += ' ';
  put_parameters(out, lost_boundary ? Body::Parameters{} : b.parameters);
  for (const auto* text : {&b.id, &b.description}) {
    out += ' ';
    put_nstring(out, *text);
  }
  out += ' ';
  put_string(out, b.encoding);
  out += ' ' + std::to_string(b.size);
  if (message) {
    out += ' ';
    put_envelope(out, *b.envelope);
    out += ' ';
    put_body(out, b.children[0], extended);
  }
  if (message || lost_boundary || b.type == "text") out += ' ' + std::to_string(b.lines);
  if (extended) {
    out += ' ';
    put_nstring(out, b.md5);
    put_extension(out, b);
  }
  out += ')';
}

}  // namespace

std::string imap_envelope(const Envelope& envelope) {
  std::string out;
  put_envelope(out, envelope);
  return out;
}

std::string imap_body(const Body& body, bool extended) {
  std::string out;
  put_body(out, body, extended);
  return out;
}

}  // namespace hato::message
