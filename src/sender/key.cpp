// SPDX-License-Identifier: Apache-2.0
#include "sender/key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <algorithm>

#include "base/text.h"
#include "sender/tags.h"

namespace hato::sender {
namespace {

constexpr int kRsaBits = 2048, kLeastBits = 1024;  // RFC 8301 3.2

struct Free {
  void operator()(BIO* p) const { BIO_free_all(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
};
template <class T>
using Ptr = std::unique_ptr<T, Free>;

std::shared_ptr<void> own(EVP_PKEY* key) {
  return {key, [](void* p) { EVP_PKEY_free(static_cast<EVP_PKEY*>(p)); }};
}
EVP_PKEY* raw(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

const unsigned char* uc(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

std::string sha256(std::string_view bytes) {
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  SHA256(uc(bytes), bytes.size(), reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

bool usable(EVP_PKEY* key, KeyKind& kind) {
  auto id = EVP_PKEY_get_base_id(key);
  kind = id == EVP_PKEY_ED25519 ? KeyKind::kEd25519 : KeyKind::kRsa;
  return id == EVP_PKEY_ED25519 || (id == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= kLeastBits);
}

// Ed25519 is given whole to OpenSSL: its digest is taken before (RFC 8463 3).
std::string subject_of(KeyKind kind, std::string_view bytes) {
  return kind == KeyKind::kEd25519 ? sha256(bytes) : std::string(bytes);
}
const EVP_MD* digest_of(KeyKind kind) { return kind == KeyKind::kEd25519 ? nullptr : EVP_sha256(); }

}  // namespace

Result<SigningKey> SigningKey::load(std::string_view pem, std::string domain,
                                    std::string selector) {
  Ptr<BIO> in(BIO_new_mem_buf(pem.data(), int(pem.size())));
  auto* read = PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr);
  SigningKey key;
  key.key_ = own(read);
  if (!read || !usable(read, key.kind_))
    return fail(ErrorId::kKeyUnreadable, {{"domain", domain}, {"selector", selector}});
  key.domain_ = std::move(domain);
  key.selector_ = std::move(selector);
  return key;
}

std::string_view SigningKey::algorithm() const {
  return kind_ == KeyKind::kEd25519 ? "ed25519-sha256" : "rsa-sha256";
}

std::string SigningKey::sign(std::string_view bytes) const {
  auto subject = subject_of(kind_, bytes);
  Ptr<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::size_t n = 0;
  bool ok = EVP_DigestSignInit(context.get(), nullptr, digest_of(kind_), nullptr, raw(key_)) == 1 &&
            EVP_DigestSign(context.get(), nullptr, &n, uc(subject), subject.size()) == 1;
  std::string out(n, '\0');
  ok = ok && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &n,
                            uc(subject), subject.size()) == 1;
  HATO_ASSERT(ok);
  out.resize(n);
  return out;
}

std::string SigningKey::dns_record() const {
  if (kind_ == KeyKind::kEd25519) {  // RFC 8463 4: the bare key
    std::string bytes(32, '\0');
    std::size_t n = bytes.size();
    EVP_PKEY_get_raw_public_key(raw(key_), reinterpret_cast<unsigned char*>(bytes.data()), &n);
    return "v=DKIM1; k=ed25519; p=" + to_base64(bytes);
  }
  unsigned char* der = nullptr;
  auto n = i2d_PUBKEY(raw(key_), &der);
  HATO_ASSERT(n > 0);
  std::string bytes(reinterpret_cast<char*>(der), std::size_t(n));
  OPENSSL_free(der);
  return "v=DKIM1; k=rsa; p=" + to_base64(bytes);
}

std::string make_key(KeyKind kind) {
  auto key = own(kind == KeyKind::kEd25519 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                           : EVP_RSA_gen(kRsaBits));
  HATO_ASSERT(key);
  Ptr<BIO> out(BIO_new(BIO_s_mem()));
  HATO_ASSERT(PEM_write_bio_PKCS8PrivateKey(out.get(), raw(key), nullptr, nullptr, 0, nullptr,
                                            nullptr) == 1);
  char* text = nullptr;
  auto n = BIO_get_mem_data(out.get(), &text);
  return {text, std::size_t(n)};
}

Result<PublicKey> PublicKey::parse(std::string_view record) {
  auto bad = [](std::string reason) {
    return fail(ErrorId::kDkimKeyBad, {{"reason", std::move(reason)}});
  };
  auto tags = parse_tags(record);
  if (!tags) return bad("syntax");
  if (auto v = tags->get("v"); v && *v != "DKIM1") return bad("version");
  auto p = tags->get("p");
  if (!p) return bad("no key in it");
  auto bytes = from_base64(without_blanks(*p));
  if (p->empty()) return fail(ErrorId::kDkimKeyRevoked);
  if (!bytes) return bad("not base64");
  PublicKey out;
  auto k = tags->get("k").value_or("rsa");
  auto* data = uc(*bytes);
  EVP_PKEY* key = nullptr;
  if (k == "rsa")
    key = d2i_PUBKEY(nullptr, &data, long(bytes->size()));
  else if (k == "ed25519" && bytes->size() == 32)
    key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, data, bytes->size());
  out.key_ = own(key);
  if (!key || !usable(key, out.kind_)) return bad("no usable key");
  if ((out.kind_ == KeyKind::kEd25519) != (k == "ed25519")) return bad("of another kind");
  auto has = [](std::string_view list, std::string_view word) {
    return std::ranges::any_of(split(list, ':'), [&](auto w) { return trim(w) == word; });
  };
  auto t = tags->get("t").value_or(""), s = tags->get("s").value_or("*");
  out.testing_ = has(t, "y");
  out.same_domain_ = has(t, "s");
  out.for_mail_ = has(s, "*") || has(s, "email");
  out.sha256_ = has(tags->get("h").value_or("sha256"), "sha256");
  return out;
}

int PublicKey::bits() const { return EVP_PKEY_get_bits(raw(key_)); }

bool PublicKey::verify(std::string_view bytes, std::string_view signature) const {
  auto subject = subject_of(kind_, bytes);
  Ptr<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, digest_of(kind_), nullptr, raw(key_)) == 1 &&
         EVP_DigestVerify(context.get(), uc(signature), signature.size(), uc(subject),
                          subject.size()) == 1;
}

}  // namespace hato::sender
