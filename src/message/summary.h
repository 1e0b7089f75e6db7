// SPDX-License-Identifier: Apache-2.0
// What IMAP and JMAP show of a message without opening it: envelope, body structure, preview, sort
// keys. Made once, when the message is accepted, stored beside it (docs/formats/summary.md).
// Pure; any thread.
//
//   auto bytes = encode(summarise(message));             // delivery
//   auto s = decode(bytes);  imap_envelope(*s);          // IMAP FETCH
//
// Offsets and sizes are of the message that was given, without the trace lines that a mailbox puts
// before it (store::Entry::prefix). All text is UTF-8; what headers hold is unfolded and else as
// sent, encoded words too: decode_words() gives what people read.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "message/address.h"
#include "message/date.h"

namespace hato::message {

// Absent is another thing than empty: NIL and "" in IMAP.
struct Envelope {
  std::optional<std::string> date, subject, in_reply_to, message_id;
  std::vector<Mailbox> from, sender, reply_to, to, cc, bcc;  // names as sent
  bool operator==(const Envelope&) const = default;
};

// A part of the MIME tree.
struct Body {
  using Parameters = std::vector<std::pair<std::string, std::string>>;  // as IMAP shows them

  std::string type, subtype;  // lower case
  Parameters parameters;
  std::string id, description, encoding, md5, location;  // "" where absent
  std::string disposition;
  Parameters disposition_parameters;
  std::vector<std::string> languages;
  std::uint64_t begin = 0;             // of the header, in the message
  std::uint64_t header_size = 0;       // with its empty line
  std::uint64_t size = 0, lines = 0;   // of the body, still encoded
  std::vector<Body> children;          // of a message part: the one it holds
  std::unique_ptr<Envelope> envelope;  // of a message part

  bool is_multipart() const { return type == "multipart" && !children.empty(); }
  // A parameter's meaning, RFC 2231 and encoded words decoded; "" where there is none.
  std::string parameter(std::string_view name) const { return value_of(parameters, name); }
  std::string file_name() const;
  static std::string value_of(const Parameters& parameters, std::string_view name);
};

struct Summary {
  Envelope envelope;
  std::optional<Date> sent;             // of the Date field
  std::vector<std::string> references;  // the ids of References, else In-Reply-To; for threads
  std::string preview;                  // at most 256 characters of what there is to read
  bool has_attachment = false;
  std::uint64_t lines = 0;  // of the whole message
  Body body;

  std::string subject() const;     // decoded
  std::string message_id() const;  // without < >
};

Summary summarise(std::string_view message);

std::string encode(const Summary& summary);
std::optional<Summary> decode(
    std::string_view bytes);  // nothing where damaged or of a newer version

// RFC 3501 and 9051, 7.5.2: ENVELOPE; BODYSTRUCTURE, or BODY without its extension data. Strings
// that no quoted string can hold are literals.
std::string imap_envelope(const Envelope& envelope);
std::string imap_body(const Body& body, bool extended);

// RFC 5256 2.1, of a decoded subject: what replies to it have in common, and whether it is one.
struct BaseSubject {
  std::string text;
  bool is_reply = false;
};
BaseSubject base_subject(std::string_view subject);

// RFC 8621 4.1.4: which parts are shown and which are offered as files.
struct BodyLists {
  std::vector<const Body*> text, html, attachments;
};
BodyLists body_lists(const Body& root);

}  // namespace hato::message
