// SPDX-License-Identifier: Apache-2.0
// Bytes in and out of a non-blocking descriptor, beneath TLS: what was read ahead, what waits to
// be sent, and whether the last attempt found the kernel's buffer empty.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "net/fd.h"

namespace hato::net {

enum class Io { kOk, kBlocked, kEnd, kBroken };

class RawSocket {
 public:
  explicit RawSocket(UniqueFd fd) : fd_(std::move(fd)) {}

  int fd() const { return fd_.get(); }
  // kOk with n > 0 bytes at `to`. Does not ask the kernel again while it is known to be empty.
  Io receive(char* to, std::size_t room, std::size_t& n);
  void maybe_readable() { drained_ = false; }
  // Bytes that receive() gives first: what came before the handshake of implicit TLS.
  void unread(std::string bytes) { ahead_ = std::move(bytes); }

  void queue(std::string_view bytes) { out_ += bytes; }
  std::size_t queued() const { return out_.size() - sent_; }
  // Sends until the queue is empty (kOk) or the kernel takes no more (kBlocked).
  Io send_queued();
  void release_buffers();

  // What the peer did meanwhile, without reading: kOk there is input, kBlocked nothing.
  Io peek() const;

 private:
  UniqueFd fd_;
  bool drained_ = false, broken_ = false;
  std::string ahead_, out_;
  std::size_t sent_ = 0;
};

}  // namespace hato::net
