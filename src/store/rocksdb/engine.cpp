// SPDX-License-Identifier: Apache-2.0
#include "store/rocksdb/engine.h"

#include <rocksdb/utilities/checkpoint.h>
#include <sys/file.h>
#include <unistd.h>
#include <algorithm>

#include <filesystem>

#include "base/log.h"
#include "base/text.h"
#include "base/wire.h"
#include "store/rocksdb/status.h"

namespace hato::store::rocks {

using rocksdb::Slice;

// A snapshot and the head it belongs to; the iterators of scan() live no longer than the call.
class EngineView : public View {
 public:
  EngineView(Engine& engine, PartId part, const rocksdb::Snapshot* snapshot)
      : engine_(engine), part_(part), snapshot_(snapshot) {}
  ~EngineView() override { engine_.db_.db->ReleaseSnapshot(snapshot_); }

  Result<> load() {
    HATO_TRY(head, engine_.read_head(part_, snapshot_));
    head_ = std::move(head);
    return {};
  }
  const Head& head() const override { return head_; }
  Result<std::optional<std::string>> get(Space space, std::string_view key) const override {
    return engine_.read(engine_.db_.rows, row_key(part_, space, key), part_name(part_), snapshot_);
  }
  Result<> scan(Space space, std::string_view from, std::string_view to, const OnRow& row,
                const OnDamage& damaged) const override;

 private:
  bool step_over(rocksdb::Iterator& it, std::string key) const;

  Engine& engine_;
  PartId part_;
  const rocksdb::Snapshot* snapshot_;
  Head head_;
};

// A block that cannot be read ends an iterator. The keys that it holds are not known, so the next
// readable one is sought by trying ever greater keys, the nearest first.
bool EngineView::step_over(rocksdb::Iterator& it, std::string key) const {
  while (key.size() > row_prefix_size()) {
    while (std::uint8_t(key.back()) < 0xff) {
      key.back() = char(std::uint8_t(key.back()) + 1);
      it.Seek(key);
      if (it.Valid() || it.status().ok()) return true;
    }
    key.pop_back();
  }
  return false;
}

Result<> EngineView::scan(Space space, std::string_view from, std::string_view to, const OnRow& row,
                          const OnDamage& damaged) const {
  auto options = engine_.read_options(snapshot_);
  auto first = row_key(part_, space, from);
  auto end = to.empty() ? after(row_key(part_, space, "")) : row_key(part_, space, to);
  Slice bound(end);
  options.iterate_upper_bound = &bound;
  std::unique_ptr<rocksdb::Iterator> it(engine_.db_.db->NewIterator(options, engine_.db_.rows));
  auto hurt = [&](std::string_view key, const Error& error) {
    if (damaged) damaged(key, error);
  };
  std::string last = first;
  it->Seek(first);
  for (;;) {
    for (; it->Valid(); it->Next()) {
      auto full = view_of(it->key());
      auto key = full.substr(row_prefix_size());
      last = full;
      auto payload = unseal(full, view_of(it->value()));
      if (!payload) {
        hurt(key, payload.error().with("part", part_name(part_)));
      } else if (!row(key, *payload)) {
        return {};
      }
    }
    auto status = it->status();
    if (status.ok()) return {};
    if (!status.IsCorruption()) return std::unexpected(to_error(status, part_name(part_)));
    hurt("", to_error(status, part_name(part_) + ", rows after " +
                                  to_hex(std::string_view(last).substr(row_prefix_size()))));
    if (last.size() <= row_prefix_size()) last += '\0';
    if (!step_over(*it, last)) return {};
  }
}

Engine::Engine(std::string folder, bool sync, Opened opened)
    : folder_(std::move(folder)),
      sync_(sync),
      db_(std::move(opened)),
      writer_([this](Ops& ops) { write(ops); }) {}

Result<std::optional<std::string>> Engine::read(rocksdb::ColumnFamilyHandle* family,
                                                std::string_view key, const std::string& where,
                                                const rocksdb::Snapshot* snapshot) {
  rocksdb::PinnableSlice value;
  auto status = db_.db->Get(read_options(snapshot), family, key, &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return std::unexpected(to_error(status, where));
  auto payload = unseal(key, view_of(value));
  if (!payload)
    return std::unexpected(damage(where + ": " + std::string(payload.error().detail("where"))));
  return std::string(*payload);
}

rocksdb::ReadOptions Engine::read_options(const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  return options;
}

Result<Head> Engine::read_head(PartId part, const rocksdb::Snapshot* snapshot) {
  HATO_TRY(payload, read(db_.rows, head_key(part), "head of " + part_name(part), snapshot));
  if (!payload) return Head{};
  return decode_head(*payload);
}

Result<Head> Engine::open(PartId part) { return read_head(part, nullptr); }

Result<std::unique_ptr<View>> Engine::view(PartId part) {
  auto view = std::make_unique<EngineView>(*this, part, db_.db->GetSnapshot());
  HATO_CHECK(view->load());
  return view;
}

Result<std::optional<std::string>> Engine::get(PartId part, Space space, std::string_view key) {
  return read(db_.rows, row_key(part, space, key), part_name(part));
}

Result<std::vector<Change>> Engine::changes(PartId part, Seq since, std::size_t max) {
  HATO_TRY(head, open(part));
  if (since + 1 < head.floor) return fail(ErrorId::kStoreTooOld);
  auto options = read_options(nullptr);
  auto end = change_key(part, head.seq + 1);
  Slice bound(end);
  options.iterate_upper_bound = &bound;
  std::unique_ptr<rocksdb::Iterator> it(db_.db->NewIterator(options, db_.rows));
  std::vector<Change> out;
  for (it->Seek(change_key(part, since + 1)); it->Valid() && out.size() < max; it->Next()) {
    auto key = view_of(it->key());
    HATO_TRY(payload, unseal(key, view_of(it->value())));
    out.push_back({Reader(key.substr(key.size() - 8)).u64(), std::string(payload)});
  }
  if (!it->status().ok()) return std::unexpected(to_error(it->status(), part_name(part)));
  return out;
}

Result<std::optional<BlobRecord>> Engine::read_blob(BlobId id) {
  HATO_TRY(payload, read(db_.blobs, blob_key(id), "body " + to_hex(id.view())));
  if (!payload) return std::nullopt;
  HATO_TRY(record, decode_blob(*payload));
  return std::move(record);
}

Result<BlobInfo> Engine::blob_info(BlobId id) {
  HATO_TRY(record, read_blob(id));
  if (!record) return fail(ErrorId::kBlobMissing);
  return BlobInfo{record->size, record->sha256};
}

Result<std::string> Engine::blob_get(BlobId id, std::uint64_t offset, std::uint64_t length) {
  HATO_TRY(record, read_blob(id));
  if (!record) return fail(ErrorId::kBlobMissing);
  offset = std::min(offset, record->size);
  const auto end = offset + std::min(length, record->size - offset);
  std::string out;
  out.reserve(end - offset);
  rocksdb::PinnableSlice value;
  for (auto i = offset / record->chunk; i * record->chunk < end; ++i) {
    const auto start = i * record->chunk;
    auto where = "body " + to_hex(id.view()) + ", piece " + std::to_string(i);
    auto key = chunk_key(id, i);
    value.Reset();
    auto status = db_.db->Get(read_options(nullptr), db_.bodies, key, &value);
    if (status.IsNotFound()) return std::unexpected(damage(where + " is missing"));
    if (!status.ok()) return std::unexpected(to_error(status, where));
    auto piece = unseal(key, view_of(value));
    auto size = std::min<std::uint64_t>(record->chunk, record->size - start);
    if (!piece || piece->size() != size) return std::unexpected(damage(where));
    auto from = std::max(offset, start) - start;
    out += piece->substr(from, std::min(end - start, size) - from);
  }
  return out;
}

Result<std::vector<std::pair<PartId, std::string>>> Engine::blob_links(BlobId id) {
  auto prefix = blob_links_prefix(id);
  auto options = read_options(nullptr);
  auto end = after(prefix);
  Slice bound(end);
  options.iterate_upper_bound = &bound;
  std::unique_ptr<rocksdb::Iterator> it(db_.db->NewIterator(options, db_.blobs));
  std::vector<std::pair<PartId, std::string>> out;
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    Reader in(view_of(it->key()).substr(prefix.size()));
    PartId part{PartId::Kind(in.u8()), in.u64()};
    out.emplace_back(part, std::string(in.rest()));
  }
  if (!it->status().ok()) return std::unexpected(to_error(it->status(), "links of a body"));
  return out;
}

Result<bool> Engine::any_link(BlobId id) {
  HATO_TRY(links, blob_links(id));
  return !links.empty();
}

Result<> Engine::each_blob(const std::function<bool(BlobId)>& blob) {
  auto options = read_options(nullptr);
  std::string end = "c";
  Slice bound(end);
  options.iterate_upper_bound = &bound;
  std::unique_ptr<rocksdb::Iterator> it(db_.db->NewIterator(options, db_.blobs));
  for (it->Seek("b"); it->Valid(); it->Next()) {
    auto id = Uuid::from(view_of(it->key()).substr(1));
    if (id && !blob(*id)) return {};
  }
  if (!it->status().ok()) return std::unexpected(to_error(it->status(), "list of bodies"));
  return {};
}

Store::Subscription Engine::subscribe(PartId part, std::function<void(Seq)> moved) {
  return bus_.subscribe(part, std::move(moved));
}

// From head to head: the head is the first key of its partition.
Result<std::vector<PartId>> Engine::partitions(PartId::Kind kind) {
  std::vector<PartId> out;
  std::unique_ptr<rocksdb::Iterator> it(db_.db->NewIterator(read_options(nullptr), db_.rows));
  auto next = part_key({kind, 0});
  for (it->Seek(next); it->Valid(); it->Seek(next)) {
    Reader in(view_of(it->key()));
    PartId part{PartId::Kind(in.u8()), in.u64()};
    if (part.kind != kind || !in.ok()) return out;
    out.push_back(part);
    next = after(part_key(part));
  }
  if (!it->status().ok()) return std::unexpected(to_error(it->status(), "list of partitions"));
  return out;
}

Result<> Engine::checkpoint(const std::string& folder) {
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(db_.db.get(), &made);
  std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  std::error_code none;
  if (std::filesystem::is_empty(folder, none)) std::filesystem::remove(folder, none);
  if (status.ok()) status = checkpoint->CreateCheckpoint(folder);
  if (!status.ok()) return std::unexpected(to_error(status, folder));
  return write_format(folder);
}

EngineStatus Engine::status() {
  auto sum = [&](const std::string& property) {
    std::uint64_t all = 0, one = 0;
    for (auto* family : db_.all())
      if (db_.db->GetIntProperty(family, property, &one)) all += one;
    return all;
  };
  using P = rocksdb::DB::Properties;
  std::error_code none;
  auto space = std::filesystem::space(folder_, none);
  return {.disk_bytes = sum(P::kTotalSstFilesSize) + sum(P::kTotalBlobFileSize),
          .garbage_bytes = sum(P::kLiveBlobFileGarbageSize),
          .free_bytes = none ? 0 : space.available,
          .commits = commits_,
          .syncs = syncs_,
          .poisoned = poisoned_};
}

}  // namespace hato::store::rocks
