// SPDX-License-Identifier: Apache-2.0
#include "account/rows.h"

#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "account/directory_format.h"

namespace hato::account {

// What was read before a commit must not be kept after it: each emptying starts a generation, and
// a row is kept only in the generation in which its reading began.
struct Rows::Cache {
  static constexpr std::size_t kMaxRows = 16'384, kMaxValue = 1024;
  using Row = std::optional<std::string>;

  std::optional<Row> find(const std::string& key, std::uint64_t& generation_now) const {
    std::shared_lock lock(mutex);
    generation_now = generation;
    auto it = rows.find(key);
    if (it == rows.end()) return {};
    return it->second;
  }
  void keep(std::string key, const Row& row, std::uint64_t generation_read) {
    if (row && row->size() > kMaxValue) return;
    std::unique_lock lock(mutex);
    if (generation != generation_read) return;
    if (rows.size() >= kMaxRows) rows.clear();
    rows.insert_or_assign(std::move(key), row);
  }
  void forget() {
    std::unique_lock lock(mutex);
    ++generation;
    rows.clear();
  }

  mutable std::shared_mutex mutex;
  std::uint64_t generation = 0;
  std::unordered_map<std::string, Row> rows;
};

Rows::Rows(store::Store& store)
    : store_(store),
      cache_(std::make_shared<Cache>()),
      moved_(store.subscribe(kPart, [cache = cache_](store::Seq) { cache->forget(); })) {}

Result<std::optional<std::string>> Rows::get(store::Space space, std::string_view key) {
  std::string name(1, char(space));
  name += key;
  std::uint64_t generation = 0;
  if (auto row = cache_->find(name, generation)) return *row;
  HATO_TRY(row, store_.get(kPart, space, key));
  cache_->keep(std::move(name), row, generation);
  return std::move(row);
}

void Rows::forget() { cache_->forget(); }

}  // namespace hato::account
