// SPDX-License-Identifier: Apache-2.0
#include <future>

#include "base/log.h"
#include "catalogue/errors.h"
#include "delivery/queue_format.h"
#include "store/combiner.h"

namespace hato::delivery {
namespace {

void warn_damaged(std::string_view key, const Error& error) {
  log::warning("queue", "an item is damaged and left out",
               {{"id", ref_text(parse_item_key(key))}, {"reason", catalogue::log_text(error)}});
}

}  // namespace

struct Queue::Impl {
  explicit Impl(store::Store& s) : store(s), combiner(s) {}
  store::Store& store;
  store::Combiner combiner;
};

Queue::Queue(store::Store& store) : impl_(std::make_unique<Impl>(store)) {}
Queue::~Queue() = default;

void Queue::add(QueueItem item, store::Done<> done) {
  auto held = std::make_shared<const QueueItem>(std::move(item));
  auto write = [held](store::Draft& d) -> Result<> {
    d.muts.push_back({kItemSpace, item_key(held->id), encode(*held)});
    d.links.push_back({held->blob, item_key(held->id)});
    return {};
  };
  impl_->combiner.update(queue_part(held->id), std::move(write),
                         [done = std::move(done)](Result<store::Seq> r) {
                           done(r ? Result<>() : std::unexpected(r.error()));
                         });
}

Result<> Queue::each(const std::function<bool(const QueueItem&)>& item) {
  bool more = true;
  auto take = [&](std::string_view key, std::string_view value) {
    auto decoded = decode_item(parse_item_key(key), value);
    if (!decoded)
      warn_damaged(key, decoded.error());
    else
      more = item(*decoded);
    return more;
  };
  for (std::uint64_t n = 0; n < kQueueParts && more; ++n) {
    HATO_TRY(view, impl_->store.view({store::PartId::kQueue, n}));
    HATO_CHECK(view->scan(kItemSpace, "", "", take, warn_damaged));
  }
  return {};
}

Result<std::optional<QueueItem>> Queue::find(RefId id) {
  HATO_TRY(row, impl_->store.get(queue_part(id), kItemSpace, item_key(id)));
  if (!row) return std::optional<QueueItem>{};
  HATO_TRY(item, decode_item(id, *row));
  return std::move(item);
}

void Queue::remove(RefId id, store::Done<> done) {
  auto erase = [id](store::Draft& d) -> Result<> {
    HATO_TRY(row, d.get(kItemSpace, item_key(id)));
    if (!row) return {};
    d.muts.push_back({kItemSpace, item_key(id), {}});
    // A damaged item goes too; its body is left to `hato store verify`.
    auto item = decode_item(id, *row);
    if (item) d.unlinks.push_back({item->blob, item_key(id)});
    return {};
  };
  impl_->combiner.update(queue_part(id), erase, [done = std::move(done)](Result<store::Seq> r) {
    done(r ? Result<>() : std::unexpected(r.error()));
  });
}

Result<> Queue::remove(RefId id) {
  auto done = std::make_shared<std::promise<Result<>>>();
  auto outcome = done->get_future();
  remove(id, [done](Result<> r) { done->set_value(std::move(r)); });
  return outcome.get();
}

}  // namespace hato::delivery
