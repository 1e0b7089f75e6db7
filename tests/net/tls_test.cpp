// SPDX-License-Identifier: Apache-2.0
#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "server.h"

namespace hato::net {
namespace {

using namespace std::chrono_literals;

std::string shell(const std::string& command) {
  std::string out;
  auto* pipe = ::popen(("( " + command + " ) 2>&1").c_str(), "r");
  char part[4096];
  while (auto n = ::fread(part, 1, sizeof part, pipe)) out.append(part, n);
  ::pclose(pipe);
  return out;
}

struct Keys {
  TestFolder folder;
  CertificateFiles pair(const char* name) const {
    return {folder / (std::string(name) + ".pem").c_str(),
            folder / (std::string(name) + ".key").c_str()};
  }
  CertificateFiles ecdsa(const char* name, std::vector<std::string> names) const {
    EXPECT_TRUE(make_self_signed(pair(name), names));
    return pair(name);
  }
  CertificateFiles rsa(const char* name, const std::string& host) const {
    auto files = pair(name);
    shell("openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=" + host +
          " -addext subjectAltName=DNS:" + host + " -keyout " + files.key + " -out " + files.chain);
    return files;
  }
};

// A line "STARTTLS" begins TLS, "info" tells what TLS says of itself, others are echoed.
Task<void> session(Stream& s, std::shared_ptr<const TlsServer> server) {
  s.set_timeout(2s);
  for (;;) {
    auto sent = co_await s.flush();
    if (!sent) co_return;
    auto end = s.input().find('\n');
    if (end == std::string_view::npos) {
      auto more = co_await s.fill();
      if (!more) co_return;
      continue;
    }
    std::string line(s.input().substr(0, end));
    s.consume(end + 1);
    if (line == "STARTTLS") {
      s.write("go\n");
      auto flushed = co_await s.flush();
      auto secured = co_await s.start_tls(server);
      if (secured) continue;
      s.write(secured.error().id() == ErrorId::kStarttlsInjection ? "injection\n" : "failed\n");
      co_return;
    }
    auto* tls = s.tls();
    if (line == "info" && tls)
      line = tls->version + " " + tls->sni + " " + to_hex(tls->exporter) + " " +
             to_hex(tls->unique) + " " + to_hex(tls->server_end_point);
    s.write(line + "\n");
  }
}

Listener tls_listener(std::shared_ptr<const TlsServer> server, bool implicit = true) {
  Listener l{.name = "tls"};
  l.max_per_ip = 0;
  if (implicit) l.tls = server;
  l.session = [server](Stream& s) { return session(s, server); };
  return l;
}

// OpenSSL's own client.
class TlsClient {
 public:
  struct Options {
    int version = 0;
    const char* sni = nullptr;
    const char* signatures = nullptr;
    SSL_SESSION* resume = nullptr;
  };
  explicit TlsClient(const Endpoint& to) : TlsClient(to, Options{}) {}
  TlsClient(const Endpoint& to, Options o) : plain(to) { start(o); }
  TlsClient(const Endpoint& to, std::string_view before, Options o) : plain(to) {
    plain.send(before);
    plain.line();
    start(o);
  }
  ~TlsClient() {
    if (ok) SSL_shutdown(ssl);  // or the session would count as broken
    SSL_free(ssl);
    SSL_CTX_free(context);
  }
  std::string ask(const std::string& line) {
    SSL_write(ssl, line.data(), int(line.size()));
    std::string out;
    for (char c; !out.ends_with('\n') && SSL_read(ssl, &c, 1) == 1;) out += c;
    return out;
  }
  std::string host() const {
    auto* leaf = SSL_get0_peer_certificate(ssl);
    char name[256] = {};
    if (leaf) X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name, 256);
    return name;
  }
  int key_type() const {
    return EVP_PKEY_get_base_id(X509_get0_pubkey(SSL_get0_peer_certificate(ssl)));
  }

  Client plain;
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* ssl = nullptr;
  bool ok = false;

 private:
  void start(Options o) {
    SSL_CTX_set_security_level(context, 0);
    if (o.version) {
      SSL_CTX_set_min_proto_version(context, o.version);
      SSL_CTX_set_max_proto_version(context, o.version);
    }
    if (o.signatures) SSL_CTX_set1_sigalgs_list(context, o.signatures);
    ssl = SSL_new(context);
    if (o.sni) SSL_set_tlsext_host_name(ssl, o.sni);
    if (o.resume) SSL_set_session(ssl, o.resume);
    SSL_set_fd(ssl, plain.fd());
    ok = SSL_connect(ssl) == 1;
  }
};

std::string finished(SSL* ssl, bool mine) {
  unsigned char out[64];
  auto n = mine ? SSL_get_finished(ssl, out, 64) : SSL_get_peer_finished(ssl, out, 64);
  return to_hex({reinterpret_cast<char*>(out), n});
}

std::string exporter(SSL* ssl) {
  unsigned char out[32];
  SSL_export_keying_material(ssl, out, 32, "EXPORTER-Channel-Binding", 24, nullptr, 0, 0);
  return to_hex({reinterpret_cast<char*>(out), 32});
}

std::string end_point(SSL* ssl) {
  unsigned char out[64];
  unsigned n = 0;
  X509_digest(SSL_get0_peer_certificate(ssl), EVP_sha256(), out, &n);
  return to_hex({reinterpret_cast<char*>(out), n});
}

TEST(Tls, BothVersionsImplicitAndStarttlsWithMatchingChannelBindings) {
  Keys keys;
  auto server = *load_tls({keys.ecdsa("a", {"mail.hato.test"})});
  for (bool implicit : {true, false})
    for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      TestServer running(tls_listener(server, implicit));
      TlsClient::Options o{.version = version, .sni = "mail.hato.test"};
      auto client = implicit ? std::make_unique<TlsClient>(running.where, o)
                             : std::make_unique<TlsClient>(running.where, "STARTTLS\n", o);
      ASSERT_TRUE(client->ok);
      EXPECT_EQ(client->ask("hello\n"), "hello\n");
      bool v3 = version == TLS1_3_VERSION;
      EXPECT_EQ(client->ask("info\n"),
                (v3 ? "TLSv1.3 mail.hato.test " + exporter(client->ssl) + " "
                    : "TLSv1.2 mail.hato.test  " + finished(client->ssl, true)) +
                    " " + end_point(client->ssl) + "\n");
    }
}

TEST(Tls, OldVersionsAreRefused) {
  Keys keys;
  auto server = *load_tls({keys.ecdsa("a", {"hato.test"})});
  TestServer running(tls_listener(server));
  for (int version : {TLS1_VERSION, TLS1_1_VERSION})
    EXPECT_FALSE(TlsClient(running.where, {.version = version}).ok);
}

TEST(Tls, ChoosesTheCertificateByNameAndKeyType) {
  Keys keys;
  auto server = *load_tls({keys.ecdsa("a", {"mail.hato.test"}), keys.rsa("b", "mail.hato.test"),
                           keys.ecdsa("c", {"mail.example.jp", "*.example.com"})});
  TestServer running(tls_listener(server));
  struct {
    const char *sni, *signatures, *host;
    int key;
  } cases[] = {
      {nullptr, nullptr, "mail.hato.test", EVP_PKEY_EC},
      {"mail.hato.test", nullptr, "mail.hato.test", EVP_PKEY_EC},
      {"MAIL.hato.test", nullptr, "mail.hato.test", EVP_PKEY_EC},
      {"mail.hato.test", "RSA-PSS+SHA256:RSA+SHA256", "mail.hato.test", EVP_PKEY_RSA},
      {"mail.example.jp", nullptr, "mail.example.jp", EVP_PKEY_EC},
      {"imap.example.com", nullptr, "mail.example.jp", EVP_PKEY_EC},
      {"unknown.test", nullptr, "mail.hato.test", EVP_PKEY_EC},
      {"unknown.test", "RSA-PSS+SHA256:RSA+SHA256", "mail.hato.test", EVP_PKEY_RSA},
  };
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (auto& c : cases) {
      TlsClient client(running.where,
                       {.version = version, .sni = c.sni, .signatures = c.signatures});
      ASSERT_TRUE(client.ok) << (c.sni ? c.sni : "-");
      EXPECT_EQ(client.host(), c.host) << (c.sni ? c.sni : "-");
      EXPECT_EQ(client.key_type(), c.key) << (c.sni ? c.sni : "-");
    }
}

TEST(Tls, SessionsAreResumedByTickets) {
  Keys keys;
  auto server = *load_tls({keys.ecdsa("a", {"hato.test"})});
  TestServer running(tls_listener(server), {.threads = 2});
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient first(running.where, {.version = version, .sni = "hato.test"});
    ASSERT_TRUE(first.ok);
    first.ask("x\n");
    auto* ticket = SSL_get1_session(first.ssl);
    for (int i = 0; i < 2; ++i) {
      TlsClient second(running.where, {.version = version, .sni = "hato.test", .resume = ticket});
      ASSERT_TRUE(second.ok);
      EXPECT_TRUE(SSL_session_reused(second.ssl));
      bool v3 = version == TLS1_3_VERSION;
      // resumed in TLS 1.2, the server's Finished is the first
      EXPECT_EQ(second.ask("info\n"), (v3 ? "TLSv1.3 hato.test " + exporter(second.ssl) + " "
                                          : "TLSv1.2 hato.test  " + finished(second.ssl, false)) +
                                          " " + end_point(first.ssl) + "\n");
    }
    SSL_SESSION_free(ticket);
  }
}

TEST(Tls, ReloadTakesTheNewCertificateOrKeepsTheOld) {
  Keys keys;
  auto server = *load_tls({keys.ecdsa("a", {"old.hato.test"})});
  TestServer running(tls_listener(server));
  keys.ecdsa("a", {"new.hato.test"});
  ASSERT_TRUE(server->reload());
  EXPECT_EQ(TlsClient(running.where).host(), "new.hato.test");
  std::ofstream(keys.pair("a").chain) << "no certificate";
  auto failed = server->reload();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().id(), ErrorId::kCertificateUnreadable);
  EXPECT_EQ(TlsClient(running.where).host(), "new.hato.test");
}

TEST(Tls, TellsWhatIsWrongWithFiles) {
  Keys keys;
  auto good = keys.ecdsa("a", {"hato.test"}), other = keys.ecdsa("b", {"hato.test"});
  auto garbage = keys.folder / "garbage", locked = keys.folder / "locked";
  std::ofstream(garbage) << "-----BEGIN CERTIFICATE-----\nx\n";
  shell("openssl ec -aes256 -passout pass:x -in " + good.key + " -out " + locked);
  struct {
    CertificateFiles files;
    ErrorId id;
    std::string about;
  } cases[] = {
      {{"/no/such", good.key}, ErrorId::kCertificateUnreadable, "/no/such"},
      {{good.chain, "/no/such"}, ErrorId::kCertificateUnreadable, "/no/such"},
      {{"/", good.key}, ErrorId::kCertificateUnreadable, "/"},
      {{garbage, good.key}, ErrorId::kCertificateUnreadable, garbage},
      {{good.chain, garbage}, ErrorId::kCertificateUnreadable, garbage},
      {{good.key, good.key}, ErrorId::kCertificateUnreadable, good.key},
      {{good.chain, locked}, ErrorId::kCertificateUnreadable, locked},
      {{good.chain, other.key}, ErrorId::kCertificateKeyMismatch, good.chain},
  };
  for (auto& c : cases) {
    auto loaded = load_tls({c.files});
    ASSERT_FALSE(loaded) << c.about;
    EXPECT_EQ(loaded.error().id(), c.id) << c.about;
    EXPECT_EQ(loaded.error().detail("file"), c.about);
  }
  EXPECT_FALSE(load_tls({}));
  auto unwritable = make_self_signed({"/no/such/a.pem", "/no/such/a.key"}, {"hato.test"});
  ASSERT_FALSE(unwritable);
  EXPECT_EQ(unwritable.error().id(), ErrorId::kCertificateUnwritable);
}

TEST(Tls, SelfSignedHasItsNamesAndModes) {
  Keys keys;
  auto files = keys.ecdsa("a", {"mail.hato.test", "hato.test", "127.0.0.1"});
  auto text = shell("openssl x509 -noout -text -in " + files.chain);
  for (auto part : {"CN = mail.hato.test",
                    "DNS:mail.hato.test, DNS:hato.test, IP Address:127.0.0.1", "NIST CURVE: P-256"})
    EXPECT_TRUE(text.contains(part)) << part << "\n" << text;
  struct stat st{};
  ::stat(files.key.c_str(), &st);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
}

TEST(Tls, PlaintextBeforeTheHandshakeEndsTheSession) {
  Keys keys;
  auto server = *load_tls({keys.ecdsa("a", {"hato.test"})});
  TestServer running(tls_listener(server, false));
  Client together(running.where), after(running.where);
  together.send("STARTTLS\nMAIL FROM:<x@hato.test>\n");
  EXPECT_EQ(together.rest(), "go\ninjection\n");
  after.send("STARTTLS\n");
  EXPECT_EQ(after.line(), "go\n");
  after.send("MAIL FROM:<x@hato.test>\n");
  EXPECT_TRUE(after.rest().ends_with("injection\n"));
}

TEST(Tls, BrokenHandshakesEndAndLeaveOthersAlone) {
  Keys keys;
  auto server = *load_tls({keys.ecdsa("a", {"hato.test"})});
  TestServer running(tls_listener(server));
  TestServer starttls(tls_listener(server, false));
  Client garbage(running.where), vanishes(running.where), half(starttls.where);
  garbage.send("EHLO mail.hato.test\r\n");
  EXPECT_NE(garbage.rest(), "(timeout)");
  vanishes.send("\x16\x03\x01\x02");
  vanishes.close();
  half.send("STARTTLS\n");
  EXPECT_EQ(half.line(), "go\n");
  half.send("\x16\x03\x01\x02");  // and no more: the session's 2 s end it
  EXPECT_NE(half.rest(), "(timeout)");
  EXPECT_EQ(TlsClient(running.where).ask("x\n"), "x\n");
}

TEST(Tls, LargeTransfersBothWaysAndACleanEnd) {
  Keys keys;
  auto server = *load_tls({keys.ecdsa("a", {"hato.test"})});
  TestServer running(tls_listener(server));
  TlsClient client(running.where);
  ASSERT_TRUE(client.ok);
  std::string line(200'000, 'x');
  line += '\n';
  for (int i = 0; i < 20; ++i) ASSERT_EQ(client.ask(line), line);
  running.stop();
  char c;
  EXPECT_EQ(SSL_read(client.ssl, &c, 1), 0);
  EXPECT_EQ(SSL_get_error(client.ssl, 0), SSL_ERROR_ZERO_RETURN);  // close_notify came
}

TEST(Tls, WorksWithTheOpensslCommand) {
  Keys keys;
  auto server = *load_tls({keys.ecdsa("a", {"hato.test"}), keys.rsa("b", "hato.test")});
  TestServer running(tls_listener(server));
  auto at = running.where.text();
  for (std::string flags : {"-tls1_3", "-tls1_2", "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256",
                            "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256",
                            "-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA", "-no_ticket"}) {
    auto out = shell("(echo hello; sleep 0.2) | timeout 10 openssl s_client -quiet -connect " + at +
                     " -no_ign_eof -verify_return_error -CAfile " +
                     (flags.contains("RSA") ? keys.pair("b").chain : keys.pair("a").chain) +
                     " -servername hato.test " + flags);
    EXPECT_TRUE(out.contains("hello\n")) << flags << "\n" << out;
  }
  auto weak = shell("echo hello | timeout 10 openssl s_client -quiet -connect " + at +
                    " -tls1_2 -cipher AES128-SHA:@SECLEVEL=0");
  EXPECT_FALSE(weak.contains("hello\n")) << weak;
}

}  // namespace
}  // namespace hato::net
