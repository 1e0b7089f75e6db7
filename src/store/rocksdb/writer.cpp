// SPDX-License-Identifier: Apache-2.0
// The writing thread: groups of commits and puts, each one batch and one sync.
#include <rocksdb/write_batch.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <future>

#include "base/log.h"
#include "base/text.h"
#include "base/wire.h"
#include "store/checksum.h"
#include "store/rocksdb/engine.h"
#include "store/rocksdb/status.h"

namespace hato::store::rocks {

using rocksdb::Slice;

namespace {
constexpr std::uint64_t kReserve = 64 << 20;  // of free space, or a tenth of a small disk
constexpr std::chrono::milliseconds kLookEvery{500};
constexpr std::size_t kMaxGroupBytes = 16 << 20;  // of one batch

Error poison() {
  return Error(ErrorId::kStoreUnavailable,
               {{"reason", "a write to the disk failed; restart after checking the disk"}});
}
}  // namespace

struct CommitOp : Engine::Op {
  CommitOp(PartId p, Commit c, Done<Seq> d) : part(p), commit(std::move(c)), done(std::move(d)) {}
  PartId part;
  Commit commit;
  Done<Seq> done;
  Seq seq = 0;

  Result<> apply(Engine& engine, Group& group) override {
    HATO_TRY(head, engine.group_head(group, part));
    if (head->seq != commit.expect) {
      HATO_TRY(same, engine.repeated(group, part, commit));
      if (!same) return fail(ErrorId::kStoreConflict);
      seq = commit.expect + 1;
      return {};
    }
    HATO_CHECK(engine.room(!commit.links.empty()));
    HATO_CHECK(engine.check_links(group, commit));
    engine.add_commit(group, part, *head, commit);
    seq = head->seq;
    return {};
  }
  void finish(Engine& engine, Result<> result) override {
    if (result) ++engine.commits_;
    if (done) done(result ? Result<Seq>(seq) : std::unexpected(result.error()));
    if (result) engine.bus_.tell(part, seq);
  }
};

struct PutOp : Engine::Op {
  // Hashes on the caller's thread, so that the writing thread only copies.
  PutOp(BlobId i, std::string b, Millis until, Done<> d)
      : id(i), bytes(std::move(b)), done(std::move(d)) {
    record = {.size = bytes.size(), .sha256 = sha256(bytes), .intent_until = until};
    for (std::uint64_t n = 0; n < record.chunks(); ++n) {
      char format = char(kValueFormat);
      auto crc = crc32c(std::string_view(&format, 1), crc32c(chunk_key(id, n)));
      crcs.push_back(crc32c(piece(n), crc));
    }
  }
  BlobId id;
  std::string bytes;
  Done<> done;
  BlobRecord record;
  std::vector<std::uint32_t> crcs;

  std::string_view piece(std::uint64_t n) const {
    return std::string_view(bytes).substr(n * record.chunk, record.chunk);
  }
  Result<> apply(Engine& engine, Group& group) override {
    HATO_CHECK(engine.room(true));
    for (std::uint64_t n = 0; n < record.chunks(); ++n) {
      auto key = chunk_key(id, n);
      char format = char(kValueFormat);
      auto crc = Writer().u32(crcs[n]).str();
      auto body = piece(n);
      Slice name(key);
      std::array<Slice, 3> parts{Slice(&format, 1), Slice(body.data(), body.size()), Slice(crc)};
      group.batch.Put(engine.db_.bodies, rocksdb::SliceParts(&name, 1),
                      rocksdb::SliceParts(parts.data(), int(parts.size())));
    }
    engine.put(group, engine.db_.blobs, blob_key(id), encode(record));
    engine.put(group, engine.db_.blobs, intent_key(record.intent_until, id), "");
    group.bodies[id] = true;
    return {};
  }
  void finish(Engine&, Result<> result) override {
    if (done) done(std::move(result));
  }
};

struct CallOp : Engine::Op {
  explicit CallOp(std::function<Result<>(Group&)> w) : work(std::move(w)) {}
  std::function<Result<>(Group&)> work;
  std::promise<Result<>> done;
  Result<> apply(Engine&, Group& group) override { return work(group); }
  void finish(Engine&, Result<> result) override { done.set_value(std::move(result)); }
  bool alone() const override { return true; }
};

void Engine::commit(PartId part, Commit commit, Done<Seq> done) {
  writer_.push(std::make_unique<CommitOp>(part, std::move(commit), std::move(done)));
}

void Engine::blob_put(BlobId id, std::string bytes, Millis intent_until, Done<> done) {
  bool lazy = !done;
  writer_.push(std::make_unique<PutOp>(id, std::move(bytes), intent_until, std::move(done)), lazy);
}

Result<> Engine::call(std::function<Result<>(Group&)> work) {
  HATO_ASSERT(!writer_.is_current());
  auto op = std::make_unique<CallOp>(std::move(work));
  auto outcome = op->done.get_future();
  writer_.push(std::move(op));
  return outcome.get();
}

Result<> Engine::forget_changes(PartId part, Seq before) {
  return call([=, this](Group& group) -> Result<> {
    HATO_TRY(head, group_head(group, part));
    auto floor = std::min(before, head->seq + 1);
    if (floor <= head->floor) return {};
    group.batch.DeleteRange(db_.rows, change_key(part, head->floor), change_key(part, floor));
    head->floor = floor;
    put(group, db_.rows, head_key(part), encode(*head));
    return {};
  });
}

void Engine::write(Ops& ops) {
  for (std::size_t from = 0; from < ops.size();) {
    Group group;
    std::vector<std::pair<Op*, Result<>>> outcomes;
    auto state = ready();
    while (from < ops.size() && group.batch.GetDataSize() < kMaxGroupBytes) {
      auto* op = ops[from].get();
      if (op->alone() && !outcomes.empty()) break;
      group.batch.SetSavePoint();
      auto outcome = state ? op->apply(*this, group) : state;
      if (outcome)
        group.batch.PopSavePoint();
      else
        group.batch.RollbackToSavePoint();
      outcomes.emplace_back(op, std::move(outcome));
      ++from;
      if (op->alone()) break;
    }
    auto written = flush_group(group);
    for (auto& [op, outcome] : outcomes) op->finish(*this, outcome ? written : outcome);
  }
}

Result<> Engine::ready() {
  if (poisoned_) return std::unexpected(poison());
  if (full_) return resume();
  return {};
}

Result<> Engine::flush_group(Group& group) {
  if (group.batch.Count() == 0) return {};
  rocksdb::WriteOptions options;
  options.sync = sync_;
  auto status = db_.db->Write(options, &group.batch);
  ++syncs_;
  if (status.ok()) return {};
  looked_ = {};
  if (status.IsNoSpace()) {
    log::error("store", "the disk is full; mail is refused until there is space",
               {{"folder", folder_}});
    full_ = true;
    return fail(ErrorId::kStoreFull);
  }
  log::error("store", "writing to the disk failed; nothing more is accepted until a restart",
             {{"folder", folder_}, {"reason", status.ToString()}});
  poisoned_ = true;
  return fail(ErrorId::kStoreUnknown);
}

// After a full disk RocksDB refuses writes until it is told to go on. What it could not write
// may have left a torn record at the end of its log, so a new log is begun: a flush does that,
// and needs something to flush.
Result<> Engine::resume() {
  HATO_CHECK(room(false));
  auto status = db_.db->Resume();
  if (status.ok()) {
    rocksdb::WriteOptions unlogged;
    unlogged.disableWAL = true;
    status = db_.db->Put(unlogged, db_.meta, "resumed", seal("resumed", ""));
  }
  if (status.ok()) status = db_.db->Flush({}, db_.meta);
  if (status.IsNoSpace()) return fail(ErrorId::kStoreFull);
  if (!status.ok()) {
    log::error("store", "cannot go on after a full disk; nothing is accepted until a restart",
               {{"folder", folder_}, {"reason", status.ToString()}});
    poisoned_ = true;
    return std::unexpected(poison());
  }
  log::info("store", "the disk has space again", {{"folder", folder_}});
  full_ = false;
  return {};
}

// Bodies need the whole reserve; the rest, which is how space comes back, half of it.
Result<> Engine::room(bool for_body) {
  auto now = std::chrono::steady_clock::now();
  if (now - looked_ > kLookEvery) {
    struct statvfs fs{};
    if (::statvfs(folder_.c_str(), &fs) != 0) return {};
    looked_ = now;
    free_ = std::uint64_t(fs.f_bavail) * fs.f_frsize;
    total_ = std::uint64_t(fs.f_blocks) * fs.f_frsize;
  }
  auto reserve = std::min(kReserve, total_ / 10);
  if (free_ < (for_body ? reserve : reserve / 2)) return fail(ErrorId::kStoreFull);
  return {};
}

Result<Head*> Engine::group_head(Group& group, PartId part) {
  auto it = group.heads.find(part);
  if (it == group.heads.end()) {
    HATO_TRY(head, read_head(part, nullptr));
    it = group.heads.emplace(part, std::move(head)).first;
  }
  return &it->second;
}

Result<bool> Engine::repeated(Group& group, PartId part, const Commit& commit) {
  auto key = id_key(part, commit.expect + 1);
  if (auto it = group.ids.find(key); it != group.ids.end()) return it->second == commit.id;
  HATO_TRY(payload, read(db_.rows, key, part_name(part)));
  if (!payload) return false;
  Reader in(*payload);
  auto seq = in.u64();
  return seq == commit.expect + 1 && in.rest() == commit.id.view();
}

Result<> Engine::check_links(Group& group, const Commit& commit) {
  for (const auto& link : commit.links) {
    if (auto it = group.bodies.find(link.blob); it != group.bodies.end()) {
      if (it->second) continue;
      return fail(ErrorId::kBlobMissing);
    }
    HATO_TRY(record, read_blob(link.blob));
    if (!record) return fail(ErrorId::kBlobMissing);
    group.bodies[link.blob] = true;
  }
  return {};
}

void Engine::put(Group& group, rocksdb::ColumnFamilyHandle* family, std::string_view key,
                 std::string_view payload) {
  group.batch.Put(family, key, seal(key, payload));
}

void Engine::add_commit(Group& group, PartId part, Head& head, const Commit& c) {
  auto& batch = group.batch;
  const Seq seq = ++head.seq;
  head.header = c.header;
  put(group, db_.rows, head_key(part), encode(head));
  auto slot = id_key(part, seq);
  put(group, db_.rows, slot, Writer().u64(seq).bytes(c.id.view()).str());
  group.ids[slot] = c.id;
  for (const auto& mut : c.muts) {
    auto key = row_key(part, mut.space, mut.key);
    if (mut.value)
      put(group, db_.rows, key, *mut.value);
    else
      batch.Delete(db_.rows, key);
  }
  if (!c.change.empty()) put(group, db_.rows, change_key(part, seq), c.change);
  for (const auto& link : c.unlinks) {
    batch.Delete(db_.rows, part_link_key(part, link));
    batch.Delete(db_.blobs, blob_link_key(link.blob, part, link.ref));
    put(group, db_.blobs, intent_key(0, link.blob), "");  // garbage may look at it now
  }
  for (const auto& link : c.links) {
    put(group, db_.rows, part_link_key(part, link), "");
    put(group, db_.blobs, blob_link_key(link.blob, part, link.ref), "");
  }
}

}  // namespace hato::store::rocks
