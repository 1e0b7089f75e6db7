// SPDX-License-Identifier: Apache-2.0
#include "store/combiner.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace hato::store {
namespace {

constexpr std::size_t kMaxJobs = 1000;  // of one commit
constexpr int kMaxTries = 100;

struct Job {
  Combiner::Fn fn;
  Done<Seq> done;
  Result<> outcome;
};
using Jobs = std::vector<Job>;

// The rows that the commit being formed has already written, found by key.
class Written {
 public:
  explicit Written(const std::vector<Mut>& muts) : muts_(muts) {}
  const Mut* find(Space space, std::string_view key) {
    for (; seen_ < muts_.size(); ++seen_) at_[{muts_[seen_].space, muts_[seen_].key}] = seen_;
    auto it = at_.find({space, std::string(key)});
    return it == at_.end() ? nullptr : &muts_[it->second];
  }
  void forget() { at_.clear(), seen_ = 0; }

 private:
  const std::vector<Mut>& muts_;
  std::size_t seen_ = 0;
  std::map<std::pair<Space, std::string>, std::size_t> at_;
};

}  // namespace

struct Combiner::Impl {
  explicit Impl(Store& s) : store(s) {}
  Store& store;
  std::mutex mutex;
  std::condition_variable idle;
  std::map<PartId, std::deque<Job>> waiting;  // a key: that partition has a commit in flight

  void run(PartId part, Jobs jobs, int tries);
  void send(PartId part, Commit commit, Jobs jobs, int tries);
  bool form(PartId part, Jobs& jobs, Commit& commit);
  Jobs next(PartId part);
};

// Runs every function into one commit. False: there is nothing to commit.
bool Combiner::Impl::form(PartId part, Jobs& jobs, Commit& c) {
  auto head = store.open(part);
  if (!head) {
    for (auto& job : jobs) job.outcome = std::unexpected(head.error());
    return false;
  }
  c.id = new_uuid();
  c.expect = head->seq;
  c.header = head->header;
  Written written(c.muts);
  Draft draft{part,
              head->seq + 1,
              c.header,
              c.muts,
              c.change,
              c.links,
              c.unlinks,
              [&](Space space, std::string_view key) -> Result<std::optional<std::string>> {
                if (const Mut* mut = written.find(space, key)) return mut->value;
                return store.get(part, space, key);
              }};
  for (auto& job : jobs) {
    auto header = c.header;
    auto muts = c.muts.size(), change = c.change.size();
    auto links = c.links.size(), unlinks = c.unlinks.size();
    job.outcome = job.fn(draft);
    if (job.outcome) continue;
    c.header = std::move(header);
    c.muts.resize(muts);
    c.change.resize(change);
    c.links.resize(links);
    c.unlinks.resize(unlinks);
    written.forget();
  }
  return c.header != head->header || !c.muts.empty() || !c.change.empty() || !c.links.empty() ||
         !c.unlinks.empty();
}

void finish(Jobs& jobs, const Result<Seq>& result) {
  for (auto& job : jobs) {
    if (!job.done) continue;
    if (!job.outcome)
      job.done(std::unexpected(job.outcome.error()));
    else
      job.done(result);
  }
}

// What arrived meanwhile; where nothing did, the partition is at rest.
Jobs Combiner::Impl::next(PartId part) {
  Jobs jobs;
  std::lock_guard lock(mutex);
  auto it = waiting.find(part);
  auto& queue = it->second;
  for (; !queue.empty() && jobs.size() < kMaxJobs; queue.pop_front())
    jobs.push_back(std::move(queue.front()));
  if (jobs.empty()) {
    waiting.erase(it);
    if (waiting.empty()) idle.notify_all();
  }
  return jobs;
}

// Until a commit is under way or nothing is left.
void Combiner::Impl::run(PartId part, Jobs jobs, int tries) {
  while (!jobs.empty()) {
    Commit commit;
    if (form(part, jobs, commit)) return send(part, std::move(commit), std::move(jobs), tries);
    finish(jobs, commit.expect);
    jobs = next(part);
  }
}

void Combiner::Impl::send(PartId part, Commit commit, Jobs jobs, int tries) {
  auto held = std::make_shared<Jobs>(std::move(jobs));
  store.commit(part, std::move(commit), [this, part, held, tries](Result<Seq> result) {
    if (!result && result.error().id() == ErrorId::kStoreConflict && tries < kMaxTries)
      return run(part, std::move(*held), tries + 1);
    finish(*held, result);
    run(part, next(part), 1);
  });
}

Combiner::Combiner(Store& store) : impl_(std::make_unique<Impl>(store)) {}

Combiner::~Combiner() {
  std::unique_lock lock(impl_->mutex);
  impl_->idle.wait(lock, [&] { return impl_->waiting.empty(); });
}

void Combiner::update(PartId part, Fn fn, Done<Seq> done) {
  Job job{std::move(fn), std::move(done), {}};
  Jobs jobs;
  {
    std::lock_guard lock(impl_->mutex);
    auto [it, first] = impl_->waiting.try_emplace(part);
    if (!first) return it->second.push_back(std::move(job));
  }
  jobs.push_back(std::move(job));
  impl_->run(part, std::move(jobs), 1);
}

}  // namespace hato::store
