// SPDX-License-Identifier: Apache-2.0
#include "story/format.h"

#include <algorithm>

#include "base/text.h"
#include "base/wire.h"

namespace hato::story {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxName = 320;  // an address, a host name
constexpr std::size_t kMaxText = 512;  // of an event
constexpr std::size_t kMaxRecipients = 1000;
constexpr std::size_t kMaxDetails = 8;

std::unexpected<Error> damaged(std::string where) {
  return fail(ErrorId::kStoreCorrupt, {{"where", std::move(where)}});
}

// At most `max` bytes, never within a UTF-8 character.
void cut(std::string& s, std::size_t max) {
  if (s.size() <= max) return;
  auto end = max;
  while (end > 0 && (static_cast<unsigned char>(s[end]) & 0xc0) == 0x80) --end;
  s.resize(end);
}

void write_event(Writer& w, const Event& e, Millis base) {
  // Times count from the first event; now_ms() never goes backwards.
  auto after = e.at > base ? std::uint64_t(e.at) - std::uint64_t(base) : 0;
  w.u8(std::uint8_t(e.what)).varint(after);
  w.string(e.text).string(e.error).varint(e.details.size());
  for (const auto& [key, value] : e.details) w.string(key).string(value);
}

Event read_event(Reader& r, Millis base) {
  Event e;
  e.what = What(r.u8());
  e.at = Millis(std::uint64_t(base) + r.varint());
  e.text = r.string();
  e.error = r.string();
  for (auto n = r.varint(); n > 0 && r.ok(); --n) {
    std::string key(r.string());
    e.details.emplace_back(std::move(key), r.string());
  }
  return e;
}

std::string_view domain_of(std::string_view address) {
  auto at = address.rfind('@');
  return at == address.npos ? std::string_view{} : address.substr(at + 1);
}

}  // namespace

void clip(Trace& t) {
  for (auto* s : {&t.protocol, &t.peer, &t.helo, &t.login, &t.sender, &t.message_id, &t.subject})
    cut(*s, kMaxName);
  if (t.recipients.size() > kMaxRecipients) t.recipients.resize(kMaxRecipients);
  for (auto& r : t.recipients) cut(r, kMaxName);
  if (t.events.size() > kMaxEvents) t.events.resize(kMaxEvents);
  for (auto& e : t.events) {
    cut(e.text, kMaxText);
    cut(e.error, kMaxName);
    if (e.details.size() > kMaxDetails) e.details.resize(kMaxDetails);
    for (auto& [key, value] : e.details) cut(value, kMaxName);
  }
}

std::size_t weight(const Trace& t) {
  auto size = sizeof t + t.protocol.size() + t.peer.size() + t.helo.size() + t.login.size() +
              t.sender.size() + t.message_id.size() + t.subject.size();
  for (const auto& r : t.recipients) size += sizeof r + r.size();
  for (const auto& e : t.events) {
    size += sizeof e + e.text.size() + e.error.size();
    for (const auto& [key, value] : e.details) size += 2 * sizeof key + key.size() + value.size();
  }
  return size;
}

Millis start_of(const Trace& t) { return t.events.empty() ? ref_time_ms(t.id) : t.events[0].at; }

std::string encode(const Trace& t) {
  Writer w;
  auto base = start_of(t);
  w.u8(kVersion).u64(std::uint64_t(base)).u64(t.session).varint(t.size);
  w.string(t.protocol).string(t.peer).string(t.helo).string(t.login);
  w.string(t.sender).string(t.message_id).string(t.subject);
  w.varint(t.recipients.size());
  for (const auto& r : t.recipients) w.string(r);
  w.varint(t.events.size());
  for (const auto& e : t.events) write_event(w, e, base);
  return std::move(w).str();
}

Result<Trace> decode(RefId id, std::string_view value) {
  Reader r(value);
  if (r.u8() != kVersion) return damaged("story " + ref_text(id));
  Trace t{.id = id};
  auto base = Millis(r.u64());
  t.session = r.u64();
  t.size = r.varint();
  for (auto* s : {&t.protocol, &t.peer, &t.helo, &t.login, &t.sender, &t.message_id, &t.subject})
    *s = r.string();
  for (auto n = r.varint(); n > 0 && r.ok(); --n) t.recipients.emplace_back(r.string());
  for (auto n = r.varint(); n > 0 && r.ok(); --n) t.events.push_back(read_event(r, base));
  if (!r.done()) return damaged("story " + ref_text(id));
  return t;
}

std::string normal_term(std::string_view term) {
  term = trim(term);
  if (term.size() > 2 && term.front() == '<' && term.back() == '>')
    term = term.substr(1, term.size() - 2);
  auto out = to_lower(term);
  cut(out, kMaxName);
  return out;
}

std::vector<std::string> terms_of(const Trace& t) {
  std::vector<std::string> out;
  auto take = [&](std::string_view word) {
    if (!word.empty()) out.push_back(normal_term(word));
  };
  if (t.session) take(ref_text(t.session));
  take(t.peer);
  take(t.message_id);
  take(t.login);
  take(t.sender);
  take(domain_of(t.sender));
  for (const auto& r : t.recipients) {
    take(r);
    take(domain_of(r));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::uint64_t term_hash(std::string_view term) {  // FNV-1a, 64 bits
  std::uint64_t h = 0xcbf29ce484222325ull;
  for (unsigned char c : term) h = (h ^ c) * 0x100000001b3ull;
  return h;
}

std::string encode(const SegmentHeader& h) {
  return Writer().u8(kVersion).varint(h.bytes).varint(h.traces).str();
}

Result<SegmentHeader> decode_segment(std::string_view header) {
  if (header.empty()) return SegmentHeader{};
  Reader r(header);
  if (r.u8() != kVersion) return damaged("story segment");
  SegmentHeader h;
  h.bytes = r.varint();
  h.traces = r.varint();
  if (!r.done()) return damaged("story segment");
  return h;
}

}  // namespace hato::story
