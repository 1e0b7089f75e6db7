// SPDX-License-Identifier: Apache-2.0
// Certificates and keys as PEM files: reading them, and making a self-signed pair.
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "net/fd.h"
#include "net/stream.h"
#include "net/tls_server.h"

namespace hato::net {
namespace {

using BioPtr = OpenSslPtr<BIO, BIO_free_all>;
constexpr std::size_t kMaxFile = 1 << 20;
constexpr long kTenYears = 3652L * 86400;

std::unexpected<Error> unreadable(const std::string& file, std::string reason) {
  return fail(ErrorId::kCertificateUnreadable, {{"file", file}, {"reason", std::move(reason)}});
}

Result<BioPtr> read_file(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return unreadable(path, std::strerror(errno));
  BioPtr bio(BIO_new(BIO_s_mem()));
  char part[4096];
  std::size_t total = 0;
  for (ssize_t n; (n = ::read(fd.get(), part, sizeof part)) != 0; total += std::size_t(n)) {
    if (n < 0) return unreadable(path, std::strerror(errno));
    if (total > kMaxFile) return unreadable(path, "larger than 1 MB");
    BIO_write(bio.get(), part, int(n));
  }
  return bio;
}

// Keys behind a passphrase: a server that starts by itself has nobody to ask.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Result<> write_file(const std::string& path, mode_t mode, BIO* content) {
  char* data = nullptr;
  auto size = std::size_t(BIO_get_mem_data(content, &data));
  auto temporary = path + ".new";
  ::unlink(temporary.c_str());
  UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  bool ok = fd && ::fchmod(fd.get(), mode) == 0 && ::write(fd.get(), data, size) == ssize_t(size) &&
            ::fsync(fd.get()) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!ok)
    return fail(ErrorId::kCertificateUnwritable,
                {{"file", path}, {"reason", std::strerror(errno)}});
  return {};
}

void add_extension(X509* leaf, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, leaf, leaf, nullptr, nullptr, 0);
  OpenSslPtr<X509_EXTENSION, X509_EXTENSION_free> ext(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (ext) X509_add_ext(leaf, ext.get(), -1);
}

X509Ptr self_signed(EVP_PKEY* key, const std::vector<std::string>& names) {
  X509Ptr leaf(X509_new());
  X509_set_version(leaf.get(), X509_VERSION_3);
  OpenSslPtr<BIGNUM, BN_free> serial(BN_new());
  BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(leaf.get()));
  X509_gmtime_adj(X509_getm_notBefore(leaf.get()), -86400);
  X509_gmtime_adj(X509_getm_notAfter(leaf.get()), kTenYears);
  X509_set_pubkey(leaf.get(), key);
  auto* name = X509_get_subject_name(leaf.get());
  // A common name holds 64 characters at most; the names that count are the alternative ones.
  auto common = names.empty() ? std::string("localhost") : names[0].substr(0, 64);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common.data()),
                             int(common.size()), -1, 0);
  X509_set_issuer_name(leaf.get(), name);
  std::string alternatives;
  for (auto& n : names) {
    alternatives += alternatives.empty() ? "" : ",";
    alternatives += (Ip::parse(n) ? "IP:" : "DNS:") + n;
  }
  if (!alternatives.empty()) add_extension(leaf.get(), NID_subject_alt_name, alternatives);
  add_extension(leaf.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(leaf.get(), NID_ext_key_usage, "serverAuth");
  if (!X509_sign(leaf.get(), key, EVP_sha256())) return nullptr;
  return leaf;
}

}  // namespace

std::string openssl_reason() {
  auto code = ERR_peek_last_error();
  auto* text = code ? ERR_reason_error_string(code) : nullptr;
  std::string out = text ? text : "unknown";
  ERR_clear_error();
  return out;
}

Certificate::~Certificate() {
  if (chain) sk_X509_pop_free(chain, X509_free);
}

Result<Certificate> load_certificate(const CertificateFiles& files) {
  ERR_clear_error();
  auto chain = read_file(files.chain);
  if (!chain) return std::unexpected(chain.error());
  auto key = read_file(files.key);
  if (!key) return std::unexpected(key.error());
  Certificate out;
  bool asked = false;
  out.leaf.reset(PEM_read_bio_X509(chain->get(), nullptr, no_passphrase, &asked));
  if (!out.leaf) return unreadable(files.chain, "it holds no PEM certificate");
  out.chain = sk_X509_new_null();
  while (auto* next = PEM_read_bio_X509(chain->get(), nullptr, no_passphrase, &asked))
    sk_X509_push(out.chain, next);
  out.key.reset(PEM_read_bio_PrivateKey(key->get(), nullptr, no_passphrase, &asked));
  ERR_clear_error();
  if (!out.key)
    return unreadable(files.key, asked ? "it needs a passphrase" : "it holds no PEM private key");
  if (X509_check_private_key(out.leaf.get(), out.key.get()) != 1) {
    ERR_clear_error();
    return fail(ErrorId::kCertificateKeyMismatch, {{"file", files.chain}, {"key", files.key}});
  }
  if (X509_cmp_current_time(X509_get0_notAfter(out.leaf.get())) < 0)
    log::warning("net", "the certificate has expired", {{"file", files.chain}});
  return out;
}

Result<> make_self_signed(const CertificateFiles& files, const std::vector<std::string>& names) {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return unreadable(files.key, openssl_reason());
  auto leaf = self_signed(key.get(), names);
  if (!leaf) return unreadable(files.chain, openssl_reason());
  BioPtr key_pem(BIO_new(BIO_s_mem())), leaf_pem(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(leaf_pem.get(), leaf.get());
  HATO_CHECK(write_file(files.key, 0600, key_pem.get()));
  HATO_CHECK(write_file(files.chain, 0644, leaf_pem.get()));
  return {};
}

}  // namespace hato::net
