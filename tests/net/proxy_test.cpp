// SPDX-License-Identifier: Apache-2.0
#include "net/proxy.h"

#include <gtest/gtest.h>

#include "server.h"

namespace hato::net {
namespace {

using namespace std::string_literals;

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string v2(char command, char family, const std::string& body) {
  auto n = body.size();
  return kSignature + command + family + char(n >> 8) + char(n) + body;
}

const std::string kV4Body = "\xc0\x00\x02\x07\xc6\x33\x64\x01\xc3\x50\x00\x19"s;
const std::string kV6Body = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x07" +
                            "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01" +
                            "\xc3\x50\x00\x19"s;

std::string told(const ProxyHeader& h) {
  switch (h.state) {
    case ProxyHeader::kMore:
      return "more";
    case ProxyHeader::kBad:
      return "bad";
    default:
      return std::to_string(h.size) + (h.client ? " " + h.client->text() : "") +
             (h.server ? " " + h.server->text() : "");
  }
}

TEST(Proxy, ReadsBothVersions) {
  struct {
    std::string in, out;
  } cases[] = {
      {"PROXY TCP4 192.0.2.7 198.51.100.1 50000 25\r\nEHLO", "44 192.0.2.7:50000 198.51.100.1:25"},
      {"PROXY TCP6 2001:db8::7 2001:db8::1 50000 25\r\n",
       "45 [2001:db8::7]:50000 [2001:db8::1]:25"},
      {"PROXY UNKNOWN\r\n", "15"},
      {"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", "35"},
      {v2(0x21, 0x11, kV4Body) + "EHLO", "28 192.0.2.7:50000 198.51.100.1:25"},
      {v2(0x21, 0x21, kV6Body), "52 [2001:db8::7]:50000 [2001:db8::1]:25"},
      {v2(0x21, 0x11, kV4Body + "\x04\x00\x03xyz"s), "34 192.0.2.7:50000 198.51.100.1:25"},
      {v2(0x20, 0x11, kV4Body), "28"},  // LOCAL: the proxy's own
      {v2(0x20, 0x00, ""), "16"},
      {v2(0x21, 0x00, ""), "16"},                      // UNSPEC
      {v2(0x21, 0x31, std::string(216, 'x')), "232"},  // unix
  };
  for (auto& c : cases) {
    EXPECT_EQ(told(parse_proxy(c.in)), c.out) << c.in;
    auto size = parse_proxy(c.in).size;
    for (std::size_t n = 0; n < size; ++n)
      EXPECT_EQ(told(parse_proxy(c.in.substr(0, n))), "more") << c.in << " cut at " << n;
  }
}

TEST(Proxy, RefusesEverythingElse) {
  std::string cases[] = {
      "EHLO mail.hato.test\r\n",
      "PROXY\r\n",
      "PROXX",
      "\n",
      "PROXY TCP4 192.0.2.7 198.51.100.1 50000\r\n",
      "PROXY TCP4 192.0.2.7 198.51.100.1 50000 25 \r\n",
      "PROXY TCP4  192.0.2.7 198.51.100.1 50000 25\r\n",
      "PROXY TCP4 192.0.2.7 198.51.100.1 65536 25\r\n",
      "PROXY TCP4 192.0.2.7 198.51.100.1 050 25\r\n",
      "PROXY TCP4 192.0.2.7 198.51.100.1 -1 25\r\n",
      "PROXY TCP4 2001:db8::7 2001:db8::1 50000 25\r\n",
      "PROXY TCP6 192.0.2.7 198.51.100.1 50000 25\r\n",
      "PROXY TCP5 192.0.2.7 198.51.100.1 50000 25\r\n",
      "PROXY tcp4 192.0.2.7 198.51.100.1 50000 25\r\n",
      "PROXY TCP4 " + std::string(200, '1'),
      v2(0x11, 0x11, kV4Body),            // version 1 in binary
      v2(0x22, 0x11, kV4Body),            // no such command
      v2(0x21, 0x11, kV4Body.substr(1)),  // too short for its family
      v2(0x21, 0x21, kV4Body),
      v2(0x21, 0x11, std::string(60'000, 'x')),
  };
  for (auto& c : cases) EXPECT_EQ(told(parse_proxy(c)), "bad") << c;
}

Listener peer_listener(std::vector<Cidr> proxies) {
  Listener l{.name = "proxied", .address = "127.0.0.1"};
  l.proxy_from = std::move(proxies);
  l.max_per_ip = 1;
  l.refusal = [](const Error& e) { return "421 " + std::string(e.detail("ip")) + "\r\n"; };
  l.session = [](Stream& s) -> Task<void> {
    s.write(s.peer().ip.text() + " " + s.local().ip.text() + "\n");
    auto sent = co_await s.flush();
    if (!sent) co_return;
    if (s.input().empty()) {
      auto more = co_await s.fill();
      if (!more) co_return;
    }
    s.write(s.input());
  };
  return l;
}

const auto kLoopback = *Cidr::parse("127.0.0.0/8");

TEST(Proxy, AListenerTakesThePeerFromAProxyItTrusts) {
  TestServer server(peer_listener({kLoopback}));
  struct {
    std::string header, greeting;
  } cases[] = {
      {"PROXY TCP4 192.0.2.7 198.51.100.1 50000 25\r\n", "192.0.2.7 198.51.100.1\n"},
      {v2(0x21, 0x21, kV6Body), "2001:db8::7 2001:db8::1\n"},
      {v2(0x20, 0x00, ""), "127.0.0.1 127.0.0.1\n"},
  };
  for (auto& c : cases) {
    Client client(server.where);
    for (char b : c.header) client.send(std::string_view(&b, 1));
    client.send("x");
    EXPECT_EQ(client.line(), c.greeting);
    EXPECT_EQ(client.rest(), "x");
  }
  Client bad(server.where);
  bad.send("EHLO mail.hato.test\r\n");
  EXPECT_EQ(bad.rest(), "");
}

TEST(Proxy, ClientsBehindAProxyAreLimitedEachAndTheProxyIsNot) {
  TestServer server(peer_listener({kLoopback}));
  auto connect = [&](const std::string& ip) {
    Client c(server.where);
    c.send("PROXY TCP4 " + ip + " 198.51.100.1 50000 25\r\n");
    return c;
  };
  auto a = connect("192.0.2.7"), b = connect("192.0.2.8"), again = connect("192.0.2.7");
  EXPECT_EQ(a.line(), "192.0.2.7 198.51.100.1\n");
  EXPECT_EQ(b.line(), "192.0.2.8 198.51.100.1\n");
  EXPECT_EQ(again.rest(), "421 192.0.2.7\r\n");
}

TEST(Proxy, AHeaderFromAnybodyElseIsInputOfTheSession) {
  TestServer server(peer_listener({*Cidr::parse("192.0.2.0/24")}));
  Client c(server.where);
  c.send("PROXY TCP4 192.0.2.7 198.51.100.1 50000 25\r\n");
  EXPECT_EQ(c.line(), "127.0.0.1 127.0.0.1\n");
  EXPECT_EQ(c.rest(), "PROXY TCP4 192.0.2.7 198.51.100.1 50000 25\r\n");
}

TEST(Proxy, PrecedesImplicitTlsInOneSegmentToo) {
  TestFolder folder;
  CertificateFiles files{folder / "a.pem", folder / "a.key"};
  ASSERT_TRUE(make_self_signed(files, {"hato.test"}));
  auto l = peer_listener({kLoopback});
  l.tls = *load_tls({files});
  TestServer server(l);
  Client client(server.where);
  auto* context = SSL_CTX_new(TLS_client_method());
  auto* ssl = SSL_new(context);
  auto *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl, in, out);
  SSL_set_connect_state(ssl);
  std::string first = "PROXY TCP4 192.0.2.7 198.51.100.1 50000 25\r\n";
  std::string greeting;
  for (int i = 0; i < 20 && greeting.empty(); ++i) {
    char part[8192];
    if (auto n = SSL_read(ssl, part, sizeof part); n > 0) greeting.assign(part, std::size_t(n));
    char* data = nullptr;
    if (auto n = BIO_get_mem_data(out, &data); n > 0) {
      client.send(std::exchange(first, "") + std::string(data, std::size_t(n)));
      (void)BIO_reset(out);
    }
    if (!greeting.empty()) break;
    auto n = ::recv(client.fd(), part, sizeof part, 0);
    if (n > 0) BIO_write(in, part, int(n));
  }
  EXPECT_EQ(greeting, "192.0.2.7 198.51.100.1\n");
  SSL_free(ssl);
  SSL_CTX_free(context);
}

}  // namespace
}  // namespace hato::net
