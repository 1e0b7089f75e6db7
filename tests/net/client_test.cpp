// SPDX-License-Identifier: Apache-2.0
#include "net/client.h"

#include <openssl/evp.h>

#include <fstream>

#include "net/testing.h"
#include "server.h"

namespace hato::net {
namespace {

using namespace std::chrono_literals;

std::string shell(const std::string& command) {
  std::string out;
  auto* pipe = ::popen(("( " + command + " ) 2>/dev/null").c_str(), "r");
  char part[4096];
  while (auto n = ::fread(part, 1, sizeof part, pipe)) out.append(part, n);
  ::pclose(pipe);
  return out;
}

// An authority, and a certificate of it for mx.example.test.
struct Pki {
  TestFolder folder;
  std::string ca = folder / "ca.pem", chain = folder / "leaf.pem", key = folder / "leaf.key";
  explicit Pki(const std::string& dates = "-days 30") {
    shell("cd " + (folder / "") +
          " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
          " -subj /CN=authority -keyout ca.key -out ca.pem"
          " && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=leaf"
          " -keyout leaf.key -out leaf.csr"
          " && printf 'subjectAltName=DNS:mx.example.test' > ext"
          " && openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile "
          "ext " +
          dates + " -out one.pem && cat one.pem ca.pem > leaf.pem");
  }
  // SHA-256 of the leaf's public key.
  std::string spki() const {
    return shell("cd " + (folder / "") +
                 " && openssl x509 -in one.pem -noout -pubkey | openssl pkey -pubin -outform DER"
                 " | openssl dgst -sha256 -binary");
  }
};

Task<void> greet(Stream& stream) {
  stream.write("hello\r\n");
  auto sent = co_await stream.flush();
  (void)sent;
}

Listener listener(const Pki* pki) {
  Listener l{.name = "test"};
  if (pki) l.tls = *load_tls({{pki->chain, pki->key}});
  l.session = greet;
  return l;
}

struct Outcome {
  std::optional<Error> error;
  std::string line;
  std::optional<TlsInfo> tls;
};

Task<void> visit(ConnectOptions options, std::shared_ptr<const TlsClient> client, TlsPeer peer,
                 Outcome& out) {
  auto made = co_await connect(options);
  if (!made) {
    out.error = made.error();
    co_return;
  }
  auto& stream = **made;
  stream.set_timeout(5s);
  if (client) {
    auto secured = co_await stream.start_tls(client, peer);
    if (stream.tls()) out.tls = *stream.tls();
    if (!secured) {
      out.error = secured.error();
      co_await stream.close();
      co_return;
    }
  }
  auto got = co_await stream.fill();
  if (got) out.line = stream.input();
  co_await stream.close();
}

Outcome visit(const ConnectOptions& options, std::shared_ptr<const TlsClient> client = {},
              const TlsPeer& peer = {}) {
  TestLoop loop;
  Outcome out;
  loop.start(visit(options, std::move(client), peer, out));
  loop.run();
  return out;
}

TEST(Client, ReadsWhatTheOtherSideSays) {
  TestServer server(listener(nullptr));
  EXPECT_EQ(visit({.to = server.where}).line, "hello\r\n");
}

TEST(Client, SaysWhyItCannotConnect) {
  Endpoint closed;
  {
    TestServer server(listener(nullptr));
    closed = server.where;
  }
  auto refused = visit({.to = closed}).error;
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->id(), ErrorId::kConnectRefused);
  EXPECT_EQ(refused->detail("address"), closed.text());
  auto strange = visit({.to = closed, .from = Ip::parse("198.51.100.7")}).error;
  ASSERT_TRUE(strange);
  EXPECT_EQ(strange->id(), ErrorId::kConnectFailed);
}

TEST(Client, GivesUpOnAHostThatDoesNotAnswer) {
  // A listener whose queue is full drops what comes.
  UniqueFd full(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(full.get(), reinterpret_cast<sockaddr*>(&a), sizeof a), 0);
  ASSERT_EQ(::listen(full.get(), 0), 0);
  socklen_t size = sizeof a;
  ::getsockname(full.get(), reinterpret_cast<sockaddr*>(&a), &size);
  Endpoint to{*Ip::parse("127.0.0.1"), ntohs(a.sin_port), {}};
  Client first(to);
  auto error = visit({.to = to, .timeout = 300ms}).error;
  ASSERT_TRUE(error);
  EXPECT_EQ(error->id(), ErrorId::kConnectTimeout);
}

struct Case {
  const char* name;
  TlsPeer peer;
  bool own_authority, accepted, verified;
  const char* problem;
};

TEST(ClientTls, DemandsWhatItIsTold) {
  Pki pki;
  TestServer server(listener(&pki));
  auto own = *load_tls_client(pki.ca);
  auto system = *load_tls_client();
  std::string wrong(32, 'x');
  const Case cases[] = {
      {"name", {.name = "mx.example.test", .demand = TlsPeer::kName}, true, true, true, ""},
      {"another name",
       {.name = "mx.example.com", .demand = TlsPeer::kName},
       true,
       false,
       false,
       "hostname mismatch"},
      {"second name",
       {.name = "example.com", .demand = TlsPeer::kName, .names = {"mx.example.test"}},
       true,
       true,
       true,
       ""},
      {"stranger",
       {.name = "mx.example.test", .demand = TlsPeer::kName},
       false,
       false,
       false,
       "self-signed certificate in certificate chain"},
      {"nothing demanded",
       {.name = "mx.example.test"},
       false,
       true,
       false,
       "self-signed certificate in certificate chain"},
      {"nothing demanded, all well", {.name = "mx.example.test"}, true, true, true, ""},
      // RFC 7672 3.1.1: with DANE-EE neither name nor authority counts
      {"dane-ee",
       {.name = "other.test", .demand = TlsPeer::kDane, .tlsa = {{3, 1, 1, pki.spki()}}},
       false,
       true,
       true,
       ""},
      {"dane mismatch",
       {.name = "mx.example.test", .demand = TlsPeer::kDane, .tlsa = {{3, 1, 1, wrong}}},
       true,
       false,
       false,
       "no matching DANE TLSA records"},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto out = visit({.to = server.where}, c.own_authority ? own : system, c.peer);
    EXPECT_EQ(!out.error, c.accepted);
    ASSERT_TRUE(out.tls);
    auto& certificate = out.tls->certificate;
    EXPECT_EQ(certificate.verified, c.verified);
    EXPECT_EQ(certificate.problem, c.problem);
    EXPECT_EQ(certificate.subject, "CN=leaf");
    EXPECT_EQ(certificate.names, std::vector<std::string>{"mx.example.test"});
    if (c.accepted) {
      EXPECT_EQ(out.line, "hello\r\n");
    }
    if (!c.accepted) {
      EXPECT_EQ(out.error->detail("reason"), c.problem);
    }
  }
}

TEST(ClientTls, TellsAnExpiredCertificate) {
  Pki pki("-days -1");
  TestServer server(listener(&pki));
  auto out = visit({.to = server.where}, *load_tls_client(pki.ca),
                   {.name = "mx.example.test", .demand = TlsPeer::kName});
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->detail("reason"), "certificate has expired");
  EXPECT_GT(out.tls->certificate.not_after, 0);
}

TEST(ClientTls, TellsAServerThatDoesNotSpeakTls) {
  TestServer server(listener(nullptr));
  auto out = visit({.to = server.where}, *load_tls_client(), {.name = "mx.example.test"});
  ASSERT_TRUE(out.error);
  EXPECT_EQ(out.error->id(), ErrorId::kTlsFailed);
  EXPECT_EQ(out.error->detail("reason"), "the other side did not begin with TLS");
}

TEST(ClientTls, KnowsWhichTlsaRecordsAreUsable) {  // RFC 7672 3.1.3
  EXPECT_FALSE(usable_tlsa({}));
  EXPECT_TRUE(usable_tlsa({{3, 1, 1, std::string(32, 'x')}}));
  EXPECT_TRUE(usable_tlsa({{2, 0, 0, "certificate"}}));
  EXPECT_FALSE(usable_tlsa({{1, 1, 1, std::string(32, 'x')}}));
  EXPECT_FALSE(usable_tlsa({{3, 1, 1, "short"}}));
  EXPECT_FALSE(usable_tlsa({{3, 7, 1, std::string(32, 'x')}}));
  EXPECT_FALSE(usable_tlsa({{3, 1, 9, std::string(32, 'x')}}));
}

TEST(ClientTls, NeedsReadableAuthorities) {
  auto none = load_tls_client("/nowhere/ca.pem");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().id(), ErrorId::kCertificateUnreadable);
}

}  // namespace
}  // namespace hato::net
