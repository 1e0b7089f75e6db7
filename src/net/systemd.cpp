// SPDX-License-Identifier: Apache-2.0
#include "net/systemd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "base/text.h"

namespace hato::net {
namespace {

constexpr int kFirstFd = 3;

std::string_view env(const char* name) {
  auto* value = std::getenv(name);
  return value ? value : "";
}

int socket_count() {
  auto pid = parse_u64(env("LISTEN_PID"));
  auto count = parse_u64(env("LISTEN_FDS"));
  if (!pid || *pid != std::uint64_t(::getpid()) || !count || *count > 256) return 0;
  return int(*count);
}

bool is(std::string_view entry, std::string_view name) {
  return entry == name || entry == std::string(name) + ".socket";
}

}  // namespace

bool has_systemd_sockets(std::string_view name) {
  auto names = split(env("LISTEN_FDNAMES"), ':');
  return socket_count() && std::ranges::any_of(names, [&](auto entry) { return is(entry, name); });
}

std::vector<UniqueFd> take_systemd_sockets(std::string_view name) {
  std::vector<UniqueFd> out;
  const int count = socket_count();
  std::string left;
  int fd = kFirstFd;
  for (auto entry : split(env("LISTEN_FDNAMES"), ':')) {
    if (fd >= kFirstFd + count) break;
    bool ours = is(entry, name);
    if (ours) {
      ::fcntl(fd, F_SETFD, FD_CLOEXEC);
      ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
      out.emplace_back(fd);
    }
    left += left.empty() && fd == kFirstFd ? "" : ":";
    left += ours ? "(taken)" : entry;
    ++fd;
  }
  if (!out.empty()) ::setenv("LISTEN_FDNAMES", left.c_str(), 1);
  return out;
}

bool notify_systemd(std::string_view state) {
  auto path = env("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';  // an abstract name
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  auto size = socklen_t(offsetof(sockaddr_un, sun_path) + path.size());
  return ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL,
                  reinterpret_cast<sockaddr*>(&address), size) == ssize_t(state.size());
}

}  // namespace hato::net
