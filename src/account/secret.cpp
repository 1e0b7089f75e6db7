// SPDX-License-Identifier: Apache-2.0
#include "account/secret.h"

#include <crypt.h>
#include <sodium.h>

#include <memory>

#include "account/crypto.h"
#include "base/id.h"
#include "base/wire.h"

namespace hato::account {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = 19 << 20;
constexpr std::string_view kCurrent = "$argon2id$v=19$m=19456,t=3,p=1$";

bool sodium_ready() {
  static const bool kReady = sodium_init() >= 0;
  return kReady;
}

const unsigned char* u8(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}
unsigned char* u8(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

bool verify_crypt(const std::string& hash, std::string_view secret) {
  auto data = std::make_unique<crypt_data>();
  std::string phrase(secret);
  Wiped wiped(phrase);
  if (phrase.find('\0') != phrase.npos) return false;
  const char* made = ::crypt_rn(phrase.c_str(), hash.c_str(), data.get(), sizeof *data);
  bool same = made && equal_in_time(made, hash);
  sodium_memzero(data.get(), sizeof *data);
  return same;
}

std::string for_account(AccountId id) { return Writer().u64(id).str(); }

}  // namespace

std::string hash_secret(std::string_view secret) {
  HATO_ASSERT(sodium_ready());
  char out[crypto_pwhash_STRBYTES];
  int failed = crypto_pwhash_str_alg(out, secret.data(), secret.size(), kPasses, kMemory,
                                     crypto_pwhash_ALG_ARGON2ID13);
  HATO_ASSERT(failed == 0);  // out of memory: nothing else would work either
  return out;
}

bool verify_secret(const std::string& hash, std::string_view secret) {
  HATO_ASSERT(sodium_ready());
  if (hash.starts_with("$argon2"))
    return hash.size() < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_verify(hash.c_str(), secret.data(), secret.size()) == 0;
  return !hash.empty() && verify_crypt(hash, secret);
}

bool is_current_hash(std::string_view hash) { return hash.starts_with(kCurrent); }

std::string imported_hash(std::string_view hash) {
  if (hash.starts_with('{'))
    if (auto end = hash.find('}'); end != hash.npos) hash.remove_prefix(end + 1);
  std::string out(hash);
  if (!out.starts_with('$') || out.find('\0') != out.npos) return {};
  if (out.starts_with("$argon2"))
    return out.size() < crypto_pwhash_STRBYTES &&
                   crypto_pwhash_str_needs_rehash(out.c_str(), kPasses, kMemory) >= 0
               ? out
               : std::string();
  auto use = ::crypt_checksalt(out.c_str());
  return use == CRYPT_SALT_OK || use == CRYPT_SALT_METHOD_LEGACY ? out : std::string();
}

std::string derive_key(std::string_view master, std::string_view purpose) {
  return hmac(Hash::kSha256, master, purpose);
}

std::string seal(const std::string& key, AccountId id, std::string_view secret) {
  HATO_ASSERT(key.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  auto nonce = random_bytes(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  auto about = for_account(id);
  std::string out(secret.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(u8(out), nullptr, u8(secret), secret.size(), u8(about),
                                             about.size(), nullptr, u8(nonce), u8(key));
  return nonce + out;
}

std::string unseal(const std::string& key, AccountId id, std::string_view sealed) {
  constexpr auto kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr auto kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (key.empty() || sealed.size() < kNonce + kTag) return {};
  auto nonce = sealed.substr(0, kNonce), body = sealed.substr(kNonce);
  auto about = for_account(id);
  std::string out(body.size() - kTag, '\0');
  int failed =
      crypto_aead_xchacha20poly1305_ietf_decrypt(u8(out), nullptr, nullptr, u8(body), body.size(),
                                                 u8(about), about.size(), u8(nonce), u8(key));
  return failed ? std::string() : out;
}

void wipe(std::string& secret) {
  sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace hato::account
