// SPDX-License-Identifier: Apache-2.0
#include "message/received.h"

#include <gtest/gtest.h>

namespace hato::message {
namespace {

TEST(Received, AHopOfOurOwnKind) {
  auto r = parse_received(
      " from mail.example (mail.example [IPv6:2001:db8::7])\r\n"
      "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
      "\tby mx.hato.test (Hato) with ESMTPS id 7ZQ2K0M1AB\r\n"
      "\tfor <taro@hato.test>; Tue, 24 Nov 2026 08:15:30 +0900");
  EXPECT_EQ(r.from, "mail.example");
  EXPECT_EQ(r.from_name, "mail.example");
  EXPECT_EQ(r.from_ip, "2001:db8::7");
  EXPECT_EQ(r.by, "mx.hato.test");
  EXPECT_EQ(r.with, "ESMTPS");
  EXPECT_EQ(r.id, "7ZQ2K0M1AB");
  EXPECT_EQ(r.recipient, "taro@hato.test");
  EXPECT_EQ(r.tls_version, "TLSv1.3");
  EXPECT_EQ(r.tls_cipher, "TLS_AES_256_GCM_SHA384");
  ASSERT_TRUE(r.date);
  EXPECT_EQ(format_date(r.date->time, r.date->zone), "Tue, 24 Nov 2026 08:15:30 +0900");
}

TEST(Received, NonsenseStaysEmptyAndTakesLinearTime) {
  EXPECT_EQ(parse_received("").from, "");
  EXPECT_EQ(parse_received("from").from, "");
  EXPECT_FALSE(parse_received("from a by b").date);
  for (std::string piece : {"(", "[", "<", "from ", ";", "(from ", "with a-b-", "HELO "}) {
    std::string bad;
    while (bad.size() < 200'000) bad += piece;
    EXPECT_FALSE(parse_received(bad).date);
  }
}

}  // namespace
}  // namespace hato::message
