// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <algorithm>

#include "../store/engines.h"
#include "../store/forward.h"
#include "account/crypto.h"
#include "base/text.h"
#include "net/testing.h"
#include "net/tls.h"
#include "pop3/server.h"

namespace hato::pop3 {
namespace {

using store::test::Wait;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;
using namespace std::string_literals;
using namespace std::string_view_literals;

// Commits of accounts fail with this error, reads of bodies too, where it is set.
class FaultyStore final : public store::test::Forward {
 public:
  using Forward::Forward;
  void commit(store::PartId part, store::Commit c, store::Done<store::Seq> done) override {
    if (refuse && part.kind == store::PartId::kAccount) return done(fail(*refuse));
    Forward::commit(part, std::move(c), std::move(done));
  }
  Result<std::string> blob_get(store::BlobId id, std::uint64_t at, std::uint64_t n) override {
    ++reads;
    if (at >= broken_from) return fail(ErrorId::kStoreCorrupt, {{"where", "a test"}});
    return Forward::blob_get(id, at, n);
  }
  std::optional<ErrorId> refuse;
  std::uint64_t broken_from = ~0ull;
  int reads = 0;
};

class Pop3Test : public testing::Test {
 protected:
  Pop3Test() {
    options.hostname = "mx.hato.test";
    options.plaintext_login = true;
    EXPECT_TRUE(directory.add_domain({"hato.test"}));
    taro = *directory.add_account({.address = "taro@hato.test"}, "secret");
    Wait<void> made;
    mail.create(taro.id, "en", made.done());
    EXPECT_TRUE(made.get());
  }

  store::Uid deliver(std::string bytes, Millis date = 0, std::string prefix = "") {
    auto blob = new_uuid();
    store::NewMessage m{.blob = blob, .blob_size = bytes.size(), .prefix = std::move(prefix)};
    m.internal_date = date;
    faulty.blob_put(blob, std::move(bytes), now_ms() + 3'600'000, {});
    Wait<store::Appended> done;
    mail.append(taro.id, std::move(m), done.done());
    auto appended = done.get();
    EXPECT_TRUE(appended);
    return appended ? appended->uid : 0;
  }
  std::vector<store::Uid> inbox() {
    std::vector<store::Uid> out;
    for (const auto& e : *mail.list(taro.id, store::kInbox)) out.push_back(e.uid);
    return out;
  }

  // All that the server says to these lines, without the greeting.
  std::string talk(std::string_view lines) {
    auto out = raw(lines);
    EXPECT_THAT(out, StartsWith("+OK mx.hato.test "));
    return out.substr(out.find('\n') + 1);
  }
  std::string raw(std::string_view lines) {
    net::TestLoop loop;
    return loop.converse([this](net::Stream& s) { return serve(s, options, services); }, lines);
  }
  // Logged in, without the answers to that.
  std::string in(std::string lines) {
    auto out = talk("USER taro\r\nPASS secret\r\n" + lines);
    EXPECT_THAT(out, StartsWith("+OK Now the password\r\n+OK "));
    for (int i = 0; i < 2; ++i) out = out.substr(out.find('\n') + 1);
    return out;
  }
  std::vector<story::Trace> stories() {
    auto found = story.find({});
    return found ? *found : std::vector<story::Trace>{};
  }
  static std::string told(const story::Trace& trace) {
    std::string out;
    for (const auto& e : trace.events)
      out += std::string(what_name(e.what)) + " " + e.text +
             (e.error.empty() ? "" : "!" + e.error) + "\n";
    return out;
  }

  std::unique_ptr<store::Store> memory = store::open_memory();
  FaultyStore faulty{*memory};
  store::MailStore mail{faulty};
  account::Directory directory{faulty, std::string(32, 'k')};
  account::Authenticator authenticator{directory};
  story::Story story{faulty};
  Maildrops maildrops;
  Options options;
  Services services{authenticator, mail, story, maildrops};
  account::Account taro;
};

// --- AUTHORIZATION

TEST_F(Pop3Test, UserAndPassLogIn) {
  deliver("A: 1\r\n\r\nhi\r\n");
  EXPECT_EQ(talk("user taro@hato.test\r\npass secret\r\nQUIT\r\n"),
            "+OK Now the password\r\n+OK 1 message\r\n+OK Goodbye\r\n");
  EXPECT_EQ(talk("QUIT\r\n"), "+OK Goodbye\r\n");
  EXPECT_EQ(talk("QUIT\n"), "+OK Goodbye\r\n");
}

TEST_F(Pop3Test, APasswordMayHoldBlanksAndUtf8) {
  ASSERT_TRUE(directory.set_secret(taro.id, " 二つ の語 "));
  EXPECT_THAT(talk("UTF8\r\nUSER taro\r\nPASS  二つ の語 \r\n"), HasSubstr("+OK 0 messages\r\n"));
  EXPECT_THAT(talk("USER taro\r\nPASS 二つ の語\r\n"), HasSubstr("-ERR [AUTH]"));
}

TEST_F(Pop3Test, WhatIsNotALoginIsRefusedWithAReference) {
  struct {
    std::string_view lines, answer;
  } cases[] = {
      {"USER taro\r\nPASS wrong\r\n", "-ERR [AUTH] Authentication failed (ref "},
      {"USER nobody\r\nPASS secret\r\n", "-ERR [AUTH] Authentication failed (ref "},
      {"PASS secret\r\n", "-ERR PASS is not possible now (ref "},
      {"USER\r\n", "-ERR Write it as: USER name (ref "},
      {"USER a b\r\n", "-ERR Write it as: USER name (ref "},
      {"STAT\r\n", "-ERR STAT is not possible now (ref "},
      {"RETR 1\r\n", "-ERR RETR is not possible now (ref "},
      {"APOP taro x\r\n", "-ERR APOP is not possible now (ref "},
      {"STLS\r\n", "-ERR STLS is not possible now (ref "},
      {"HELO\r\n", "-ERR Unknown command (ref "},
      {"\r\n", "-ERR Unknown command (ref "},
      {"US\0ER\r\n"sv, "-ERR Unknown command (ref "},
  };
  for (const auto& c : cases) {
    auto out = talk(c.lines);
    EXPECT_THAT(out, HasSubstr(c.answer)) << c.lines;
    auto ref = out.substr(out.rfind("(ref ") + 5, 10);
    auto found = story.find({.term = ref});
    ASSERT_TRUE(found && found->size() == 1) << ref;
    EXPECT_FALSE(found->front().events.at(1).error.empty());
  }
}

TEST_F(Pop3Test, APasswordIsNeverInTheStory) {
  talk(
      "USER taro\r\nPASS wrongsecret\r\nPASS again wrongsecret\r\nwrongsecret\r\n"
      "AUTH PLAIN " +
      to_base64("\0taro\0wrongsecret"s) + "\r\n");
  for (const auto& trace : stories()) EXPECT_THAT(told(trace), Not(HasSubstr("wrongsecret")));
}

TEST_F(Pop3Test, PasswordsInClearNeedTls) {
  options.plaintext_login = false;
  EXPECT_THAT(talk("USER taro\r\n"), StartsWith("-ERR Encryption required"));
  EXPECT_THAT(talk("AUTH PLAIN\r\n"), StartsWith("-ERR Encryption required"));
  auto capa = talk("CAPA\r\n");
  EXPECT_THAT(capa, HasSubstr("\r\nSASL SCRAM-SHA-256 SCRAM-SHA-1\r\n"));
  EXPECT_THAT(capa, Not(HasSubstr("USER\r\nS")));
}

TEST_F(Pop3Test, CapabilitiesSayWhatIsThere) {
  EXPECT_EQ(talk("CAPA\r\n"),
            "+OK Capabilities follow\r\nTOP\r\nUIDL\r\nPIPELINING\r\nRESP-CODES\r\n"
            "AUTH-RESP-CODE\r\nUTF8 USER\r\nLANG\r\nSASL SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN\r\n"
            "USER\r\nEXPIRE NEVER\r\nIMPLEMENTATION Hato\r\n.\r\n");
  options.login_delay_s = 60;
  options.expire_days = 30;
  EXPECT_THAT(in("CAPA\r\n"), HasSubstr("\r\nLOGIN-DELAY 60\r\nEXPIRE 30\r\n"));
}

TEST_F(Pop3Test, AuthTakesAnInitialResponseOrAsks) {
  auto plain = to_base64("\0taro\0secret"s);
  EXPECT_EQ(talk("AUTH PLAIN " + plain + "\r\n"), "+OK 0 messages\r\n");
  EXPECT_EQ(talk("auth plain\r\n" + plain + "\r\n"), "+ \r\n+OK 0 messages\r\n");
  EXPECT_EQ(talk("AUTH LOGIN\r\n" + to_base64("taro") + "\r\n" + to_base64("secret") + "\r\n"),
            "+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n+OK 0 messages\r\n");
  EXPECT_EQ(talk("AUTH\r\n"),
            "+OK Mechanisms follow\r\nSCRAM-SHA-256\r\nSCRAM-SHA-1\r\nPLAIN\r\nLOGIN\r\n.\r\n");
  EXPECT_THAT(talk("AUTH PLAIN\r\n*\r\n"), HasSubstr("-ERR Authentication cancelled"));
  EXPECT_THAT(talk("AUTH PLAIN not-base64\r\n"), StartsWith("-ERR Cannot decode"));
  EXPECT_THAT(talk("AUTH PLAIN =\r\n"), StartsWith("-ERR Cannot decode"));
  EXPECT_THAT(talk("AUTH PLAIN\r\n\r\n"), HasSubstr("-ERR Cannot decode"));
  EXPECT_THAT(talk("AUTH KERBEROS_V4\r\n"), StartsWith("-ERR Authentication mechanism not"));
  EXPECT_THAT(talk("AUTH PLAIN " + to_base64("\0taro\0wrong"s) + "\r\n"),
              StartsWith("-ERR [AUTH]"));
  EXPECT_THAT(talk("AUTH SCRAM-SHA-256 " + to_base64("n,,n=taro,r=abc") + "\r\n"),
              StartsWith("+ " + to_base64("r=abc").substr(0, 4)));
}

TEST_F(Pop3Test, ApopServesThoseWhoOptedIn) {
  EXPECT_THAT(raw("QUIT\r\n"), Not(HasSubstr("<")));
  taro.plain_secret = true;
  ASSERT_TRUE(directory.change_account(taro));
  ASSERT_TRUE(directory.set_secret(taro.id, "tanstaaf"));
  net::TestLoop loop;
  auto [server, client] = loop.stream_pair();
  std::string said;
  auto session = [&]() -> net::Task<void> {
    co_await serve(*server, options, services);
    co_await server->close();
  };
  auto talk_apop = [&]() -> net::Task<void> {
    auto greeted = co_await client->fill();
    EXPECT_TRUE(greeted);
    std::string greeting(client->input());
    client->consume(greeting.size());
    auto at = greeting.find('<');
    auto stamp = greeting.substr(at, greeting.find('>') - at + 1);
    EXPECT_THAT(stamp, EndsWith("@mx.hato.test>"));
    auto digest = to_hex(account::digest(account::Hash::kMd5, stamp + "tanstaaf"));
    client->write("APOP taro " + digest + "\r\nQUIT\r\n");
    auto sent = co_await client->flush();
    EXPECT_TRUE(sent);
    for (;;) {
      auto more = co_await client->fill();
      if (!more) break;
      said += client->input();
      client->consume(client->input().size());
    }
  };
  loop.start(session());
  loop.start(talk_apop());
  loop.run();
  EXPECT_EQ(said, "+OK 0 messages\r\n+OK Goodbye\r\n");
  EXPECT_THAT(talk("APOP taro 00000000000000000000000000000000\r\n"), StartsWith("-ERR [AUTH]"));
}

TEST_F(Pop3Test, LanguagesAreChosen) {
  EXPECT_EQ(talk("LANG\r\n"),
            "+OK Languages follow\r\nen English\r\nja 日本語\r\ni-default English\r\n.\r\n");
  EXPECT_EQ(talk("LANG ja\r\nNOOP\r\nLANG EN-gb\r\nQUIT\r\n").substr(0, 30).substr(0, 6), "+OK ja");
  EXPECT_THAT(talk("LANG ja-JP\r\nUSER taro\r\nPASS wrong\r\n"),
              HasSubstr("-ERR [AUTH] ユーザー名またはパスワードが違います (ref "));
  EXPECT_THAT(talk("LANG ja\r\nLANG *\r\nQUIT\r\n"),
              EndsWith("+OK en Replies are in English\r\n+OK Goodbye\r\n"));
  EXPECT_THAT(talk("LANG fr\r\n"), StartsWith("-ERR No such language here"));
}

TEST_F(Pop3Test, TooManyRefusalsEndTheSession) {
  options.max_errors = 3;
  auto out = talk("X\r\nX\r\nX\r\nQUIT\r\n");
  EXPECT_THAT(out, HasSubstr("-ERR [SYS/PERM] Too many errors"));
  EXPECT_THAT(out, Not(HasSubstr("Goodbye")));
}

TEST_F(Pop3Test, AnEndlessLineEndsTheSession) {
  auto out = talk(std::string(100'000, 'a'));
  EXPECT_THAT(out, MatchesRegex("-ERR [^\n]*line end[^\n]*\r\n"));
}

TEST_F(Pop3Test, ADisabledAccountIsToldToItsOwnerOnly) {
  taro.disabled = true;
  ASSERT_TRUE(directory.change_account(taro));
  EXPECT_THAT(talk("USER taro\r\nPASS secret\r\n"), HasSubstr("-ERR [SYS/PERM] Account taro@"));
  EXPECT_THAT(talk("USER taro\r\nPASS wrong\r\n"), HasSubstr("-ERR [AUTH]"));
}

// --- TRANSACTION

TEST_F(Pop3Test, EveryCommandOfTransaction) {
  deliver("A: 1\r\n\r\none\r\n.two\r\n");
  deliver("B: 2\r\n\r\n", 0, "Return-Path: <>\r\n");
  struct {
    std::string lines, answer;
  } cases[] = {
      {"STAT\r\n", "+OK 2 44\r\n"},
      {"stat \r\n", "+OK 2 44\r\n"},
      {"LIST\r\n", "+OK 2 messages\r\n1 19\r\n2 25\r\n.\r\n"},
      {"LIST 2\r\n", "+OK 2 25\r\n"},
      {"RETR 1\r\n", "+OK 19 octets\r\nA: 1\r\n\r\none\r\n..two\r\n.\r\n"},
      {"RETR 2\r\n", "+OK 25 octets\r\nReturn-Path: <>\r\nB: 2\r\n\r\n.\r\n"},
      {"TOP 1 0\r\n", "+OK Top of message follows\r\nA: 1\r\n\r\n.\r\n"},
      {"TOP 1 1\r\n", "+OK Top of message follows\r\nA: 1\r\n\r\none\r\n.\r\n"},
      {"TOP 1 99\r\n", "+OK Top of message follows\r\nA: 1\r\n\r\none\r\n..two\r\n.\r\n"},
      {"NOOP\r\n", "+OK Nothing done\r\n"},
      {"DELE 1\r\nSTAT\r\nLIST\r\nRSET\r\nSTAT\r\n",
       "+OK Deleted at QUIT\r\n+OK 1 25\r\n+OK 1 message\r\n2 25\r\n.\r\n+OK 2 messages\r\n"
       "+OK 2 44\r\n"},
  };
  for (const auto& c : cases) EXPECT_EQ(in(c.lines), c.answer) << c.lines;
}

TEST_F(Pop3Test, WhatIsWrongInTransactionIsRefused) {
  deliver("A: 1\r\n\r\n");
  struct {
    std::string lines, answer;
  } cases[] = {
      {"RETR 0\r\n", "-ERR No message 0, there are 1 (ref "},
      {"RETR 2\r\n", "-ERR No message 2, there are 1 (ref "},
      {"RETR 99999999999999\r\n", "-ERR No message "},
      {"RETR x\r\n", "-ERR No message x, there are 1 (ref "},
      {"RETR -1\r\n", "-ERR No message -1"},
      {"RETR\r\n", "-ERR Write it as: RETR number (ref "},
      {"RETR 1 2\r\n", "-ERR Write it as: RETR number (ref "},
      {"TOP 1\r\n", "-ERR Write it as: TOP number lines (ref "},
      {"TOP 1 x\r\n", "-ERR Write it as: TOP number lines (ref "},
      {"TOP 1 -1\r\n", "-ERR Write it as: TOP number lines (ref "},
      {"LIST 2\r\n", "-ERR No message 2"},
      {"UIDL 2\r\n", "-ERR No message 2"},
      {"DELE 2\r\n", "-ERR No message 2"},
      {"STAT 1\r\n", "-ERR Write it as: STAT (ref "},
      {"USER taro\r\n", "-ERR USER is not possible now (ref "},
      {"AUTH PLAIN\r\n", "-ERR AUTH is not possible now (ref "},
      {"STLS\r\n", "-ERR STLS is not possible now (ref "},
      {"UTF8\r\n", "-ERR UTF8 is not possible now (ref "},
      {"RETR \x01\r\n", "-ERR Unknown command (ref "},
  };
  for (const auto& c : cases) EXPECT_THAT(in(c.lines), StartsWith(c.answer)) << c.lines;
  for (std::string_view command : {"RETR 1", "TOP 1 0", "LIST 1", "UIDL 1", "DELE 1"})
    EXPECT_THAT(in("DELE 1\r\n" + std::string(command) + "\r\n"),
                StartsWith("+OK Deleted at QUIT\r\n-ERR Message 1 is marked as deleted (ref "))
        << command;
}

TEST_F(Pop3Test, UniqueIdsAreUniqueAndStay) {
  for (int i = 0; i < 3; ++i) deliver("A: " + std::to_string(i) + "\r\n\r\n");
  auto first = in("UIDL\r\n");
  EXPECT_THAT(first, MatchesRegex("\\+OK 3 messages\r\n1 [0-9a-f]{16}\r\n2 [0-9a-f]{16}\r\n"
                                  "3 [0-9a-f]{16}\r\n\\.\r\n"));
  auto second = first.substr(first.find("\r\n2 ") + 4, 16);
  EXPECT_EQ(in("UIDL 2\r\n"), "+OK 2 " + second + "\r\n");
  in("DELE 1\r\nQUIT\r\n");
  EXPECT_EQ(in("UIDL 1\r\n"), "+OK 1 " + second + "\r\n");
}

TEST_F(Pop3Test, QuitDeletesWhatWasMarkedAndMarksWhatWasSeen) {
  for (int i = 0; i < 4; ++i) deliver("A: " + std::to_string(i) + "\r\n\r\n");
  EXPECT_THAT(in("RETR 1\r\nRETR 2\r\nDELE 1\r\nDELE 4\r\nQUIT\r\n"), EndsWith("+OK Goodbye\r\n"));
  EXPECT_THAT(inbox(), testing::ElementsAre(2, 3));
  auto entries = *mail.list(taro.id, store::kInbox);
  EXPECT_EQ(entries[0].flags & store::kSeen, unsigned(store::kSeen));
  EXPECT_EQ(entries[1].flags & store::kSeen, 0u);
}

TEST_F(Pop3Test, ABrokenConnectionDeletesNothing) {
  deliver("A: 1\r\n\r\n");
  in("RETR 1\r\nDELE 1\r\n");
  EXPECT_THAT(inbox(), testing::ElementsAre(1));
}

TEST_F(Pop3Test, AQuitThatCannotDeleteSaysSoAndLosesNothing) {
  deliver("A: 1\r\n\r\n");
  faulty.refuse = ErrorId::kStoreFull;
  auto out = in("DELE 1\r\nQUIT\r\n");
  EXPECT_THAT(out, HasSubstr("-ERR [SYS/TEMP] Could not delete all of 1"));
  faulty.refuse.reset();
  EXPECT_THAT(inbox(), testing::ElementsAre(1));
  EXPECT_THAT(in("STAT\r\n"), StartsWith("+OK 1 "));
}

TEST_F(Pop3Test, ASessionKeepsItsNumbersWhateverOthersDo) {
  for (int i = 0; i < 3; ++i) deliver("A: " + std::to_string(i) + "\r\n\r\n");
  Maildrops::Ticket other = std::move(*maildrops.open(taro.id, {}, 1));
  EXPECT_THAT(in("STAT\r\n"), StartsWith("+OK 3 "));  // a second session, a snapshot
  // What another session removes in between is refused, not renumbered.
  net::TestLoop loop;
  auto [server, client] = loop.stream_pair();
  std::string said;
  auto session = [&]() -> net::Task<void> {
    co_await serve(*server, options, services);
    co_await server->close();
  };
  auto wait_for = [&](std::string_view what) -> net::Task<void> {
    while (said.find(what) == said.npos) {
      auto more = co_await client->fill();
      if (!more) co_return;
      said += client->input();
      client->consume(client->input().size());
    }
  };
  auto talk_here = [&]() -> net::Task<void> {
    client->write("USER taro\r\nPASS secret\r\n");
    auto sent = co_await client->flush();
    co_await wait_for("3 messages");
    Wait<store::Seq> gone;
    mail.expunge(taro.id, store::kInbox, {2}, gone.done());
    EXPECT_TRUE(gone.get());
    client->write("STAT\r\nRETR 2\r\nRETR 3\r\nDELE 2\r\nQUIT\r\n");
    sent = co_await client->flush();
    co_await wait_for("Goodbye");
  };
  loop.start(session());
  loop.start(talk_here());
  loop.run();
  EXPECT_THAT(said, HasSubstr("+OK 3 24\r\n-ERR That message has been removed (ref "));
  EXPECT_THAT(said,
              HasSubstr("+OK 8 octets\r\nA: 2\r\n\r\n.\r\n+OK Deleted at QUIT\r\n+OK Goodbye"));
}

TEST_F(Pop3Test, TheExclusiveSettingRefusesASecondSession) {
  options.exclusive = true;
  {
    auto other = maildrops.open(taro.id, {.exclusive = true}, 1);
    ASSERT_TRUE(other);
    EXPECT_THAT(talk("USER taro\r\nPASS secret\r\n"), HasSubstr("-ERR [IN-USE] "));
  }
  EXPECT_THAT(talk("USER taro\r\nPASS secret\r\n"), HasSubstr("+OK 0 messages"));
  EXPECT_THAT(talk("USER taro\r\nPASS secret\r\n"), HasSubstr("+OK 0 messages"));
}

TEST_F(Pop3Test, LoginsTooSoonAreRefused) {
  options.login_delay_s = 300;
  EXPECT_THAT(talk("USER taro\r\nPASS secret\r\n"), HasSubstr("+OK 0 messages"));
  EXPECT_THAT(talk("USER taro\r\nPASS secret\r\n"),
              HasSubstr("-ERR [LOGIN-DELAY] Wait 300 seconds"));
}

TEST_F(Pop3Test, ExpiryRemovesWhatIsOldAndWasRetrieved) {
  options.expire_days = 2;
  auto old = now_ms() - 3 * 86'400'000LL;
  deliver("A: 1\r\n\r\n", old);
  deliver("A: 2\r\n\r\n", old);
  deliver("A: 3\r\n\r\n");
  in("RETR 1\r\nRETR 3\r\nQUIT\r\n");
  EXPECT_THAT(inbox(), testing::ElementsAre(2, 3));
}

// --- messages

std::string big_message(std::size_t size) {
  std::string out = "Subject: big\r\n\r\n";
  while (out.size() < size)
    out += ".dots and a number " + std::to_string(out.size()) + "\r\n.\r\nand more of it\r\n";
  return out;
}

std::string unstuffed(std::string_view lines) {
  std::string out;
  while (!lines.empty()) {
    auto end = lines.find('\n') + 1;
    auto line = lines.substr(0, end);
    out += line.starts_with('.') ? line.substr(1) : line;
    lines.remove_prefix(end);
  }
  return out;
}

TEST_F(Pop3Test, LargeMessagesComeWholeAndByteForByte) {
  for (std::size_t size : {store::kBlobChunk - 40, store::kBlobChunk, store::kBlobChunk + 1,
                           5 * store::kBlobChunk + 77}) {
    auto message = big_message(size);
    auto uid = deliver(message, 0, "Return-Path: <a@b.test>\r\n");
    auto whole = "Return-Path: <a@b.test>\r\n" + message;
    auto out = in("RETR " + std::to_string(inbox().size()) + "\r\nNOOP\r\n");
    auto head = "+OK " + std::to_string(whole.size()) + " octets\r\n";
    ASSERT_THAT(out.substr(0, 100), StartsWith(head)) << uid;
    auto end = "\r\n.\r\n+OK Nothing done\r\n"s;
    ASSERT_TRUE(out.ends_with(end));
    EXPECT_EQ(unstuffed(out.substr(head.size(), out.size() - head.size() - end.size() + 2)), whole);
    auto top = in("TOP " + std::to_string(inbox().size()) + " 2\r\n");
    EXPECT_THAT(top, EndsWith("\r\n\r\n..dots and a number 16\r\n..\r\n.\r\n"));
  }
}

TEST_F(Pop3Test, ReadingInOrderReadsAheadAndEachMessageOnce) {
  std::string retrs, picks;
  for (int i = 1; i <= 40; ++i) {
    deliver("A: " + std::to_string(i) + "\r\n\r\n" + std::string(10'000, 'x') + "\r\n");
    retrs += "RETR " + std::to_string(i) + "\r\n";
  }
  faulty.reads = 0;
  auto out = in(retrs);
  for (int i = 1; i <= 40; ++i)
    EXPECT_THAT(out, HasSubstr("octets\r\nA: " + std::to_string(i) + "\r\n\r\n"));
  EXPECT_EQ(faulty.reads, 40);
  faulty.reads = 0;
  in("RETR 40\r\nRETR 20\r\nRETR 5\r\n");  // one that picks reads nothing in vain
  EXPECT_EQ(faulty.reads, 3);
}

TEST_F(Pop3Test, ADamagedMessageHurtsNoOther) {
  auto big = big_message(3 * store::kBlobChunk);
  deliver("A: 1\r\n\r\n");
  deliver(big);
  faulty.broken_from = store::kBlobChunk;
  EXPECT_THAT(in("RETR 1\r\nNOOP\r\n"), EndsWith("+OK Nothing done\r\n"));
  // In the middle nothing can be said any more: the connection ends without the last dot.
  auto half = in("RETR 2\r\nNOOP\r\n");
  EXPECT_LT(half.size(), big.size());
  EXPECT_THAT(half, Not(EndsWith("\r\n.\r\n")));
  faulty.broken_from = 0;
  EXPECT_THAT(
      in("RETR 1\r\nRETR 2\r\nTOP 1 0\r\nSTAT\r\n"),
      MatchesRegex("(-ERR \\[SYS/PERM\\] Stored data is damaged[^\n]*\n){3}\\+OK 2 [^\n]*\n"));
}

TEST_F(Pop3Test, ALongListIsSentWhole) {
  Wait<store::Appended> last;
  auto blob = new_uuid();
  faulty.blob_put(blob, "A: 1\r\n\r\n", now_ms() + 3'600'000, {});
  for (int i = 1; i <= 20'000; ++i) {
    store::NewMessage m{.blob = blob, .blob_size = 8};
    mail.append(taro.id, std::move(m), i == 20'000 ? last.done() : [](auto&&) {});
  }
  ASSERT_TRUE(last.get());
  auto out = in("UIDL\r\nLIST\r\n");
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 40'004);
  EXPECT_THAT(out.substr(out.size() - 20), EndsWith("\r\n20000 8\r\n.\r\n"));
}

// --- the story

TEST_F(Pop3Test, TheStoryTellsWhatHappened) {
  for (int i = 0; i < 3; ++i) deliver("A: 1\r\n\r\n");
  in("RETR 1\r\nRETR 2\r\nDELE 1\r\nRETR 9\r\nQUIT\r\n");
  auto all = stories();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].login, "taro@hato.test");
  EXPECT_EQ(all[0].protocol, "pop3");
  EXPECT_EQ(told(all[0]),
            "connect 192.0.2.1:50000\nlogin taro@hato.test PASS\nrefused RETR!pop3-no-message\n"
            "deleted INBOX UID 1\nfetched INBOX UID 1-2, 16 B\nclosed QUIT\n");
}

// --- TLS

TEST_F(Pop3Test, StlsIsOfferedAndForgetsWhatWasSaidBefore) {
  store::test::TempDir folder;
  net::CertificateFiles files{folder.path + "/cert.pem", folder.path + "/key.pem"};
  ASSERT_TRUE(net::make_self_signed(files, {"mx.hato.test"}));
  options.tls = *net::load_tls({files});
  options.plaintext_login = false;
  EXPECT_THAT(talk("CAPA\r\n"), HasSubstr("\r\nSTLS\r\n"));
  // Commands behind STLS in plaintext are not obeyed.
  auto out = talk("STLS\r\nCAPA\r\n");
  EXPECT_THAT(out, Not(HasSubstr("Capabilities")));
  EXPECT_THAT(talk("STLS now\r\n"), StartsWith("-ERR Write it as: STLS"));
}

TEST(RefusalTest, ALineWithItsCode) {
  EXPECT_THAT(refusal(Error(ErrorId::kTooManyConnections, {{"ip", "192.0.2.1"}}), "mx"),
              MatchesRegex("-ERR \\[SYS/TEMP\\] Too many connections from 192.0.2.1\r\n"));
}

TEST(MaildropsTest, TicketsCountAndDelaysPass) {
  Maildrops all;
  auto first = all.open(1, {.exclusive = true}, 1000);
  ASSERT_TRUE(first);
  EXPECT_EQ(all.open(1, {.exclusive = true}, 1000).error().id(), ErrorId::kMaildropInUse);
  EXPECT_TRUE(all.open(2, {.exclusive = true}, 1000));
  {
    auto moved = std::move(*first);
  }
  EXPECT_TRUE(all.open(1, {.exclusive = true}, 1000));
  ASSERT_TRUE(all.open(3, {.delay = 5000}, 10'000));
  EXPECT_EQ(all.open(3, {.delay = 5000}, 14'999).error().id(), ErrorId::kLoginDelay);
  EXPECT_TRUE(all.open(3, {.delay = 5000}, 15'000));
}

}  // namespace
}  // namespace hato::pop3
