// SPDX-License-Identifier: Apache-2.0
#include "net/tls_session.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>

#include "net/tls_client.h"
#include "net/tls_server.h"

namespace hato::net {
namespace {

constexpr std::size_t kQueueHigh = 256 * 1024;  // a peer that makes us answer without reading
constexpr unsigned char kHandshakeRecord = 22;

// RFC 5929 4.1: the hash of the certificate's signature, SHA-256 for the old ones.
std::string end_point(const X509* certificate) {
  int digest = NID_undef;
  if (!certificate || !OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &digest, nullptr))
    return {};
  auto md = digest == NID_md5 || digest == NID_sha1 ? EVP_sha256() : EVP_get_digestbynid(digest);
  std::array<unsigned char, EVP_MAX_MD_SIZE> out;
  unsigned n = 0;
  if (!md || !X509_digest(certificate, md, out.data(), &n)) return {};
  return {reinterpret_cast<char*>(out.data()), n};
}

}  // namespace

// OpenSSL's view of the RawSocket.
struct TlsBio {
  static TlsSession& self(BIO* bio) { return *static_cast<TlsSession*>(BIO_get_data(bio)); }

  static int write(BIO* bio, const char* data, int n) {
    auto& s = self(bio);
    BIO_clear_retry_flags(bio);
    if (s.raw_.queued() > kQueueHigh) {
      BIO_set_retry_write(bio);
      return -1;
    }
    s.raw_.queue({data, std::size_t(n)});
    return n;
  }

  static int read(BIO* bio, char* to, int room) {
    auto& s = self(bio);
    BIO_clear_retry_flags(bio);
    std::size_t n = 0;
    auto io = s.raw_.receive(to, std::size_t(room), n);
    if (io == Io::kOk && !std::exchange(s.started_, true))
      s.plaintext_ = static_cast<unsigned char>(to[0]) != kHandshakeRecord;
    if (io == Io::kBlocked) BIO_set_retry_read(bio);
    s.ended_ = io == Io::kEnd;
    s.broken_ = io == Io::kBroken;
    return io == Io::kOk ? int(n) : io == Io::kEnd ? 0 : -1;
  }

  static long ctrl(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    return command == BIO_CTRL_EOF && self(bio).ended_ ? 1 : 0;
  }

  static BIO* make(TlsSession* session) {
    static BIO_METHOD* const method = [] {
      auto* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hato");
      BIO_meth_set_write(m, write);
      BIO_meth_set_read(m, read);
      BIO_meth_set_ctrl(m, ctrl);
      return m;
    }();
    auto* bio = BIO_new(method);
    HATO_ASSERT(bio);
    BIO_set_data(bio, session);
    BIO_set_init(bio, 1);
    return bio;
  }
};

TlsSession::TlsSession(std::shared_ptr<const TlsServer> server, RawSocket& raw)
    : server_(std::move(server)),
      raw_(raw),
      ssl_(SSL_new(static_cast<const TlsServerImpl&>(*server_).context())) {
  attach();
  SSL_set_accept_state(ssl_);
}

TlsSession::TlsSession(std::shared_ptr<const TlsClient> client, const TlsPeer& peer, RawSocket& raw)
    : client_(std::move(client)),
      raw_(raw),
      ssl_(static_cast<const TlsClientImpl&>(*client_).session(peer)),
      demanding_(peer.demand != TlsPeer::kNothing) {
  attach();
  SSL_set_connect_state(ssl_);
}

void TlsSession::attach() {
  HATO_ASSERT(ssl_);
  auto* bio = TlsBio::make(this);
  SSL_set_bio(ssl_, bio, bio);
}

TlsSession::~TlsSession() { SSL_free(ssl_); }

Io TlsSession::outcome(int ret) {
  if (ended_) return Io::kEnd;
  if (broken_) return Io::kBroken;
  switch (SSL_get_error(ssl_, ret)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Io::kBlocked;
    case SSL_ERROR_ZERO_RETURN:
      return Io::kEnd;
    default:
      reason_ = plaintext_ ? "the other side did not begin with TLS" : openssl_reason();
      broken_ = true;
      return Io::kBroken;
  }
}

Io TlsSession::handshake() {
  ERR_clear_error();
  auto ret = SSL_do_handshake(ssl_);
  if (ret != 1) return outcome(ret);
  established_ = true;
  fill_info();
  auto& certificate = info_.certificate;
  if (!demanding_ || certificate.verified) return Io::kOk;
  reason_ = certificate.problem.empty() ? "no certificate was shown" : certificate.problem;
  broken_ = true;
  return Io::kBroken;
}

Io TlsSession::read(char* to, std::size_t room, std::size_t& n) {
  n = 0;
  ERR_clear_error();
  while (n < room) {
    std::size_t got = 0;
    auto ret = SSL_read_ex(ssl_, to + n, room - n, &got);
    if (ret != 1) {
      auto io = outcome(ret);
      return n > 0 ? Io::kOk : io;
    }
    n += got;
  }
  return Io::kOk;
}

Io TlsSession::write(std::string_view plain) {
  ERR_clear_error();
  std::size_t n = 0;
  if (broken_) return Io::kBroken;
  return SSL_write_ex(ssl_, plain.data(), plain.size(), &n) == 1 ? Io::kOk : Io::kBroken;
}

void TlsSession::shut_down() {
  ERR_clear_error();
  if (established_ && !broken_) SSL_shutdown(ssl_);
}

void TlsSession::fill_info() {
  info_.version = SSL_get_version(ssl_);
  info_.cipher = SSL_get_cipher_name(ssl_);
  if (auto* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name)) info_.sni = name;
  std::array<unsigned char, 64> out;
  auto bytes = [&](std::size_t n) { return std::string(reinterpret_cast<char*>(out.data()), n); };
  if (SSL_version(ssl_) >= TLS1_3_VERSION) {  // RFC 9266 2
    constexpr std::string_view label = "EXPORTER-Channel-Binding";
    if (SSL_export_keying_material(ssl_, out.data(), 32, label.data(), label.size(), nullptr, 0,
                                   0) == 1)
      info_.exporter = bytes(32);
  } else {  // RFC 5929 3.1: the first Finished: the client's, or the server's when resumed
    bool own = (client_ != nullptr) != (SSL_session_reused(ssl_) == 1);
    info_.unique = bytes(own ? SSL_get_finished(ssl_, out.data(), out.size())
                             : SSL_get_peer_finished(ssl_, out.data(), out.size()));
  }
  if (client_)
    fill_client_info();
  else
    fill_server_info();
}

void TlsSession::fill_server_info() {
  // A resumed session shows no certificate: known only where there is but one to show.
  auto& server = static_cast<const TlsServerImpl&>(*server_);
  auto set = server.certificates();
  auto chosen = server.choose(*set, info_.sni.empty() ? nullptr : info_.sni.c_str());
  if (!SSL_session_reused(ssl_))
    info_.server_end_point = end_point(SSL_get_certificate(ssl_));
  else if (chosen.size() == 1)
    info_.server_end_point = end_point(chosen[0]->leaf.get());
}

void TlsSession::fill_client_info() {
  X509Ptr leaf(SSL_get1_peer_certificate(ssl_));
  info_.server_end_point = end_point(leaf.get());
  info_.certificate = describe_certificate(ssl_, leaf.get());
}

}  // namespace hato::net
