// SPDX-License-Identifier: Apache-2.0
#include "net/runtime.h"

#include <sys/eventfd.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <optional>
#include <thread>

#include "base/log.h"
#include "net/acceptor.h"
#include "net/listen.h"
#include "net/loop.h"
#include "net/systemd.h"

namespace hato::net {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kReservedFiles = 256;  // for the store and everything that is no connection

unsigned thread_count(unsigned wanted) {
  return wanted ? wanted : std::max(1u, std::thread::hardware_concurrency());
}

// Raises the limit of open files as far as is allowed; how many connections that leaves.
std::size_t raise_file_limit(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max == RLIM_INFINITY) return wanted;
  auto files = std::size_t(limit.rlim_max);
  auto room = files > 2 * kReservedFiles ? files - kReservedFiles : files / 2;
  if (room < wanted / 2)
    log::warning("net", "the limit of open files allows fewer connections than configured",
                 {{"files", std::to_string(files)}, {"connections", std::to_string(room)}});
  return std::min(room, wanted);
}

}  // namespace

struct Runtime::Impl {
  explicit Impl(const RuntimeOptions& options)
      : total(raise_file_limit(options.max_connections)),
        workers(options.workers ? options.workers
                                : std::max(4u, 2 * thread_count(options.threads))),
        stop_event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    HATO_ASSERT(stop_event);
    for (unsigned i = 0; i < thread_count(options.threads); ++i)
      loops.push_back(std::make_unique<Loop>(workers));
  }

  void begin_stop(std::chrono::milliseconds grace) {
    for (auto& acceptor : acceptors) acceptor->close();
    for (auto& loop : loops) loop->post([l = loop.get(), grace] { l->begin_stop(grace); });
  }

  Total total;
  Workers workers;
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::unique_ptr<Acceptor>> acceptors;
  UniqueFd stop_event;
};

Runtime::Runtime(RuntimeOptions options) : impl_(std::make_unique<Impl>(options)) {}

Runtime::~Runtime() {
  for (auto& acceptor : impl_->acceptors) acceptor->close();
  impl_->workers.stop();
  for (auto& loop : impl_->loops) loop->close();
}

Result<Endpoint> Runtime::listen(Listener listener) {
  std::vector<Listening> sockets;
  for (auto& fd : take_systemd_sockets(listener.name)) {
    auto local = local_endpoint(fd.get());
    sockets.push_back({std::move(fd), std::move(local), true});
  }
  if (sockets.empty()) {
    auto opened = open_listener(listener);
    if (!opened) return std::unexpected(opened.error());
    sockets.push_back(std::move(*opened));
  }
  auto where = sockets[0].local;
  for (auto& s : sockets)
    impl_->acceptors.push_back(
        std::make_unique<Acceptor>(listener, std::move(s), impl_->loops, impl_->total));
  return where;
}

void Runtime::run(std::chrono::seconds grace) {
  auto& loops = impl_->loops;
  std::optional<asio::posix::stream_descriptor> stop(std::in_place, loops[0]->context(),
                                                     impl_->stop_event.get());
  stop->async_wait(asio::posix::descriptor_base::wait_read,
                   [this, grace](boost::system::error_code) { impl_->begin_stop(grace); });
  for (auto& acceptor : impl_->acceptors)
    asio::co_spawn(loops[0]->context(), acceptor->run(), asio::detached);
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < loops.size(); ++i)
    threads.emplace_back([&loop = *loops[i]] { loop.run(); });
  loops[0]->run();
  for (auto& thread : threads) thread.join();
  stop->release();
  stop.reset();  // before its context
  // Sessions that did not end in time are destroyed here, while what they use is still there.
  impl_->workers.stop();
  for (auto& loop : loops) loop->close();
}

void Runtime::stop() {
  std::uint64_t one = 1;
  (void)!::write(impl_->stop_event.get(), &one, sizeof one);
}

std::size_t Runtime::connections() const { return impl_->total.count(); }

Task<void> run_blocking(std::function<void()> work) {
  auto point = std::make_shared<WaitPoint>();
  // The frame keeps `work`: workers are stopped before any waiting frame is destroyed.
  Loop::current().workers().submit([&work, point] {
    work();
    point->complete();
  });
  co_await point->wait();
}

}  // namespace hato::net
