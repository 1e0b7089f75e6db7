// SPDX-License-Identifier: Apache-2.0
#include "net/connection.h"

#include <sys/socket.h>
#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/tls.h"

namespace hato::net {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kEncryptAtOnce = 64 * 1024;
constexpr std::size_t kLingerBytes = 4 << 20;
constexpr std::chrono::seconds kHandshakeTime{30}, kCloseTime{5}, kLingerTime{2};
constexpr std::chrono::milliseconds kPauseStep{250};

}  // namespace

Connection::Connection(UniqueFd fd, Endpoint local, Endpoint peer)
    : loop_(Loop::current()),
      raw_(std::move(fd)),
      readiness_(loop_.context(), raw_.fd()),
      local_(std::move(local)),
      peer_(std::move(peer)) {
  loop_.add(*this);
}

Connection::~Connection() {
  if (readiness_.is_open()) readiness_.release();  // raw_ closes it
}

void Connection::wake(Wake why) {
  if (waiting_ && wake_ == Wake::kReady) {
    wake_ = why;
    readiness_.cancel();
  }
  if (pausing_) pausing_->cancel();
}

void Connection::stopping() {
  if (pausing_ || stop_ends_wait_) wake(Wake::kStopping);
}

void Connection::kill() {
  killed_ = true;
  ::shutdown(raw_.fd(), SHUT_RDWR);
  wake(Wake::kStopping);
}

Error Connection::error_of(Io io) const {
  if (killed_) return Error(ErrorId::kServerStopping);
  auto id = io == Io::kEnd ? ErrorId::kNetClosed : ErrorId::kNetReset;
  return Error(id, {{"ip", peer_.ip.text()}});
}

Error Connection::timed_out() const {
  return Error(ErrorId::kNetTimeout, {{"ip", peer_.ip.text()}});
}

Task<Result<>> Connection::wait(For what, Clock::time_point deadline) {
  if (killed_ || closed_) co_return fail(ErrorId::kServerStopping);
  stop_ends_wait_ = what == For::kInput;
  if (stop_ends_wait_ && loop_.stopping()) co_return fail(ErrorId::kServerStopping);
  if (Clock::now() >= deadline) co_return std::unexpected(timed_out());
  loop_.arm(*this, deadline);
  wake_ = Wake::kReady;
  waiting_ = true;
  boost::system::error_code ec;
  auto token = asio::redirect_error(asio::use_awaitable, ec);
  auto type = what == For::kInput ? asio::posix::descriptor_base::wait_read
                                  : asio::posix::descriptor_base::wait_write;
  co_await readiness_.async_wait(type, token);
  waiting_ = stop_ends_wait_ = false;
  Wheel::disarm(*this);
  if (what == For::kInput) raw_.maybe_readable();
  if (!ec) co_return Result<>{};
  if (wake_ == Wake::kTimeout) co_return std::unexpected(timed_out());
  if (wake_ == Wake::kStopping) co_return fail(ErrorId::kServerStopping);
  co_return std::unexpected(error_of(Io::kBroken));
}

void Connection::consume(std::size_t n) {
  HATO_ASSERT(n <= in_.size() - in_pos_);
  in_pos_ += n;
  consumed_ = consumed_ || n > 0;
  if (in_pos_ < in_.size()) return;
  in_.clear();
  in_pos_ = 0;
}

Io Connection::read_some(std::size_t limit) {
  auto room = std::min(limit, Loop::kScratch);
  std::size_t n = 0;
  auto io = tls_ ? tls_->read(loop_.scratch(), room, n) : raw_.receive(loop_.scratch(), room, n);
  if (in_pos_ > 0 && n > 0) in_.erase(0, std::exchange(in_pos_, 0));
  in_.append(loop_.scratch(), n);
  return io;
}

Task<Result<>> Connection::fill(std::size_t limit) {
  auto had = input().size();
  if (had >= limit) co_return fail(ErrorId::kNetOverflow);
  // A line that trickles in is no progress: its time runs from when the one before was taken.
  if (std::exchange(consumed_, false)) waiting_since_ = Clock::now();
  for (;;) {
    auto io = read_some(limit - had);
    if (tls_ && raw_.queued() > 0) raw_.send_queued();  // alerts and key updates
    if (io == Io::kOk) co_return Result<>{};
    if (io != Io::kBlocked) co_return std::unexpected(error_of(io));
    if (in_.empty()) in_ = {};
    if (plain_.empty()) plain_ = {};
    raw_.release_buffers();
    auto ready = co_await wait(For::kInput, waiting_since_ + timeout_);
    if (!ready) co_return ready;
  }
}

void Connection::write(std::string_view bytes) {
  if (tls_ready_)
    plain_ += bytes;
  else
    raw_.queue(bytes);
}

Task<Result<>> Connection::flush() {
  if (pending() == 0) co_return Result<>{};
  auto sent = co_await send_all(Clock::time_point::max());
  co_return sent;
}

// Until everything is out, or nothing moves for the timeout, or `deadline`.
Task<Result<>> Connection::send_all(Clock::time_point deadline) {
  std::size_t encrypted = 0;
  for (;;) {
    if (encrypted < plain_.size() && raw_.queued() == 0) {
      auto part = std::string_view(plain_).substr(encrypted, kEncryptAtOnce);
      if (tls_->write(part) != Io::kOk) co_return std::unexpected(error_of(Io::kBroken));
      encrypted += part.size();
    }
    auto io = raw_.send_queued();
    if (io == Io::kBroken) co_return std::unexpected(error_of(io));
    if (io == Io::kOk && encrypted == plain_.size()) break;
    if (io == Io::kOk) continue;
    auto until = std::min(deadline, Clock::now() + timeout_);
    auto ready = co_await wait(For::kOutput, until);
    if (!ready) co_return ready;
  }
  plain_.clear();
  co_return Result<>{};
}

Task<Result<>> Connection::start_tls(const std::shared_ptr<const TlsServer>& server) {
  // RFC 3207 4.2, 6: nothing said in plaintext may count after the handshake
  if (!input().empty()) {
    consume(input().size());
    co_return fail(ErrorId::kStarttlsInjection);
  }
  auto session = std::make_unique<TlsSession>(server, raw_);
  auto result = co_await handshake(std::move(session), true);
  co_return result;
}

Task<Result<>> Connection::start_tls(const std::shared_ptr<const TlsClient>& client,
                                     const TlsPeer& peer) {
  // A reply that came before the handshake may be forged as well (CVE-2011-0411's other half).
  if (!input().empty()) {
    consume(input().size());
    co_return fail(ErrorId::kStarttlsInjection);
  }
  auto session = std::make_unique<TlsSession>(client, peer, raw_);
  auto result = co_await handshake(std::move(session), false);
  co_return result;
}

Task<Result<int>> Connection::connected(std::chrono::milliseconds time) {
  auto deadline = Clock::now() + time;
  auto ready = co_await wait(For::kOutput, deadline);
  if (!ready && (killed_ || ready.error().id() == ErrorId::kNetTimeout))
    co_return std::unexpected(ready.error());
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(raw_.fd(), SOL_SOCKET, SO_ERROR, &problem, &size);
  co_return problem;
}

Task<Result<>> Connection::implicit_tls(const std::shared_ptr<const TlsServer>& server) {
  raw_.unread(std::string(input()));
  consume(input().size());
  auto session = std::make_unique<TlsSession>(server, raw_);
  auto result = co_await handshake(std::move(session), false);
  co_return result;
}

Task<Result<>> Connection::handshake(std::unique_ptr<TlsSession> session, bool starttls) {
  HATO_ASSERT(!tls_);
  auto deadline = Clock::now() + std::min<std::chrono::milliseconds>(timeout_, kHandshakeTime);
  auto sent = co_await send_all(deadline);
  if (!sent) co_return sent;
  tls_ = std::move(session);
  for (;;) {
    auto io = tls_->handshake();
    if (io == Io::kBroken && tls_->began_in_plaintext() && starttls)
      co_return fail(ErrorId::kStarttlsInjection);
    auto out = co_await send_all(deadline);
    if (io == Io::kBroken && !tls_->reason().empty())
      co_return fail(ErrorId::kTlsFailed, {{"reason", tls_->reason()}});
    if (io == Io::kEnd || io == Io::kBroken) co_return std::unexpected(error_of(io));
    if (!out) co_return out;
    if (io == Io::kOk) break;
    auto ready = co_await wait(For::kInput, deadline);
    if (!ready) co_return ready;
  }
  tls_ready_ = consumed_ = true;
  co_return Result<>{};
}

// Looks now and then whether the peer is still there: rare, so a step costs nothing that counts.
Task<Result<>> Connection::pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(loop_.context());
  for (auto end = Clock::now() + time; Clock::now() < end;) {
    auto io = raw_.peek();
    if (io == Io::kEnd || io == Io::kBroken) co_return std::unexpected(error_of(io));
    if (loop_.stopping()) co_return fail(ErrorId::kServerStopping);
    timer.expires_at(std::min<Clock::time_point>(end, Clock::now() + kPauseStep));
    boost::system::error_code ec;
    auto token = asio::redirect_error(asio::use_awaitable, ec);
    pausing_ = &timer;
    co_await timer.async_wait(token);
    pausing_ = nullptr;
  }
  co_return Result<>{};
}

Task<void> Connection::close() {
  if (closed_) co_return;
  timeout_ = kCloseTime;
  auto deadline = Clock::now() + kCloseTime;
  auto sent = co_await send_all(deadline);
  if (sent && tls_ready_) {
    tls_->shut_down();
    raw_.send_queued();
  }
  if (sent && !killed_) co_await linger();
  closed_ = true;
  plain_ = in_ = {};
  in_pos_ = 0;
  if (readiness_.is_open()) readiness_.release();
  ::shutdown(raw_.fd(), SHUT_RDWR);
}

// Closing with input unread makes the kernel reset the connection, and the peer may lose the
// reply that says why: so what still comes is read and dropped, for a while.
Task<void> Connection::linger() {
  ::shutdown(raw_.fd(), SHUT_WR);
  auto deadline = Clock::now() + kLingerTime;
  for (std::size_t dropped = 0; dropped < kLingerBytes && Clock::now() < deadline;) {
    std::size_t n = 0;
    raw_.maybe_readable();
    auto io = raw_.receive(loop_.scratch(), Loop::kScratch, n);
    dropped += n;
    if (io == Io::kOk) continue;
    if (io != Io::kBlocked || dropped == 0) co_return;
    auto ready = co_await wait(For::kInput, deadline);
    if (!ready) co_return;
  }
}

}  // namespace hato::net
