// SPDX-License-Identifier: Apache-2.0
// A log's bytes as they were written: plain, gzip (RFC 1952) or zstd (RFC 8878), told by the first
// bytes, several members one after the other too. What reads the file is the caller's; one thread.
// Memory: what the format's window asks, 64 MB at most.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"

namespace hato::doctor {

class LogInput {
 public:
  // Bytes put to `to`, 0 at the end, -1 with errno set.
  using Raw = std::function<std::ptrdiff_t(char* to, std::size_t room)>;

  LogInput(std::string name, Raw raw);
  ~LogInput();
  LogInput(const LogInput&) = delete;

  // 0: the end. Error: file-unreadable, for damaged data too.
  Result<std::size_t> read(char* to, std::size_t room);
  const std::string& name() const { return name_; }

  class Unpacker;  // of a compressed format

 private:
  Result<> fill();
  std::unexpected<Error> unreadable(std::string reason) const;

  const std::string name_;
  const Raw raw_;
  std::string packed_;     // what was read and not yet passed on
  std::size_t taken_ = 0;  // of it
  bool begun_ = false;
  std::unique_ptr<Unpacker> unpacker_;
};

}  // namespace hato::doctor
