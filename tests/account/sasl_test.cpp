// SPDX-License-Identifier: Apache-2.0
#include "account/sasl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../store/engines.h"
#include "account/crypto.h"
#include "account/key.h"
#include "account/prep.h"
#include "account/scram.h"
#include "account/secret.h"
#include "base/text.h"

namespace hato::account {
namespace {

using testing::ElementsAre;
using namespace std::string_literals;

// --- SCRAM by the examples of its RFCs

struct Example {
  Hash hash;
  std::string salt, server_nonce, client_first, server_first, client_final, server_final;
};
const Example kExamples[] = {
    {Hash::kSha1, "QSXCR+Q6sek8bf92", "3rfcNHYJY1ZVvWVs7j",  // RFC 5802 5
     "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
     "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
     "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
     "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    {Hash::kSha256, "W22ZaJ0SNY7soEsUEjb6gQ==", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",  // RFC 7677 3
     "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
     "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
     "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
     "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
     "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
};

TEST(ScramTest, TheExamplesOfTheRfcsHold) {
  for (const auto& e : kExamples) {
    ScramServer server({.hash = e.hash}, e.server_nonce);
    ASSERT_TRUE(server.read_first(e.client_first));
    EXPECT_EQ(server.user(), "user");
    auto keys = derive_scram(e.hash, "pencil", *from_base64(e.salt), 4096);
    auto again = parse_scram(encode(keys));
    ASSERT_TRUE(again);
    EXPECT_EQ(server.server_first(*again), e.server_first);
    EXPECT_EQ(server.finish(e.client_final), e.server_final);
  }
}

TEST(ScramTest, WhatIsNotTheProofFails) {
  const auto& e = kExamples[1];
  const auto& f = e.client_final;
  auto changed = [&](std::string from, std::string to) {
    auto s = f;
    s.replace(s.find(from), from.size(), to);
    return s;
  };
  std::string wrong[] = {"",
                         "p=",
                         ",p=",
                         f.substr(0, f.rfind(",p=")),
                         changed("dHz", "dHy"),
                         changed("rOpr", "rOps"),
                         changed("biws", "eSws"),
                         changed("c=", "d="),
                         f + "=",
                         f.substr(0, f.rfind('p')) + "p=AAAA",
                         std::string(5000, 'a') + f};
  for (const auto& message : wrong) {
    ScramServer server({.hash = e.hash}, e.server_nonce);
    ASSERT_TRUE(server.read_first(e.client_first));
    server.server_first(derive_scram(e.hash, "pencil", *from_base64(e.salt), 4096));
    if (message == f) continue;
    EXPECT_FALSE(server.finish(message)) << message;
  }
}

TEST(ScramTest, FirstMessagesAreReadOrRefused) {
  struct {
    std::string message;
    bool plus, offered, good;
    std::string user, authzid;
  } cases[] = {
      {"n,,n=user,r=abc", false, false, true, "user", ""},
      {"y,,n=user,r=abc", false, false, true, "user", ""},
      {"n,,n=user,r=abc,ext=1", false, true, true, "user", ""},
      {"n,a=boss,n=u=2Cs=3Der,r=abc", false, false, true, "u,s=er", "boss"},
      {"p=tls-exporter,,n=user,r=abc", true, true, true, "user", ""},
      {"y,,n=user,r=abc", false, true, false, "", ""},  // -PLUS was taken out on the way
      {"p=tls-exporter,,n=user,r=abc", false, true, false, "", ""},
      {"p=tls-unique,,n=user,r=abc", true, true, false, "", ""},  // no such binding here
      {"n,,n=user,r=abc", true, true, false, "", ""},
      {"y,,n=user,r=abc", true, true, false, "", ""},
      {"n,,m=ext,n=user,r=abc", false, false, false, "", ""},
      {"n,,n=,r=abc", false, false, false, "", ""},
      {"n,,n=us=er,r=abc", false, false, false, "", ""},
      {"n,,n=user,r=", false, false, false, "", ""},
      {"n,,n=user,r=a b", false, false, false, "", ""},
      {"n,,n=user", false, false, false, "", ""},
      {"n,b=x,n=user,r=abc", false, false, false, "", ""},
      {"x,,n=user,r=abc", false, false, false, "", ""},
      {"n,n=user,r=abc", false, false, false, "", ""},
      {"", false, false, false, "", ""},
      {"n,,", false, false, false, "", ""},
      {"n,,n=user,r=" + std::string(600, 'a'), false, false, false, "", ""},
  };
  for (const auto& c : cases) {
    ScramServer server(
        {Hash::kSha256, c.plus, c.offered,
         [](std::string_view type) { return type == "tls-exporter" ? "data" : std::string(); }},
        "nonce");
    EXPECT_EQ(server.read_first(c.message), c.good) << c.message;
    if (!c.good) continue;
    EXPECT_EQ(server.user(), c.user);
    EXPECT_EQ(server.authzid(), c.authzid);
  }
}

TEST(ScramTest, KeptKeysThatAreBrokenAreNone) {
  for (std::string_view text : {"", "1,2,3", "4096,QQ==,QQ==,QQ", "x,QQ==,QQ==,QQ==",
                                "0,QQ==,QQ==,QQ==", "99999999999,QQ==,QQ==,QQ==", "1,,,,"})
    EXPECT_FALSE(parse_scram(text)) << text;
}

// --- secrets

TEST(SecretTest, TodaysAndOtherServersHashesAreVerified) {
  auto ours = hash_secret("pencil");
  EXPECT_TRUE(is_current_hash(ours));
  EXPECT_TRUE(verify_secret(ours, "pencil"));
  EXPECT_FALSE(verify_secret(ours, "pencil "));
  struct {
    std::string hash;
    std::string_view secret;
  } others[] = {
      {"$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEO"
       "faS35inz1",
       "Hello world!"},
      {"$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "Hello world!"},
      {"$y$j9T$F5Jx5fExrKuPp53xLKQ..1$rPeawue/nS.5CE6nTU9GpACAbn46u5ZGm.W6wf1Q.RD", "pencil"},
      {"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"},
      {"$argon2id$v=19$m=12288,t=3,p=1$0hwfJVVOzXhv5kat+NHbnA$"
       "7CJOFw7OZxzx+dwe01Fd4VjTBoY7UUq7E7BhdkY7dr4",
       "(another salt)"},
  };
  for (const auto& o : others) {
    EXPECT_FALSE(is_current_hash(o.hash));
    EXPECT_EQ(imported_hash(o.hash), o.hash);
    EXPECT_EQ(imported_hash("{CRYPT}" + o.hash), o.hash);
    if (o.secret != "(another salt)") {
      EXPECT_TRUE(verify_secret(o.hash, o.secret)) << o.hash;
    }
    EXPECT_FALSE(verify_secret(o.hash, "wrong")) << o.hash;
  }
  for (const std::string bad : {"", "pencil", "{PLAIN}pencil", "$", "$9$x$y", "$argon2id$", "*",
                                "$argon2id$v=19$m=1,t=1$x", "{SSHA}abc="})
    EXPECT_EQ(imported_hash(bad), "") << bad;
  EXPECT_FALSE(verify_secret("", ""));
  EXPECT_FALSE(verify_secret("*0", "x"));
}

TEST(SecretTest, ASealOpensForItsAccountAndKeyOnly) {
  const std::string key(32, 'k');
  auto sealed = seal(key, 7, "pencil");
  EXPECT_EQ(sealed.find("pencil"), sealed.npos);
  EXPECT_NE(sealed, seal(key, 7, "pencil"));
  EXPECT_EQ(unseal(key, 7, sealed), "pencil");
  EXPECT_EQ(unseal(key, 8, sealed), "");
  EXPECT_EQ(unseal(std::string(32, 'x'), 7, sealed), "");
  EXPECT_EQ(unseal("", 7, sealed), "");
  sealed.back() ^= 1;
  EXPECT_EQ(unseal(key, 7, sealed), "");
  EXPECT_EQ(unseal(key, 7, "short"), "");
}

TEST(SecretTest, TheKeyFileIsMadeOnceAndKeptPrivate) {
  store::test::TempDir folder;
  auto path = folder.path + "/account.key";
  auto key = load_key(path);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->size(), kKeySize);
  EXPECT_EQ(*load_key(path), *key);
  namespace fs = std::filesystem;
  const auto kOwner = fs::perms::owner_read | fs::perms::owner_write;
  EXPECT_EQ(fs::status(path).permissions(), kOwner);
  fs::permissions(path, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(load_key(path).error().id(), ErrorId::kKeyUnusable);
  fs::permissions(path, kOwner);
  fs::resize_file(path, 3);
  EXPECT_EQ(load_key(path).error().id(), ErrorId::kKeyUnusable);
  EXPECT_EQ(load_key(folder.path + "/none/key").error().id(), ErrorId::kKeyUnusable);
}

TEST(PrepTest, SaslprepAsItsRfcShows) {
  struct {
    std::string in;
    std::optional<std::string> out;
  } cases[] = {
      {"I\xc2\xadX", "IX"},  // RFC 4013 3
      {"user", "user"},
      {"USER", "USER"},
      {"\xc2\xaa", "a"},
      {"\xe2\x85\xa8", "IX"},
      {"\x07", {}},
      {"\xd8\xa7\x31", {}},
      {"a\xc2\xa0"
       "b",
       "a b"},  // a space of another kind
      {"パスワード", "パスワード"},
      {"ﾊﾟｽﾜｰﾄﾞ", "パスワード"},                 // half width and full width are one
      {"\xff", {}},                              // no UTF-8
      {"\xf0\x9f\x95\x8a", "\xf0\x9f\x95\x8a"},  // younger than Unicode 3.2
      {"", ""},
      {std::string(5000, 'a'), {}},
  };
  for (const auto& c : cases) EXPECT_EQ(saslprep(c.in), c.out) << c.in;
}

// --- exchanges

class SaslTest : public testing::Test {
 protected:
  SaslTest() {
    EXPECT_TRUE(directory.add_domain({"hato.test"}));
    taro = *directory.add_account({.address = "taro@hato.test"}, "pencil");
  }
  void opt_in() {
    hanako = *directory.add_account({.address = "hanako@hato.test", .plain_secret = true},
                                    "tanstaaftanstaaf");
  }
  Outcome run(std::string_view mechanism, std::vector<std::optional<std::string>> responses,
              Channel channel = {.encrypted = true}) {
    auto exchange = authenticator.start(mechanism, channel, "mx.hato.test");
    if (!exchange) return {.error = exchange.error()};
    Outcome outcome;
    for (const auto& r : responses) {
      outcome = (*exchange)->step(r ? std::optional<std::string_view>(*r) : std::nullopt);
      if (outcome.kind != Outcome::kChallenge) break;
    }
    return outcome;
  }
  static std::string told(const Outcome& o) {
    if (o.kind == Outcome::kChallenge) return "challenge " + o.data;
    if (o.kind == Outcome::kSuccess) return "success " + o.account->address;
    switch (o.error->id()) {
      case ErrorId::kLoginFailed:
        return "login-failed";
      case ErrorId::kSaslMalformed:
        return "malformed";
      case ErrorId::kAccountDisabled:
        return "disabled";
      case ErrorId::kTlsRequired:
        return "tls-required";
      case ErrorId::kMechanismUnknown:
        return "unknown";
      default:
        return "other";
    }
  }

  std::unique_ptr<store::Store> memory = store::open_memory();
  Directory directory{*memory, std::string(32, 'k')};
  Authenticator authenticator{directory};
  Account taro, hanako;
};

TEST_F(SaslTest, MechanismsAreThoseThatCanWork) {
  EXPECT_THAT(authenticator.mechanisms({}), ElementsAre("SCRAM-SHA-256", "SCRAM-SHA-1"));
  EXPECT_THAT(authenticator.mechanisms({.encrypted = true}),
              ElementsAre("SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"));
  EXPECT_THAT(authenticator.mechanisms({.allow_plaintext = true}),
              ElementsAre("SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"));
  opt_in();
  EXPECT_THAT(authenticator.mechanisms({.encrypted = true, .exporter = "x"}),
              ElementsAre("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1",
                          "PLAIN", "LOGIN", "CRAM-MD5"));
}

TEST_F(SaslTest, PlainAndLogin) {
  auto disabled = *directory.add_account({.address = "off@hato.test"}, "pencil");
  disabled.disabled = true;
  ASSERT_TRUE(directory.change_account(disabled));
  struct {
    std::string_view mechanism;
    std::vector<std::optional<std::string>> responses;
    std::string_view told;
  } cases[] = {
      {"PLAIN", {"\0taro@hato.test\0pencil"s}, "success taro@hato.test"},
      {"plain", {std::nullopt, "\0TARO\0pencil"s}, "success taro@hato.test"},
      {"PLAIN", {"taro\0taro\0pencil"s}, "success taro@hato.test"},
      {"PLAIN", {"off@hato.test\0taro\0pencil"s}, "login-failed"},
      {"PLAIN", {"\0taro\0wrong"s}, "login-failed"},
      {"PLAIN", {"\0nobody\0pencil"s}, "login-failed"},
      {"PLAIN", {"\0off@hato.test\0pencil"s}, "disabled"},
      {"PLAIN", {"\0off@hato.test\0wrong"s}, "login-failed"},
      {"PLAIN", {"\0taro\0"s}, "malformed"},
      {"PLAIN", {"\0\0pencil"s}, "malformed"},
      {"PLAIN", {"taro\0pencil"s}, "malformed"},
      {"PLAIN", {""}, "malformed"},
      {"PLAIN", {"\0taro\0"s + std::string(2000, 'a')}, "login-failed"},
      {"LOGIN", {std::nullopt}, "challenge Username:"},
      {"LOGIN", {"taro"}, "challenge Password:"},
      {"LOGIN", {std::nullopt, "taro@hato.test", "pencil"}, "success taro@hato.test"},
      {"LOGIN", {"taro@hato.test", "pencil"}, "success taro@hato.test"},
      {"LOGIN", {"taro@hato.test", "wrong"}, "login-failed"},
      {"LOGIN", {std::nullopt, ""}, "malformed"},
      {"GSSAPI", {std::nullopt}, "unknown"},
      {"SCRAM-SHA-256-PLUS", {std::nullopt}, "unknown"},
  };
  for (const auto& c : cases) EXPECT_EQ(told(run(c.mechanism, c.responses)), c.told) << c.mechanism;
  EXPECT_EQ(told(run("PLAIN", {"\0taro\0pencil"s}, {})), "tls-required");
  EXPECT_EQ(told(run("PLAIN", {"\0taro\0pencil"s}, {.allow_plaintext = true})),
            "success taro@hato.test");
  EXPECT_EQ(run("PLAIN", {"\0Nobody\0x"s}).login, "Nobody");
}

// The client's side of SCRAM, for what the RFCs' examples do not show.
struct ScramClient {
  Hash hash = Hash::kSha256;
  std::string gs2 = "n,,", binding, user = "taro@hato.test", password = "pencil";
  std::string bare() const { return "n=" + user + ",r=clientnonce"; }
  std::string first() const { return gs2 + bare(); }
  std::string final(const std::string& server_first) const {
    auto parts = split(server_first, ',');
    auto salt = *from_base64(parts[1].substr(2));
    auto iterations = unsigned(*parse_u64(parts[2].substr(2)));
    auto without = "c=" + to_base64(gs2 + binding) + "," + std::string(parts[0]);
    auto salted = pbkdf2(hash, password, salt, iterations);
    auto key = hmac(hash, salted, "Client Key");
    auto signature = hmac(hash, digest(hash, key), bare() + "," + server_first + "," + without);
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = char(key[i] ^ signature[i]);
    return without + ",p=" + to_base64(key);
  }
};

TEST_F(SaslTest, ScramLogsInWithAndWithoutAChannel) {
  Channel tls{.encrypted = true, .exporter = "EXPORTED", .server_end_point = "CERTIFICATE"};
  struct {
    std::string_view mechanism;
    ScramClient client;
    Channel channel;
    std::string_view told;
  } cases[] = {
      {"SCRAM-SHA-256", {}, {}, "success taro@hato.test"},
      {"SCRAM-SHA-256", {.user = "TARO"}, {}, "success taro@hato.test"},
      {"SCRAM-SHA-1", {.hash = Hash::kSha1}, {}, "success taro@hato.test"},
      {"SCRAM-SHA-256", {.password = "wrong"}, {}, "login-failed"},
      {"SCRAM-SHA-256", {.user = "nobody"}, {}, "login-failed"},
      {"SCRAM-SHA-256", {.gs2 = "n,a=taro,"}, {}, "success taro@hato.test"},
      {"SCRAM-SHA-256", {.gs2 = "n,a=boss,"}, {}, "login-failed"},
      {"SCRAM-SHA-256", {.gs2 = "y,,"}, {.encrypted = true}, "success taro@hato.test"},
      {"SCRAM-SHA-256", {.gs2 = "y,,"}, tls, "malformed"},
      {"SCRAM-SHA-256-PLUS",
       {.gs2 = "p=tls-exporter,,", .binding = "EXPORTED"},
       tls,
       "success taro@hato.test"},
      {"SCRAM-SHA-1-PLUS",
       {.hash = Hash::kSha1, .gs2 = "p=tls-server-end-point,,", .binding = "CERTIFICATE"},
       tls,
       "success taro@hato.test"},
      {"SCRAM-SHA-256-PLUS",
       {.gs2 = "p=tls-exporter,,", .binding = "OTHERWISE"},
       tls,
       "login-failed"},
      {"SCRAM-SHA-256-PLUS", {.gs2 = "p=tls-unique,,"}, tls, "malformed"},
  };
  for (const auto& c : cases) {
    auto exchange = authenticator.start(c.mechanism, c.channel, "mx");
    ASSERT_TRUE(exchange) << c.mechanism;
    auto outcome = (*exchange)->step(c.client.first());
    if (outcome.kind == Outcome::kChallenge)
      outcome = (*exchange)->step(c.client.final(outcome.data));
    if (outcome.kind == Outcome::kChallenge) {
      EXPECT_TRUE(outcome.data.starts_with("v="));
      outcome = (*exchange)->step("");
    }
    EXPECT_EQ(told(outcome), c.told) << c.mechanism << " " << c.client.gs2 << c.client.user;
  }
}

TEST_F(SaslTest, ScramGoesNoOtherWay) {
  auto exchange = authenticator.start("SCRAM-SHA-256", {}, "mx");
  EXPECT_EQ(told((*exchange)->step(std::nullopt)), "challenge ");
  ScramClient client;
  auto first = (*exchange)->step(client.first());
  EXPECT_EQ(told((*exchange)->step("")), "login-failed");
  EXPECT_EQ(told((*exchange)->step(std::nullopt)), "malformed");
  auto last = (*exchange)->step(client.final(first.data));
  ASSERT_EQ(last.kind, Outcome::kChallenge);
  EXPECT_EQ(told((*exchange)->step("more")), "malformed");
}

TEST_F(SaslTest, AnUnknownUserIsShownASaltLikeAnyOther) {
  auto first = [&](std::string user) {
    auto outcome = run("SCRAM-SHA-256", {"n,,n=" + user + ",r=x"});
    return outcome.data.substr(outcome.data.find(",s="));
  };
  EXPECT_EQ(first("nobody@hato.test"), first("NOBODY@hato.test"));
  EXPECT_NE(first("nobody@hato.test"), first("nobody2@hato.test"));
  EXPECT_EQ(first("nobody@hato.test").size(), first("taro@hato.test").size());
  auto before = first("nobody@hato.test");
  Directory again{*memory, std::string(32, 'k')};
  Authenticator restarted{again};
  auto exchange = restarted.start("SCRAM-SHA-256", {}, "mx");
  auto outcome = (*exchange)->step("n,,n=nobody@hato.test,r=x");
  EXPECT_TRUE(outcome.data.ends_with(before));
}

TEST_F(SaslTest, CramMd5AndApopServeThoseWhoOptedIn) {
  // RFC 2195 2 and RFC 1939 7
  EXPECT_EQ(
      to_hex(hmac(Hash::kMd5, "tanstaaftanstaaf", "<1896.697170952@postoffice.reston.mci.net>")),
      "b913a602c7eda7a495b4e6e7334d3890");
  EXPECT_EQ(to_hex(digest(Hash::kMd5, "<1896.697170952@dbc.mtview.ca.us>tanstaaf")),
            "c4c9334bac560ecc979e58001b3e22fb");
  opt_in();
  auto cram = [&](std::string user, std::string secret) {
    auto exchange = authenticator.start("CRAM-MD5", {}, "mx.hato.test");
    auto asked = (*exchange)->step(std::nullopt);
    EXPECT_TRUE(asked.data.starts_with("<") && asked.data.ends_with("@mx.hato.test>"));
    return told((*exchange)->step(user + " " + to_hex(hmac(Hash::kMd5, secret, asked.data))));
  };
  EXPECT_EQ(cram("hanako@hato.test", "tanstaaftanstaaf"), "success hanako@hato.test");
  EXPECT_EQ(cram("hanako@hato.test", "wrong"), "login-failed");
  EXPECT_EQ(cram("taro@hato.test", "pencil"), "login-failed");
  EXPECT_EQ(cram("taro@hato.test", ""), "login-failed");
  EXPECT_EQ(cram("nobody", ""), "login-failed");
  EXPECT_EQ(told(run("CRAM-MD5", {std::nullopt, "nospace"})), "malformed");

  auto apop = [&](std::string_view user, const std::string& secret) {
    return told(
        authenticator.apop(user, "<1.2@mx>", to_hex(digest(Hash::kMd5, "<1.2@mx>" + secret))));
  };
  EXPECT_EQ(apop("hanako", "tanstaaftanstaaf"), "success hanako@hato.test");
  EXPECT_EQ(apop("hanako", "wrong"), "login-failed");
  EXPECT_EQ(apop("taro", ""), "login-failed");
  EXPECT_EQ(apop("nobody", ""), "login-failed");
}

TEST_F(SaslTest, AChangedSecretIsTheOnlyOneAtOnce) {
  EXPECT_EQ(told(authenticator.login("taro", "pencil")), "success taro@hato.test");
  EXPECT_EQ(told(authenticator.login("taro", "pencil")), "success taro@hato.test");
  ASSERT_TRUE(directory.set_secret(taro.id, "ﾊﾟｽﾜｰﾄﾞ"));
  EXPECT_EQ(told(authenticator.login("taro", "pencil")), "login-failed");
  EXPECT_EQ(told(authenticator.login("taro", "パスワード")), "success taro@hato.test");
  ASSERT_TRUE(directory.remove_account("taro@hato.test"));
  EXPECT_EQ(told(authenticator.login("taro", "パスワード")), "login-failed");
}

TEST_F(SaslTest, AnImportedHashIsReplacedByTheFirstLogin) {
  ASSERT_TRUE(directory.set_hash(
      taro.id, "{SHA256-CRYPT}$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"));
  EXPECT_EQ(directory.set_hash(taro.id, "plain").error().id(), ErrorId::kSecretInvalid);
  ScramClient scram{.password = "Hello world!"};
  auto by_scram = [&] {
    auto exchange = authenticator.start("SCRAM-SHA-256", {}, "mx");
    auto first = (*exchange)->step(scram.first());
    return (*exchange)->step(scram.final(first.data)).kind;
  };
  EXPECT_EQ(by_scram(), Outcome::kFailure);
  EXPECT_EQ(told(authenticator.login("taro", "wrong")), "login-failed");
  EXPECT_EQ(told(authenticator.login("taro", "Hello world!")), "success taro@hato.test");
  EXPECT_TRUE(is_current_hash((*directory.secrets(taro.id))->hash));
  EXPECT_EQ(by_scram(), Outcome::kChallenge);
  EXPECT_EQ(told(authenticator.login("taro", "Hello world!")), "success taro@hato.test");
}

// --- slowing

TEST(SlowingTest, FailuresSlowMoreAndMoreAndAreForgotten) {
  Slowing s;
  Millis t = 1'000'000;
  std::vector<std::int64_t> delays;
  for (int i = 0; i < 9; ++i) {
    delays.push_back(s.look("192.0.2.1", "taro", t).delay_ms);
    s.record("192.0.2.1", "taro", false, t);
  }
  EXPECT_THAT(delays, ElementsAre(0, 0, 0, 500, 1000, 2000, 4000, 8000, 8000));
  EXPECT_EQ(s.look("192.0.2.1", "other", t).delay_ms, 8000);  // the address is known
  EXPECT_EQ(s.look("192.0.2.2", "TARO", t).delay_ms, 8000);   // so is the account
  EXPECT_EQ(s.look("192.0.2.2", "other", t).delay_ms, 0);
  EXPECT_EQ(s.look("192.0.2.1", "taro", t + 6 * 20'000).delay_ms, 500);
  EXPECT_EQ(s.look("192.0.2.1", "taro", t + 9 * 20'000).delay_ms, 0);
}

TEST(SlowingTest, AnAddressIsRefusedAnAccountNever) {
  Slowing s;
  for (int i = 0; i < 60; ++i) s.record("2001:db8::" + std::to_string(i), "taro", false, 1000);
  EXPECT_TRUE(s.look("2001:db8::ffff", "x", 1000).refuse);  // one /64 is one client
  EXPECT_FALSE(s.look("2001:db8:0:1::1", "taro", 1000).refuse);
  for (int i = 0; i < 200; ++i) s.record("10.0.0." + std::to_string(i), "taro", false, 1000);
  EXPECT_FALSE(s.look("10.1.0.1", "taro", 1000).refuse);
}

TEST(SlowingTest, TheOwnersAddressIsNotSlowedByStrangers) {
  Slowing s;
  s.record("192.0.2.7", "taro", true, 1000);
  for (int i = 0; i < 20; ++i) s.record("10.0.0." + std::to_string(i), "taro", false, 1000);
  EXPECT_EQ(s.look("192.0.2.7", "taro", 1000).delay_ms, 0);
  EXPECT_EQ(s.look("192.0.2.8", "taro", 1000).delay_ms, 8000);
  EXPECT_EQ(s.look("192.0.2.7", "taro", 1000 + 25 * 3'600'000LL).delay_ms, 0);
}

TEST(SlowingTest, MemoryIsBounded) {
  Slowing s;
  for (int i = 0; i < 70'000; ++i) {
    auto n = std::to_string(i);
    s.record("host" + n, std::string(1000, 'x') + n, i % 2 == 0, 1000);
  }
  EXPECT_LE(s.size(), 60'000u);
}

}  // namespace
}  // namespace hato::account
