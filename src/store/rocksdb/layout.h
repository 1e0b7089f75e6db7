// SPDX-License-Identifier: Apache-2.0
// Keys and values in RocksDB, byte by byte (docs/formats/store.md). Pure functions.
//
// Column family "rows": what is of one partition, under kind and id; "blobs": what is known of
// bodies; "bodies": their bytes in pieces of kBlobChunk. Every value is sealed: a format byte
// before it, CRC-32C of key, format and payload after it.
#pragma once
#include <string>
#include <string_view>

#include "store/store.h"

namespace hato::store::rocks {

inline constexpr std::uint32_t kFormat = 1;      // of the store as a whole
inline constexpr std::uint8_t kValueFormat = 1;  // of a sealed value
inline constexpr std::size_t kSealBytes = 5;
inline constexpr std::size_t kIdsKept = 256;  // commits whose ids are remembered

std::string seal(std::string_view key, std::string_view payload);
// The payload, within `sealed`.
Result<std::string_view> unseal(std::string_view key, std::string_view sealed);
Error damage(std::string where);
std::string part_name(PartId part);  // "account 7"

// "rows"
std::string part_key(PartId part);  // what every key of the partition starts with
std::string head_key(PartId part);
std::string id_key(PartId part, Seq seq);  // the slot that this commit's id goes into
std::string change_key(PartId part, Seq seq);
std::string part_link_key(PartId part, const BlobLink& link);
std::string row_key(PartId part, Space space, std::string_view key);
std::size_t row_prefix_size();  // of row_key before the key itself
std::string encode(const Head& head);
Result<Head> decode_head(std::string_view payload);

// "blobs"
struct BlobRecord {
  std::uint64_t size = 0;
  std::uint32_t chunk = kBlobChunk;
  std::string sha256;
  Millis intent_until = 0;
  std::uint64_t chunks() const { return (size + chunk - 1) / chunk; }
};
std::string blob_key(BlobId id);
std::string blob_link_key(BlobId id, PartId part, std::string_view ref);
std::string blob_links_prefix(BlobId id);
std::string intent_key(Millis until, BlobId id);
std::string encode(const BlobRecord& record);
Result<BlobRecord> decode_blob(std::string_view payload);

// "bodies"
std::string chunk_key(BlobId id, std::uint64_t index);

// The least key above all that start with `prefix`; "" where there is none.
std::string after(std::string prefix);

}  // namespace hato::store::rocks
