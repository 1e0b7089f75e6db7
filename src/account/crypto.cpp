// SPDX-License-Identifier: Apache-2.0
#include "account/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"

namespace hato::account {
namespace {

const EVP_MD* md_of(Hash hash) {
  switch (hash) {
    case Hash::kMd5:
      return EVP_md5();
    case Hash::kSha1:
      return EVP_sha1();
    case Hash::kSha256:
      break;
  }
  return EVP_sha256();
}

unsigned char* u8(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }
const unsigned char* u8(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

}  // namespace

std::string digest(Hash hash, std::string_view bytes) {
  std::string out(std::size_t(EVP_MD_size(md_of(hash))), '\0');
  HATO_ASSERT(EVP_Digest(bytes.data(), bytes.size(), u8(out), nullptr, md_of(hash), nullptr) == 1);
  return out;
}

std::string hmac(Hash hash, std::string_view key, std::string_view bytes) {
  std::string out(std::size_t(EVP_MD_size(md_of(hash))), '\0');
  if (!key.data()) key = "";  // a null key means another thing to OpenSSL
  HATO_ASSERT(HMAC(md_of(hash), key.data(), int(key.size()), u8(bytes), bytes.size(), u8(out),
                   nullptr) != nullptr);
  return out;
}

std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt,
                   unsigned iterations) {
  std::string out(std::size_t(EVP_MD_size(md_of(hash))), '\0');
  HATO_ASSERT(PKCS5_PBKDF2_HMAC(password.data(), int(password.size()), u8(salt), int(salt.size()),
                                int(iterations), md_of(hash), int(out.size()), u8(out)) == 1);
  return out;
}

bool equal_in_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace hato::account
