// SPDX-License-Identifier: Apache-2.0
#include "account/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../store/engines.h"
#include "../store/forward.h"
#include "account/directory_format.h"

namespace hato::account {
namespace {

using testing::ElementsAre;

class DirectoryTest : public testing::TestWithParam<const char*> {
 protected:
  DirectoryTest() {
    EXPECT_TRUE(directory.add_domain({"hato.test"}));
    EXPECT_TRUE(directory.add_domain({"example.jp"}));
  }
  Account add(std::string address, Account extra = {}) {
    extra.address = std::move(address);
    auto made = directory.add_account(extra, "secret");
    EXPECT_TRUE(made);
    return made.value_or(Account{});
  }
  void alias(std::string address, std::vector<std::string> targets) {
    EXPECT_TRUE(directory.set_alias({std::move(address), std::move(targets)}));
  }
  // "local: ..., remote: ..." or the kind.
  std::string lead(std::string_view address) {
    auto route = directory.route(address);
    if (!route)
      return route.error().id() == ErrorId::kAliasLoop      ? "loop"
             : route.error().id() == ErrorId::kAliasTooWide ? "wide"
                                                            : "error";
    if (route->kind == Route::kUnknown) return "unknown";
    std::string out = route->kind == Route::kRemote ? "outside" : "";
    for (const auto& a : route->local) out += (out.empty() ? "" : " ") + a.address;
    for (const auto& a : route->remote) out += (out.empty() ? "" : " ") + ("->" + a);
    return out;
  }

  store::test::Engine engine{GetParam()};
  Directory directory{*engine, std::string(32, 'k')};
};

TEST_P(DirectoryTest, AnAccountIsFoundByAddressIdAndLocalPart) {
  Account extra{.language = "ja", .admin = true, .quota_bytes = 5 << 20, .quota_messages = 7};
  auto taro = add("Taro@Hato.Test", extra);
  EXPECT_EQ(taro.id, 1u);
  EXPECT_EQ(taro.address, "taro@hato.test");
  for (std::string_view login : {"taro@hato.test", "TARO@HATO.TEST", "taro"}) {
    auto found = directory.account(login);
    ASSERT_TRUE(found && *found) << login;
    EXPECT_EQ((*found)->id, taro.id);
    EXPECT_EQ((*found)->language, "ja");
    EXPECT_TRUE((*found)->admin);
    EXPECT_EQ((*found)->quota_bytes, 5u << 20);
    EXPECT_EQ((*found)->quota_messages, 7u);
  }
  for (std::string_view login : {"taro@example.jp", "jiro", "", "@", "a b c"}) {
    auto found = directory.account(login);
    ASSERT_TRUE(found) << login;
    EXPECT_FALSE(*found) << login;
  }
  auto by_id = directory.account(taro.id);
  ASSERT_TRUE(by_id && *by_id);
  EXPECT_EQ((*by_id)->address, "taro@hato.test");
}

TEST_P(DirectoryTest, WhatCannotBeAddedChangesNothing) {
  add("taro@hato.test");
  alias("info@hato.test", {"taro@hato.test"});
  struct {
    std::string address, secret;
    ErrorId error;
  } cases[] = {
      {"taro@hato.test", "x", ErrorId::kAccountExists},
      {"INFO@hato.test", "x", ErrorId::kAccountExists},
      {"taro@elsewhere.test", "x", ErrorId::kDomainUnknown},
      {"taro", "x", ErrorId::kAddressInvalid},
      {"", "x", ErrorId::kAddressInvalid},
      {"@hato.test", "x", ErrorId::kAddressInvalid},
      {"jiro@hato.test", "", ErrorId::kSecretInvalid},
      {"jiro@hato.test", "a\x01", ErrorId::kSecretInvalid},
      {"jiro@hato.test", std::string(1025, 'a'), ErrorId::kSecretInvalid},
  };
  for (const auto& c : cases) {
    auto made = directory.add_account({.address = c.address}, c.secret);
    ASSERT_FALSE(made) << c.address;
    EXPECT_EQ(made.error().id(), c.error) << c.address;
  }
  EXPECT_EQ(directory.accounts()->size(), 1u);
  EXPECT_EQ(directory.remove_domain("hato.test").error().detail("count"), "2");
}

TEST_P(DirectoryTest, ADomainStaysWhileItIsUsed) {
  EXPECT_EQ(directory.add_domain({"HATO.test"}).error().id(), ErrorId::kDomainExists);
  EXPECT_EQ(directory.add_domain({"not a domain"}).error().id(), ErrorId::kAddressInvalid);
  add("taro@hato.test");
  EXPECT_EQ(directory.remove_domain("hato.test").error().id(), ErrorId::kDomainInUse);
  ASSERT_TRUE(directory.remove_account("TARO@hato.test"));
  EXPECT_TRUE(directory.remove_domain("hato.test"));
  EXPECT_EQ(directory.remove_domain("hato.test").error().id(), ErrorId::kDomainUnknown);
  // The next oldest is what a bare local part means now.
  auto hanako = add("hanako@example.jp");
  EXPECT_EQ((*directory.account("hanako"))->id, hanako.id);
}

TEST_P(DirectoryTest, InternationalDomainsAreOneWithTheirALabels) {
  ASSERT_TRUE(directory.add_domain({"日本語.jp"}));
  auto taro = add("taro@日本語.jp");
  EXPECT_EQ(taro.address, "taro@xn--wgv71a119e.jp");
  EXPECT_EQ(lead("Taro@XN--WGV71A119E.JP"), "taro@xn--wgv71a119e.jp");
  EXPECT_EQ((*directory.domain("日本語.JP"))->name, "xn--wgv71a119e.jp");
  EXPECT_EQ((*directory.account("taro@日本語.jp"))->id, taro.id);
}

TEST_P(DirectoryTest, AddressesLeadWhereTheyShould) {
  add("taro@hato.test");
  add("hanako@hato.test");
  add("a+b@hato.test");
  alias("info@hato.test", {"taro@hato.test", "hanako@hato.test", "TARO@hato.test"});
  alias("out@hato.test", {"friend@elsewhere.test", "taro@hato.test"});
  alias("both@hato.test", {"info@hato.test", "out@hato.test"});
  alias("nowhere@hato.test", {"gone@hato.test"});
  alias("@example.jp", {"hanako@hato.test"});
  struct {
    std::string_view address, leads;
  } cases[] = {
      {"taro@hato.test", "taro@hato.test"},
      {"tArO@HATO.test", "taro@hato.test"},
      {"taro+shop@hato.test", "taro@hato.test"},
      {"taro+a+b@hato.test", "taro@hato.test"},
      {"a+b@hato.test", "a+b@hato.test"},
      {"+taro@hato.test", "unknown"},
      {"jiro@hato.test", "unknown"},
      {"info@hato.test", "taro@hato.test hanako@hato.test"},
      {"info+x@hato.test", "taro@hato.test hanako@hato.test"},
      {"out@hato.test", "taro@hato.test ->friend@elsewhere.test"},
      {"both@hato.test", "taro@hato.test hanako@hato.test ->friend@elsewhere.test"},
      {"nowhere@hato.test", "unknown"},
      {"anybody@example.jp", "hanako@hato.test"},
      {"a@elsewhere.test", "outside ->a@elsewhere.test"},
      {"taro", "taro@hato.test"},
      {"@hato.test", "error"},
      {"not an address", "error"},
  };
  for (const auto& c : cases) EXPECT_EQ(lead(c.address), c.leads) << c.address;
}

TEST_P(DirectoryTest, SubaddressesAreTheDomainsChoice) {
  add("taro@hato.test");
  ASSERT_TRUE(directory.change_domain({"hato.test", false}));
  EXPECT_EQ(lead("taro+shop@hato.test"), "unknown");
  EXPECT_FALSE((*directory.domain("hato.test"))->subaddress);
  EXPECT_EQ(directory.change_domain({"no.test", true}).error().id(), ErrorId::kDomainUnknown);
}

TEST_P(DirectoryTest, AnAliasThatLeadsBackIsRefusedAndChangesNothing) {
  add("taro@hato.test");
  alias("a@hato.test", {"b@hato.test", "taro@hato.test"});
  alias("b@hato.test", {"c@hato.test"});
  auto set = directory.set_alias({"c@hato.test", {"a@hato.test"}});
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().id(), ErrorId::kAliasLoop);
  EXPECT_EQ(directory.set_alias({"d@hato.test", {"d@hato.test"}}).error().id(),
            ErrorId::kAliasLoop);
  EXPECT_EQ(directory.aliases()->size(), 2u);
  EXPECT_EQ(lead("a@hato.test"), "taro@hato.test");
}

TEST_P(DirectoryTest, ADiamondIsNoLoopAndDepthIsLimited) {
  add("taro@hato.test");
  alias("left@hato.test", {"end@hato.test"});
  alias("right@hato.test", {"end@hato.test"});
  alias("end@hato.test", {"taro@hato.test"});
  alias("top@hato.test", {"left@hato.test", "right@hato.test"});
  EXPECT_EQ(lead("top@hato.test"), "taro@hato.test");
  alias("n1@hato.test", {"taro@hato.test"});
  for (int i = 2; i <= 10; ++i)
    alias("n" + std::to_string(i) + "@hato.test", {"n" + std::to_string(i - 1) + "@hato.test"});
  EXPECT_EQ(lead("n10@hato.test"), "taro@hato.test");
  EXPECT_EQ(directory.set_alias({"n11@hato.test", {"n10@hato.test"}}).error().id(),
            ErrorId::kAliasLoop);
}

TEST_P(DirectoryTest, WidthIsLimited) {
  std::vector<std::string> many;
  for (int i = 0; i < 1000; ++i) many.push_back("u" + std::to_string(i) + "@elsewhere.test");
  alias("all@hato.test", many);
  EXPECT_EQ(directory.route("all@hato.test")->remote.size(), 1000u);
  many.push_back("one.more@elsewhere.test");
  auto wide = directory.set_alias({"more@hato.test", many});
  ASSERT_FALSE(wide);
  EXPECT_EQ(wide.error().id(), ErrorId::kAliasTooWide);
}

TEST_P(DirectoryTest, ACatchAllWhoseTargetIsGoneDoesNotCatchItself) {
  add("taro@hato.test");
  alias("@hato.test", {"taro@hato.test"});
  EXPECT_EQ(lead("anybody@hato.test"), "taro@hato.test");
  ASSERT_TRUE(directory.remove_account("taro@hato.test"));
  EXPECT_EQ(lead("anybody@hato.test"), "unknown");
}

TEST_P(DirectoryTest, AliasesAreReplacedListedAndRemoved) {
  auto taro = add("taro@hato.test");
  alias("Info@hato.test", {"Taro@hato.test"});
  alias("info@hato.test", {"x@elsewhere.test"});
  auto aliases = directory.aliases();
  ASSERT_TRUE(aliases);
  ASSERT_EQ(aliases->size(), 1u);
  EXPECT_EQ(aliases->front().address, "info@hato.test");
  EXPECT_THAT(aliases->front().targets, ElementsAre("x@elsewhere.test"));
  EXPECT_EQ(directory.set_alias({"taro@hato.test", {"x@y.test"}}).error().id(),
            ErrorId::kAccountExists);
  EXPECT_EQ(directory.set_alias({"x@no.test", {"x@y.test"}}).error().id(), ErrorId::kDomainUnknown);
  EXPECT_EQ(directory.set_alias({"x@hato.test", {}}).error().id(), ErrorId::kAddressInvalid);
  EXPECT_EQ(directory.set_alias({"x@hato.test", {"nobody"}}).error().id(),
            ErrorId::kAddressInvalid);
  EXPECT_EQ(directory.remove_alias("taro@hato.test").error().id(), ErrorId::kAliasUnknown);
  ASSERT_TRUE(directory.remove_alias("INFO@hato.test"));
  EXPECT_EQ(directory.remove_alias("info@hato.test").error().id(), ErrorId::kAliasUnknown);
  EXPECT_TRUE(directory.remove_account("taro@hato.test"));
  EXPECT_TRUE(directory.remove_domain("hato.test"));
}

TEST_P(DirectoryTest, OneSendsAsWhatLeadsToOneself) {
  auto taro = add("taro@hato.test"), hanako = add("hanako@hato.test");
  alias("info@hato.test", {"taro@hato.test"});
  alias("@example.jp", {"taro@hato.test"});
  for (std::string_view mine : {"taro@hato.test", "Taro+x@hato.test", "info@hato.test",
                                "info+y@hato.test", "whatever@example.jp"}) {
    EXPECT_TRUE(*directory.may_send_as(taro, mine)) << mine;
    EXPECT_FALSE(*directory.may_send_as(hanako, mine)) << mine;
  }
  EXPECT_FALSE(*directory.may_send_as(taro, "taro@elsewhere.test"));
}

TEST_P(DirectoryTest, AnAccountIsChangedButForItsAddress) {
  auto taro = add("taro@hato.test");
  EXPECT_EQ(lead("taro@hato.test"), "taro@hato.test");
  taro.address = "other@hato.test";
  taro.disabled = true;
  taro.quota_bytes = 9;
  ASSERT_TRUE(directory.change_account(taro));
  auto now = directory.route("taro@hato.test");
  ASSERT_TRUE(now);
  EXPECT_EQ(now->local.at(0).address, "taro@hato.test");
  EXPECT_TRUE(now->local.at(0).disabled);
  EXPECT_EQ(now->local.at(0).quota_bytes, 9u);
  EXPECT_EQ(directory.change_account({.id = 77}).error().id(), ErrorId::kAccountUnknown);
}

TEST_P(DirectoryTest, AccountsAreListedByDomainAndTheirIdsAreNotUsedAgain) {
  auto taro = add("taro@hato.test");
  add("hanako@example.jp");
  add("x@hato.test");
  auto addresses = [&](std::string_view domain) {
    std::vector<std::string> out;
    for (const auto& a : *directory.accounts(domain)) out.push_back(a.address);
    return out;
  };
  EXPECT_THAT(addresses(""), ElementsAre("taro@hato.test", "hanako@example.jp", "x@hato.test"));
  EXPECT_THAT(addresses("Example.JP"), ElementsAre("hanako@example.jp"));
  ASSERT_TRUE(directory.remove_account("taro@hato.test"));
  EXPECT_EQ(directory.remove_account("taro@hato.test").error().id(), ErrorId::kAccountUnknown);
  EXPECT_GT(add("taro@hato.test").id, taro.id);
  EXPECT_FALSE(*directory.secrets(taro.id));
}

TEST_P(DirectoryTest, AReversibleSecretIsKeptOnlyWhereItWasAskedFor) {
  auto taro = add("taro@hato.test");
  EXPECT_EQ((*directory.secrets(taro.id))->plain, "");
  EXPECT_FALSE(*directory.any_plain_secret());
  auto hanako = add("hanako@hato.test", {.plain_secret = true});
  EXPECT_EQ((*directory.secrets(hanako.id))->plain, "secret");
  EXPECT_TRUE(*directory.any_plain_secret());

  Directory other_key{*engine, std::string(32, 'x')}, no_key{*engine};
  EXPECT_EQ((*other_key.secrets(hanako.id))->plain, "");
  EXPECT_EQ((*no_key.secrets(hanako.id))->plain, "");
  taro.plain_secret = true;
  EXPECT_EQ(no_key.change_account(taro).error().id(), ErrorId::kSecretKeyMissing);

  ASSERT_TRUE(directory.change_account(taro));
  EXPECT_EQ((*directory.secrets(taro.id))->plain, "");
  ASSERT_TRUE(directory.set_secret(taro.id, "new"));
  EXPECT_EQ((*directory.secrets(taro.id))->plain, "new");
  taro.plain_secret = hanako.plain_secret = false;
  ASSERT_TRUE(directory.change_account(taro));
  ASSERT_TRUE(directory.change_account(hanako));
  EXPECT_EQ((*directory.secrets(taro.id))->plain, "");
  EXPECT_FALSE(*directory.any_plain_secret());
}

TEST_P(DirectoryTest, AnotherWritersChangeIsSeen) {
  Directory other{*engine};
  EXPECT_EQ(lead("taro@hato.test"), "unknown");
  std::promise<void> told;  // after the directory: hints go round in order
  auto next = engine->open(kPart)->seq + 1;
  auto subscription = engine->subscribe(kPart, [&](store::Seq seq) {
    if (seq == next) told.set_value();
  });
  ASSERT_TRUE(other.add_account({.address = "taro@hato.test"}, "secret"));
  told.get_future().wait();
  EXPECT_EQ(lead("taro@hato.test"), "taro@hato.test");
}

INSTANTIATE_TEST_SUITE_P(Engines, DirectoryTest, testing::Values("memory", "rocksdb"),
                         [](const auto& test) { return std::string(test.param); });

class CountingStore final : public store::test::Forward {
 public:
  using Forward::Forward;
  Result<std::optional<std::string>> get(store::PartId part, store::Space space,
                                         std::string_view key) override {
    ++reads;
    return Forward::get(part, space, key);
  }
  int reads = 0;
};

TEST(DirectoryCacheTest, AKnownRecipientCostsNoRead) {
  auto memory = store::open_memory();
  CountingStore counting{*memory};
  Directory directory{counting};
  ASSERT_TRUE(directory.add_domain({"hato.test"}));
  ASSERT_TRUE(directory.add_account({.address = "taro@hato.test"}, "x"));
  ASSERT_TRUE(directory.route("taro@hato.test"));
  counting.reads = 0;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(directory.route("taro@hato.test"));
  EXPECT_EQ(counting.reads, 0);
  for (int i = 0; i < 50'000; ++i)  // nobody fills the memory by asking
    ASSERT_TRUE(directory.route("nobody" + std::to_string(i) + "@hato.test"));
  EXPECT_EQ(directory.route("taro@hato.test")->local.size(), 1u);
}

TEST(DirectoryFormatTest, RowsComeBackAndDamageIsToldNotRead) {
  Account a{.id = 7, .address = "a@b.test", .language = "ja", .admin = true};
  a.plain_secret = true, a.quota_bytes = 1ull << 40, a.quota_messages = 3;
  auto key = account_key(7);
  auto account = decode_account(key, encode(a));
  ASSERT_TRUE(account);
  EXPECT_EQ(encode(*account), encode(a));
  NameRow alias{.targets = {"x@y.test", "z@y.test"}};
  EXPECT_EQ(decode_name("n", encode(alias))->targets, alias.targets);
  EXPECT_EQ(decode_name("n", encode(NameRow{.account = 300}))->account, 300u);
  SecretRow secret{"h", "2", "1", "s"};
  EXPECT_EQ(encode(*decode_secret(key, encode(secret))), encode(secret));
  Header header{.next_account = 9, .next_ordinal = 2, .plain_secrets = 1, .first_domain = "b.test"};
  EXPECT_EQ(encode(*decode_header(encode(header))), encode(header));
  for (std::string value : {encode(a), encode(alias), encode(secret), encode(header)}) {
    value[0] = 2;  // a version of the future
    EXPECT_FALSE(decode_account(key, value));
    EXPECT_FALSE(decode_name("n", value));
    EXPECT_FALSE(decode_secret(key, value));
    EXPECT_FALSE(decode_header(value));
    EXPECT_FALSE(decode_domain("d", value));
    value[0] = 1;
    for (std::size_t n = 1; n < value.size(); ++n) {
      auto cut = std::string_view(value).substr(0, n);
      (void)decode_account(key, cut), (void)decode_name("n", cut), (void)decode_secret(key, cut);
    }
  }
}

}  // namespace
}  // namespace hato::account
