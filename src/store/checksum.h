// SPDX-License-Identifier: Apache-2.0
// CRC-32C (RFC 3720 B.4) against decay of single records, SHA-256 against everything else.
// Pure functions.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hato::store {

// Of `crc` (0 at the start) continued by `bytes`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

std::string sha256(std::string_view bytes);  // 32 bytes

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(std::string_view bytes);
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hato::store
