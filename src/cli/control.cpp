// SPDX-License-Identifier: Apache-2.0
#include "cli/control.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <algorithm>

#include <cerrno>

#include "base/wire.h"

namespace hato::cli {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMaxWords = 10'000, kHead = 5;
constexpr std::string_view kTypes = "RIOENX";

enum Bits : std::uint8_t { kJson = 1, kOutTty = 2, kErrTty = 4, kColours = 8, kJapanese = 16 };

}  // namespace

std::string encode(const Request& request) {
  const auto& l = request.look;
  Writer out;
  out.u8(kVersion).u8(std::uint8_t((l.json ? kJson : 0) | (l.out_tty ? kOutTty : 0) |
                                   (l.err_tty ? kErrTty : 0) | (l.colours ? kColours : 0) |
                                   (l.lang == Lang::kJa ? kJapanese : 0)));
  out.varint(l.columns).varint(request.words.size());
  for (const auto& word : request.words) out.string(word);
  return std::move(out).str();
}

std::optional<Request> decode_request(std::string_view payload) {
  Reader in(payload);
  if (in.u8() != kVersion) return {};
  auto bits = in.u8();
  Request out;
  out.look = {.lang = bits & kJapanese ? Lang::kJa : Lang::kEn,
              .json = bool(bits & kJson),
              .out_tty = bool(bits & kOutTty),
              .err_tty = bool(bits & kErrTty),
              .colours = bool(bits & kColours),
              .columns = unsigned(std::min<std::uint64_t>(in.varint(), 10'000))};
  auto count = in.varint();
  if (count > kMaxWords) return {};
  for (; count && in.ok(); --count) out.words.emplace_back(in.string());
  if (!in.done()) return {};
  return out;
}

std::string encode(Frame::Type type, std::string_view payload) {
  HATO_ASSERT(payload.size() <= kMaxFrame);
  Writer out;
  out.u8(std::uint8_t(type)).u32(std::uint32_t(payload.size())).bytes(payload);
  return std::move(out).str();
}

Framed take_frame(std::string& bytes, Frame& frame) {
  Reader in(bytes);
  frame.type = char(in.u8());
  auto size = in.u32();
  if (!bytes.empty() && !kTypes.contains(bytes[0])) return Framed::kBroken;
  if (!in.ok()) return Framed::kMore;
  if (size > kMaxFrame) return Framed::kBroken;
  if (bytes.size() < kHead + size) return Framed::kMore;
  frame.payload = bytes.substr(kHead, size);
  bytes.erase(0, kHead + size);
  return Framed::kDone;
}

bool FrameSocket::send(Frame::Type type, std::string_view payload) {
  std::string_view rest;
  for (auto bytes = encode(type, payload); rest = rest.data() ? rest : bytes, !rest.empty();) {
    auto n = ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return broken_ = true, false;
    rest.remove_prefix(std::size_t(n));
  }
  return true;
}

std::optional<Frame> FrameSocket::receive(int timeout_ms) {
  Frame frame;
  while (!broken_) {
    auto taken = take_frame(buffer_, frame);
    if (taken == Framed::kDone) return frame;
    pollfd wait{fd_.get(), POLLIN, 0};
    if (taken == Framed::kBroken) break;
    if (int ready = ::poll(&wait, 1, timeout_ms); ready <= 0) {
      if (ready < 0 && errno == EINTR) continue;
      break;
    }
    char part[16384];
    auto n = ::recv(fd_.get(), part, sizeof part, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    buffer_.append(part, std::size_t(n));
  }
  broken_ = true;
  return {};
}

bool FrameSocket::peer_gone() const {
  pollfd look{fd_.get(), POLLRDHUP, 0};
  return broken_ || (::poll(&look, 1, 0) > 0 && look.revents != 0);
}

std::optional<FrameSocket> connect_control(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) return {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  net::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
  return FrameSocket(std::move(fd));
}

std::optional<int> run_remote(FrameSocket& socket, const Request& request, Input& in, Output& out,
                              Output& err) {
  std::vector<char> room(64 * 1024);
  if (!socket.send(Frame::kRequest, encode(request))) return {};
  while (auto frame = socket.receive()) {
    if (frame->type == Frame::kOut) out.write(frame->payload);
    if (frame->type == Frame::kErr) err.write(frame->payload);
    if (frame->type == Frame::kExit && frame->payload.size() == 1)
      return std::uint8_t(frame->payload[0]);
    if (frame->type == Frame::kMore)
      socket.send(Frame::kInput, {room.data(), in.read(room.data(), room.size())});
  }
  return {};
}

}  // namespace hato::cli
