// SPDX-License-Identifier: Apache-2.0
#include "store/checksum.h"

#include <openssl/evp.h>

#include <array>
#include <cstring>

#include "base/error.h"

namespace hato::store {
namespace {

constexpr auto kTable = [] {
  std::array<std::uint32_t, 256> t{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
    t[i] = c;
  }
  return t;
}();

std::uint32_t by_table(std::string_view bytes, std::uint32_t c) {
  for (unsigned char b : bytes) c = kTable[(c ^ b) & 0xff] ^ c >> 8;
  return c;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_machine(std::string_view bytes,
                                                           std::uint32_t c) {
  std::uint64_t wide = c;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  c = std::uint32_t(wide);
  for (unsigned char b : bytes) c = __builtin_ia32_crc32qi(c, b);
  return c;
}
const bool kHasInstruction = __builtin_cpu_supports("sse4.2");
#else
std::uint32_t by_machine(std::string_view bytes, std::uint32_t c) { return by_table(bytes, c); }
constexpr bool kHasInstruction = false;
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc) {
  return ~(kHasInstruction ? by_machine(bytes, ~crc) : by_table(bytes, ~crc));
}

std::string sha256(std::string_view bytes) {
  std::string out(32, '\0');
  HATO_ASSERT(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()),
                         nullptr, EVP_sha256(), nullptr) == 1);
  return out;
}

struct Sha256::Impl {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> ctx{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
  HATO_ASSERT(EVP_DigestInit_ex(impl_->ctx.get(), EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;
void Sha256::update(std::string_view bytes) {
  HATO_ASSERT(EVP_DigestUpdate(impl_->ctx.get(), bytes.data(), bytes.size()) == 1);
}
std::string Sha256::finish() {
  std::string out(32, '\0');
  HATO_ASSERT(EVP_DigestFinal_ex(impl_->ctx.get(), reinterpret_cast<unsigned char*>(out.data()),
                                 nullptr) == 1);
  return out;
}

}  // namespace hato::store
