// SPDX-License-Identifier: Apache-2.0
#include "sender/dkim.h"

#include <gtest/gtest.h>

#include "sender/tags.h"

namespace hato::sender {
namespace {

// Made by dkimpy, another implementation.
constexpr std::string_view kExample =
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com; q=dns/txt;\r\n"
    " s=brisbane; t=1795535646; h=from : to : subject : date : message-id :\r\n"
    " from : subject; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=UJ0smPYig7Zba2W7+7D5Aoyr7R3QA6612aEAbx4mTRqVAJ+mQNhF9g8RfnSGYvqAtiGGs\r\n"
    " jh6oA5aS/mHQW6ACg==\r\n"
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com; q=dns/txt; s=test;\r\n"
    " t=1795535646; h=from : to : subject : date : message-id : from :\r\n"
    " subject; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=pnnq9mVyQsy+ekmP8kTDu/LCTiNFEfeqw3wqZx5O9wlP2Pck1y7kmE26lnwvbrBmuYpS4\r\n"
    " Pb6b/cqOCyZPhIRZ5kuFMO+sbsHX5O/QtAvPaeJ4NoqXAkwv/kbeWGw2EhPo94bD7wbwXyP\r\n"
    " zmVrue91EXF/JzFvnuS46NtJrqFcs6Y=\r\n"
    "From: Joe <joe@football.example.com>\r\n"
    "To: Suzi Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\n"
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341@football.example.com>\r\n"
    "\r\n"
    "Hi.\r\n"
    "\r\n"
    "We lost the game.  Are you hungry yet?\r\n"
    "\r\n"
    "Joe.\r\n";
const std::string kEdRecord = "v=DKIM1; k=ed25519; p=95Gp1eEQl0Vqn8sfDxPxYO0p6RFTKE0eh75otxszZQ0=";
const std::string kRsaRecord =
    "v=DKIM1; k=rsa; "
    "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDEQ+F/r7Il/TcvMb+vBaD0wkSWzU9jrS9r0HbPzA/"
    "JQKB7M12MBmfUMPOs5mBfioGgP5y3OrW8J4ELorJ/"
    "XB3MGKSQfTT94TbvqsGUA72w5f0E+"
    "JuAYtQowBlvuj3imSCu6zqLAxA2mOoFBtNYT66qTEVrnqES1fbc3n6829zkCwIDAQAB";
constexpr Millis kNow = 1'800'000'000'000;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

Verdict check(std::string_view message, std::size_t which, const std::string& record,
              Millis now = kNow) {
  auto found = find_signatures(message);
  if (found.size() <= which) return {Verdict::kTempError, "not found"};
  return verify(found[which], message, {record}, now);
}

TEST(Dkim, AcceptsWhatAnotherImplementationSigned) {
  auto found = find_signatures(kExample);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].key_name(), "brisbane._domainkey.football.example.com");
  auto ed = verify(found[0], kExample, {kEdRecord}, kNow);
  EXPECT_EQ(ed.kind, Verdict::kPass) << ed.reason;
  auto rsa = verify(found[1], kExample, {kRsaRecord}, kNow);
  EXPECT_EQ(rsa.kind, Verdict::kPass) << rsa.reason;
}

TEST(Dkim, SaysWhatHasChanged) {
  std::string m(kExample);
  struct Case {
    std::string_view from, to, reason;
    Verdict::Kind kind;
  };
  const Case cases[] = {
      {"lost the", "won the", "the body has changed", Verdict::kFail},
      {"Is dinner", "Was dinner", "the header has changed", Verdict::kFail},
      {"\r\n\r\nHi", "\r\nSubject: another\r\n\r\nHi", "the header has changed", Verdict::kFail},
      {"d=football", "d=soccer", "i= is not within d=", Verdict::kPermError},
      {"a=ed25519-sha256", "a=rsa-sha1", "algorithm rsa-sha1 does not count", Verdict::kPermError},
      {"v=1; a=ed", "v=2; a=ed", "unknown version", Verdict::kPermError},
      {"h=from : to : subject : date", "h=from : to : subject", "the header has changed",
       Verdict::kFail},
      {"t=1795535646;", "t=1795535646; x=1795535647;", "the signature has expired", Verdict::kFail},
      {"b=UJ0s", "b=*J0s", "signature is not base64", Verdict::kPermError},
      {"q=dns/txt", "q", "syntax of the signature", Verdict::kPermError},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.to);
    auto verdict = check(replaced(m, c.from, c.to), 0, kEdRecord);
    EXPECT_EQ(verdict.kind, c.kind);
    EXPECT_EQ(verdict.reason, c.reason);
  }
  EXPECT_EQ(check(m, 0, kRsaRecord).reason, "the key is not for this kind of signature");
  EXPECT_EQ(check(m, 0, "v=DKIM1; k=ed25519; p=").reason, "the key is revoked");
  EXPECT_EQ(check(m, 0, "v=DKIM1; k=ed25519; p=AAAA").kind, Verdict::kPermError);
  EXPECT_EQ(verify(find_signatures(m)[0], m, {}, kNow).reason,
            "no key at brisbane._domainkey.football.example.com");
}

TEST(Dkim, SpaceAtTheEndsDoesNotCountWhenRelaxed) {
  std::string m(kExample);
  m = replaced(m, "Hi.\r\n", "Hi. \t\r\n");
  m = replaced(m, "Subject: Is dinner ready?", "SUBJECT:   Is dinner\r\n\t ready?  ");
  m += "\r\n\r\n \r\n";
  EXPECT_EQ(check(m, 0, kEdRecord).kind, Verdict::kPass);
}

TEST(Dkim, BodiesHaveTheHashesOfTheRfc) {  // RFC 6376 3.4.3, 3.4.4
  auto hash = [](std::string_view body, Canon canon) {
    auto bytes = body_hash(body, canon);
    return std::string(bytes);
  };
  EXPECT_EQ(hash("", Canon::kSimple), hash("\r\n\r\n", Canon::kSimple));
  EXPECT_NE(hash("", Canon::kSimple), hash("", Canon::kRelaxed));
  EXPECT_EQ(hash("", Canon::kRelaxed), hash(" \r\n\t\r\n", Canon::kRelaxed));
  EXPECT_EQ(hash(" C \r\nD \t E\r\n\r\n\r\n", Canon::kRelaxed),
            hash(" C\r\nD E\r\n", Canon::kSimple));
  EXPECT_EQ(hash("no end", Canon::kSimple), hash("no end\r\n", Canon::kSimple));
  std::uint64_t whole = 0;
  EXPECT_EQ(body_hash("abc\r\ndef\r\n", Canon::kSimple, 3, &whole),
            body_hash("abcX", Canon::kSimple, 3));
  EXPECT_EQ(whole, 10u);
}

class Signing : public testing::TestWithParam<KeyKind> {};
INSTANTIATE_TEST_SUITE_P(Kinds, Signing, testing::Values(KeyKind::kRsa, KeyKind::kEd25519));

TEST_P(Signing, IsAcceptedAndSealsWhatMayNotBeAdded) {
  auto key = SigningKey::load(make_key(GetParam()), "example.jp", "s1");
  ASSERT_TRUE(key);
  std::string message =
      "From: =?UTF-8?B?5aSq6YOO?= <taro@example.jp>\r\nTo: b@example.com,\r\n\tc@example.com\r\n"
      "Subject: test\r\nMessage-ID: <1@example.jp>\r\n\r\nHello  \r\n\r\n.\r\n";
  auto header = sign(message, {*key}, kNow);
  for (auto& line : std::vector<std::string>{header})
    EXPECT_TRUE(line.starts_with("DKIM-Signature: v=1; a=")) << line;
  auto signed_message = header + message;
  auto verdict = check(signed_message, 0, key->dns_record());
  EXPECT_EQ(verdict.kind, Verdict::kPass) << verdict.reason;
  for (auto added : {"From: x@example.com\r\n", "Subject: y\r\n", "Reply-To: z@example.com\r\n",
                     "Cc: z@example.com\r\n", "Content-Type: text/html\r\n"})
    EXPECT_EQ(check(added + signed_message, 0, key->dns_record()).kind, Verdict::kFail) << added;
  auto relayed = "Received: from a by b; date\r\nX-Spam: no\r\n" + signed_message;
  EXPECT_EQ(check(relayed, 0, key->dns_record()).kind, Verdict::kPass);
}

TEST(Signing, NeedsAFromAndAKey) {
  auto key = SigningKey::load(make_key(KeyKind::kEd25519), "example.jp", "s1");
  EXPECT_EQ(sign("Subject: x\r\n\r\n", {*key}, kNow), "");
  EXPECT_EQ(sign("From: a@example.jp\r\n\r\n", {}, kNow), "");
  EXPECT_FALSE(SigningKey::load("-----BEGIN PRIVATE KEY-----\nnone\n", "example.jp", "s1"));
}

TEST(Signing, LinesStayShort) {
  auto key = SigningKey::load(make_key(KeyKind::kRsa), "example.jp", "s1");
  auto header = sign("From: a@example.jp\r\n\r\n", {*key}, kNow);
  for (std::string_view rest = header; !rest.empty();) {
    auto end = rest.find("\r\n");
    EXPECT_LE(end, 78u);
    rest.remove_prefix(end + 2);
  }
}

TEST(Tags, AreReadAsTheRfcSays) {
  auto tags = parse_tags(" a = 1 ; b=x y\r\n z;c=;");
  ASSERT_TRUE(tags);
  EXPECT_EQ(tags->get("a"), "1");
  EXPECT_EQ(without_blanks(*tags->get("b")), "xyz");
  EXPECT_EQ(tags->get("c"), "");
  EXPECT_FALSE(tags->get("d"));
  for (auto bad : {"a", "a=1;;b=2", "a=1;a=2", "1=a", "=a", "a b=c"})
    EXPECT_FALSE(parse_tags(bad)) << bad;
}

}  // namespace
}  // namespace hato::sender
