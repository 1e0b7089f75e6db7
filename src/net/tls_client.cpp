// SPDX-License-Identifier: Apache-2.0
#include "net/tls_client.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>

namespace hato::net {
namespace {

constexpr std::uint8_t kDaneTa = 2, kDaneEe = 3;

// The verdict is looked at after the handshake (TlsSession), when the certificate can be told of.
int accept_any(int, X509_STORE_CTX*) { return 1; }

std::string one_line(const X509_NAME* name) {
  OpenSslPtr<BIO, BIO_free_all> out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  auto n = BIO_get_mem_data(out.get(), &text);
  return {text, n > 0 ? std::size_t(n) : 0};
}

std::int64_t millis(const ASN1_TIME* time) {
  std::tm tm{};
  return ASN1_TIME_to_tm(time, &tm) == 1 ? std::int64_t(timegm(&tm)) * 1000 : 0;
}

std::vector<std::string> names_of(X509* leaf) {
  std::vector<std::string> out;
  auto* names =
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    auto* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_DNS) continue;
    auto* text = name->d.dNSName;
    out.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     std::size_t(ASN1_STRING_length(text)));
  }
  GENERAL_NAMES_free(names);
  return out;
}

// RFC 7672 3.1.3: PKIX-TA and PKIX-EE are unusable; OpenSSL refuses what it cannot match by itself.
void add_tlsa(SSL* ssl, const std::vector<TlsaRecord>& records) {
  for (auto& r : records)
    if (r.usage == kDaneTa || r.usage == kDaneEe)
      SSL_dane_tlsa_add(ssl, r.usage, r.selector, r.matching,
                        reinterpret_cast<const unsigned char*>(r.data.data()), r.data.size());
}

}  // namespace

bool usable_tlsa(const std::vector<TlsaRecord>& records) {
  return std::ranges::any_of(records, [](const TlsaRecord& r) {
    auto length = r.matching == 1 ? 32u : r.matching == 2 ? 64u : 0u;
    bool fits = r.matching == 0 ? !r.data.empty() : length && r.data.size() == length;
    return (r.usage == kDaneTa || r.usage == kDaneEe) && r.selector <= 1 && fits;
  });
}

Result<std::shared_ptr<TlsClientImpl>> TlsClientImpl::make(const std::string& authorities) {
  auto client = std::make_shared<TlsClientImpl>();
  client->context_.reset(SSL_CTX_new(TLS_client_method()));
  auto* c = client->context_.get();
  HATO_ASSERT(c);
  SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(c, 1);
  SSL_CTX_dane_enable(c);
  SSL_CTX_dane_set_flags(c, DANE_FLAG_NO_DANE_EE_NAMECHECKS);  // RFC 7672 3.1.1
  bool read = authorities.empty() ? SSL_CTX_set_default_verify_paths(c) == 1
                                  : SSL_CTX_load_verify_file(c, authorities.c_str()) == 1;
  if (!read)
    return fail(ErrorId::kCertificateUnreadable,
                {{"file", authorities}, {"reason", openssl_reason()}});
  return client;
}

SSL* TlsClientImpl::session(const TlsPeer& peer) const {
  auto* ssl = SSL_new(context_.get());
  HATO_ASSERT(ssl);
  if (peer.demand == TlsPeer::kDane) {
    SSL_dane_enable(ssl, peer.name.c_str());  // sets SNI and the name
    add_tlsa(ssl, peer.tlsa);
  } else {
    SSL_set_tlsext_host_name(ssl, peer.name.c_str());
    SSL_set1_host(ssl, peer.name.c_str());
  }
  for (auto& name : peer.names) SSL_add1_host(ssl, name.c_str());
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, accept_any);
  return ssl;
}

PeerCertificate describe_certificate(SSL* ssl, X509* leaf) {
  PeerCertificate out;
  auto verdict = SSL_get_verify_result(ssl);
  out.verified = leaf && verdict == X509_V_OK;
  if (verdict != X509_V_OK) out.problem = X509_verify_cert_error_string(verdict);
  if (!leaf) return out;
  out.subject = one_line(X509_get_subject_name(leaf));
  out.issuer = one_line(X509_get_issuer_name(leaf));
  out.names = names_of(leaf);
  out.not_before = millis(X509_get0_notBefore(leaf));
  out.not_after = millis(X509_get0_notAfter(leaf));
  return out;
}

Result<std::shared_ptr<TlsClient>> load_tls_client(const std::string& authorities) {
  auto client = TlsClientImpl::make(authorities);
  if (!client) return std::unexpected(client.error());
  return std::shared_ptr<TlsClient>(std::move(*client));
}

}  // namespace hato::net
