// SPDX-License-Identifier: Apache-2.0
// The TlsServer behind net/tls.h: one SSL_CTX for all threads (hence one ticket key), and the
// certificates, which reload() exchanges as a whole.
#pragma once
#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/tls.h"

namespace hato::net {

template <auto Free>
struct OpenSslFree {
  void operator()(auto* p) const { Free(p); }
};
template <class T, auto Free>
using OpenSslPtr = std::unique_ptr<T, OpenSslFree<Free>>;
using X509Ptr = OpenSslPtr<X509, X509_free>;
using KeyPtr = OpenSslPtr<EVP_PKEY, EVP_PKEY_free>;

// The last error of OpenSSL on this thread in words; clears the rest.
std::string openssl_reason();

struct Certificate {
  X509Ptr leaf;
  KeyPtr key;
  STACK_OF(X509) * chain = nullptr;  // without the leaf
  Certificate() = default;
  Certificate(Certificate&& o) noexcept
      : leaf(std::move(o.leaf)), key(std::move(o.key)), chain(std::exchange(o.chain, nullptr)) {}
  Certificate& operator=(Certificate&&) = delete;
  ~Certificate();
};

Result<Certificate> load_certificate(const CertificateFiles& files);

class TlsServerImpl : public TlsServer {
 public:
  using Set = std::vector<Certificate>;
  static Result<std::shared_ptr<TlsServerImpl>> make(std::vector<CertificateFiles> files);
  Result<> reload() override;
  SSL_CTX* context() const { return context_.get(); }
  // Those for the name a client asked for: the first of each key type that has the name, else
  // those that have the names of the first.
  std::vector<const Certificate*> choose(const Set& set, const char* name) const;
  std::shared_ptr<const Set> certificates() const;

 private:
  static int on_certificate(SSL* ssl, void* self);
  Result<> configure();
  const std::vector<CertificateFiles> files_;
  OpenSslPtr<SSL_CTX, SSL_CTX_free> context_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Set> set_;

 public:
  explicit TlsServerImpl(std::vector<CertificateFiles> files) : files_(std::move(files)) {}
};

}  // namespace hato::net
