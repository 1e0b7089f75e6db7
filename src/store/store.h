// SPDX-License-Identifier: Apache-2.0
// The Store: ordered key-value partitions with one sequence number each, and bodies beside them.
// Engines: rocksdb/ (one machine), memory/ (tests). Nothing is ever atomic across partitions.
//
// A commit is all or nothing, durable when its completion runs, and takes the next sequence
// number of its partition: the MODSEQ of all it changed. Completions run on an engine's thread,
// must be short and must not make the blocking calls that write (drop, forget_changes,
// collect_garbage). Commits that arrive while a sync is under way share the next one.
// Protocols never call commit: they call Combiner::update (store/combiner.h).
//
// Every value carries a checksum and a format version; a value that fails them is reported as
// store-corrupt with the partition and key, and hurts nothing else.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/time.h"

namespace hato::store {

struct PartId {
  enum Kind : std::uint8_t { kDirectory = 1, kAccount = 2, kQueue = 3, kStory = 4, kDomain = 5 };
  Kind kind;
  std::uint64_t id = 0;
  auto operator<=>(const PartId&) const = default;
};

using Seq = std::uint64_t;
using Space = std::uint8_t;  // a letter: what kind of key within the partition
using BlobId = Uuid;         // time-ordered
inline constexpr std::size_t kBlobChunk = 256 * 1024;  // bodies are kept and read in such pieces

struct Head {
  Seq seq = 0;         // of the last commit; 0: the partition is empty
  Seq floor = 0;       // changes before this one are forgotten
  std::string header;  // the model's own: counters, next ids
};

struct Mut {
  Space space;
  std::string key;
  std::optional<std::string> value;  // absent: delete
};

// A link keeps a body alive. `ref` is chosen by the linker and unique within (blob, partition).
struct BlobLink {
  BlobId blob;
  std::string ref;
};

struct Commit {
  Uuid id;         // makes a retry after Unknown idempotent
  Seq expect = 0;  // the head's seq this commit was computed from
  std::string header;
  std::vector<Mut> muts;
  std::string change;  // what changes() tells of this commit; empty: nothing to tell
  std::vector<BlobLink> links, unlinks;
};

struct Change {
  Seq seq;
  std::string change;
};

struct Row {
  std::string key, value;
};

// A consistent view of one partition; cheap to hold for a session's length (a snapshot).
class View {
 public:
  virtual ~View() = default;
  virtual const Head& head() const = 0;
  virtual Result<std::optional<std::string>> get(Space space, std::string_view key) const = 0;
  // Calls `row` in key order for from <= key < to ("" = end) until it returns false. A damaged
  // row is skipped and given to `damaged` (may be empty), which must not be ignored by verify.
  using OnRow = std::function<bool(std::string_view key, std::string_view value)>;
  using OnDamage = std::function<void(std::string_view key, const Error&)>;
  virtual Result<> scan(Space space, std::string_view from, std::string_view to, const OnRow& row,
                        const OnDamage& damaged = {}) const = 0;
};

template <class T = void>
using Done = std::function<void(Result<T>)>;

struct BlobInfo {
  std::uint64_t size = 0;
  std::string sha256;  // 32 bytes
};

struct EngineStatus {
  std::uint64_t disk_bytes = 0, garbage_bytes = 0, free_bytes = 0;
  std::uint64_t commits = 0, syncs = 0;
  bool poisoned = false;  // a sync failed; nothing is accepted until reopened
};

class Store {
 public:
  virtual ~Store() = default;

  virtual Result<Head> open(PartId part) = 0;
  virtual Result<std::unique_ptr<View>> view(PartId part) = 0;
  // The newest value of one row, without the cost of a view.
  virtual Result<std::optional<std::string>> get(PartId part, Space space,
                                                 std::string_view key) = 0;
  // Conflict (store-conflict) where the head is not at `expect`; store-full on a full disk;
  // store-unavailable (not applied); store-unknown (retry with the same id); blob-missing where
  // a body to link is not there. A repeated id among the last 256 commits gives its old seq.
  // `done` never runs within the call.
  virtual void commit(PartId part, Commit commit, Done<Seq> done) = 0;
  // Changes after `since`, oldest first, at most `max`; store-too-old where they are forgotten.
  virtual Result<std::vector<Change>> changes(PartId part, Seq since, std::size_t max) = 0;
  virtual Result<> forget_changes(PartId part, Seq before) = 0;

  // Stores a body under an intent that expires: unless linked by then it is garbage. The engine
  // applies puts and commits in the order in which they were issued, so a commit that links the
  // body may follow without waiting; it is durable only with the body. With an empty `done` the
  // put starts no sync of its own but goes with the commit that follows it (or a moment later):
  // the cheap way to store a message, one sync for both.
  virtual void blob_put(BlobId id, std::string bytes, Millis intent_until, Done<> done) = 0;
  virtual Result<BlobInfo> blob_info(BlobId id) = 0;  // blob-missing where there is none
  virtual Result<std::string> blob_get(BlobId id, std::uint64_t offset, std::uint64_t length) = 0;
  virtual Result<std::vector<std::pair<PartId, std::string>>> blob_links(BlobId id) = 0;
  // Calls `blob` for every body, in the order of their ids, until it returns false.
  virtual Result<> each_blob(const std::function<bool(BlobId)>& blob) = 0;
  // Removes bodies that have neither a link nor a live intent; gives disk space back where over a
  // third is garbage. Slow: for the worker pool at quiet hours. `now` is for tests.
  virtual Result<std::uint64_t> collect_garbage(Millis now) = 0;

  // Hints that a partition moved; may be lost, never the truth. Callbacks run on engine threads.
  using Subscription = std::shared_ptr<void>;
  virtual Subscription subscribe(PartId part, std::function<void(Seq)> moved) = 0;

  // Every partition of a kind; for backup, verify and administration only.
  virtual Result<std::vector<PartId>> partitions(PartId::Kind kind) = 0;
  // Removes all of a partition (its bodies' links included).
  virtual Result<> drop(PartId part) = 0;

  // A consistent copy in an empty folder on the same or another file system, while running.
  virtual Result<> checkpoint(const std::string& folder) = 0;
  virtual EngineStatus status() = 0;
  // Reads every file of the engine against its checksum and tells those that do not match, by
  // name; what opening the store had to mend as well. Slow.
  using OnFile = std::function<void(const std::string& file, const Error&)>;
  virtual Result<> check_files(const OnFile& damaged) = 0;
};

// Opens the embedded engine. `sync` is off only in the test that proves that it matters.
// Errors: store-newer (written by a newer Hato), store-locked (another process), store-corrupt.
struct OpenOptions {
  bool create = false;
  bool sync = true;
};
Result<std::unique_ptr<Store>> open_rocksdb(const std::string& folder, OpenOptions options);
std::unique_ptr<Store> open_memory();

}  // namespace hato::store
