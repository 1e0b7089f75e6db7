// SPDX-License-Identifier: Apache-2.0
#include "story/story.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "base/wire.h"
#include "catalogue/errors.h"
#include "story/format.h"

namespace hato::story {
namespace {

using store::PartId;

constexpr auto kDelay = std::chrono::milliseconds(200);  // what a crash may lose
constexpr std::size_t kMaxWaiting = 32u << 20;           // bytes of memory; more is dropped
constexpr std::size_t kSoonWaiting = 4u << 20;           // written without waiting for kDelay
constexpr std::size_t kMaxBatch = 2000;                  // traces of one commit
constexpr Millis kDay = 86'400'000;
constexpr std::uint64_t kSegments = 16;  // of max_bytes: the oldest goes as a whole
constexpr auto kComplainEvery = std::chrono::seconds(10);

std::string key_of(RefId id) { return Writer().u64(id).str(); }

// Segments by the time they were begun, oldest first.
Result<std::vector<PartId>> segments(store::Store& store) {
  HATO_TRY(parts, store.partitions(PartId::kStory));
  std::sort(parts.begin(), parts.end());
  return std::move(parts);
}

struct Batch {
  std::vector<store::Mut> muts;
  std::uint64_t bytes = 0;

  void put(store::Space space, std::string key, std::string value) {
    bytes += key.size() + value.size();
    muts.push_back({space, std::move(key), std::move(value)});
  }
};

// One row a trace, one row for each word that any of them is found by.
Batch make_batch(const std::vector<Trace>& traces, store::Seq seq) {
  Batch batch;
  std::map<std::uint64_t, Writer> terms;
  for (const auto& t : traces) {
    batch.put(kTraceSpace, key_of(t.id), encode(t));
    for (const auto& term : terms_of(t)) terms[term_hash(term)].u64(t.id);
  }
  for (auto& [hash, ids] : terms)
    batch.put(kTermSpace, Writer().u64(hash).u64(seq).str(), std::move(ids).str());
  return batch;
}

}  // namespace

struct Story::Impl {
  Impl(store::Store& s, Options o) : store(s), options(o), writer([this] { run(); }) {}

  store::Store& store;
  const Options options;

  std::mutex mutex;
  std::condition_variable wake, settled_more;
  std::vector<Trace> waiting;
  std::size_t waiting_bytes = 0;
  std::uint64_t recorded = 0, settled = 0;
  bool stop = false, hurry = false;
  std::atomic<std::uint64_t> dropped{0};

  // Of the writer's thread.
  std::optional<PartId> segment;
  std::uint64_t segment_bytes = 0, complained = 0;
  std::chrono::steady_clock::time_point complained_at{};

  std::thread writer;  // last: starts when all else is there

  void run();
  std::vector<Trace> take();
  void save(std::vector<Trace> traces);
  Result<> save_some(const std::vector<Trace>& traces);
  Result<> choose_segment();
  Result<> expire(Millis now);
  void complain(const Result<>& saved);
};

void Story::Impl::run() {
  for (;;) {
    auto traces = take();
    if (traces.empty()) return;
    auto count = traces.size();
    save(std::move(traces));
    std::lock_guard lock(mutex);
    settled += count;
    settled_more.notify_all();
  }
}

// What has come together; empty when the end has come.
std::vector<Trace> Story::Impl::take() {
  std::unique_lock lock(mutex);
  wake.wait(lock, [&] { return stop || !waiting.empty(); });
  wake.wait_for(lock, kDelay, [&] { return stop || hurry || waiting_bytes > kSoonWaiting; });
  hurry = false;
  waiting_bytes = 0;
  return std::exchange(waiting, {});
}

void Story::Impl::save(std::vector<Trace> traces) {
  Result<> saved;
  for (std::size_t at = 0; at < traces.size(); at += kMaxBatch) {
    auto from = traces.begin() + std::ptrdiff_t(at);
    auto to = traces.begin() + std::ptrdiff_t(std::min(at + kMaxBatch, traces.size()));
    std::vector<Trace> some(std::make_move_iterator(from), std::make_move_iterator(to));
    auto result = save_some(some);
    if (result) continue;
    dropped += some.size();
    segment.reset();
    saved = result;
  }
  complain(saved);
}

Result<> Story::Impl::save_some(const std::vector<Trace>& traces) {
  HATO_CHECK(choose_segment());
  HATO_TRY(head, store.open(*segment));
  auto header = decode_segment(head.header).value_or(SegmentHeader{});
  auto batch = make_batch(traces, head.seq + 1);
  header.bytes += batch.bytes;
  header.traces += traces.size();
  segment_bytes = header.bytes;

  store::Commit commit{.id = new_uuid(), .expect = head.seq, .header = encode(header)};
  commit.muts = std::move(batch.muts);
  auto done = std::make_shared<std::promise<Result<>>>();
  auto result = done->get_future();
  store.commit(*segment, std::move(commit), [done](Result<store::Seq> r) {
    done->set_value(r ? Result<>() : std::unexpected(r.error()));
  });
  return result.get();
}

// The newest segment, or a new one each day and where it has its share of max_bytes.
Result<> Story::Impl::choose_segment() {
  auto now = now_ms();
  auto usable = [&] {
    return segment && Millis(segment->id) / kDay == now / kDay &&
           segment_bytes < options.max_bytes / kSegments;
  };
  if (usable()) return {};
  HATO_TRY(parts, segments(store));
  if (!parts.empty()) {
    HATO_TRY(head, store.open(parts.back()));
    segment = parts.back();
    segment_bytes = decode_segment(head.header).value_or(SegmentHeader{}).bytes;
    if (usable()) return {};
  }
  auto id = std::uint64_t(now);
  if (!parts.empty()) id = std::max(id, parts.back().id + 1);
  segment = PartId{PartId::kStory, id};
  segment_bytes = 0;
  return expire(now);
}

Result<> Story::Impl::expire(Millis now) {
  HATO_TRY(parts, segments(store));
  std::uint64_t total = 0;
  std::vector<std::uint64_t> sizes;
  for (const auto& part : parts) {
    HATO_TRY(head, store.open(part));
    sizes.push_back(decode_segment(head.header).value_or(SegmentHeader{}).bytes);
    total += sizes.back();
  }
  auto oldest = now - options.keep_days * kDay;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // A segment ends where the next begins, a day after its own beginning at the latest.
    auto end = i + 1 < parts.size() ? Millis(parts[i + 1].id) : Millis(parts[i].id) + kDay;
    bool too_much = total > options.max_bytes && i + 1 < parts.size();
    if (end > oldest && !too_much) break;
    HATO_CHECK(store.drop(parts[i]));
    total -= sizes[i];
  }
  return {};
}

void Story::Impl::complain(const Result<>& saved) {
  auto lost = dropped.load();
  auto now = std::chrono::steady_clock::now();
  if (lost == complained || now - complained_at < kComplainEvery) return;
  log::warning("story", "events were lost",
               {{"traces", std::to_string(lost - complained)},
                {"reason", saved ? "far behind" : catalogue::log_text(saved.error())}});
  complained = lost;
  complained_at = now;
}

Story::Story(store::Store& store, Options options)
    : impl_(std::make_unique<Impl>(store, options)) {}

Story::~Story() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stop = true;
    impl_->wake.notify_all();
  }
  impl_->writer.join();
}

void Story::record(Trace trace) {
  clip(trace);
  auto size = weight(trace);
  std::lock_guard lock(impl_->mutex);
  if (impl_->waiting_bytes + size > kMaxWaiting) {
    ++impl_->dropped;
    return;
  }
  bool first = impl_->waiting.empty();
  bool soon = impl_->waiting_bytes <= kSoonWaiting && impl_->waiting_bytes + size > kSoonWaiting;
  impl_->waiting_bytes += size;
  ++impl_->recorded;
  impl_->waiting.push_back(std::move(trace));
  if (first || soon) impl_->wake.notify_one();
}

void Story::flush() {
  std::unique_lock lock(impl_->mutex);
  auto until = impl_->recorded;
  while (impl_->settled < until) {
    impl_->hurry = true;
    impl_->wake.notify_one();
    impl_->settled_more.wait(lock);
  }
}

Result<> Story::expire(Millis now) { return impl_->expire(now); }
std::uint64_t Story::dropped() const { return impl_->dropped; }

namespace {

// One look through the segments, newest first.
class Search {
 public:
  Search(store::Store& store, const Story::Query& query, std::vector<PartId> parts)
      : store_(store), query_(query), parts_(std::move(parts)) {}

  Result<std::optional<Trace>> by_id(RefId id) {
    for (auto i = parts_.size(); i-- > 0;) {
      HATO_TRY(row, store_.get(parts_[i], kTraceSpace, key_of(id)));
      if (row) {
        HATO_TRY(trace, decode(id, *row));
        return std::move(trace);
      }
      if (Millis(parts_[i].id) < ref_time_ms(id)) break;  // begun before it: nothing older has it
    }
    return std::optional<Trace>{};
  }

  // Those found by `term`, all where it is empty.
  Result<std::vector<Trace>> by_term(const std::string& term) {
    std::vector<Trace> found;
    for (auto i = parts_.size(); i-- > 0 && found.size() < query_.limit;) {
      if (query_.since && i + 1 < parts_.size() && Millis(parts_[i + 1].id) < query_.since) break;
      HATO_CHECK(in_segment(parts_[i], term, found));
    }
    return found;
  }

 private:
  static Result<std::vector<RefId>> ids(const store::View& view, const std::string& term) {
    std::vector<RefId> out;
    auto hash = term_hash(term);
    auto space = term.empty() ? kTraceSpace : kTermSpace;
    auto from = term.empty() ? std::string() : key_of(hash);
    auto to = term.empty() || ~hash == 0 ? std::string() : key_of(hash + 1);
    HATO_CHECK(view.scan(space, from, to, [&](std::string_view key, std::string_view value) {
      Reader r(term.empty() ? key : value);
      while (r.rest().size() >= 8) out.push_back(r.u64());
      return true;
    }));
    std::sort(out.begin(), out.end(), std::greater());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  Result<> in_segment(PartId part, const std::string& term, std::vector<Trace>& found) {
    HATO_TRY(view, store_.view(part));
    HATO_TRY(list, ids(*view, term));
    for (auto id : list) {
      if (found.size() == query_.limit) break;
      auto row = view->get(kTraceSpace, key_of(id));
      if (!row || !*row) continue;  // one damaged row hides itself alone
      auto trace = decode(id, **row);
      if (trace && fits(*trace, term)) found.push_back(std::move(*trace));
    }
    return {};
  }

  bool fits(const Trace& t, const std::string& term) const {
    auto at = start_of(t);
    if (at < query_.since || (query_.until && at > query_.until)) return false;
    if (term.empty()) return true;
    auto terms = terms_of(t);
    return std::binary_search(terms.begin(), terms.end(), term);
  }

  store::Store& store_;
  const Story::Query& query_;
  std::vector<PartId> parts_;
};

// The trace, its session and the session's transactions.
Result<std::vector<Trace>> find_family(Search& search, Trace trace) {
  std::vector<Trace> out;
  auto root = trace.session ? trace.session : trace.id;
  HATO_TRY(others, search.by_term(normal_term(ref_text(root))));
  for (auto& other : others)
    if (other.id != trace.id) out.push_back(std::move(other));
  if (root != trace.id) {
    HATO_TRY(session, search.by_id(root));
    if (session) out.push_back(std::move(*session));
  }
  out.push_back(std::move(trace));
  return out;
}

}  // namespace

Result<std::vector<Trace>> Story::find(const Query& query) {
  flush();
  HATO_TRY(parts, segments(impl_->store));
  Search search(impl_->store, query, std::move(parts));
  std::vector<Trace> out;
  if (auto id = parse_ref(trim(query.term))) {
    HATO_TRY(trace, search.by_id(*id));
    if (trace) {
      HATO_TRY(family, find_family(search, std::move(*trace)));
      out = std::move(family);
    }
  }
  if (out.empty()) {
    HATO_TRY(found, search.by_term(normal_term(query.term)));
    out = std::move(found);
  }
  std::sort(out.begin(), out.end(), [](const Trace& a, const Trace& b) { return a.id > b.id; });
  return out;
}

}  // namespace hato::story
