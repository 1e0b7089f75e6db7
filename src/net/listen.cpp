// SPDX-License-Identifier: Apache-2.0
#include "net/listen.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "net/runtime.h"

namespace hato::net {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::unexpected<Error> refused(const Endpoint& where, int error) {
  auto id = error == EADDRINUSE                 ? ErrorId::kPortInUse
            : error == EACCES || error == EPERM ? ErrorId::kPortForbidden
                                                : ErrorId::kAddressUnavailable;
  return fail(id, {{"address", where.text()}, {"reason", std::strerror(error)}});
}

Address tcp_address(const Ip& ip, std::uint16_t port) {
  Address out;
  if (ip.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(out.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, ip.bytes.data() + 12, 4);
    out.size = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(out.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, ip.bytes.data(), 16);
    out.size = sizeof v6;
  }
  return out;
}

Result<Address> unix_address(const Endpoint& where) {
  Address out;
  auto& un = reinterpret_cast<sockaddr_un&>(out.storage);
  un.sun_family = AF_UNIX;
  if (where.unix_path.size() >= sizeof un.sun_path) return refused(where, ENAMETOOLONG);
  where.unix_path.copy(un.sun_path, sizeof un.sun_path - 1);
  out.size = sizeof un;
  return out;
}

// A socket file that nobody listens on is left over from a crash.
void remove_stale(Address& address, const std::string& path) {
  struct stat st{};
  if (::lstat(path.c_str(), &st) != 0 || !S_ISSOCK(st.st_mode)) return;
  UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (::connect(probe.get(), address.get(), address.size) != 0 && errno == ECONNREFUSED)
    ::unlink(path.c_str());
}

Result<Address> resolve(const Listener& listener, const Endpoint& where) {
  if (!where.unix_path.empty()) return unix_address(where);
  return tcp_address(where.ip, listener.port);
}

Result<Endpoint> wanted(const Listener& listener) {
  Endpoint where;
  if (listener.address.contains('/')) {
    where.unix_path = listener.address;
    return where;
  }
  auto ip = Ip::parse(listener.address);
  if (!ip)
    return fail(
        ErrorId::kAddressUnavailable,
        {{"address", listener.address}, {"reason", "it is neither an IP address nor a path"}});
  where.ip = *ip;
  where.port = listener.port;
  return where;
}

}  // namespace

Result<Listening> open_listener(const Listener& listener) {
  HATO_TRY(where, wanted(listener));
  HATO_TRY(address, resolve(listener, where));
  bool is_unix = !where.unix_path.empty();
  auto family = address.storage.ss_family;
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return refused(where, errno);
  int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (is_unix) remove_stale(address, where.unix_path);
  if (::bind(fd.get(), address.get(), address.size) != 0) return refused(where, errno);
  // Nobody can connect before listen(), so the mode is never too wide for a moment.
  if (is_unix && ::chmod(where.unix_path.c_str(), listener.unix_mode) != 0)
    return refused(where, errno);
  if (::listen(fd.get(), SOMAXCONN) != 0) return refused(where, errno);
  if (!is_unix) where = local_endpoint(fd.get());
  return Listening{std::move(fd), std::move(where), false};
}

Endpoint endpoint_of(const sockaddr_storage& address, const std::string& unix_path) {
  Endpoint out;
  if (address.ss_family == AF_INET) {
    auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    out.ip = *Ip::parse("0.0.0.0");
    std::memcpy(out.ip.bytes.data() + 12, &v4.sin_addr, 4);
    out.port = ntohs(v4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    std::memcpy(out.ip.bytes.data(), &v6.sin6_addr, 16);
    out.port = ntohs(v6.sin6_port);
  } else {
    out.unix_path = unix_path;
  }
  return out;
}

Endpoint local_endpoint(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  auto& un = reinterpret_cast<const sockaddr_un&>(address);
  bool named = address.ss_family == AF_UNIX && size > offsetof(sockaddr_un, sun_path);
  return endpoint_of(address, named ? std::string(un.sun_path) : "unnamed");
}

}  // namespace hato::net
