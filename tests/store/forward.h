// SPDX-License-Identifier: Apache-2.0
// A Store that hands everything on to another; tests override what they want to go wrong.
#pragma once
#include <utility>

#include "store/store.h"

namespace hato::store::test {

class Forward : public Store {
 public:
  explicit Forward(Store& inner) : inner_(inner) {}
  Result<Head> open(PartId p) override { return inner_.open(p); }
  Result<std::unique_ptr<View>> view(PartId p) override { return inner_.view(p); }
  Result<std::optional<std::string>> get(PartId p, Space s, std::string_view k) override {
    return inner_.get(p, s, k);
  }
  void commit(PartId p, Commit c, Done<Seq> done) override {
    inner_.commit(p, std::move(c), std::move(done));
  }
  Result<std::vector<Change>> changes(PartId p, Seq since, std::size_t max) override {
    return inner_.changes(p, since, max);
  }
  Result<> forget_changes(PartId p, Seq before) override {
    return inner_.forget_changes(p, before);
  }
  void blob_put(BlobId id, std::string bytes, Millis until, Done<> done) override {
    inner_.blob_put(id, std::move(bytes), until, std::move(done));
  }
  Result<BlobInfo> blob_info(BlobId id) override { return inner_.blob_info(id); }
  Result<std::string> blob_get(BlobId id, std::uint64_t at, std::uint64_t n) override {
    return inner_.blob_get(id, at, n);
  }
  Result<std::vector<std::pair<PartId, std::string>>> blob_links(BlobId id) override {
    return inner_.blob_links(id);
  }
  Result<> each_blob(const std::function<bool(BlobId)>& blob) override {
    return inner_.each_blob(blob);
  }
  Result<std::uint64_t> collect_garbage(Millis now) override { return inner_.collect_garbage(now); }
  Subscription subscribe(PartId p, std::function<void(Seq)> moved) override {
    return inner_.subscribe(p, std::move(moved));
  }
  Result<std::vector<PartId>> partitions(PartId::Kind kind) override {
    return inner_.partitions(kind);
  }
  Result<> drop(PartId p) override { return inner_.drop(p); }
  Result<> checkpoint(const std::string& folder) override { return inner_.checkpoint(folder); }
  EngineStatus status() override { return inner_.status(); }
  Result<> check_files(const OnFile& damaged) override { return inner_.check_files(damaged); }

 protected:
  Store& inner_;
};

}  // namespace hato::store::test
