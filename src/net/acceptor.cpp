// SPDX-License-Identifier: Apache-2.0
#include "net/acceptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "catalogue/errors.h"
#include "net/connection.h"
#include "net/proxy.h"

namespace hato::net {
namespace asio = boost::asio;
namespace {

constexpr int kAcceptAtOnce = 64;
constexpr std::chrono::seconds kProxyTime{10}, kFirstTime{60}, kLogEvery{10};
constexpr std::chrono::milliseconds kPause{500};

UniqueFd spare_descriptor() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

void set_options(int fd) {
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

}  // namespace

Acceptor::Acceptor(Listener listener, Listening listening, Loops loops, Total& total)
    : listener_(std::move(listener)),
      listening_(std::move(listening)),
      loops_(loops),
      total_(total),
      per_address_(listener_.max_per_ip, listener_.limits_exempt),
      spare_(spare_descriptor()),
      readiness_(std::in_place, loops_[0]->context(), listening_.fd.get()) {}

Acceptor::~Acceptor() { close(); }

void Acceptor::close() {
  if (std::exchange(closed_, true)) return;
  readiness_->release();
  readiness_.reset();
  listening_.fd.reset();
  if (!listening_.inherited && !listening_.local.unix_path.empty())
    ::unlink(listening_.local.unix_path.c_str());
}

Task<void> Acceptor::run() {
  asio::steady_timer timer(loops_[0]->context());
  boost::system::error_code ec;
  auto token = asio::redirect_error(asio::use_awaitable, ec);
  while (!closed_) {
    auto next = Next::kAgain;
    for (int i = 0; i < kAcceptAtOnce && next == Next::kAgain; ++i) next = accept_one();
    if (next == Next::kPause) {
      timer.expires_after(kPause);
      co_await timer.async_wait(token);
    } else {
      co_await readiness_->async_wait(asio::posix::descriptor_base::wait_read, token);
    }
  }
}

Acceptor::Next Acceptor::accept_one() {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  UniqueFd fd(::accept4(listening_.fd.get(), reinterpret_cast<sockaddr*>(&address), &size,
                        SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd) {
    admit(std::move(fd), endpoint_of(address, listening_.local.unix_path));
    return Next::kAgain;
  }
  switch (errno) {
    case EAGAIN:
      return Next::kWait;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return no_descriptors();
    case EBADF:
    case EINVAL:
    case ENOTSOCK:
      log_rarely(Error(ErrorId::kAddressUnavailable,
                       {{"address", listening_.local.text()}, {"reason", std::strerror(errno)}}));
      return Next::kPause;
    default:  // the peer went away again, or its network did: accept(2)
      return Next::kAgain;
  }
}

// The spare descriptor lets one client at a time be told to come back.
Acceptor::Next Acceptor::no_descriptors() {
  Error error(ErrorId::kOutOfDescriptors, {{"reason", std::strerror(errno)}});
  log_rarely(error);
  if (!spare_) spare_ = spare_descriptor();
  if (!spare_) return Next::kPause;
  spare_.reset();
  UniqueFd fd(::accept4(listening_.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  bool told = bool(fd);
  if (told) refuse(fd.get(), error);
  fd.reset();
  spare_ = spare_descriptor();
  return told ? Next::kAgain : Next::kPause;
}

void Acceptor::log_rarely(const Error& error) {
  auto now = Clock::now();
  if (now - last_log_ < kLogEvery) return;
  last_log_ = now;
  log::error("net", catalogue::log_text(error), {{"listener", listener_.name}});
}

void Acceptor::refuse(int fd, const Error& error) const {
  if (listener_.tls || !listener_.refusal) return;
  auto text = listener_.refusal(error);
  (void)::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(fd, SHUT_WR);
}

bool Acceptor::is_proxy(const Endpoint& peer) const {
  for (auto& c : listener_.proxy_from)
    if (peer.unix_path.empty() && c.contains(peer.ip)) return true;
  return false;
}

void Acceptor::admit(UniqueFd fd, Endpoint peer) {
  Admitted in{std::move(fd), std::move(peer), total_.take(), {}};
  if (!in.total) return refuse(in.fd.get(), Error(ErrorId::kServerFull));
  if (!is_proxy(in.peer)) {  // a proxy's clients are counted once they are known
    in.address = per_address_.take(in.peer);
    if (!in.address)
      return refuse(in.fd.get(), Error(ErrorId::kTooManyConnections, {{"ip", in.peer.ip.text()}}));
  }
  auto& loop = *loops_[next_++ % loops_.size()];
  loop.post([this, &loop, in = std::move(in)]() mutable { loop.start(serve(std::move(in))); });
}

Task<void> Acceptor::serve(Admitted in) {
  set_options(in.fd.get());
  bool is_unix = !listening_.local.unix_path.empty();
  auto local = is_unix ? listening_.local : local_endpoint(in.fd.get());
  Connection connection(std::move(in.fd), std::move(local), in.peer);
  bool ready = co_await prepare(connection, in.address);
  if (ready) co_await listener_.session(connection);
  co_await connection.close();
}

// What precedes a session: the PROXY header, then TLS.
Task<bool> Acceptor::prepare(Connection& connection, Ticket& address) {
  if (!address) {
    auto read = co_await read_proxy(connection);
    if (!read) co_return false;
    address = per_address_.take(connection.peer());
    if (!address) {
      Error error(ErrorId::kTooManyConnections, {{"ip", connection.peer().ip.text()}});
      if (!listener_.tls && listener_.refusal) connection.write(listener_.refusal(error));
      co_return false;
    }
  }
  if (!listener_.tls) co_return true;
  auto secured = co_await connection.implicit_tls(listener_.tls);
  if (!secured && secured.error().id() == ErrorId::kTlsFailed)
    log::info("net", catalogue::log_text(secured.error()),
              {{"listener", listener_.name},
               {"peer", connection.peer().text()},
               {"reason", std::string(secured.error().detail("reason"))}});
  co_return secured.has_value();
}

Task<Result<>> Acceptor::read_proxy(Connection& connection) {
  connection.set_timeout(kProxyTime);
  for (;;) {
    auto header = parse_proxy(connection.input());
    if (header.state == ProxyHeader::kBad) {
      Error error(ErrorId::kProxyHeader, {{"ip", connection.peer().ip.text()}});
      log_rarely(error);
      co_return std::unexpected(std::move(error));
    }
    if (header.state == ProxyHeader::kDone) {
      connection.consume(header.size);
      if (header.client) connection.set_peer(*header.client);
      if (header.server) connection.set_local(*header.server);
      connection.set_timeout(kFirstTime);
      co_return Result<>{};
    }
    auto more = co_await connection.fill(kMaxProxyHeader);
    if (!more) co_return more;
  }
}

}  // namespace hato::net
