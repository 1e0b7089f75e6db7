// SPDX-License-Identifier: Apache-2.0
// Certificates and settings of the TLS server side, shared by all threads; and making a
// self-signed certificate. TLS 1.2 and 1.3, ECDSA or RSA.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"

namespace hato::net {

struct CertificateFiles {
  std::string chain, key;  // PEM
};

class TlsServer {
 public:
  virtual ~TlsServer() = default;
  // Reads the files again; on failure the old ones stay in use. Any thread.
  virtual Result<> reload() = 0;
};

// The first certificate is the default; others are chosen by SNI, and by key type for a client
// that cannot use ECDSA. Errors: certificate-unreadable, certificate-key-mismatch (file named).
Result<std::shared_ptr<TlsServer>> load_tls(std::vector<CertificateFiles> files);

// ECDSA P-256, ten years, for the names given; the key of mode 0600, the chain of 0644. Files
// that are there are replaced. Error: certificate-unwritable.
Result<> make_self_signed(const CertificateFiles& files, const std::vector<std::string>& names);

}  // namespace hato::net
