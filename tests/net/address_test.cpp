// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "net/stream.h"

namespace hato::net {
namespace {

TEST(Ip, ReadsAndWritesBothFamilies) {
  struct {
    const char *in, *text, *literal;
    bool v4, loopback;
  } cases[] = {
      {"192.0.2.1", "192.0.2.1", "[192.0.2.1]", true, false},
      {"127.8.9.1", "127.8.9.1", "[127.8.9.1]", true, true},
      {"::ffff:192.0.2.1", "192.0.2.1", "[192.0.2.1]", true, false},
      {"::1", "::1", "[IPv6:::1]", false, true},
      {"2001:DB8:0:0::1", "2001:db8::1", "[IPv6:2001:db8::1]", false, false},
      {"0.0.0.0", "0.0.0.0", "[0.0.0.0]", true, false},
  };
  for (auto& c : cases) {
    auto ip = Ip::parse(c.in);
    ASSERT_TRUE(ip) << c.in;
    EXPECT_EQ(ip->text(), c.text);
    EXPECT_EQ(ip->smtp_literal(), c.literal);
    EXPECT_EQ(ip->is_v4(), c.v4) << c.in;
    EXPECT_EQ(ip->is_loopback(), c.loopback) << c.in;
  }
}

TEST(Ip, RefusesWhatIsNone) {
  using namespace std::string_view_literals;
  for (auto text :
       {""sv, "1.2.3"sv, "1.2.3.4.5"sv, "01.2.3.4"sv, "256.1.1.1"sv, "::g"sv, "1.2.3.4 "sv,
        "::1%lo"sv, "1.2.3.4\0x"sv, "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111"sv})
    EXPECT_FALSE(Ip::parse(text)) << text;
}

TEST(Cidr, ContainsItsNetworkOnly) {
  struct {
    const char *net, *ip;
    bool in;
  } cases[] = {
      {"192.0.2.0/24", "192.0.2.255", true},
      {"192.0.2.0/24", "192.0.3.0", false},
      {"192.0.2.77/25", "192.0.2.1", true},
      {"192.0.2.77/25", "192.0.2.128", false},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.2", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "192.0.2.1", false},
      {"2001:db8::/33", "2001:db8:7fff::", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
      {"::ffff:192.0.2.0/120", "192.0.2.9", true},
  };
  for (auto& c : cases)
    EXPECT_EQ(Cidr::parse(c.net)->contains(*Ip::parse(c.ip)), c.in) << c.net << " " << c.ip;
  for (auto bad : {"", "/", "192.0.2.0/33", "192.0.2.0/", "::/129", "192.0.2.0/-1", "x/8"})
    EXPECT_FALSE(Cidr::parse(bad)) << bad;
}

TEST(Endpoint, TellsHostAndPort) {
  EXPECT_EQ((Endpoint{*Ip::parse("192.0.2.1"), 25, {}}).text(), "192.0.2.1:25");
  EXPECT_EQ((Endpoint{*Ip::parse("::1"), 25, {}}).text(), "[::1]:25");
  EXPECT_EQ((Endpoint{{}, 0, "/run/lmtp"}).text(), "unix:/run/lmtp");
}

}  // namespace
}  // namespace hato::net
