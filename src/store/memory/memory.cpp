// SPDX-License-Identifier: Apache-2.0
// The engine for tests: everything in maps, nothing on disk, the same promises otherwise. It
// shares no code with the RocksDB engine, so that each is a check on the other.
#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "store/bus.h"
#include "store/checksum.h"
#include "store/group.h"
#include "store/store.h"

namespace hato::store {
namespace {

constexpr std::size_t kIdsKept = 256;

struct Part {
  Head head;
  std::map<std::pair<Space, std::string>, std::string> rows;
  std::map<Seq, std::string> changes;
  std::map<Seq, Uuid> ids;
  std::set<std::pair<BlobId, std::string>> links;
};

struct Body {
  std::string bytes, sha256;
  Millis intent_until = 0;
  std::set<std::pair<PartId, std::string>> links;
};

class MemoryView : public View {
 public:
  explicit MemoryView(std::shared_ptr<const Part> part) : part_(std::move(part)) {}
  const Head& head() const override { return part_->head; }
  Result<std::optional<std::string>> get(Space space, std::string_view key) const override {
    auto it = part_->rows.find({space, std::string(key)});
    if (it == part_->rows.end()) return std::nullopt;
    return it->second;
  }
  Result<> scan(Space space, std::string_view from, std::string_view to, const OnRow& row,
                const OnDamage&) const override {
    for (auto it = part_->rows.lower_bound({space, std::string(from)}); it != part_->rows.end();
         ++it) {
      const auto& [at, key] = it->first;
      if (at != space || (!to.empty() && key >= to) || !row(key, it->second)) break;
    }
    return {};
  }

 private:
  std::shared_ptr<const Part> part_;
};

class MemoryStore : public Store {
 public:
  MemoryStore()
      : writer_([](std::vector<Job>& jobs) {
          for (auto& job : jobs) job();
        }) {}

  Result<Head> open(PartId id) override {
    std::lock_guard lock(mutex_);
    return read(id)->head;
  }
  Result<std::unique_ptr<View>> view(PartId id) override {
    std::lock_guard lock(mutex_);
    return std::make_unique<MemoryView>(read(id));
  }
  Result<std::optional<std::string>> get(PartId id, Space space, std::string_view key) override {
    std::lock_guard lock(mutex_);
    return MemoryView(read(id)).get(space, key);
  }

  void commit(PartId id, Commit c, Done<Seq> done) override {
    writer_.push([this, id, c = std::move(c), done = std::move(done)] {
      auto seq = apply(id, c);
      if (done) done(seq);
      if (seq) bus_.tell(id, *seq);
    });
  }

  Result<std::vector<Change>> changes(PartId id, Seq since, std::size_t max) override {
    std::lock_guard lock(mutex_);
    auto part = read(id);
    if (since + 1 < part->head.floor) return fail(ErrorId::kStoreTooOld);
    std::vector<Change> out;
    for (auto it = part->changes.upper_bound(since); it != part->changes.end() && out.size() < max;
         ++it)
      out.push_back({it->first, it->second});
    return out;
  }
  Result<> forget_changes(PartId id, Seq before) override {
    std::lock_guard lock(mutex_);
    auto& part = write(id);
    before = std::min(before, part.head.seq + 1);
    part.head.floor = std::max(part.head.floor, before);
    part.changes.erase(part.changes.begin(), part.changes.lower_bound(before));
    return {};
  }

  void blob_put(BlobId id, std::string bytes, Millis intent_until, Done<> done) override {
    bool lazy = !done;
    writer_.push(
        [this, id, bytes = std::move(bytes), intent_until, done = std::move(done)] {
          {
            std::lock_guard lock(mutex_);
            auto& body = bodies_[id];
            body.bytes = bytes;
            body.sha256 = sha256(bytes);
            body.intent_until = intent_until;
          }
          if (done) done({});
        },
        lazy);
  }
  Result<BlobInfo> blob_info(BlobId id) override {
    std::lock_guard lock(mutex_);
    auto it = bodies_.find(id);
    if (it == bodies_.end()) return fail(ErrorId::kBlobMissing);
    return BlobInfo{it->second.bytes.size(), it->second.sha256};
  }
  Result<std::string> blob_get(BlobId id, std::uint64_t offset, std::uint64_t length) override {
    std::lock_guard lock(mutex_);
    auto it = bodies_.find(id);
    if (it == bodies_.end()) return fail(ErrorId::kBlobMissing);
    const auto& bytes = it->second.bytes;
    return bytes.substr(std::min<std::uint64_t>(offset, bytes.size()), length);
  }
  Result<std::vector<std::pair<PartId, std::string>>> blob_links(BlobId id) override {
    std::lock_guard lock(mutex_);
    auto it = bodies_.find(id);
    if (it == bodies_.end()) return {};
    return std::vector(it->second.links.begin(), it->second.links.end());
  }
  Result<> each_blob(const std::function<bool(BlobId)>& blob) override {
    std::vector<BlobId> ids;
    {
      std::lock_guard lock(mutex_);
      for (const auto& [id, body] : bodies_) ids.push_back(id);
    }
    for (auto id : ids)
      if (!blob(id)) break;
    return {};
  }
  Result<std::uint64_t> collect_garbage(Millis now) override {
    std::lock_guard lock(mutex_);
    return std::erase_if(bodies_, [&](const auto& item) {
      return item.second.links.empty() && item.second.intent_until <= now;
    });
  }

  Subscription subscribe(PartId part, std::function<void(Seq)> moved) override {
    return bus_.subscribe(part, std::move(moved));
  }

  Result<std::vector<PartId>> partitions(PartId::Kind kind) override {
    std::lock_guard lock(mutex_);
    std::vector<PartId> out;
    for (const auto& [id, part] : parts_)
      if (id.kind == kind) out.push_back(id);
    return out;
  }
  Result<> drop(PartId id) override {
    std::lock_guard lock(mutex_);
    auto it = parts_.find(id);
    if (it == parts_.end()) return {};
    for (const auto& [blob, ref] : it->second->links) bodies_[blob].links.erase({id, ref});
    parts_.erase(it);
    return {};
  }

  Result<> checkpoint(const std::string&) override {
    return fail(ErrorId::kStoreUnavailable, {{"reason", "the memory engine keeps no files"}});
  }
  EngineStatus status() override {
    std::lock_guard lock(mutex_);
    return {.commits = commits_, .syncs = commits_};
  }
  Result<> check_files(const OnFile&) override { return {}; }

 private:
  using Job = std::move_only_function<void()>;

  std::shared_ptr<const Part> read(PartId id) {
    static const auto kEmpty = std::make_shared<const Part>();
    auto it = parts_.find(id);
    return it == parts_.end() ? kEmpty : it->second;
  }
  // A part that a view still holds is copied first.
  Part& write(PartId id) {
    auto& part = parts_[id];
    if (!part || part.use_count() > 1)
      part = part ? std::make_shared<Part>(*part) : std::make_shared<Part>();
    return *part;
  }

  Result<Seq> apply(PartId id, const Commit& c) {
    std::lock_guard lock(mutex_);
    auto now = read(id);
    if (now->head.seq != c.expect) {
      auto past = now->ids.find(c.expect + 1);
      if (past != now->ids.end() && past->second == c.id) return past->first;
      return fail(ErrorId::kStoreConflict);
    }
    for (const auto& link : c.links)
      if (!bodies_.contains(link.blob)) return fail(ErrorId::kBlobMissing);
    now.reset();
    auto& part = write(id);
    Seq seq = ++part.head.seq;
    part.head.header = c.header;
    for (const auto& mut : c.muts) {
      if (mut.value)
        part.rows[{mut.space, mut.key}] = *mut.value;
      else
        part.rows.erase({mut.space, mut.key});
    }
    if (!c.change.empty()) part.changes[seq] = c.change;
    part.ids[seq] = c.id;
    if (part.ids.size() > kIdsKept) part.ids.erase(part.ids.begin());
    for (const auto& link : c.unlinks) {
      part.links.erase({link.blob, link.ref});
      if (auto it = bodies_.find(link.blob); it != bodies_.end())
        it->second.links.erase({id, link.ref});
    }
    for (const auto& link : c.links) {
      part.links.insert({link.blob, link.ref});
      bodies_[link.blob].links.insert({id, link.ref});
    }
    ++commits_;
    return seq;
  }

  std::mutex mutex_;
  std::map<PartId, std::shared_ptr<Part>> parts_;
  std::map<BlobId, Body> bodies_;
  std::uint64_t commits_ = 0;
  Bus bus_;
  GroupThread<Job> writer_;  // last: ends first
};

}  // namespace

std::unique_ptr<Store> open_memory() { return std::make_unique<MemoryStore>(); }

}  // namespace hato::store
