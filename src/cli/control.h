// SPDX-License-Identifier: Apache-2.0
// The control socket: how a command reaches a running server (docs/formats/control.md). A
// client sends what it was called with; the server runs the command and sends back what it
// writes, asks for standard input piece by piece, and ends with the exit code. Blocking I/O, a
// thread a command: there are few at a time, and a session never waits for them.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "net/fd.h"

namespace hato::cli {

struct Frame {
  enum Type : char {
    kRequest = 'R',  // client: what it was called with
    kInput = 'I',    // client: of standard input; empty: its end
    kOut = 'O',
    kErr = 'E',
    kMore = 'N',  // server: wants standard input
    kExit = 'X',  // server: one byte, the last frame
  };
  char type = 0;
  std::string payload;
};
inline constexpr std::size_t kMaxFrame = 1 << 20;

struct Request {
  std::vector<std::string> words;
  Look look;
};
std::string encode(const Request& request);
std::optional<Request> decode_request(std::string_view payload);

// Takes the first whole frame out of `bytes`. A type or length that cannot be is kBroken.
enum class Framed { kMore, kBroken, kDone };
Framed take_frame(std::string& bytes, Frame& frame);
std::string encode(Frame::Type type, std::string_view payload);

// One end of a connection, of one thread.
class FrameSocket {
 public:
  explicit FrameSocket(net::UniqueFd fd) : fd_(std::move(fd)) {}
  bool send(Frame::Type type, std::string_view payload);
  std::optional<Frame> receive(int timeout_ms = -1);  // nothing: closed, broken or too late
  bool peer_gone() const;
  int fd() const { return fd_.get(); }

 private:
  net::UniqueFd fd_;
  std::string buffer_;
  bool broken_ = false;
};

class ControlServer {
 public:
  // Runs the words of one request; the exit code.
  using Run = std::function<int(const Request&, Input&, Output&, Output&,
                                const std::function<bool()>& cancelled)>;
  static Result<std::unique_ptr<ControlServer>> start(const std::string& path, Run run);
  virtual ~ControlServer() = default;  // ends the commands that run
};

// A connection to the server behind the socket; nothing where none listens.
std::optional<FrameSocket> connect_control(const std::string& path);
// Sends the request and serves it until its exit code; nothing where the server went away.
std::optional<int> run_remote(FrameSocket& socket, const Request& request, Input& in, Output& out,
                              Output& err);

}  // namespace hato::cli
