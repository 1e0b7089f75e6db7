// SPDX-License-Identifier: Apache-2.0
#include "net/tls_server.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace hato::net {
namespace {

// TLS 1.2; forward secrecy always, CBC last for clients of ten years ago.
constexpr const char* kCiphers =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES256:ECDHE+AES128:!aNULL:!PSK:!CAMELLIA:!ARIA";
constexpr std::string_view kSessionContext = "hato";

int accept_name(SSL*, int*, void*) { return SSL_TLSEXT_ERR_OK; }

bool has_name(const Certificate& c, const char* name) {
  return X509_check_host(c.leaf.get(), name, 0, 0, nullptr) == 1;
}

// Do the two certificates speak of the same host?
bool same_names(const Certificate& a, const Certificate& b) {
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(a.leaf.get(), NID_subject_alt_name, nullptr, nullptr));
  bool same = false;
  for (int i = 0; i < sk_GENERAL_NAME_num(names) && !same; ++i) {
    auto* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_DNS) continue;
    auto* text = name->d.dNSName;
    std::string host(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     std::size_t(ASN1_STRING_length(text)));
    same = has_name(b, host.c_str());
  }
  GENERAL_NAMES_free(names);
  return same;
}

}  // namespace

Result<std::shared_ptr<TlsServerImpl>> TlsServerImpl::make(std::vector<CertificateFiles> files) {
  auto server = std::make_shared<TlsServerImpl>(std::move(files));
  HATO_CHECK(server->configure());
  HATO_CHECK(server->reload());
  return server;
}

Result<> TlsServerImpl::configure() {
  context_.reset(SSL_CTX_new(TLS_server_method()));
  auto* c = context_.get();
  HATO_ASSERT(c);
  SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
  SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                             SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(c, 1);
  bool ok = SSL_CTX_set_cipher_list(c, kCiphers) == 1;
  SSL_CTX_set_dh_auto(c, 1);
  // Tickets carry the session; one is enough for a mail client.
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(c, 1);
  auto* id = reinterpret_cast<const unsigned char*>(kSessionContext.data());
  SSL_CTX_set_session_id_context(c, id, kSessionContext.size());
  SSL_CTX_set_tlsext_servername_callback(c, accept_name);
  SSL_CTX_set_cert_cb(c, on_certificate, this);
  if (!ok) return fail(ErrorId::kTlsFailed, {{"reason", openssl_reason()}});
  return {};
}

Result<> TlsServerImpl::reload() {
  auto set = std::make_shared<Set>();
  for (auto& files : files_) {
    auto certificate = load_certificate(files);
    if (!certificate) return std::unexpected(certificate.error());
    set->push_back(std::move(*certificate));
  }
  if (set->empty())
    return fail(ErrorId::kCertificateUnreadable, {{"reason", "no certificate is configured"}});
  std::lock_guard lock(mutex_);
  set_ = std::move(set);
  return {};
}

std::shared_ptr<const TlsServerImpl::Set> TlsServerImpl::certificates() const {
  std::lock_guard lock(mutex_);
  return set_;
}

std::vector<const Certificate*> TlsServerImpl::choose(const Set& set, const char* name) const {
  std::vector<const Certificate*> out;
  auto add = [&](const Certificate& c) {
    auto same_type = [&](auto* o) {
      return EVP_PKEY_get_base_id(o->key.get()) == EVP_PKEY_get_base_id(c.key.get());
    };
    if (std::ranges::none_of(out, same_type)) out.push_back(&c);
  };
  for (auto& c : set)
    if (name && has_name(c, name)) add(c);
  if (!out.empty()) return out;
  for (auto& c : set)
    if (&c == &set[0] || same_names(set[0], c)) add(c);
  return out;
}

int TlsServerImpl::on_certificate(SSL* ssl, void* self) {
  auto& server = *static_cast<TlsServerImpl*>(self);
  auto set = server.certificates();
  SSL_certs_clear(ssl);
  for (auto* c : server.choose(*set, SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)))
    if (SSL_use_cert_and_key(ssl, c->leaf.get(), c->key.get(), c->chain, 1) != 1) return 0;
  return 1;
}

Result<std::shared_ptr<TlsServer>> load_tls(std::vector<CertificateFiles> files) {
  auto server = TlsServerImpl::make(std::move(files));
  if (!server) return std::unexpected(server.error());
  return std::shared_ptr<TlsServer>(std::move(*server));
}

}  // namespace hato::net
