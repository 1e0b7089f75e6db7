// SPDX-License-Identifier: Apache-2.0
#include "store/rocksdb/layout.h"

#include "base/text.h"
#include "base/wire.h"
#include "store/checksum.h"

namespace hato::store::rocks {
namespace {

enum Tag : std::uint8_t { kHead = 0, kId = 1, kChange = 2, kLink = 3, kRow = 4 };

Writer tagged(PartId part, Tag tag) {
  Writer out;
  out.u8(part.kind).u64(part.id).u8(tag);
  return out;
}

}  // namespace

std::string seal(std::string_view key, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + kSealBytes);
  out += char(kValueFormat);
  out += payload;
  auto crc = crc32c(out, crc32c(key));
  for (int shift = 24; shift >= 0; shift -= 8) out += char(crc >> shift);
  return out;
}

Result<std::string_view> unseal(std::string_view key, std::string_view sealed) {
  if (sealed.size() < kSealBytes) return std::unexpected(damage("short value"));
  auto checked = sealed.substr(0, sealed.size() - 4);
  if (Reader(sealed.substr(checked.size())).u32() != crc32c(checked, crc32c(key)))
    return std::unexpected(damage("wrong checksum"));
  if (std::uint8_t(checked[0]) != kValueFormat)
    return std::unexpected(damage("value of format " + std::to_string(int(checked[0]))));
  return checked.substr(1);
}

Error damage(std::string where) {
  return Error(ErrorId::kStoreCorrupt, {{"where", std::move(where)}});
}

std::string part_name(PartId part) {
  constexpr std::string_view kNames[] = {"partition", "directory", "account",
                                         "queue",     "story",     "domain"};
  std::string name(kNames[part.kind < std::size(kNames) ? part.kind : 0]);
  return name + ' ' + std::to_string(part.id);
}

std::string part_key(PartId part) { return Writer().u8(part.kind).u64(part.id).str(); }
std::string head_key(PartId part) { return tagged(part, kHead).str(); }
std::string id_key(PartId part, Seq seq) {
  return tagged(part, kId).u8(std::uint8_t(seq % kIdsKept)).str();
}
std::string change_key(PartId part, Seq seq) { return tagged(part, kChange).u64(seq).str(); }
std::string part_link_key(PartId part, const BlobLink& link) {
  return tagged(part, kLink).bytes(link.blob.view()).bytes(link.ref).str();
}
std::string row_key(PartId part, Space space, std::string_view key) {
  return tagged(part, kRow).u8(space).bytes(key).str();
}
std::size_t row_prefix_size() { return 11; }

std::string encode(const Head& head) {
  return Writer().varint(head.seq).varint(head.floor).bytes(head.header).str();
}
Result<Head> decode_head(std::string_view payload) {
  Reader in(payload);
  Head head{in.varint(), in.varint(), {}};
  if (!in.ok()) return std::unexpected(damage("head"));
  head.header = in.rest();
  return head;
}

std::string blob_key(BlobId id) { return Writer().u8('b').bytes(id.view()).str(); }
std::string blob_links_prefix(BlobId id) { return Writer().u8('l').bytes(id.view()).str(); }
std::string blob_link_key(BlobId id, PartId part, std::string_view ref) {
  return blob_links_prefix(id) + part_key(part) + std::string(ref);
}
std::string intent_key(Millis until, BlobId id) {
  return Writer().u8('i').u64(std::uint64_t(until)).bytes(id.view()).str();
}
std::string encode(const BlobRecord& r) {
  return Writer().u64(r.size).u32(r.chunk).bytes(r.sha256).u64(std::uint64_t(r.intent_until)).str();
}
Result<BlobRecord> decode_blob(std::string_view payload) {
  Reader in(payload);
  BlobRecord r;
  r.size = in.u64();
  r.chunk = in.u32();
  r.sha256 = in.bytes(32);
  r.intent_until = Millis(in.u64());
  if (!in.done() || r.chunk == 0) return std::unexpected(damage("body record"));
  return r;
}

std::string chunk_key(BlobId id, std::uint64_t index) {
  return Writer().bytes(id.view()).u32(std::uint32_t(index)).str();
}

std::string after(std::string prefix) {
  while (!prefix.empty() && std::uint8_t(prefix.back()) == 0xff) prefix.pop_back();
  if (!prefix.empty()) prefix.back() = char(std::uint8_t(prefix.back()) + 1);
  return prefix;
}

}  // namespace hato::store::rocks
