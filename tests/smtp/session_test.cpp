// SPDX-License-Identifier: Apache-2.0
// What dialogues (tests/script/smtp) cannot see: mailboxes, queue, story and memory after sessions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "base/text.h"
#include "server.h"

namespace hato::smtp::test {
namespace {

using story::What;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view kMail = "Subject: hi\r\nMessage-ID: <1@x>\r\n\r\n..dots\r\nbody\r\n";

World& world() { return World::get(); }

std::string from(std::string_view address, std::string_view parameters = "") {
  return "MAIL FROM:<" + std::string(address) + ">" + std::string(parameters) + "\r\n";
}
std::string to(std::string_view address) { return "RCPT TO:<" + std::string(address) + ">\r\n"; }
std::string stuffed(std::string_view mail) {
  return std::regex_replace(std::string(mail), std::regex("(^|\n)\\."), "$1..") + ".\r\n";
}
std::string login(std::string_view user) {
  using namespace std::string_literals;
  return "AUTH PLAIN " + to_base64("\0"s + std::string(user) + "\0secret"s) + "\r\n";
}
Server submission() {
  Server s(Role::kSubmission);
  s.options.plaintext_login = true;
  return s;
}

TEST(Session, AMessageLiesInTheMailboxByteForByteBelowItsTrace) {
  auto said =
      Server().hello({from("bob@example.com"), to("taro@hato.test"), "DATA\r\n", stuffed(kMail)});
  EXPECT_THAT(said, MatchesRegex("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 [^\r]*\r\n"
                                 "250 2.0.0 Ok: delivered, [0-9A-Z]{10}\r\n"));
  auto got = world().take(world().taro);
  ASSERT_THAT(got, SizeIs(1));
  EXPECT_THAT(got[0], EndsWith(kMail));
  EXPECT_THAT(got[0].substr(0, got[0].size() - kMail.size()),
              MatchesRegex("Return-Path: <bob@example.com>\r\nDelivered-To: taro@hato.test\r\n"
                           "Received: from client.example \\(\\[192.0.2.1\\]\\)\r\n"
                           "\tby mx.hato.test with ESMTP id [0-9A-Z]{10}\r\n"
                           "\tfor <taro@hato.test>; [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} "
                           "[0-9]{2}:[0-9]{2}:[0-9]{2} \\+0000\r\n"));
}

TEST(Session, PipelinedCommandsAreAnsweredTogetherAndInOrder) {
  auto said = Server().hello(
      {from("bob@example.com") + to("nobody@hato.test") + to("taro@hato.test") + "DATA\r\n",
       stuffed(kMail) + from("") + "RSET\r\nNOOP\r\n"});
  EXPECT_THAT(
      said,
      MatchesRegex("250 2.1.0 [^\r]*\r\n550 5.1.1 [^\r]*\r\n250 2.1.5 [^\r]*\r\n354 [^\r]*\r\n"
                   "250 2.0.0 Ok: [^\r]*\r\n250 2.1.0 [^\r]*\r\n250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n"));
  EXPECT_THAT(world().take(world().taro), SizeIs(1));
}

TEST(Session, OnlyOneRecipientIsNamedInReceived) {
  Server().hello({from("bob@example.com"), to("taro@hato.test"), to("hanako@hato.test"), "DATA\r\n",
                  stuffed(kMail)});
  EXPECT_THAT(world().take(world().taro)[0], Not(HasSubstr("for <")));
  EXPECT_THAT(world().take(world().hanako), SizeIs(1));
}

TEST(Session, EveryRefusalOfARecipientHasItsCodeAndAReference) {
  struct Row {
    std::string_view address, starts;
  };
  for (auto [address, starts] :
       std::initializer_list<Row>{{"nobody@hato.test", "550 5.1.1 "},
                                  {"alice@example.com", "550 5.7.1 "},
                                  {"disabled@hato.test", "550 5.2.1 "},
                                  {"taro%example.com@hato.test", "550 5.1.1 "},
                                  {"taro@hato.test@example.com", "501 5.1.3 "},
                                  {"taro", "501 5.1.3 "}}) {
    auto said = Server().hello({from("bob@example.com"), to(address), "DATA\r\n"});
    EXPECT_THAT(said, StartsWith("250 2.1.0 Ok\r\n" + std::string(starts))) << address;
    EXPECT_THAT(said,
                ContainsRegex("\\(ref [0-9A-Z]{10}\\)\r\n554 5.5.1 .*\\(ref [0-9A-Z]{10}\\)\r\n"));
  }
}

TEST(Session, AFullMailboxIsForLaterAndOneThatIsTooSmallForever) {
  auto rcpt = [](std::string_view size) {
    return Server().hello({from("bob@example.com", size), to("full@hato.test")});
  };
  EXPECT_THAT(rcpt(" SIZE=500"), EndsWith("250 2.1.5 Ok\r\n"));
  EXPECT_THAT(rcpt(" SIZE=5000"), HasSubstr("\r\n552 5.2.3 "));
  auto send = [](std::size_t bytes) {
    return Server().hello({from("bob@example.com"), to("full@hato.test"), "DATA\r\n",
                           "\r\n" + std::string(bytes, 'x') + "\r\n.\r\n"});
  };
  EXPECT_THAT(send(2000), HasSubstr("\r\n552 5.2.3 "));
  EXPECT_THAT(send(400), HasSubstr("Ok: delivered"));
  EXPECT_THAT(send(400), HasSubstr("\r\n452 4.2.2 "));
  EXPECT_THAT(world().take(world().full), SizeIs(1));
}

TEST(Session, MailForOthersGoesIntoTheQueueOfLoggedInUsersOnly) {
  auto s = submission();
  auto said =
      s.hello({login("taro@hato.test"), from("taro@hato.test", " RET=HDRS ENVID=x SMTPUTF8"),
               "RCPT TO:<alice@example.com> NOTIFY=NEVER\r\n", "DATA\r\n", stuffed(kMail)});
  EXPECT_THAT(said, ContainsRegex("250 2.0.0 Ok: queued as [0-9A-Z]{10}\r\n$"));
  auto items = world().take_queue();
  ASSERT_THAT(items, SizeIs(1));
  const auto& e = items[0].envelope;
  EXPECT_EQ(e.sender, "taro@hato.test");
  EXPECT_EQ(e.login, "taro@hato.test");
  EXPECT_EQ(e.ret, "HDRS");
  EXPECT_EQ(e.envid, "x");
  EXPECT_TRUE(e.smtputf8);
  EXPECT_EQ(e.recipients.at(0).address, "alice@example.com");
  EXPECT_EQ(e.recipients.at(0).notify, "NEVER");
}

TEST(Session, AnAliasMayLeadAwayForAnybody) {
  auto said =
      Server().hello({from("bob@example.com"), to("both@hato.test"), "DATA\r\n", stuffed(kMail)});
  EXPECT_THAT(said, HasSubstr("queued as"));
  EXPECT_THAT(world().take(world().taro), SizeIs(1));
  EXPECT_THAT(world().take_queue(), SizeIs(1));
}

TEST(Session, ASubmissionGetsWhatItLacksAndNoMore) {
  auto send = [](const std::string& mail) {
    auto s = submission();
    s.hello({login("taro"), from("sales@hato.test"), to("hanako@hato.test"), "DATA\r\n",
             stuffed(mail)});
    auto got = world().take(world().hanako);
    return got.empty() ? "" : got[0];
  };
  auto bare = send("Subject: x\r\nBcc: hidden@example.com\r\n\r\nbody\r\n");
  EXPECT_THAT(bare,
              ContainsRegex(
                  "\r\nDate: [^\r]*\r\nMessage-ID: <[0-9A-Z]{10}@mx.hato.test>\r\nSubject: x\r\n"));
  EXPECT_THAT(bare, EndsWith("\r\nSubject: x\r\nBcc: hidden@example.com\r\n\r\nbody\r\n"));
  EXPECT_THAT(
      bare,
      ContainsRegex("Authentication-Results: mx.hato.test;\r\n\tauth=pass smtp.auth=taro@hato.test "
                    "smtp.mailfrom=sales@hato.test\r\nReceived: .*with ESMTPA id"));
  auto whole = send("Date: Mon, 1 Jan 2024 00:00:00 +0000\r\nMessage-ID: <1@x>\r\n\r\n\r\n");
  EXPECT_THAT(whole, Not(HasSubstr("@mx.hato.test>")));
}

TEST(Session, ResultsForgedInOurNameAreTakenOutOthersStay) {
  std::string forged =
      "Authentication-Results: mx.hato.test;\r\n\tspf=pass smtp.mailfrom=x\r\n"
      "Subject: x\r\n"
      "authentication-results: (c (c)) MX.Hato.Test 1; dkim=pass\r\n"
      "Authentication-Results: \"mx.hato.test\"; none\r\n"
      "Authentication-Results: mx.hato.test.evil; dkim=pass\r\n"
      "Authentication-Results: mx.example.com; dkim=pass\r\n\r\n"
      "Authentication-Results: mx.hato.test; in the body\r\n";
  Server().hello({from("bob@example.com"), to("taro@hato.test"), "DATA\r\n", stuffed(forged)});
  auto got = world().take(world().taro).at(0);
  EXPECT_THAT(got,
              EndsWith("\r\nSubject: x\r\nAuthentication-Results: mx.hato.test.evil; dkim=pass\r\n"
                       "Authentication-Results: mx.example.com; dkim=pass\r\n\r\n"
                       "Authentication-Results: mx.hato.test; in the body\r\n"));
  EXPECT_THAT(got, Not(HasSubstr("spf=pass")));
  Server(Role::kLmtp)
      .hello({from("bob@example.com"), to("taro@hato.test"), "DATA\r\n", stuffed(forged)});
  EXPECT_THAT(world().take(world().taro).at(0), EndsWith(forged));
}

TEST(Session, LoopsAreBroken) {
  auto send = [](std::string mail, Role role = Role::kMx) {
    Server s(role);
    s.options.plaintext_login = true;
    std::vector<std::string> steps = {from("taro@hato.test"), to("taro@hato.test"), "DATA\r\n",
                                      stuffed(mail)};
    if (role == Role::kSubmission) steps.insert(steps.begin(), login("taro"));
    return s.hello(steps);
  };
  std::string passed;
  for (int i = 0; i < 50; ++i) passed += "Received: from a by b\r\n";
  EXPECT_THAT(send(passed + "\r\n"), HasSubstr("Ok: delivered"));
  EXPECT_THAT(send("Received: one more\r\n" + passed + "\r\n"), HasSubstr("\r\n554 5.4.6 "));
  EXPECT_THAT(send("Delivered-To: Taro@Hato.test\r\n\r\n"), HasSubstr("\r\n554 5.4.6 "));
  EXPECT_THAT(send("Delivered-To: hanako@hato.test\r\n\r\n"), HasSubstr("Ok: delivered"));
  EXPECT_THAT(send("Delivered-To: taro@hato.test\r\n\r\n", Role::kSubmission),
              HasSubstr("Ok: delivered"));
  EXPECT_THAT(world().take(world().taro), SizeIs(3));
}

TEST(Session, LmtpAnswersForEachRecipient) {
  Server s(Role::kLmtp);
  auto said =
      s.hello({from("bob@example.com"), to("taro@hato.test"), to("full@hato.test"),
               to("hanako@hato.test"), "DATA\r\n", "\r\n" + std::string(3000, 'x') + "\r\n.\r\n"});
  EXPECT_THAT(
      said,
      ContainsRegex(
          "354 [^\r]*\r\n250 2.0.0 <taro@hato.test> Ok: delivered, [0-9A-Z]{10}\r\n"
          "552 5.2.3 [^\r]*\r\n250 2.0.0 <hanako@hato.test> Ok: delivered, [0-9A-Z]{10}\r\n$"));
  EXPECT_THAT(world().take(world().taro), SizeIs(1));
  EXPECT_THAT(world().take(world().hanako), SizeIs(1));
  said = s.hello({from("bob@example.com"), to("taro@hato.test"), to("hanako@hato.test"), "DATA\r\n",
                  "a\nb\r\n.\r\n"});
  EXPECT_THAT(said, ContainsRegex("354 [^\r]*\r\n550 5.6.11 [^\r]*\r\n550 5.6.11 [^\r]*\r\n$"));
}

TEST(Session, ChunksMakeOneMessageByteForByte) {
  std::string binary = "Subject: b\r\n\r\n";
  for (int i = 0; i < 70'000; ++i) binary += char(i % 256);
  auto first = binary.substr(0, 30'000), second = binary.substr(30'000);
  auto said = Server().hello({from("bob@example.com", " BODY=BINARYMIME") + to("taro@hato.test") +
                              "BDAT " + std::to_string(first.size()) + "\r\n" + first + "BDAT " +
                              std::to_string(second.size()) + " LAST\r\n" + second + "NOOP\r\n"});
  EXPECT_THAT(said, MatchesRegex("250 [^\r]*\r\n250 [^\r]*\r\n250 2.0.0 30000 bytes\r\n"
                                 "250 2.0.0 Ok: delivered, [0-9A-Z]{10}\r\n250 2.0.0 Ok\r\n"));
  EXPECT_THAT(world().take(world().taro).at(0), EndsWith(binary));
}

TEST(Session, TheMemoryOfAllSessionsIsBounded) {
  Server s;
  s.options.max_in_flight = 100'000;
  std::string mail = "\r\n";
  for (int i = 0; i < 3000; ++i) mail += std::string(70, 'x') + "\r\n";
  auto said = s.hello(
      {from("bob@example.com"), to("taro@hato.test"), "DATA\r\n", mail + ".\r\n", "NOOP\r\n"});
  EXPECT_THAT(said, ContainsRegex("\r\n452 4.3.1 [^\r]*\r\n250 2.0.0 Ok\r\n$"));
  EXPECT_THAT(world().take(world().taro), IsEmpty());
}

TEST(Session, TheStoryTellsOfSessionAndTransaction) {
  Server s;
  s.peer = "198.51.100.7";
  auto said = s.hello({"WHAT\r\n", from("bob@example.com"), to("nobody@hato.test"),
                       to("taro@hato.test"), "DATA\r\n", stuffed(kMail)});
  world().take(world().taro);
  std::smatch m;
  ASSERT_TRUE(std::regex_search(said, m, std::regex("delivered, (\\w{10})")));
  auto found = world().story.find({.term = m[1]});
  ASSERT_TRUE(found);
  ASSERT_THAT(*found, SizeIs(2));
  for (const auto& trace : *found) {
    std::vector<What> whats;
    for (const auto& e : trace.events) whats.push_back(e.what);
    EXPECT_EQ(trace.peer, "198.51.100.7");
    EXPECT_EQ(trace.protocol, "smtp");
    EXPECT_EQ(trace.helo, "client.example");
    if (trace.session == 0) {
      EXPECT_THAT(whats, ElementsAre(What::kConnect, What::kRefused, What::kClosed));
      EXPECT_EQ(trace.events[1].error, "smtp-unknown-command");
      continue;
    }
    EXPECT_THAT(whats, ElementsAre(What::kSender, What::kRefused, What::kRecipient, What::kAccepted,
                                   What::kStored));
    EXPECT_EQ(trace.events[1].error, "recipient-unknown");
    EXPECT_EQ(trace.events[1].text, "nobody@hato.test");
    EXPECT_EQ(trace.sender, "bob@example.com");
    EXPECT_THAT(trace.recipients, ElementsAre("taro@hato.test"));
    EXPECT_EQ(trace.message_id, "1@x");
    EXPECT_EQ(trace.subject, "hi");
    EXPECT_EQ(trace.size, kMail.size());
  }
}

TEST(Session, EveryReferenceInAReplyIsFound) {
  auto said = Server().hello({"RCPT TO:<x@y>\r\n", from("bob"), from("bob@example.com"),
                              to("nobody@hato.test"), "DATA\r\n", "NOOP\r\r\n"});
  std::regex ref("\\(ref (\\w{10})\\)");
  int n = 0;
  for (std::sregex_iterator it(said.begin(), said.end(), ref), end; it != end; ++it, ++n)
    EXPECT_FALSE(world().story.find({.term = (*it)[1]})->empty()) << said;
  EXPECT_EQ(n, 5);
}

TEST(Session, PasswordsAreNowhere) {
  auto s = submission();
  s.peer = "203.0.113.77";
  auto wrong = to_base64(std::string("\0taro\0hush-hush", 15));
  auto said = s.hello({"AUTH PLAIN " + wrong + "\r\n", "AUTH " + wrong + "\r\n"});
  EXPECT_THAT(said, StartsWith("535 5.7.8 "));
  auto found = world().story.find({.term = "203.0.113.77"});
  ASSERT_THAT(*found, SizeIs(1));
  for (const auto& e : (*found)[0].events) {
    EXPECT_THAT(e.text, Not(HasSubstr("hush")));
    EXPECT_THAT(e.text, Not(HasSubstr(wrong)));
  }
  EXPECT_EQ((*found)[0].events[1].what, What::kLoginFailed);
  EXPECT_THAT((*found)[0].events[1].text, StartsWith("taro"));
}

TEST(Session, AClientThatGoesAwayLeavesNothingBehind) {
  net::TestLoop loop;
  auto& w = world();
  account::Authenticator authenticator(w.directory);
  policy::Policy policy(w.directory, w.mail, {});
  Budget budget(1 << 20);
  Services services{w.directory, authenticator, policy, w.acceptor, w.story, budget};
  Options options{.hostname = "mx.hato.test"};
  auto session = [&](net::Stream& stream) { return serve(stream, options, services); };
  auto said = loop.converse(session, "HELO a\r\n");
  EXPECT_EQ(said, "220 mx.hato.test ESMTP Hato\r\n250 mx.hato.test\r\n");
  auto half = from("bob@example.com") + to("taro@hato.test") + "BDAT 1000\r\nonly this";
  EXPECT_THAT(loop.converse(session, half), StartsWith("220 "));
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_THAT(w.take(w.taro), IsEmpty());
}

TEST(Session, AStoppingServerSaysSo) {
  auto& w = world();
  account::Authenticator authenticator(w.directory);
  policy::Policy policy(w.directory, w.mail, {});
  Budget budget(1 << 20);
  Services services{w.directory, authenticator, policy, w.acceptor, w.story, budget};
  Options options{.hostname = "mx.hato.test"};
  net::TestLoop loop;
  auto session = [&](net::Stream& stream) {
    loop.stop();
    return serve(stream, options, services);
  };
  EXPECT_THAT(loop.converse(session, ""),
              EndsWith("421 4.3.2 mx.hato.test Server is stopping, try again soon\r\n"));
}

TEST(Session, WhoSaysNothingIsToldSoAndLeft) {
  Server s;
  s.options.command_timeout = s.options.data_timeout = std::chrono::seconds(1);
  auto said = s.hello({from("bob@example.com"), to("taro@hato.test"), "DATA\r\n", "half a line"});
  EXPECT_THAT(said, EndsWith("421 4.4.2 mx.hato.test Timed out waiting for you; closing\r\n"));
  EXPECT_THAT(world().take(world().taro), IsEmpty());
}

TEST(Refusal, IsALineBeforeASession) {
  EXPECT_EQ(refusal(Error(ErrorId::kTooManyConnections, {{"ip", "192.0.2.1"}}), "mx.hato.test"),
            "421 4.7.0 mx.hato.test Too many connections from 192.0.2.1\r\n");
}

}  // namespace
}  // namespace hato::smtp::test
