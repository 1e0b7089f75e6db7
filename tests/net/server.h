// SPDX-License-Identifier: Apache-2.0
// A runtime on a thread of its own, and blocking clients of it.
#pragma once
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include "net/fd.h"
#include "net/runtime.h"
#include "net/tls.h"

namespace hato::net {

class TestFolder {
 public:
  TestFolder() {
    char name[] = "/tmp/hato-net-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const char* file) const { return path_ + "/" + file; }

 private:
  std::string path_;
};

class TestServer {
 public:
  explicit TestServer(Listener listener, RuntimeOptions options = {.threads = 2},
                      std::chrono::seconds grace = std::chrono::seconds(5))
      : runtime(options), grace_(grace) {
    if (listener.address.empty()) listener.address = "127.0.0.1";
    auto at = runtime.listen(std::move(listener));
    if (!at) {
      ADD_FAILURE() << "cannot listen";
      return;
    }
    where = *at;
    thread_ = std::thread([this] { runtime.run(grace_); });
  }
  ~TestServer() { stop(); }
  void stop() {
    runtime.stop();
    join();
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  Runtime runtime;
  Endpoint where;

 private:
  std::chrono::seconds grace_;
  std::thread thread_;
};

class Client {
 public:
  explicit Client(const Endpoint& to) {
    sockaddr_storage a{};
    socklen_t size = 0;
    if (!to.unix_path.empty()) {
      auto& un = reinterpret_cast<sockaddr_un&>(a);
      un.sun_family = AF_UNIX;
      to.unix_path.copy(un.sun_path, sizeof un.sun_path - 1);
      size = sizeof un;
    } else if (to.ip.is_v4()) {
      auto& v4 = reinterpret_cast<sockaddr_in&>(a);
      v4.sin_family = AF_INET;
      v4.sin_port = htons(to.port);
      std::memcpy(&v4.sin_addr, to.ip.bytes.data() + 12, 4);
      size = sizeof v4;
    } else {
      auto& v6 = reinterpret_cast<sockaddr_in6&>(a);
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(to.port);
      std::memcpy(&v6.sin6_addr, to.ip.bytes.data(), 16);
      size = sizeof v6;
    }
    fd_ = UniqueFd(::socket(a.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    timeval time{10, 0};
    ::setsockopt(fd(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    if (::connect(fd(), reinterpret_cast<sockaddr*>(&a), size) != 0) fd_.reset();
  }
  int fd() const { return fd_.get(); }
  bool connected() const { return bool(fd_); }
  void close() { fd_.reset(); }
  bool send(std::string_view s) {
    return ::send(fd(), s.data(), s.size(), MSG_NOSIGNAL) == ssize_t(s.size());
  }
  void end_input() { ::shutdown(fd(), SHUT_WR); }
  std::string line() {
    std::string out;
    for (char c; !out.ends_with('\n') && ::recv(fd(), &c, 1, 0) == 1;) out += c;
    return out;
  }
  // All until the end, then how it ended.
  std::string rest() {
    std::string out;
    char part[65536];
    ssize_t n;
    while ((n = ::recv(fd(), part, sizeof part, 0)) > 0) out.append(part, std::size_t(n));
    if (n < 0) out += errno == ECONNRESET ? "(reset)" : "(timeout)";
    return out;
  }

 private:
  UniqueFd fd_;
};

}  // namespace hato::net
