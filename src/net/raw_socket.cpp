// SPDX-License-Identifier: Apache-2.0
#include "net/raw_socket.h"

#include <sys/socket.h>

#include <cerrno>

namespace hato::net {
namespace {

Io failed() { return errno == EAGAIN || errno == EWOULDBLOCK ? Io::kBlocked : Io::kBroken; }

template <class Call>
ssize_t retry(Call call) {
  for (;;) {
    auto n = call();
    if (n >= 0 || errno != EINTR) return n;
  }
}

}  // namespace

Io RawSocket::receive(char* to, std::size_t room, std::size_t& n) {
  n = 0;
  if (!ahead_.empty()) {
    n = ahead_.copy(to, room);
    ahead_.erase(0, n);
    return Io::kOk;
  }
  if (broken_) return Io::kBroken;
  if (drained_) return Io::kBlocked;
  auto got = retry([&] { return ::recv(fd(), to, room, 0); });
  if (got == 0) return Io::kEnd;
  if (got < 0) {
    drained_ = true;
    auto io = failed();
    broken_ = io == Io::kBroken;
    return io;
  }
  n = std::size_t(got);
  drained_ = n < room;
  return Io::kOk;
}

Io RawSocket::send_queued() {
  while (queued() > 0) {
    if (broken_) return Io::kBroken;
    auto n = retry([&] { return ::send(fd(), out_.data() + sent_, queued(), MSG_NOSIGNAL); });
    if (n < 0) {
      auto io = failed();
      broken_ = io == Io::kBroken;
      return io;
    }
    sent_ += std::size_t(n);
  }
  out_.clear();
  sent_ = 0;
  return Io::kOk;
}

void RawSocket::release_buffers() {
  if (queued() == 0) out_ = {};
  if (ahead_.empty()) ahead_ = {};
}

Io RawSocket::peek() const {
  char c;
  auto n = retry([&] { return ::recv(fd(), &c, 1, MSG_PEEK | MSG_DONTWAIT); });
  if (n > 0) return Io::kOk;
  return n == 0 ? Io::kEnd : failed();
}

}  // namespace hato::net
