// SPDX-License-Identifier: Apache-2.0
#include "net/client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "net/connection.h"
#include "net/listen.h"

namespace hato::net {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress address_of(const Ip& ip, std::uint16_t port) {
  SocketAddress out;
  if (ip.is_v4()) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    std::memcpy(&a.sin_addr, ip.bytes.data() + 12, 4);
    std::memcpy(&out.storage, &a, out.size = sizeof a);
  } else {
    sockaddr_in6 a{};
    a.sin6_family = AF_INET6;
    a.sin6_port = htons(port);
    std::memcpy(&a.sin6_addr, ip.bytes.data(), 16);
    std::memcpy(&out.storage, &a, out.size = sizeof a);
  }
  return out;
}

SocketAddress address_of(const Endpoint& to) {
  if (to.unix_path.empty()) return address_of(to.ip, to.port);
  SocketAddress out;
  sockaddr_un a{};
  a.sun_family = AF_UNIX;
  to.unix_path.copy(a.sun_path, sizeof a.sun_path - 1);
  std::memcpy(&out.storage, &a, out.size = sizeof a);
  return out;
}

Error connect_error(const Endpoint& to, int code) {
  auto id = ErrorId::kConnectFailed;
  switch (code) {
    case ECONNREFUSED:
    case ENOENT:  // of a unix socket
      id = ErrorId::kConnectRefused;
      break;
    case ETIMEDOUT:
      id = ErrorId::kConnectTimeout;
      break;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EACCES:
    case EPERM:
      id = ErrorId::kConnectUnreachable;
      break;
    default:
      break;
  }
  return Error(id, {{"address", to.text()}, {"reason", std::strerror(code)}});
}

}  // namespace

Task<Result<std::unique_ptr<Stream>>> connect(ConnectOptions options) {
  const auto& to = options.to;
  auto address = address_of(to);
  UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) co_return std::unexpected(connect_error(to, errno));
  int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (options.from) {
    auto from = address_of(*options.from, 0);
    if (::bind(fd.get(), from.get(), from.size) != 0)
      co_return std::unexpected(connect_error(to, errno));
  }
  int code = ::connect(fd.get(), address.get(), address.size) == 0 ? 0 : errno;
  bool waits = code == EINPROGRESS || code == EAGAIN;
  if (code != 0 && !waits) co_return std::unexpected(connect_error(to, code));
  auto raw = fd.get();
  auto connection = std::make_unique<Connection>(std::move(fd), Endpoint{}, to);
  if (waits) {
    auto ended = co_await connection->connected(options.timeout);
    if (!ended && ended.error().id() == ErrorId::kServerStopping)
      co_return std::unexpected(ended.error());
    code = ended ? *ended : ETIMEDOUT;
    if (code != 0) co_return std::unexpected(connect_error(to, code));
  }
  if (to.unix_path.empty()) connection->set_local(local_endpoint(raw));
  co_return std::unique_ptr<Stream>(std::move(connection));
}

}  // namespace hato::net
