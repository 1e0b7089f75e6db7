// SPDX-License-Identifier: Apache-2.0
// The Stream over a non-blocking descriptor of its loop's thread. Reads and writes are tried
// first; Asio only tells when trying again makes sense, and the loop's wheel when to give up.
#pragma once
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "net/loop.h"
#include "net/raw_socket.h"
#include "net/stream.h"
#include "net/tls_session.h"

namespace hato::net {

class Connection final : public Stream, private Deadline, private Interruptible {
 public:
  // `fd` is non-blocking; of the calling loop.
  Connection(UniqueFd fd, Endpoint local, Endpoint peer);
  ~Connection() override;

  std::string_view input() const override { return std::string_view(in_).substr(in_pos_); }
  void consume(std::size_t n) override;
  Task<Result<>> fill(std::size_t limit) override;

  void write(std::string_view bytes) override;
  std::size_t pending() const override { return plain_.size() + raw_.queued(); }
  Task<Result<>> flush() override;

  Task<Result<>> start_tls(const std::shared_ptr<const TlsServer>& server) override;
  // TLS from the first byte: what came behind a PROXY header belongs to the handshake.
  Task<Result<>> implicit_tls(const std::shared_ptr<const TlsServer>& server);
  Task<Result<>> start_tls(const std::shared_ptr<const TlsClient>& client,
                           const TlsPeer& peer) override;
  // Of a descriptor whose connect(2) is under way: waits for its end; 0 or the errno.
  Task<Result<int>> connected(std::chrono::milliseconds time);
  const TlsInfo* tls() const override {
    bool shown = tls_ready_ || (tls_ && !tls_->info().certificate.subject.empty());
    return shown ? &tls_->info() : nullptr;
  }

  void set_timeout(std::chrono::seconds timeout) override { timeout_ = timeout; }
  Task<Result<>> pause(std::chrono::milliseconds time) override;
  Task<void> close() override;

  const Endpoint& local() const override { return local_; }
  const Endpoint& peer() const override { return peer_; }
  void set_peer(Endpoint client) override { peer_ = std::move(client); }
  void set_local(Endpoint server) { local_ = std::move(server); }

 private:
  enum class For { kInput, kOutput };
  enum class Wake { kReady, kTimeout, kStopping };

  void expired() override { wake(Wake::kTimeout); }
  void stopping() override;
  void kill() override;
  void wake(Wake why);
  Task<Result<>> wait(For what, Clock::time_point deadline);
  Io read_some(std::size_t limit);
  Task<Result<>> send_all(Clock::time_point deadline);
  Task<Result<>> handshake(std::unique_ptr<TlsSession> session, bool starttls);
  Task<void> linger();
  Error error_of(Io io) const;
  Error timed_out() const;

  Loop& loop_;
  RawSocket raw_;
  boost::asio::posix::stream_descriptor readiness_;
  std::unique_ptr<TlsSession> tls_;
  boost::asio::steady_timer* pausing_ = nullptr;
  std::string in_, plain_;  // plain_: what TLS has yet to encrypt
  std::size_t in_pos_ = 0;
  std::chrono::milliseconds timeout_{60'000};
  Clock::time_point waiting_since_{};  // for the line that is coming in
  Wake wake_ = Wake::kReady;
  bool waiting_ = false, stop_ends_wait_ = false, consumed_ = true;
  bool tls_ready_ = false, killed_ = false, closed_ = false;
  Endpoint local_, peer_;
};

}  // namespace hato::net
