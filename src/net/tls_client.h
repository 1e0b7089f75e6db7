// SPDX-License-Identifier: Apache-2.0
// The TlsClient behind net/client.h.
#pragma once
#include "net/client.h"
#include "net/tls_server.h"

namespace hato::net {

class TlsClientImpl : public TlsClient {
 public:
  static Result<std::shared_ptr<TlsClientImpl>> make(const std::string& authorities);
  // A new SSL, the caller's, set up for what `peer` demands.
  SSL* session(const TlsPeer& peer) const;

 private:
  OpenSslPtr<SSL_CTX, SSL_CTX_free> context_;
};

PeerCertificate describe_certificate(SSL* ssl, X509* leaf);

}  // namespace hato::net
