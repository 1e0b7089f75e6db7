// SPDX-License-Identifier: Apache-2.0
// The resolver against nsd with a signed zone, a broken one and a plain one.
#include "net/dns.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/wait.h>

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

std::uint16_t free_port() {
  UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(fd.get(), reinterpret_cast<sockaddr*>(&a), sizeof a);
  socklen_t size = sizeof a;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&a), &size);
  return ntohs(a.sin_port);
}

constexpr const char* kZone = R"($TTL 300
@ IN SOA ns host 1 3600 600 86400 300
@ IN NS ns
ns IN A 127.0.0.1
@ IN MX 20 backup
@ IN MX 10 Mail
mail IN A 192.0.2.7
mail IN AAAA 2001:db8::7
backup IN A 192.0.2.8
alias IN CNAME mail
@ IN TXT "v=spf1 ip4:192.0.2.0/24 " "-all"
null IN MX 0 .
_25._tcp.mail IN TLSA 3 1 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
)";

class Nsd {
 public:
  Nsd() {
    for (auto zone : {"plain.test", "signed.test", "broken.test"})
      std::ofstream(folder / zone) << "$ORIGIN " << zone << ".\n" << kZone;
    for (auto zone : {"signed.test", "broken.test"}) sign(zone);
    shell("sed -i 's/192.0.2.7$/192.0.2.66/' " + (folder / "broken.test.signed"));
    std::ofstream conf(folder / "nsd.conf");
    conf << "server:\n  ip-address: 127.0.0.1@" << port
         << "\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"" << (folder / "")
         << "\"\n  pidfile: \"\"\n  database: \"\"\n  server-count: 1\n  xfrdfile: \""
         << (folder / "xfrd") << "\"\n  zonelistfile: \"" << (folder / "list")
         << "\"\nremote-control:\n  control-enable: no\n"
         << "zone:\n  name: plain.test\n  zonefile: plain.test\n"
         << "zone:\n  name: signed.test\n  zonefile: signed.test.signed\n"
         << "zone:\n  name: broken.test\n  zonefile: broken.test.signed\n";
    conf.close();
    pid_ = ::fork();
    if (pid_ == 0) {
      auto file = folder / "nsd.conf";
      ::execl("/usr/sbin/nsd", "nsd", "-d", "-c", file.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~Nsd() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }

  ResolverOptions options() const {
    return {.forward = {"127.0.0.1@" + std::to_string(port)}, .anchors = anchors, .timeout = 10s};
  }

  TestFolder folder;
  const std::uint16_t port = free_port();
  std::vector<std::string> anchors;

 private:
  void sign(const std::string& zone) {
    auto key = shell("cd " + (folder / "") + " && ldns-keygen -a ECDSAP256SHA256 -k " + zone);
    if (key.ends_with('\n')) key.pop_back();
    shell("cd " + (folder / "") + " && ldns-signzone " + zone + " " + key);
    std::ifstream ds(folder / (key + ".ds").c_str());
    std::string line;
    std::getline(ds, line);
    anchors.push_back(line);
  }
  pid_t pid_ = 0;
};

Task<void> ask(Resolver& resolver, std::string name, std::uint16_t type,
               std::optional<Result<DnsAnswer>>& out) {
  auto answer = co_await resolver.query(name, type);
  out.emplace(std::move(answer));
}

Result<DnsAnswer> ask(Resolver& resolver, const std::string& name, std::uint16_t type) {
  TestLoop loop;
  std::optional<Result<DnsAnswer>> out;
  loop.start(ask(resolver, name, type, out));
  loop.run();
  return std::move(*out);
}

class Dns : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    nsd_ = std::make_unique<Nsd>();
    resolver_ = std::move(*open_resolver(nsd_->options()));
    for (int i = 0; i < 50 && !ask(*resolver_, "ns.plain.test", kA); ++i) {
    }
  }
  static void TearDownTestSuite() {
    resolver_.reset();
    nsd_.reset();
  }
  static std::unique_ptr<Nsd> nsd_;
  static std::unique_ptr<Resolver> resolver_;
};
std::unique_ptr<Nsd> Dns::nsd_;
std::unique_ptr<Resolver> Dns::resolver_;

TEST_F(Dns, ReadsWhatMailNeeds) {
  auto mx = ask(*resolver_, "plain.test", kMx);
  ASSERT_TRUE(mx);
  auto hosts = parse_mx(*mx);
  ASSERT_EQ(hosts.size(), 2u);
  EXPECT_EQ(hosts[0].host, "mail.plain.test");
  EXPECT_EQ(hosts[0].preference, 10);
  EXPECT_EQ(hosts[1].host, "backup.plain.test");
  auto a = ask(*resolver_, "alias.plain.test", kA);
  ASSERT_TRUE(a);
  EXPECT_EQ(a->canonical, "mail.plain.test");
  EXPECT_EQ(parse_ips(*a), std::vector<Ip>{*Ip::parse("192.0.2.7")});
  auto aaaa = ask(*resolver_, "mail.plain.test", kAaaa);
  ASSERT_TRUE(aaaa);
  EXPECT_EQ(parse_ips(*aaaa), std::vector<Ip>{*Ip::parse("2001:db8::7")});
  auto txt = ask(*resolver_, "plain.test", kTxt);
  ASSERT_TRUE(txt);
  EXPECT_EQ(parse_txt(*txt), std::vector<std::string>{"v=spf1 ip4:192.0.2.0/24 -all"});
  auto null = ask(*resolver_, "null.plain.test", kMx);
  ASSERT_TRUE(null);
  EXPECT_EQ(parse_mx(*null).at(0).host, "");
  auto tlsa = ask(*resolver_, "_25._tcp.mail.signed.test", kTlsa);
  ASSERT_TRUE(tlsa);
  EXPECT_EQ(parse_tlsa(*tlsa).at(0).usage, 3);
  EXPECT_EQ(parse_tlsa(*tlsa).at(0).data.size(), 32u);
}

TEST_F(Dns, SaysWhatDnssecProves) {
  auto plain = ask(*resolver_, "mail.plain.test", kA);
  auto good = ask(*resolver_, "mail.signed.test", kA);
  auto none = ask(*resolver_, "nobody.signed.test", kA);
  ASSERT_TRUE(plain && good && none);
  EXPECT_FALSE(plain->secure);
  EXPECT_TRUE(good->secure);
  EXPECT_FALSE(none->exists);
  EXPECT_TRUE(none->secure);
  auto forged = ask(*resolver_, "mail.broken.test", kA);
  ASSERT_FALSE(forged);
  EXPECT_EQ(forged.error().id(), ErrorId::kDnsBogus);
}

TEST_F(Dns, TellsNoSuchNameFromNoSuchRecord) {
  auto name = ask(*resolver_, "nobody.plain.test", kMx);
  auto record = ask(*resolver_, "mail.plain.test", kMx);
  ASSERT_TRUE(name && record);
  EXPECT_FALSE(name->exists);
  EXPECT_TRUE(record->exists);
  EXPECT_FALSE(record->found());
}

TEST_F(Dns, TellsFailureFromAbsence) {
  auto refused = ask(*resolver_, "elsewhere.example", kA);  // nsd refuses what it has not
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().id(), ErrorId::kDnsFailed);
  EXPECT_EQ(refused.error().detail("name"), "elsewhere.example");
  EXPECT_EQ(refused.error().detail("type"), "A");
}

TEST(DnsTimeout, ComesWhateverTheServerDoes) {
  UniqueFd silent(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(silent.get(), reinterpret_cast<sockaddr*>(&a), sizeof a), 0);
  socklen_t size = sizeof a;
  ::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&a), &size);
  auto resolver = open_resolver(
      {.forward = {"127.0.0.1@" + std::to_string(ntohs(a.sin_port))}, .timeout = 300ms});
  ASSERT_TRUE(resolver);
  auto answer = ask(**resolver, "mail.example", kA);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().id(), ErrorId::kDnsTimeout);
}

TEST(DnsOptions, AreRefusedWhereTheyMakeNoSense) {
  auto resolver = open_resolver({.forward = {"not an address"}});
  ASSERT_FALSE(resolver);
  EXPECT_EQ(resolver.error().id(), ErrorId::kResolverUnusable);
}

TEST(DnsRecords, MalformedOnesAreLeftOut) {
  DnsAnswer bad{.data = {"", "\x01",
                         std::string("\x00\x0a\x05"
                                     "ab",
                                     5),
                         "\xff"}};
  EXPECT_TRUE(parse_mx(bad).empty());
  EXPECT_TRUE(parse_ips(bad).empty());
  EXPECT_TRUE(parse_tlsa({.data = {"", "\x03\x01"}}).empty());
  EXPECT_TRUE(parse_names(bad).empty());
  EXPECT_EQ(reverse_name(*Ip::parse("192.0.2.1")), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_name(*Ip::parse("2001:db8::1")),
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

}  // namespace
}  // namespace hato::net
