// SPDX-License-Identifier: Apache-2.0
// libunbound behind Resolver: it resolves on a thread of its own; ours hands its answers over and
// ends what takes too long.
#include "net/dns.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unbound.h>

#include <map>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "net/fd.h"
#include "net/waiter.h"

namespace hato::net {
namespace {

constexpr const char* kRootKey = "/usr/share/dns/root.key";
constexpr std::chrono::milliseconds kTick{100};  // how late a timeout may be
constexpr int kInternet = 1, kServfail = 2, kNxdomain = 3;

using Clock = std::chrono::steady_clock;
using Answer = Result<DnsAnswer>;

Error dns_error(ErrorId id, const std::string& name, std::uint16_t type, std::string reason) {
  return Error(
      id,
      {{"name", name}, {"type", std::string(dns_type_name(type))}, {"reason", std::move(reason)}});
}

Answer answer_of(const ub_result& r, const std::string& name, std::uint16_t type) {
  if (r.bogus)
    return std::unexpected(
        dns_error(ErrorId::kDnsBogus, name, type, r.why_bogus ? r.why_bogus : ""));
  if (r.rcode != 0 && r.rcode != kNxdomain)
    return std::unexpected(
        dns_error(ErrorId::kDnsFailed, name, type,
                  r.rcode == kServfail ? "SERVFAIL" : "rcode " + std::to_string(r.rcode)));
  DnsAnswer out{.name = name, .type = type, .exists = r.nxdomain == 0, .secure = r.secure != 0};
  if (r.canonname) out.canonical = to_lower(r.canonname);
  if (out.canonical.ends_with('.')) out.canonical.pop_back();
  out.ttl = std::chrono::seconds(r.ttl);
  if (r.havedata)
    for (int i = 0; r.data[i]; ++i) out.data.emplace_back(r.data[i], std::size_t(r.len[i]));
  return out;
}

class Unbound final : public Resolver {
 public:
  explicit Unbound(ResolverOptions options) : options_(std::move(options)) {}
  ~Unbound() override;
  Result<> start();
  Task<Answer> query(std::string name, std::uint16_t type) override;

 private:
  // One question; libunbound holds its address until it calls back.
  struct Question {
    Unbound* self;
    std::string name;
    std::uint16_t type;
    Clock::time_point deadline;
    std::function<void(Answer)> done;  // empty once the time was up
  };

  Result<> configure(int code, const std::string& what);
  void ask(std::unique_ptr<Question> question);
  void run();
  void expire(Clock::time_point now);
  static void on_answer(void* question, int code, ub_result* result);

  const ResolverOptions options_;
  ub_ctx* context_ = ub_ctx_create();
  UniqueFd stop_{::eventfd(0, EFD_CLOEXEC)};
  std::mutex mutex_;
  std::map<Question*, std::unique_ptr<Question>> open_;
  std::thread thread_;
};

Result<> Unbound::configure(int code, const std::string& what) {
  if (code == 0) return {};
  return fail(ErrorId::kResolverUnusable, {{"server", what}, {"reason", ub_strerror(code)}});
}

Result<> Unbound::start() {
  HATO_ASSERT(context_ && stop_);
  for (auto& server : options_.forward)
    HATO_CHECK(configure(ub_ctx_set_fwd(context_, server.c_str()), server));
  // Servers that were named are asked everything, a resolver on this machine and zones that
  // libunbound answers by itself (RFC 6303, RFC 6761) included.
  constexpr std::pair<const char*, const char*> kAskAll[] = {{"do-not-query-localhost:", "no"},
                                                             {"unblock-lan-zones:", "yes"},
                                                             {"local-zone:", "test. transparent"}};
  for (auto [option, value] : kAskAll)
    if (!options_.forward.empty())
      HATO_CHECK(configure(ub_ctx_set_option(context_, option, value), option));
  if (options_.forward.empty()) ub_ctx_resolvconf(context_, nullptr);  // none: the root servers
  ub_ctx_hosts(context_, nullptr);
  for (auto& anchor : options_.anchors)
    HATO_CHECK(configure(ub_ctx_add_ta(context_, anchor.c_str()), anchor));
  if (options_.anchors.empty())
    HATO_CHECK(configure(ub_ctx_add_ta_file(context_, kRootKey), kRootKey));
  HATO_CHECK(configure(ub_ctx_async(context_, 1), "thread"));
  thread_ = std::thread([this] { run(); });
  return {};
}

Unbound::~Unbound() {
  if (thread_.joinable()) {
    ::eventfd_write(stop_.get(), 1);
    thread_.join();
  }
  ub_ctx_delete(context_);  // no callback comes after this
  for (auto& [address, question] : open_)
    if (question->done) question->done(fail(ErrorId::kServerStopping));
}

Task<Answer> Unbound::query(std::string name, std::uint16_t type) {
  net::Waiter<Answer> waiter;
  auto deadline = Clock::now() + options_.timeout;
  ask(std::make_unique<Question>(Question{this, std::move(name), type, deadline, waiter.done()}));
  auto answer = co_await waiter.wait();
  co_return answer;
}

void Unbound::ask(std::unique_ptr<Question> question) {
  auto* q = question.get();
  std::unique_lock lock(mutex_);
  open_.emplace(q, std::move(question));
  lock.unlock();  // it may call back before it returns
  if (auto code =
          ub_resolve_async(context_, q->name.c_str(), q->type, kInternet, q, on_answer, nullptr))
    on_answer(q, code, nullptr);
}

void Unbound::on_answer(void* address, int code, ub_result* result) {
  auto* q = static_cast<Question*>(address);
  std::unique_lock lock(q->self->mutex_);
  auto node = q->self->open_.extract(q);
  lock.unlock();
  if (q->done)
    q->done(result ? answer_of(*result, q->name, q->type)
                   : std::unexpected(
                         dns_error(ErrorId::kDnsFailed, q->name, q->type, ub_strerror(code))));
  ub_resolve_free(result);
}

void Unbound::run() {
  pollfd fds[] = {{ub_fd(context_), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  for (;;) {
    ::poll(fds, 2, int(kTick.count()));
    if (fds[1].revents) return;
    if (fds[0].revents) ub_process(context_);
    expire(Clock::now());
  }
}

void Unbound::expire(Clock::time_point now) {
  std::vector<std::pair<std::function<void(Answer)>, Error>> late;
  {
    std::lock_guard lock(mutex_);
    for (auto& [address, q] : open_)
      if (q->done && q->deadline <= now)
        late.emplace_back(std::exchange(q->done, {}),
                          dns_error(ErrorId::kDnsTimeout, q->name, q->type, "no answer"));
  }
  for (auto& [done, error] : late) done(std::unexpected(std::move(error)));
}

}  // namespace

Result<std::unique_ptr<Resolver>> open_resolver(ResolverOptions options) {
  auto resolver = std::make_unique<Unbound>(std::move(options));
  HATO_CHECK(resolver->start());
  return std::unique_ptr<Resolver>(std::move(resolver));
}

}  // namespace hato::net
