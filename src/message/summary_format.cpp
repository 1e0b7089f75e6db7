// SPDX-License-Identifier: Apache-2.0
// The bytes of a summary: docs/formats/summary.md.
#include <algorithm>
#include <unordered_map>

#include "base/wire.h"
#include "message/summary.h"

namespace hato::message {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxDepth = 60;

// What parts are mostly made of, one byte each. Only ever appended to.
constexpr std::string_view kWords[] = {
    "text",
    "plain",
    "html",
    "multipart",
    "mixed",
    "alternative",
    "related",
    "signed",
    "report",
    "message",
    "rfc822",
    "delivery-status",
    "application",
    "octet-stream",
    "pdf",
    "image",
    "jpeg",
    "png",
    "gif",
    "charset",
    "utf-8",
    "UTF-8",
    "us-ascii",
    "iso-8859-1",
    "iso-2022-jp",
    "ISO-2022-JP",
    "windows-1252",
    "boundary",
    "name",
    "filename",
    "format",
    "flowed",
    "delsp",
    "yes",
    "7bit",
    "8bit",
    "binary",
    "base64",
    "quoted-printable",
    "attachment",
    "inline",
    "name*",
    "filename*",
    "protocol",
    "micalg",
    "type",
    "report-type",
    "size",
    "calendar",
    "method",
    "zip",
    "pgp-signature",
    "pkcs7-signature",
    "text/html",
    "multipart/alternative",
    "modification-date",
    "creation-date",
};

void put(Writer& w, std::string_view s) {
  static const auto* numbers = [] {
    auto* map = new std::unordered_map<std::string_view, std::uint64_t>;
    for (std::size_t i = 0; i < std::size(kWords); ++i) map->emplace(kWords[i], i);
    return map;
  }();
  auto known = numbers->find(s);
  if (known != numbers->end())
    w.varint(known->second << 1 | 1);
  else
    w.varint(s.size() << 1).bytes(s);
}

std::string get(Reader& r) {
  auto n = r.varint();
  if (!(n & 1)) return std::string(r.bytes(n >> 1));
  if (n >> 1 < std::size(kWords)) return std::string(kWords[n >> 1]);
  r.bytes(r.rest().size() + 1);  // no such word: damaged
  return {};
}

// A list's length that what is left can hold.
std::size_t count(Reader& r) {
  auto n = r.varint();
  if (n > r.rest().size()) return r.bytes(r.rest().size() + 1), 0;
  return n;
}

void put(Writer& w, const std::vector<Mailbox>& list) {
  w.varint(list.size());
  for (const auto& m : list) {
    w.u8(m.is_group);
    put(w, m.name);
    m.is_group ? put(w, m.members) : put(w, m.address);
  }
}

std::vector<Mailbox> get_mailboxes(Reader& r, bool in_group = false) {
  std::vector<Mailbox> out;
  for (auto n = count(r); n > 0 && r.ok(); --n) {
    Mailbox m;
    m.is_group = r.u8() && !in_group;
    m.name = get(r);
    if (m.is_group)
      m.members = get_mailboxes(r, true);
    else
      m.address = get(r);
    out.push_back(std::move(m));
  }
  return out;
}

constexpr std::optional<std::string> Envelope::* kTexts[] = {
    &Envelope::date, &Envelope::subject, &Envelope::in_reply_to, &Envelope::message_id};
constexpr std::vector<Mailbox> Envelope::* kLists[] = {&Envelope::from,     &Envelope::sender,
                                                       &Envelope::reply_to, &Envelope::to,
                                                       &Envelope::cc,       &Envelope::bcc};

// Two bytes say what is there: texts, then lists.
void put(Writer& w, const Envelope& e) {
  unsigned there = 0, bit = 1;
  for (auto text : kTexts) there |= (e.*text) ? bit : 0, bit <<= 1;
  for (auto list : kLists) there |= (e.*list).empty() ? 0 : bit, bit <<= 1;
  w.u16(std::uint16_t(there));
  for (auto text : kTexts)
    if (e.*text) put(w, *(e.*text));
  for (auto list : kLists)
    if (!(e.*list).empty()) put(w, e.*list);
}

Envelope get_envelope(Reader& r) {
  Envelope e;
  unsigned there = r.u16(), bit = 1;
  for (auto text : kTexts) {
    if (there & bit) e.*text = get(r);
    bit <<= 1;
  }
  for (auto list : kLists) {
    if (there & bit) e.*list = get_mailboxes(r);
    bit <<= 1;
  }
  return e;
}

void put(Writer& w, const Body::Parameters& parameters) {
  w.varint(parameters.size());
  for (const auto& [name, value] : parameters) put(w, name), put(w, value);
}

Body::Parameters get_parameters(Reader& r) {
  Body::Parameters out;
  for (auto n = count(r); n > 0 && r.ok(); --n) {
    auto name = get(r);
    out.emplace_back(std::move(name), get(r));
  }
  return out;
}

constexpr std::string Body::* kRare[] = {&Body::id, &Body::description, &Body::md5,
                                         &Body::location};

// `from` is where the parent's last bytes were: offsets are small that way.
void put(Writer& w, const Body& b, std::uint64_t from) {
  unsigned there = 0, bit = 1;
  for (auto text : kRare) there |= (b.*text).empty() ? 0 : bit, bit <<= 1;
  there |= b.disposition.empty() ? 0 : 16;
  there |= b.languages.empty() ? 0 : 32;
  there |= b.envelope ? 64 : 0;
  w.u8(std::uint8_t(there));
  put(w, b.type);
  put(w, b.subtype);
  put(w, b.parameters);
  put(w, b.encoding);
  for (auto text : kRare)
    if (!(b.*text).empty()) put(w, b.*text);
  if (!b.disposition.empty()) put(w, b.disposition), put(w, b.disposition_parameters);
  if (!b.languages.empty()) {
    w.varint(b.languages.size());
    for (const auto& tag : b.languages) put(w, tag);
  }
  if (b.envelope) put(w, *b.envelope);
  w.varint(b.begin - from).varint(b.header_size).varint(b.size).varint(b.lines);
  w.varint(b.children.size());
  from = b.begin;
  for (const auto& c : b.children) {
    put(w, c, from);
    from = c.begin;
  }
}

Body get_body(Reader& r, std::uint64_t from, std::size_t depth) {
  Body b;
  unsigned there = r.u8(), bit = 1;
  b.type = get(r);
  b.subtype = get(r);
  b.parameters = get_parameters(r);
  b.encoding = get(r);
  for (auto text : kRare) {
    if (there & bit) b.*text = get(r);
    bit <<= 1;
  }
  if (there & 16) b.disposition = get(r), b.disposition_parameters = get_parameters(r);
  if (there & 32)
    for (auto n = count(r); n > 0 && r.ok(); --n) b.languages.push_back(get(r));
  if (there & 64) b.envelope = std::make_unique<Envelope>(get_envelope(r));
  b.begin = from + r.varint();
  b.header_size = r.varint();
  b.size = r.varint();
  b.lines = r.varint();
  auto n = depth < kMaxDepth ? count(r) : 0;
  for (from = b.begin; n > 0 && r.ok(); --n) {
    b.children.push_back(get_body(r, from, depth + 1));
    from = b.children.back().begin;
  }
  return b;
}

std::uint64_t zigzag(std::int64_t n) { return std::uint64_t(n) << 1 ^ std::uint64_t(n >> 63); }
std::int64_t unzigzag(std::uint64_t n) { return std::int64_t(n >> 1) ^ -std::int64_t(n & 1); }

}  // namespace

std::string encode(const Summary& s) {
  Writer w;
  w.u8(kVersion);
  w.u8(std::uint8_t((s.has_attachment ? 1 : 0) | (s.sent ? 2 : 0)));
  if (s.sent) w.varint(zigzag(s.sent->time / 1000)).varint(zigzag(s.sent->zone));
  w.varint(s.lines);
  put(w, s.envelope);
  w.varint(s.references.size());
  for (const auto& id : s.references) put(w, id);
  put(w, s.preview);
  put(w, s.body, 0);
  return std::move(w).str();
}

std::optional<Summary> decode(std::string_view bytes) {
  Reader r(bytes);
  if (r.u8() != kVersion) return {};
  Summary s;
  auto flags = r.u8();
  s.has_attachment = flags & 1;
  if (flags & 2) {
    auto seconds = unzigzag(r.varint());
    auto zone = unzigzag(r.varint());
    constexpr std::int64_t kMost = std::int64_t{1} << 50;
    if (seconds > kMost || seconds < -kMost || zone > 6000 || zone < -6000) return {};
    s.sent = Date{seconds * 1000, int(zone)};
  }
  s.lines = r.varint();
  s.envelope = get_envelope(r);
  for (auto n = count(r); n > 0 && r.ok(); --n) s.references.push_back(get(r));
  s.preview = get(r);
  s.body = get_body(r, 0, 0);
  if (!r.done()) return {};
  return s;
}

}  // namespace hato::message
