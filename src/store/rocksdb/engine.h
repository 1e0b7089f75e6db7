// SPDX-License-Identifier: Apache-2.0
// The embedded engine: one RocksDB a machine. One thread writes: it takes all puts and commits
// that wait, of all partitions, into one batch with one sync (writer.cpp). Reads go straight to
// RocksDB on the caller's thread (engine.cpp).
//
// Failures: a full disk answers store-full and heals by itself; a failed sync poisons the store
// until it is opened anew; what is damaged is told where it is read and stops nothing else.
#pragma once
#include <rocksdb/db.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "store/bus.h"
#include "store/group.h"
#include "store/rocksdb/layout.h"
#include "store/store.h"

namespace hato::store::rocks {

// For tests: another file system beneath, smaller buffers.
struct Tuning {
  rocksdb::Env* env = nullptr;
  std::size_t body_buffer = 32 << 20, row_buffer = 12 << 20;
};
Result<std::unique_ptr<Store>> open_engine(const std::string& folder, OpenOptions options,
                                           const Tuning& tuning = {});

struct Mended {
  std::string file;
  Error error;
};

// What open.cpp hands over.
struct Opened {
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::ColumnFamilyHandle *meta = nullptr, *rows = nullptr, *blobs = nullptr, *bodies = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> all() const { return {meta, rows, blobs, bodies}; }
  std::vector<Mended> mended;  // damage that opening found and could live with
  int lock = -1;               // of the folder, a file descriptor
};

// What one group writes, and what it has changed that is not yet in the database.
struct Group {
  rocksdb::WriteBatch batch;
  std::map<PartId, Head> heads;
  std::map<std::string, Uuid> ids;  // by id_key
  std::map<BlobId, bool> bodies;    // put (true) or removed (false)
};

class Engine : public Store {
 public:
  Engine(std::string folder, bool sync, Opened opened);
  ~Engine() override;

  Result<Head> open(PartId part) override;
  Result<std::unique_ptr<View>> view(PartId part) override;
  Result<std::optional<std::string>> get(PartId part, Space space, std::string_view key) override;
  void commit(PartId part, Commit commit, Done<Seq> done) override;
  Result<std::vector<Change>> changes(PartId part, Seq since, std::size_t max) override;
  Result<> forget_changes(PartId part, Seq before) override;
  void blob_put(BlobId id, std::string bytes, Millis intent_until, Done<> done) override;
  Result<BlobInfo> blob_info(BlobId id) override;
  Result<std::string> blob_get(BlobId id, std::uint64_t offset, std::uint64_t length) override;
  Result<std::vector<std::pair<PartId, std::string>>> blob_links(BlobId id) override;
  Result<> each_blob(const std::function<bool(BlobId)>& blob) override;
  Result<std::uint64_t> collect_garbage(Millis now) override;
  Subscription subscribe(PartId part, std::function<void(Seq)> moved) override;
  Result<std::vector<PartId>> partitions(PartId::Kind kind) override;
  Result<> drop(PartId part) override;
  Result<> checkpoint(const std::string& folder) override;
  EngineStatus status() override;
  Result<> check_files(const OnFile& damaged) override;

  // One thing to write. apply() and finish() run on the writing thread; an error of apply()
  // leaves nothing in the group and goes to this one's finish() alone.
  struct Op {
    virtual ~Op() = default;
    virtual Result<> apply(Engine& engine, Group& group) = 0;
    virtual void finish(Engine& engine, Result<> result) = 0;
    virtual bool alone() const { return false; }  // a group of its own
  };

 private:
  friend struct CommitOp;
  friend struct PutOp;
  friend struct CallOp;
  friend class EngineView;
  using Ops = std::vector<std::unique_ptr<Op>>;

  // engine.cpp: reads of sealed values; nothing where there is no such key
  Result<std::optional<std::string>> read(rocksdb::ColumnFamilyHandle* family, std::string_view key,
                                          const std::string& where,
                                          const rocksdb::Snapshot* snapshot = nullptr);
  Result<Head> read_head(PartId part, const rocksdb::Snapshot* snapshot);
  Result<std::optional<BlobRecord>> read_blob(BlobId id);
  Result<bool> any_link(BlobId id);
  rocksdb::ReadOptions read_options(const rocksdb::Snapshot* snapshot) const;

  // writer.cpp
  void write(Ops& ops);
  Result<> ready();
  Result<> flush_group(Group& group);
  Result<> resume();
  Result<> room(bool for_body);
  Result<Head*> group_head(Group& group, PartId part);
  Result<bool> repeated(Group& group, PartId part, const Commit& commit);
  Result<> check_links(Group& group, const Commit& commit);
  void put(Group& group, rocksdb::ColumnFamilyHandle* family, std::string_view key,
           std::string_view payload);
  void add_commit(Group& group, PartId part, Head& head, const Commit& commit);
  // Runs `work` on the writing thread, in a group of its own, and waits until it is durable.
  Result<> call(std::function<Result<>(Group&)> work);

  // garbage.cpp
  Result<bool> remove_body(Group& group, BlobId id, Millis intent_until, Millis now);
  Result<> reclaim();
  Result<bool> drop_some(Group& group, PartId part);

  const std::string folder_;
  const bool sync_;
  Opened db_;
  Bus bus_;
  std::atomic<std::uint64_t> commits_{0}, syncs_{0};
  std::atomic<bool> poisoned_{false};
  bool full_ = false;                             // the writing thread's, as the next two
  std::chrono::steady_clock::time_point looked_;  // when free_ and total_ were read
  std::uint64_t free_ = 0, total_ = 0;
  GroupThread<std::unique_ptr<Op>> writer_;  // last: ends first
};

// files.cpp: what RocksDB does not check by itself
Result<int> lock_folder(const std::string& folder);
Result<> write_durably(const std::string& path, std::string_view bytes);
Result<> check_format(const std::string& folder, std::vector<Mended>& mended);
Result<> write_format(const std::string& folder);
// A seal holds sizes and checksums of the small files of a store that was closed in good order,
// and copies of those without which it cannot be opened.
Result<> write_seal(const std::string& folder);
void break_seal(const std::string& folder, std::vector<Mended>& mended);

}  // namespace hato::store::rocks
