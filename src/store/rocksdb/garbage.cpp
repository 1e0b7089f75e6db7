// SPDX-License-Identifier: Apache-2.0
// What nobody links goes; what is gone gives its space back.
#include "base/log.h"
#include "base/wire.h"
#include "store/rocksdb/engine.h"
#include "store/rocksdb/status.h"

namespace hato::store::rocks {

using rocksdb::Slice;

namespace {
constexpr std::size_t kStep = 500;  // bodies or links a group, so that commits get between

struct Intent {
  Millis until;
  BlobId blob;
};

std::optional<Intent> parse_intent(std::string_view key) {
  Reader in(key);
  in.u8();
  auto until = Millis(in.u64());
  auto blob = Uuid::from(in.rest());
  if (!in.ok() || !blob) return {};
  return Intent{until, *blob};
}
}  // namespace

// Runs on the writing thread, alone: nothing can be linked between the look and the removal.
Result<bool> Engine::remove_body(Group& group, BlobId id, Millis intent_until, Millis now) {
  group.batch.Delete(db_.blobs, intent_key(intent_until, id));
  if (group.bodies.contains(id)) return false;  // by another intent, just now
  auto record = read_blob(id);
  if (!record && record.error().id() != ErrorId::kStoreCorrupt)
    return std::unexpected(record.error());
  const bool live = record && *record && (*record)->intent_until > now;
  HATO_TRY(linked, any_link(id));
  if (live) {  // unlinked before its first intent is over: look again then
    put(group, db_.blobs, intent_key((*record)->intent_until, id), "");
    return false;
  }
  if (linked || !record || !*record) return false;
  for (std::uint64_t n = 0; n < (*record)->chunks(); ++n)
    group.batch.Delete(db_.bodies, chunk_key(id, n));
  group.batch.Delete(db_.blobs, blob_key(id));
  group.bodies[id] = false;
  return true;
}

Result<std::uint64_t> Engine::collect_garbage(Millis now) {
  std::uint64_t removed = 0;
  std::string from = "i";
  const auto end = intent_key(now + 1, {});
  for (;;) {
    std::vector<Intent> step;
    {
      auto options = read_options(nullptr);
      Slice bound(end);
      options.iterate_upper_bound = &bound;
      std::unique_ptr<rocksdb::Iterator> it(db_.db->NewIterator(options, db_.blobs));
      for (it->Seek(from); it->Valid() && step.size() < kStep; it->Next()) {
        if (auto intent = parse_intent(view_of(it->key()))) step.push_back(*intent);
        from = view_of(it->key());
        from += '\0';
      }
      if (!it->status().ok()) return std::unexpected(to_error(it->status(), "intents"));
    }
    if (step.empty()) break;
    HATO_CHECK(call([&](Group& group) -> Result<> {
      for (const auto& intent : step) {
        HATO_TRY(gone, remove_body(group, intent.blob, intent.until, now));
        removed += gone;
      }
      return {};
    }));
  }
  HATO_CHECK(reclaim());
  return removed;
}

// The keys of bodies are too few for RocksDB to compact them by itself. A compaction of the keys
// alone is cheap and tells how much of the blob files is garbage; over a third, they are rewritten.
Result<> Engine::reclaim() {
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.blob_garbage_collection_policy = rocksdb::BlobGarbageCollectionPolicy::kDisable;
  auto status = db_.db->CompactRange(options, db_.bodies, nullptr, nullptr);
  if (!status.ok()) return std::unexpected(to_error(status, "compaction"));
  std::uint64_t garbage = 0, all = 0;
  using P = rocksdb::DB::Properties;
  db_.db->GetIntProperty(db_.bodies, P::kLiveBlobFileGarbageSize, &garbage);
  db_.db->GetIntProperty(db_.bodies, P::kLiveBlobFileSize, &all);
  if (garbage * 3 <= all) return {};
  log::info("store", "rewriting bodies to give disk space back",
            {{"garbage", std::to_string(garbage)}, {"of", std::to_string(all)}});
  options.blob_garbage_collection_policy = rocksdb::BlobGarbageCollectionPolicy::kForce;
  options.blob_garbage_collection_age_cutoff = 1.0;
  status = db_.db->CompactRange(options, db_.bodies, nullptr, nullptr);
  if (!status.ok()) return std::unexpected(to_error(status, "compaction"));
  return {};
}

// Some of the partition's links; true: there are more.
Result<bool> Engine::drop_some(Group& group, PartId part) {
  const auto prefix = part_link_key(part, {{}, ""}).substr(0, part_key(part).size() + 1);
  auto options = read_options(nullptr);
  auto end = after(prefix);
  Slice bound(end);
  options.iterate_upper_bound = &bound;
  std::unique_ptr<rocksdb::Iterator> it(db_.db->NewIterator(options, db_.rows));
  std::size_t n = 0;
  for (it->Seek(prefix); it->Valid(); it->Next(), ++n) {
    if (n == kStep) return true;
    Reader in(view_of(it->key()).substr(prefix.size()));
    auto blob = Uuid::from(in.bytes(16));
    group.batch.Delete(db_.rows, it->key());
    if (!blob) continue;
    group.batch.Delete(db_.blobs, blob_link_key(*blob, part, in.rest()));
    put(group, db_.blobs, intent_key(0, *blob), "");
  }
  if (!it->status().ok()) return std::unexpected(to_error(it->status(), part_name(part)));
  return false;
}

Result<> Engine::drop(PartId part) {
  for (bool more = true; more;) {
    HATO_CHECK(call([&](Group& group) -> Result<> {
      HATO_TRY(left, drop_some(group, part));
      more = left;
      if (more) return {};
      group.batch.DeleteRange(db_.rows, part_key(part), after(part_key(part)));
      return {};
    }));
  }
  return {};
}

}  // namespace hato::store::rocks
