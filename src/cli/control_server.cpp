// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <algorithm>

#include <list>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "catalogue/errors.h"
#include "cli/control.h"
#include "net/listen.h"
#include "net/runtime.h"

namespace hato::cli {
namespace {

constexpr std::size_t kMaxCommands = 32;
constexpr int kRequestTimeoutMs = 10'000;
constexpr std::size_t kPiece = 64 * 1024;

class RemoteInput final : public Input {
 public:
  explicit RemoteInput(FrameSocket& socket) : socket_(socket) {}
  std::size_t read(char* to, std::size_t room) override {
    while (left_.empty() && !ended_) {
      auto frame = socket_.send(Frame::kMore, {}) ? socket_.receive() : std::nullopt;
      ended_ = !frame || frame->type != Frame::kInput || frame->payload.empty();
      if (!ended_) left_ = std::move(frame->payload);
    }
    auto n = left_.copy(to, room);
    left_.erase(0, n);
    return n;
  }

 private:
  FrameSocket& socket_;
  std::string left_;
  bool ended_ = false;
};

class RemoteOutput final : public Output {
 public:
  RemoteOutput(FrameSocket& socket, Frame::Type type) : socket_(socket), type_(type) {}
  void write(std::string_view bytes) override {
    for (; !bytes.empty() && !gone_; bytes.remove_prefix(std::min(bytes.size(), kPiece)))
      gone_ = !socket_.send(type_, bytes.substr(0, kPiece));
  }

 private:
  FrameSocket& socket_;
  const Frame::Type type_;
  bool gone_ = false;
};

// Only the server's own user and root may command it, whatever the mode of the socket's folder.
bool is_owner(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == 0 || peer.uid == ::geteuid());
}

class Server final : public ControlServer {
 public:
  Server(net::Listening listening, Run run)
      : listening_(std::move(listening)),
        run_(std::move(run)),
        wake_(::eventfd(0, EFD_CLOEXEC)),
        thread_([this] { listen(); }) {}

  ~Server() override {
    stopping_ = true;
    std::uint64_t one = 1;
    (void)!::write(wake_.get(), &one, sizeof one);
    thread_.join();
    for (auto& c : commands_) ::shutdown(c.socket.fd(), SHUT_RDWR);
    commands_.clear();
    ::unlink(listening_.local.unix_path.c_str());
  }

 private:
  struct Running {
    explicit Running(net::UniqueFd fd) : socket(std::move(fd)) {}
    FrameSocket socket;
    std::atomic<bool> ended{false};
    std::jthread thread;
  };

  void listen() {
    pollfd wait[] = {{listening_.fd.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
    while (!stopping_) {
      if (::poll(wait, 2, -1) < 0 || !(wait[0].revents & POLLIN)) continue;
      net::UniqueFd fd(::accept4(listening_.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
      commands_.remove_if([](const Running& c) { return c.ended.load(); });
      if (!fd || !is_owner(fd.get()) || commands_.size() >= kMaxCommands) continue;
      auto& command = commands_.emplace_back(std::move(fd));
      command.thread = std::jthread([this, &command] {
        serve(command.socket);
        ::shutdown(command.socket.fd(), SHUT_RDWR);
        command.ended = true;
      });
    }
  }

  void serve(FrameSocket& socket) {
    auto frame = socket.receive(kRequestTimeoutMs);
    auto request =
        frame && frame->type == Frame::kRequest ? decode_request(frame->payload) : std::nullopt;
    if (!request) return;
    RemoteInput in(socket);
    RemoteOutput out(socket, Frame::kOut), err(socket, Frame::kErr);
    auto cancelled = [&] { return stopping_ || socket.peer_gone(); };
    char code = char(run_(*request, in, out, err, cancelled));
    socket.send(Frame::kExit, {&code, 1});
  }

  net::Listening listening_;
  const Run run_;
  std::atomic<bool> stopping_{false};
  net::UniqueFd wake_;
  std::list<Running> commands_;  // of the listening thread
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::string& path, Run run) {
  HATO_TRY(listening, net::open_listener({.name = "control", .address = path, .unix_mode = 0600}));
  return std::make_unique<Server>(std::move(listening), std::move(run));
}

}  // namespace hato::cli
