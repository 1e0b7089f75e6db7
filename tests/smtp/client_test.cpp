// SPDX-License-Identifier: Apache-2.0
// The client against a server that answers by a table.
#include "smtp/client.h"

#include <gtest/gtest.h>

#include <map>

#include "base/text.h"
#include "net/testing.h"

namespace hato::smtp {
namespace {

TEST(RemoteReply, ReadsWhatServersSend) {
  struct Case {
    std::string_view input;
    int code;
    std::string_view status, text;
  };
  const Case cases[] = {
      {"250 ok\r\n", 250, "", "ok"},
      {"250\r\n", 250, "", ""},
      {"250 \r\n", 250, "", ""},
      {"250 ok\n", 250, "", "ok"},
      {"550 5.1.1 No such user\r\n", 550, "5.1.1", "No such user"},
      {"550 5.1.1\r\n", 550, "5.1.1", ""},
      {"550 4.1.1 classes differ\r\n", 550, "", "4.1.1 classes differ"},
      {"550 5.1.1x no\r\n", 550, "", "5.1.1x no"},
      {"550-5.7.26 one\r\n550 5.7.26 two\r\n", 550, "5.7.26", "one\ntwo"},
      {"250-mx\r\n250-SIZE 10\r\n250 HELP\r\nmore", 250, "", "mx\nSIZE 10\nHELP"},
      {"550 \xff\x1b[0m\r\n", 550, "", "\uFFFD\uFFFD[0m"},
  };
  for (auto& c : cases) {
    SCOPED_TRACE(c.input);
    auto parsed = parse_reply(c.input);
    ASSERT_EQ(parsed.state, ReplyParse::kDone);
    EXPECT_EQ(parsed.reply.code, c.code);
    EXPECT_EQ(parsed.reply.status, c.status);
    EXPECT_EQ(parsed.reply.text, c.text);
  }
}

TEST(RemoteReply, WaitsForTheWholeAndRefusesNoise) {
  for (auto more : {"", "2", "250", "250-a\r\n", "250-a\r\n25", "250 no end"})
    EXPECT_EQ(parse_reply(more).state, ReplyParse::kMore) << more;
  for (auto bad : {"HTTP/1.1 400 Bad\r\n", "HTTP/1.1", "650 x\r\n", "2500\r\n",
                   "250-a\r\n251 b\r\n", "\r\n", "* OK IMAP\r\n"})
    EXPECT_EQ(parse_reply(bad).state, ReplyParse::kBad) << bad;
  EXPECT_EQ(parse_reply(std::string(10'000, 'x')).state, ReplyParse::kBad);
  std::string endless;
  for (int i = 0; i < 600; ++i) endless += "250-x\r\n";
  EXPECT_EQ(parse_reply(endless).state, ReplyParse::kBad);
}

using Table = std::map<std::string, std::string>;  // how a line begins, and the reply

// Answers by the table ("250 ok" for what it does not name), "" closes. "." answers content.
struct Server {
  Table table;
  std::string ehlo = "250-mx\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 8BITMIME\r\n";
  std::vector<std::string> lines, contents;
  std::map<std::string, int> asked;

  // "RCPT#2" in the table answers the second RCPT.
  std::string answer(const std::string& line) {
    auto verb = line.substr(0, line.find_first_of(" :"));
    auto numbered = verb + "#" + std::to_string(++asked[verb]);
    for (auto& [begins, reply] : table)
      if (begins == numbered || (begins.find('#') == begins.npos && line.starts_with(begins)))
        return reply.empty() ? "" : reply + "\r\n";
    if (verb == "EHLO" || verb == "LHLO") return ehlo;
    return verb == "DATA" ? "354 go\r\n" : "250 2.0.0 ok\r\n";
  }
};

net::Task<void> serve(net::Stream& s, Server& server) {
  std::size_t content = 0;  // bytes that BDAT still brings
  bool data = false;
  s.set_timeout(std::chrono::seconds(5));
  s.write(server.table.contains("banner") ? server.table["banner"] + "\r\n" : "220 mx\r\n");
  for (;;) {
    auto input = s.input();
    std::size_t taken = 0;
    std::string reply;
    if (content > 0 && input.size() >= content) {
      server.contents.emplace_back(input.substr(0, taken = content));
      content = 0;
      reply = server.answer(".");
    } else if (data && (input.starts_with(".\r\n") || input.contains("\r\n.\r\n"))) {
      taken = input.starts_with(".\r\n") ? 3 : input.find("\r\n.\r\n") + 5;
      server.contents.emplace_back(input.substr(0, taken));
      data = false;
      reply = server.answer(".");
    } else if (content == 0 && !data && input.find("\r\n") != input.npos) {
      std::string line(input.substr(0, input.find("\r\n")));
      taken = line.size() + 2;
      server.lines.push_back(line);
      if (line.starts_with("BDAT")) {
        content = *parse_u64(split(line, ' ')[1]);
        s.consume(taken);
        continue;
      }
      reply = server.answer(line);
      data = reply.starts_with("354");
    }
    if (taken == 0) {
      auto sent = co_await s.flush();
      auto more = co_await s.fill(8 << 20);
      if (!sent || !more) co_return;
      continue;
    }
    s.consume(taken);
    if (reply.empty()) break;
    s.write(reply);
  }
  auto sent = co_await s.flush();
  (void)sent;
  co_await s.close();
}

struct Outcome {
  Result<RemoteReply> greeting = RemoteReply{};
  std::vector<Verdict> verdicts;
  bool usable = false;
};

net::Task<void> deliver(std::unique_ptr<net::Stream> stream, ClientOptions options, Outgoing mail,
                        Outcome& out) {
  Client client(std::move(stream), std::move(options));
  out.greeting = co_await client.greet();
  if (out.greeting && out.greeting->positive()) {
    out.verdicts = co_await client.send(mail);
    out.usable = client.usable();
  }
  co_await client.quit();
}

Outcome run(Server& server, const Outgoing& mail, bool lmtp = false) {
  net::TestLoop loop;
  Outcome out;
  auto [theirs, ours] = loop.stream_pair();
  loop.start(serve(*theirs, server));
  loop.start(deliver(std::move(ours), {.hello = "us", .host = "mx", .lmtp = lmtp}, mail, out));
  loop.run();
  return out;
}

Outgoing mail_to(int recipients, std::string_view message = "Subject: x\r\n\r\n.dot\r\n") {
  Outgoing mail{.sender = "a@example.com", .message = message};
  for (int i = 1; i <= recipients; ++i)
    mail.recipients.push_back({.address = "r" + std::to_string(i) + "@example.net"});
  return mail;
}

TEST(Client, SendsInOneRoundTripAndStuffsDots) {
  Server server;
  auto out = run(server, mail_to(2));
  EXPECT_EQ(server.lines, (std::vector<std::string>{"EHLO us", "MAIL FROM:<a@example.com> SIZE=20",
                                                    "RCPT TO:<r1@example.net>",
                                                    "RCPT TO:<r2@example.net>", "DATA", "QUIT"}));
  EXPECT_EQ(server.contents, std::vector<std::string>{"Subject: x\r\n\r\n..dot\r\n.\r\n"});
  for (auto& v : out.verdicts) {
    EXPECT_EQ(v.kind, Verdict::kDelivered);
    EXPECT_EQ(v.reply.line(), "250 2.0.0 ok");
  }
  EXPECT_TRUE(out.usable);
}

TEST(Client, SendsChunksWhereItCan) {
  Server server;
  server.ehlo = "250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n";
  auto out = run(server, mail_to(1));
  EXPECT_EQ(server.contents, std::vector<std::string>{"Subject: x\r\n\r\n.dot\r\n"});
  EXPECT_EQ(server.lines[3], "BDAT 20 LAST");
}

TEST(Client, FallsBackToHelo) {
  Server server;
  server.table = {{"EHLO", "502 what"}};
  auto out = run(server, mail_to(1));
  EXPECT_EQ(server.lines[1], "HELO us");
  EXPECT_EQ(server.lines[2], "MAIL FROM:<a@example.com>");
  EXPECT_EQ(out.verdicts.at(0).kind, Verdict::kDelivered);
}

struct StageCase {
  const char* name;
  Table table;
  Verdict::Kind first, second;
  Stage stage;
  std::string_view reply;
};

TEST(Client, AttributesEveryReplyToItsRecipients) {
  constexpr auto ok = Verdict::kDelivered, later = Verdict::kDeferred, no = Verdict::kFailed;
  const StageCase cases[] = {
      {"mail 5xx", {{"MAIL", "550 5.7.1 no"}}, no, no, Stage::kMail, "550 5.7.1 no"},
      {"mail 4xx", {{"MAIL", "451 later"}}, later, later, Stage::kMail, "451 later"},
      {"one rcpt 5xx", {{"RCPT#1", "550 5.1.1 who"}}, no, ok, Stage::kRcpt, "550 5.1.1 who"},
      {"one rcpt 4xx", {{"RCPT#1", "450 4.2.0 grey"}}, later, ok, Stage::kRcpt, "450 4.2.0 grey"},
      {"all rcpt 5xx", {{"RCPT", "550 who"}}, no, no, Stage::kRcpt, "550 who"},
      {"data 5xx", {{"DATA", "554 no"}}, no, no, Stage::kData, "554 no"},
      {"data 250", {{"DATA", "250 strange"}}, later, later, Stage::kData, "451 strange"},
      {"end 5xx", {{".", "552 5.3.4 big"}}, no, no, Stage::kEndOfData, "552 5.3.4 big"},
      {"end 4xx", {{".", "452 4.3.1 full"}}, later, later, Stage::kEndOfData, "452 4.3.1 full"},
  };
  for (bool pipelining : {true, false})
    for (auto& c : cases) {
      SCOPED_TRACE(std::string(c.name) + (pipelining ? "" : ", one by one"));
      Server server{.table = c.table};
      if (!pipelining) server.ehlo = "250 mx\r\n";
      auto out = run(server, mail_to(2));
      ASSERT_EQ(out.verdicts.size(), 2u);
      EXPECT_EQ(out.verdicts[0].kind, c.first);
      EXPECT_EQ(out.verdicts[1].kind, c.second);
      EXPECT_EQ(out.verdicts[0].stage, c.stage);
      EXPECT_EQ(out.verdicts[0].reply.line(), c.reply);
      EXPECT_TRUE(out.usable);
      EXPECT_EQ(server.lines.back(), "QUIT");
    }
}

TEST(Client, TellsWhereTheConnectionWasLost) {
  struct Case {
    const char* verb;
    Stage stage;
  };
  for (auto& c : {Case{"MAIL", Stage::kMail}, Case{"RCPT", Stage::kRcpt},
                  Case{"DATA", Stage::kData}, Case{".", Stage::kEndOfData}}) {
    SCOPED_TRACE(c.verb);
    Server server{.table = {{c.verb, ""}}, .ehlo = "250 mx\r\n"};
    auto out = run(server, mail_to(1));
    ASSERT_EQ(out.verdicts.size(), 1u);
    EXPECT_EQ(out.verdicts[0].kind, Verdict::kDeferred);
    ASSERT_TRUE(out.verdicts[0].error);
    EXPECT_EQ(out.verdicts[0].error->id(), ErrorId::kRemoteClosed);
    EXPECT_EQ(out.verdicts[0].error->detail("stage"), stage_name(c.stage));
    EXPECT_FALSE(out.usable);
  }
}

TEST(Client, HearsABannerThatRefuses) {
  Server server{.table = {{"banner", "554 5.7.1 not you"}}};
  auto out = run(server, mail_to(1));
  ASSERT_TRUE(out.greeting);
  EXPECT_EQ(out.greeting->line(), "554 5.7.1 not you");
  Server noise{.table = {{"banner", "SSH-2.0-OpenSSH_9.2"}}};
  auto other = run(noise, mail_to(1));
  ASSERT_FALSE(other.greeting);
  EXPECT_EQ(other.greeting.error().id(), ErrorId::kRemoteGarbage);
}

TEST(Client, DoesNotReuseAConnectionAfter421) {
  Server server{.table = {{"RCPT", "421 4.3.2 closing"}}};
  auto out = run(server, mail_to(1));
  EXPECT_EQ(out.verdicts.at(0).kind, Verdict::kDeferred);
  EXPECT_FALSE(out.usable);
}

TEST(Client, RefusesAtOnceWhatTheOtherSideCannotTake) {
  std::string big(2000, 'x');
  auto utf8 = mail_to(1), tls = mail_to(1), binary = mail_to(1);
  utf8.smtputf8 = tls.require_tls = binary.binary = true;
  const std::pair<Outgoing, ErrorId> cases[] = {{mail_to(1, big), ErrorId::kRemoteSize},
                                                {utf8, ErrorId::kRemoteNoSmtputf8},
                                                {tls, ErrorId::kRemoteNoRequiretls},
                                                {binary, ErrorId::kRemoteNoBinary}};
  for (auto& [mail, id] : cases) {
    Server server;
    auto out = run(server, mail);
    EXPECT_EQ(out.verdicts.at(0).kind, Verdict::kFailed);
    ASSERT_TRUE(out.verdicts[0].error);
    EXPECT_EQ(out.verdicts[0].error->id(), id);
    EXPECT_EQ(server.lines, (std::vector<std::string>{"EHLO us", "QUIT"}));
  }
}

TEST(Client, ConvertsForServersOfOld) {
  auto mail = mail_to(1, "Subject: x\r\n\r\n\xe9\r\n");
  mail.eight_bit = true;
  mail.seven_bit = [] { return std::string("Subject: x\r\n\r\n=E9\r\n"); };
  Server old{.ehlo = "250 mx\r\n"}, modern;
  run(old, mail);
  run(modern, mail);
  EXPECT_EQ(old.contents.at(0), "Subject: x\r\n\r\n=E9\r\n.\r\n");
  EXPECT_EQ(modern.contents.at(0), "Subject: x\r\n\r\n\xe9\r\n.\r\n");
  EXPECT_EQ(modern.lines[1], "MAIL FROM:<a@example.com> SIZE=17 BODY=8BITMIME");
}

TEST(Client, PassesDsnParametersOn) {  // RFC 3461
  auto mail = mail_to(1);
  mail.ret = "HDRS", mail.envid = "id+2B1";
  mail.recipients[0].notify = "FAILURE", mail.recipients[0].orcpt = "rfc822;r@example.org";
  Server server{.ehlo = "250-mx\r\n250 DSN\r\n"}, without;
  run(server, mail);
  run(without, mail);
  EXPECT_EQ(server.lines[1], "MAIL FROM:<a@example.com> RET=HDRS ENVID=id+2B1");
  EXPECT_EQ(server.lines[2], "RCPT TO:<r1@example.net> NOTIFY=FAILURE ORCPT=rfc822;r@example.org");
  EXPECT_EQ(without.lines[2], "RCPT TO:<r1@example.net>");
}

TEST(Client, LmtpAnswersForEachRecipient) {  // RFC 2033 4.2
  Server server{.table = {{".", "250 2.1.5 ok\r\n452 4.2.2 full"}}};
  auto out = run(server, mail_to(2), true);
  ASSERT_EQ(out.verdicts.size(), 2u);
  EXPECT_EQ(server.lines[0], "LHLO us");
  EXPECT_EQ(out.verdicts[0].kind, Verdict::kDelivered);
  EXPECT_EQ(out.verdicts[1].kind, Verdict::kDeferred);
  EXPECT_EQ(out.verdicts[1].reply.line(), "452 4.2.2 full");
}

TEST(Client, SendsLargeMessagesWhole) {
  std::string message = "Subject: x\r\n\r\n";
  while (message.size() < 3'000'000)
    message += "." + std::string(message.size() % 900, 'a') + "\r\n";
  Server server{.ehlo = "250-mx\r\n250 PIPELINING\r\n"};
  auto out = run(server, mail_to(1, message));
  ASSERT_EQ(out.verdicts.at(0).kind, Verdict::kDelivered);
  std::string stuffed;
  for (std::string_view rest = message; !rest.empty();) {
    auto line = rest.substr(0, rest.find('\n') + 1);
    stuffed += line.starts_with('.') ? "." + std::string(line) : std::string(line);
    rest.remove_prefix(line.size());
  }
  EXPECT_TRUE(server.contents.at(0) == stuffed + ".\r\n");
}

}  // namespace
}  // namespace hato::smtp
