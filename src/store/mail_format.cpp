// SPDX-License-Identifier: Apache-2.0
#include "store/mail_format.h"

#include "base/wire.h"

namespace hato::store {
namespace {

template <class T>
Result<T> whole(const Reader& in, T value, const char* what) {
  if (!in.done()) return fail(ErrorId::kStoreCorrupt, {{"where", what}});
  return value;
}

}  // namespace

std::string encode(const AccountHeader& h) {
  Writer out;
  out.varint(h.next_email).varint(h.next_mailbox).varint(h.usage.messages).varint(h.usage.bytes);
  out.varint(h.keywords.size());
  for (const auto& word : h.keywords) out.string(word);
  return std::move(out).str();
}

Result<AccountHeader> decode_header(std::string_view bytes) {
  AccountHeader h;
  if (bytes.empty()) return h;  // of an account not yet created
  Reader in(bytes);
  h.next_email = in.varint();
  h.next_mailbox = MailboxId(in.varint());
  h.usage.messages = in.varint();
  h.usage.bytes = in.varint();
  for (auto n = in.varint(); n > 0 && in.ok(); --n) h.keywords.emplace_back(in.string());
  return whole(in, std::move(h), "account header");
}

std::string mailbox_key(MailboxId id) { return Writer().u32(id).str(); }

std::string encode(const MailboxInfo& m) {
  Writer out;
  out.string(m.name).string(m.special_use).u32(m.uid_validity);
  out.varint(m.uid_next).varint(m.messages).varint(m.bytes).varint(m.modseq);
  return std::move(out).str();
}

Result<MailboxInfo> decode_mailbox(std::string_view key, std::string_view value) {
  Reader k(key), in(value);
  MailboxInfo m;
  m.id = k.u32();
  m.name = in.string();
  m.special_use = in.string();
  m.uid_validity = in.u32();
  m.uid_next = Uid(in.varint());
  m.messages = std::uint32_t(in.varint());
  m.bytes = in.varint();
  m.modseq = in.varint();
  if (!k.done()) return fail(ErrorId::kStoreCorrupt, {{"where", "mailbox key"}});
  return whole(in, std::move(m), "mailbox row");
}

std::string entry_key(MailboxId mailbox, Uid uid) { return Writer().u32(mailbox).u32(uid).str(); }

EntryKey parse_entry_key(std::string_view key) {
  Reader in(key);
  EntryKey k{in.u32(), in.u32()};
  return in.done() ? k : EntryKey{};
}

std::string encode(const Entry& e) {
  Writer out;
  out.varint(e.email).bytes(e.blob.view()).varint(e.size);
  out.u64(std::uint64_t(e.internal_date)).u64(std::uint64_t(e.save_date));
  out.varint(e.flags).varint(e.modseq).varint(e.keywords.size());
  for (auto id : e.keywords) out.varint(id);
  return std::move(out.bytes(e.prefix)).str();
}

Result<Entry> decode_entry(std::string_view key, std::string_view value) {
  Entry e;
  Reader in(value);
  e.uid = parse_entry_key(key).uid;
  e.email = in.varint();
  auto blob = Uuid::from(in.bytes(16));
  e.size = in.varint();
  e.internal_date = Millis(in.u64());
  e.save_date = Millis(in.u64());
  e.flags = std::uint32_t(in.varint());
  e.modseq = in.varint();
  for (auto n = in.varint(); n > 0 && in.ok(); --n)
    e.keywords.push_back(std::uint32_t(in.varint()));
  if (!in.ok() || !blob || e.uid == 0) return fail(ErrorId::kStoreCorrupt, {{"where", "entry"}});
  e.blob = *blob;
  e.prefix = in.rest();
  return e;
}

std::string email_key(std::uint64_t email) { return Writer().u64(email).str(); }

std::string encode(const Once& o) {
  const auto& a = o.appended;
  return std::move(Writer()
                       .u64(std::uint64_t(o.at))
                       .u32(a.mailbox)
                       .u32(a.uid_validity)
                       .u32(a.uid)
                       .u64(a.email))
      .str();
}

Result<Once> decode_once(std::string_view value) {
  Reader in(value);
  Once o;
  o.at = Millis(in.u64());
  o.appended.mailbox = in.u32();
  o.appended.uid_validity = in.u32();
  o.appended.uid = in.u32();
  o.appended.email = in.u64();
  return whole(in, o, "once row");
}

void add_change(std::string& change, ChangeKind kind, MailboxId mailbox, Uid uid,
                std::uint64_t email) {
  change += Writer().u8(std::uint8_t(kind)).varint(mailbox).varint(uid).varint(email).str();
}

}  // namespace hato::store
