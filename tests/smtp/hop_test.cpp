// SPDX-License-Identifier: Apache-2.0
#include "smtp/hop.h"

#include <gtest/gtest.h>

namespace hato::smtp {
namespace {

constexpr Millis kAt = 1'795'508'130'000;  // Tue, 24 Nov 2026 08:15:30 UTC

TEST(TransmissionType, IsAsRegistered) {
  net::Endpoint peer;
  net::TlsInfo tls{.version = "TLSv1.3"};
  struct Row {
    Role role;
    bool esmtp, utf8, tls, login;
    std::string_view with;
  };
  for (const auto& r : {Row{Role::kMx, false, false, false, false, "SMTP"},
                        Row{Role::kMx, true, false, false, false, "ESMTP"},
                        Row{Role::kMx, true, false, true, false, "ESMTPS"},
                        Row{Role::kMx, false, false, true, false, "ESMTPS"},
                        Row{Role::kSubmission, true, false, false, true, "ESMTPA"},
                        Row{Role::kSubmission, true, false, true, true, "ESMTPSA"},
                        Row{Role::kSubmission, true, true, true, true, "UTF8SMTPSA"},
                        Row{Role::kMx, true, true, false, false, "UTF8SMTP"},
                        Row{Role::kLmtp, true, false, false, false, "LMTP"},
                        Row{Role::kLmtp, true, true, true, false, "UTF8LMTPS"}}) {
    Hop hop{.role = r.role, .esmtp = r.esmtp, .smtputf8 = r.utf8, .peer = peer};
    if (r.tls) hop.tls = &tls;
    if (r.login) hop.login = "taro@hato.test";
    EXPECT_EQ(transmission_type(hop), r.with);
  }
}

TEST(HopHeader, TellsWhoFromWhereHowAndWhen) {
  net::Endpoint peer{*net::Ip::parse("2001:db8::1"), 1234, {}};
  net::TlsInfo tls{.version = "TLSv1.3", .cipher = "TLS_AES_256_GCM_SHA384"};
  Hop hop{.host = "mx.hato.test", .helo = "client.example", .peer = peer, .tls = &tls};
  hop.sender = "bob@example.com", hop.recipient = "taro@hato.test", hop.ref = 1, hop.at = kAt;
  EXPECT_EQ(hop_header(hop),
            "Received: from client.example ([IPv6:2001:db8::1])\r\n"
            "\t(using TLSv1.3 with TLS_AES_256_GCM_SHA384)\r\n"
            "\tby mx.hato.test with ESMTPS id 0000000001\r\n"
            "\tfor <taro@hato.test>; Tue, 24 Nov 2026 08:15:30 +0000\r\n");
  hop.tls = nullptr, hop.recipient = "", hop.login = "taro@hato.test";
  EXPECT_EQ(hop_header(hop),
            "Authentication-Results: mx.hato.test;\r\n"
            "\tauth=pass smtp.auth=taro@hato.test smtp.mailfrom=bob@example.com\r\n"
            "Received: from client.example ([IPv6:2001:db8::1])\r\n"
            "\tby mx.hato.test with ESMTPA id 0000000001; Tue, 24 Nov 2026 08:15:30 +0000\r\n");
}

TEST(HopHeader, WhatAClientCallsItselfMakesNoSyntax) {
  net::Endpoint peer{{}, 0, "/run/lmtp"};
  Hop hop{.host = "h", .role = Role::kLmtp, .helo = "a(b);c\"d<e>\\f", .peer = peer};
  EXPECT_TRUE(hop_header(hop).starts_with("Received: from a?b??c?d?e??f\r\n\tby h with LMTP id "));
}

TEST(ForgedResults, AreThoseOfOurNameFromTheLastToTheFirst) {
  auto fields = message::parse_fields(
      "Authentication-Results: mx.hato.test; a=1\r\n"
      "Authentication-Results: mx.hato.test.example; a=2\r\n"
      "Authentication-Results:\r\n (x (y \\) z)) MX.HATO.TEST 1; a=3\r\n"
      "Authentication-Results: \"mx.hato.test\"; a=4\r\n"
      "Authentication-Results: mx.hato.test\r\n"
      "Authentication-Results: (mx.hato.test\r\n"
      "Authentication-Results:\r\n"
      "X-Authentication-Results: mx.hato.test; a=5\r\n\r\n");
  std::vector<std::size_t> at;
  for (const auto& f : forged_results(fields, "mx.hato.test"))
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].offset == f.offset) at.push_back(i);
  EXPECT_EQ(at, (std::vector<std::size_t>{4, 3, 2, 0}));
}

TEST(MissingFields, AreAddedOnlyWhereTheyAreMissing) {
  auto missing = [](std::string_view header) {
    return missing_fields(message::parse_fields(header), "mx.hato.test", 1, kAt);
  };
  std::string date = "Date: Tue, 24 Nov 2026 08:15:30 +0000\r\n",
              id = "Message-ID: <0000000001@mx.hato.test>\r\n";
  EXPECT_EQ(missing("\r\n"), date + id);
  EXPECT_EQ(missing("date: x\r\n\r\n"), id);
  EXPECT_EQ(missing("MESSAGE-ID: <x>\r\n\r\n"), date);
  EXPECT_EQ(missing("Date: x\r\nMessage-Id: <x>\r\n\r\n"), "");
}

}  // namespace
}  // namespace hato::smtp
