// SPDX-License-Identifier: Apache-2.0
#include "policy/policy.h"

#include <gtest/gtest.h>

#include "../store/engines.h"

namespace hato::policy {
namespace {

using account::Account;
using account::Route;

class PolicyTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {  // once, as secrets are slow to make
    store_ = store::open_memory();
    directory_ = std::make_unique<account::Directory>(*store_);
    ASSERT_OK(directory_->add_domain({.name = "hato.test"}));
    taro_ = add({.address = "taro@hato.test"});
    add({.address = "gone@hato.test", .disabled = true});
    add({.address = "small@hato.test", .quota_bytes = 1000});
    add({.address = "none@hato.test", .quota_messages = 0});
    ASSERT_OK(directory_->set_alias({"sales@hato.test", {"taro@hato.test", "gone@hato.test"}}));
    ASSERT_OK(directory_->set_alias({"away@hato.test", {"alice@example.com"}}));
  }
  static void TearDownTestSuite() {
    directory_.reset();
    store_.reset();
  }
  static Account add(Account account) {
    auto made = directory_->add_account(std::move(account), "secret");
    if (!made) throw std::runtime_error(catalogue::log_text(made.error()));
    return *made;
  }

  Policy policy() { return Policy(*directory_, mail_, settings); }
  Client user() const {
    return {.ip = *net::Ip::parse("192.0.2.1"), .submission = true, .login = &taro_};
  }
  Client stranger(std::string_view ip = "192.0.2.1") const { return {.ip = *net::Ip::parse(ip)}; }

  Settings settings;
  static inline std::unique_ptr<store::Store> store_;
  static inline std::unique_ptr<account::Directory> directory_;
  static inline Account taro_;
  store::MailStore mail_{*store_};
};

TEST_F(PolicyTest, ASubmissionNeedsALoginOrATrustedNetwork) {
  auto client = stranger();
  client.submission = true;
  EXPECT_ERROR(policy().judge_sender(client, "bob@example.com"), ErrorId::kLoginRequired);
  settings.relay_from = {*net::Cidr::parse("192.0.2.0/24")};
  EXPECT_TRUE(policy().judge_sender(client, "bob@example.com"));
  EXPECT_TRUE(policy().judge_sender(stranger("198.51.100.1"), "bob@example.com")) << "port 25";
}

TEST_F(PolicyTest, ASenderMustBelongToTheLoginUnlessSwitchedOff) {
  for (auto own : {"taro@hato.test", "Taro+news@HATO.test", "sales@hato.test", ""})
    EXPECT_TRUE(policy().judge_sender(user(), own)) << own;
  for (auto other : {"gone@hato.test", "bob@example.com", "taro@example.com", "nobody@hato.test"})
    EXPECT_ERROR(policy().judge_sender(user(), other), ErrorId::kSenderNotYours);
  settings.sender_must_belong = false;
  EXPECT_TRUE(policy().judge_sender(user(), "bob@example.com"));
}

TEST_F(PolicyTest, StrangersRelayNowhere) {
  for (auto away : {"alice@example.com", "alice@[192.0.2.9]", "taro@sub.hato.test",
                    "\"a@hato.test\"@example.com"})
    EXPECT_ERROR(policy().judge_recipient(stranger(), away, 0), ErrorId::kRelayDenied);
  EXPECT_EQ(policy().judge_recipient(user(), "alice@example.com", 0)->kind, Route::kRemote);
  settings.relay_from = {*net::Cidr::parse("192.0.2.0/24")};
  EXPECT_EQ(policy().judge_recipient(stranger(), "alice@example.com", 0)->kind, Route::kRemote);
  EXPECT_ERROR(policy().judge_recipient(stranger("192.0.3.1"), "alice@example.com", 0),
               ErrorId::kRelayDenied);
  auto lmtp = stranger();
  lmtp.lmtp = true;
  EXPECT_ERROR(policy().judge_recipient(lmtp, "alice@example.com", 0), ErrorId::kRelayDenied);
}

TEST_F(PolicyTest, RecipientsHereAreJudgedByWhereTheyLead) {
  EXPECT_EQ(policy().judge_recipient(stranger(), "taro+x@hato.test", 0)->local.at(0).id, taro_.id);
  EXPECT_EQ(policy().judge_recipient(stranger(), "away@hato.test", 0)->remote.at(0),
            "alice@example.com");
  EXPECT_ERROR(policy().judge_recipient(stranger(), "nobody@hato.test", 0),
               ErrorId::kRecipientUnknown);
  EXPECT_ERROR(policy().judge_recipient(stranger(), "gone@hato.test", 0),
               ErrorId::kAccountDisabled);
  EXPECT_EQ(policy().judge_recipient(stranger(), "sales@hato.test", 0)->local.size(), 1u)
      << "the one who is there";
}

TEST_F(PolicyTest, RoomIsJudgedByTheAnnouncedSize) {
  EXPECT_TRUE(policy().judge_recipient(stranger(), "small@hato.test", 0));
  EXPECT_TRUE(policy().judge_recipient(stranger(), "small@hato.test", 1000));
  EXPECT_ERROR(policy().judge_recipient(stranger(), "small@hato.test", 1001),
               ErrorId::kMessageOverQuota);
}

TEST(JudgeRoom, FullPassesTooLargeDoesNot) {
  Account a{.quota_bytes = 1000, .quota_messages = 2};
  EXPECT_TRUE(judge_room(a, {1, 900}, 100, "x"));
  EXPECT_ERROR(judge_room(a, {1, 900}, 101, "x"), ErrorId::kMailboxFull);
  EXPECT_ERROR(judge_room(a, {2, 0}, 1, "x"), ErrorId::kMailboxFull);
  EXPECT_ERROR(judge_room(a, {0, 0}, 1001, "x"), ErrorId::kMessageOverQuota);
  EXPECT_TRUE(judge_room({}, {9, 9}, 1 << 30, "x")) << "without limit";
}

TEST_F(PolicyTest, ALoopIsSeenByItsTrace) {
  settings.max_received = 2;
  auto judge = [&](std::string_view header, const Client& client) {
    return policy().judge_message(client, message::parse_fields(header), {"taro@hato.test"});
  };
  EXPECT_TRUE(judge("Received: a\r\nRECEIVED: b\r\n\r\n", stranger()));
  EXPECT_ERROR(judge("Received: a\r\nRECEIVED: b\r\nreceived: c\r\n\r\n", stranger()),
               ErrorId::kMailLoop);
  EXPECT_ERROR(judge("Delivered-To:\r\n Taro@hato.test\r\n\r\n", stranger()), ErrorId::kMailLoop);
  EXPECT_TRUE(judge("Delivered-To: hanako@hato.test\r\n\r\n", stranger()));
  EXPECT_TRUE(judge("Delivered-To: taro@hato.test\r\n\r\n", user())) << "a user may send it on";
}

}  // namespace
}  // namespace hato::policy
