// SPDX-License-Identifier: Apache-2.0
// Threads, listeners and the worker pool. One io_context a thread; a connection lives on one of
// them, chosen round robin. The only other way between threads is Waiter and run_blocking.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/stream.h"
#include "net/waiter.h"

namespace hato::net {

class TlsServer;

struct Listener {
  std::string name;           // "smtp", "submission", ...: also the name of systemd's socket
  std::string address;        // "0.0.0.0", "::1", or the path of a unix socket
  std::uint16_t port = 0;     // 0 with a path; else 0 lets the system choose
  unsigned unix_mode = 0660;  // of the socket file
  std::shared_ptr<const TlsServer>
      tls;                       // implicit TLS where set: the handshake precedes the session
  std::vector<Cidr> proxy_from;  // peers that must open with a PROXY v1 or v2 header
  // Connections at once from one address (of IPv6: one /64), 0 without limit.
  std::size_t max_per_ip = 100;
  std::vector<Cidr> limits_exempt;  // addresses that max_per_ip leaves out
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
  // Binds and listens; takes over systemd's sockets of that name where LISTEN_FDS has some.
  // Before run(). The address that was bound, with the port where the system chose it.
  // Errors: port-in-use, port-forbidden, address-unavailable (each names address and port).
  Result<Endpoint> listen(Listener listener);
  // Runs until stop(); returns when every session has ended or `grace` is over. Once.
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

}  // namespace hato::net
