// SPDX-License-Identifier: Apache-2.0
// Threads, listeners and the worker pool. One io_context a thread; a connection lives on one of
// them, chosen round robin. The only other way between threads is Waiter and run_blocking.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/stream.h"

namespace hato::net {

class TlsServer;

struct Listener {
  std::string name;        // "smtp", "submission", ...: also the name of systemd's socket
  std::string address;     // "0.0.0.0", "::1", or the path of a unix socket
  std::uint16_t port = 0;  // 0 with a path
  std::shared_ptr<const TlsServer> tls;  // implicit TLS where set: the handshake precedes the session
  std::vector<Cidr> proxy_from;          // peers that must open with a PROXY v1 or v2 header
  std::size_t max_per_ip = 100;          // connections at once from one address, 0 without limit
  std::vector<Cidr> limits_exempt;       // addresses that max_per_ip leaves out
  // Refusals before a session exists (too many connections): bytes to send, e.g. "421 ...\r\n".
  std::function<std::string(const Error&)> refusal;
  // Runs the session to its end; the stream is closed after it returns.
  std::function<Task<void>(Stream&)> session;
};

struct RuntimeOptions {
  unsigned threads = 0;  // 0: one a core
  unsigned workers = 0;  // 0: twice the threads, at least 4
  std::size_t max_connections = 20'000;
};

class Runtime {
 public:
  explicit Runtime(RuntimeOptions options);
  ~Runtime();
  // Binds and listens; takes over systemd's socket of that name where LISTEN_FDS has one.
  // Errors: port-in-use, port-forbidden, address-unavailable (each names address and port).
  Result<> listen(Listener listener);
  // Runs until stop(); returns when every session has ended or `grace` is over.
  void run(std::chrono::seconds grace = std::chrono::seconds(10));
  void stop();  // any thread, and async-signal-safe by way of a pipe
  std::size_t connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Runs `work` on the worker pool of the runtime and resumes the caller on its own thread. Waits
// for a free worker; at most `workers` run at once.
Task<void> run_blocking(std::function<void()> work);

// One answer that another thread gives to a coroutine. wait() on the session's thread; done()
// on any thread, once, before or after wait(); a Waiter may outlive the session that made it.
//   Waiter<Result<Seq>> w;  store.commit(part, std::move(c), w.done());  auto r = co_await w.wait();
template <class T>
class Waiter;

}  // namespace hato::net
