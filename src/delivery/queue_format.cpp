// SPDX-License-Identifier: Apache-2.0
#include "delivery/queue_format.h"

#include "base/wire.h"

namespace hato::delivery {
namespace {

constexpr std::uint8_t kVersion = 1;
enum Bit : std::uint8_t { kSmtpUtf8 = 1, kEightBit = 2, kBinary = 4, kRequireTls = 8 };

std::uint8_t bits_of(const Envelope& e) {
  return std::uint8_t((e.smtputf8 ? kSmtpUtf8 : 0) | (e.eight_bit ? kEightBit : 0) |
                      (e.binary ? kBinary : 0) | (e.require_tls ? kRequireTls : 0));
}

void read_bits(std::uint8_t bits, Envelope& e) {
  e.smtputf8 = bits & kSmtpUtf8;
  e.eight_bit = bits & kEightBit;
  e.binary = bits & kBinary;
  e.require_tls = bits & kRequireTls;
}

Recipient read_recipient(Reader& r) {
  Recipient recipient;
  recipient.address = r.string();
  recipient.notify = r.string();
  recipient.orcpt = r.string();
  recipient.route.kind = account::Route::kRemote;
  recipient.route.remote = {recipient.address};
  return recipient;
}

}  // namespace

// Ids grow by one within a second, so their low bits spread a burst evenly.
store::PartId queue_part(RefId id) { return {store::PartId::kQueue, id % kQueueParts}; }
std::string item_key(RefId id) { return Writer().u64(id).str(); }
RefId parse_item_key(std::string_view key) { return Reader(key).u64(); }

std::string encode(const QueueItem& item) {
  const auto& e = item.envelope;
  Writer w;
  w.u8(kVersion).u8(bits_of(e)).bytes(item.blob.view()).varint(item.size);
  w.u64(std::uint64_t(item.queued)).u64(std::uint64_t(item.due)).varint(item.attempts);
  w.string(item.last).u64(e.ref).u64(std::uint64_t(e.received));
  w.string(e.sender).string(e.ret).string(e.envid);
  w.string(e.peer).string(e.helo).string(e.login).varint(e.recipients.size());
  for (const auto& r : e.recipients) w.string(r.address).string(r.notify).string(r.orcpt);
  return std::move(w).str();
}

Result<QueueItem> decode_item(RefId id, std::string_view value) {
  Reader r(value);
  bool known = r.u8() == kVersion;
  QueueItem item{.id = id};
  auto& e = item.envelope;
  read_bits(r.u8(), e);
  item.blob = store::BlobId::from(r.bytes(16)).value_or(store::BlobId{});
  item.size = r.varint();
  item.queued = Millis(r.u64());
  item.due = Millis(r.u64());
  item.attempts = std::uint32_t(r.varint());
  item.last = r.string();
  e.ref = r.u64();
  e.received = Millis(r.u64());
  for (auto* s : {&e.sender, &e.ret, &e.envid, &e.peer, &e.helo, &e.login}) *s = r.string();
  for (auto n = r.varint(); n > 0 && r.ok(); --n) e.recipients.push_back(read_recipient(r));
  if (!known || !r.done())
    return fail(ErrorId::kStoreCorrupt, {{"where", "queue item " + ref_text(id)}});
  return item;
}

}  // namespace hato::delivery
