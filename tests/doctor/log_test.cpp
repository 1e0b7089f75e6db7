// SPDX-License-Identifier: Apache-2.0
// Logs of each software, stamps, compression, and what no log may do to the reader.
#include "doctor/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <boost/json.hpp>

#include "doctor/log_line.h"

namespace hato::doctor {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Millis kNow = 1'795'500'000'000;  // 2026-11-24

Result<> feed(LogReader& reader, std::string_view bytes, std::size_t piece = 1 << 20) {
  LogInput input("the log", [&](char* to, std::size_t room) {
    const auto n = bytes.copy(to, std::min(room, piece));
    bytes.remove_prefix(n);
    return std::ptrdiff_t(n);
  });
  return reader.read(input);
}

LogSummary summed(std::string_view bytes, std::size_t piece = 1 << 20) {
  LogReader reader(kNow);
  EXPECT_TRUE(feed(reader, bytes, piece));
  return reader.finish();
}

std::string cause(const LogProblem& p) {
  return p.diagnosis.causes.empty() ? "" : std::string(p.diagnosis.causes[0].cause->slug.view());
}

TEST(LogLine, IsReadWithTheStampsOfEachSoftware) {
  struct Case {
    const char *line, *time, *program, *id, *text;
  };
  const Case cases[] = {
      {"Nov 20 10:11:12 mx postfix/smtp[2211]: 4XyZ12abc: to=<b@example.jp>", "2026-11-20 10:11:12",
       "postfix/smtp", "4XyZ12abc", "to=<b@example.jp>"},
      {"Dec  2 00:00:01 mx sendmail[550]: xAK1BCDE000550: from=<>", "2025-12-02 00:00:01",
       "sendmail", "xAK1BCDE000550", "from=<>"},
      {"2026-11-20T10:11:12.123456+09:00 mx postfix/smtpd[1]: NOQUEUE: reject: x",
       "2026-11-20 10:11:12", "postfix/smtpd", "", "NOQUEUE: reject: x"},
      {"2026-11-20T10:11:12+0900 mx dovecot[9]: imap-login: Login", "2026-11-20 10:11:12",
       "dovecot", "", "imap-login: Login"},
      {"<22>1 2026-11-20T10:11:12Z mx qmgr: 4XyZ12abc: removed", "2026-11-20 10:11:12", "qmgr",
       "4XyZ12abc", "removed"},
      {"1700000000.123456 mx postfix/smtp[1]: x", "2023-11-14 22:13:20", "postfix/smtp", "", "x"},
      {"2026-11-20 10:11:12 1rABCD-000421-5x ** b@example.jp", "2026-11-20 10:11:12", "",
       "1rABCD-000421-5x", "** b@example.jp"},
      {"2026-11-20 10:11:12 +0900 1rABCD-00000421Abc-5xYz == b@example.jp", "2026-11-20 10:11:12",
       "", "1rABCD-00000421Abc-5xYz", "== b@example.jp"},
      {"Nov 20 10:11:12 mx exim[7]: 2026-11-20 10:11:12 1rABCD-000421-5x Completed",
       "2026-11-20 10:11:12", "exim", "1rABCD-000421-5x", "Completed"},
      {"Nov 20 10:11:12 imap-login: Info: Aborted login", "2026-11-20 10:11:12", "imap-login", "",
       "Info: Aborted login"},
      {"Nov 20 10:11:20 mx courieresmtp: id=000123.5F0A.01,from=<a@b>", "2026-11-20 10:11:20",
       "courieresmtp", "000123.5F0A.01", "id=000123.5F0A.01,from=<a@b>"},
  };
  for (const auto& c : cases) {
    const auto l = parse_log_line(c.line, kNow / 1000);
    EXPECT_EQ(log_time(l.at), c.time) << c.line;
    EXPECT_EQ(l.program, c.program) << c.line;
    EXPECT_EQ(l.id, c.id) << c.line;
    EXPECT_EQ(l.text, c.text) << c.line;
  }
  for (auto line : {"", " ", "Nov", "Nov 99 10:11:12 x", "Nov 20 99:11:12 mx a: b", "2026-13-45",
                    "2026-11-20", "<", "<22>", "1700000000.", "\xff\xfe"})
    EXPECT_EQ(parse_log_line(line, kNow / 1000).at, 0) << line;
}

std::uint64_t template_of(std::string_view line) {
  return log_template(parse_log_line(line, kNow / 1000));
}

TEST(LogTemplate, IsTheSameForLinesThatDifferInNumbersAndNamesAlone) {
  constexpr auto kFirst =
      "Nov 20 10:11:12 mx postfix/smtp[1]: 4XyZ12abc: to=<b@example.jp>, relay=a.example[192.0.2.7]"
      ":25, delay=1, dsn=4.7.0, status=deferred (host a.example[192.0.2.7] said: 421 4.7.0 later)";
  EXPECT_EQ(template_of(kFirst),
            template_of("Nov 21 10:11:12 mx postfix/smtp[22]: 4XyZ99abc: to=<c@x.example>, "
                        "relay=b.c.example[2001:db8::1:7]:25, delay=2.5, dsn=4.7.0, status=deferred"
                        " (host b.c.example[2001:db8:9::1] said: 421 4.7.0 later)"));
  EXPECT_NE(template_of(kFirst),
            template_of("Nov 20 10:11:12 mx postfix/smtp[1]: 4XyZ12abc: to=<b@example.jp>, relay="
                        "a.example[192.0.2.7]:25, delay=1, dsn=5.7.0, status=bounced (host "
                        "a.example[192.0.2.7] said: 550 5.7.0 later)"));
}

TEST(Log, NamesTheProblemsOfEachSoftware) {
  const std::pair<const char*, const char*> cases[] = {
      {"Nov 20 10:11:12 mx postfix/smtp[1]: 4XyZ12abc: to=<b@example.jp>, relay=mx.example.jp"
       "[192.0.2.7]:25, delay=1, delays=0/0/1/0, dsn=5.1.1, status=bounced (host mx.example.jp"
       "[192.0.2.7] said: 550 5.1.1 <b@example.jp>: User unknown (in reply to RCPT TO command))",
       "recipient-unknown"},
      {"Nov 20 10:11:12 mx sendmail[1]: xAK1BCDE000550: to=<b@example.jp>, delay=00:00:02, "
       "mailer=esmtp, relay=mx.example.jp. [192.0.2.7], dsn=5.1.1, stat=User unknown",
       "recipient-unknown"},
      {"2026-11-20 10:11:14 1rABCE-000421-5x == c@example.jp R=dnslookup T=remote_smtp defer (110):"
       " Connection timed out H=mx.example.jp [192.0.2.8]",
       "connection-timeout"},
      {"Nov 20 10:11:16 mx dovecot: imap-login: Disconnected (auth failed, 3 attempts in 12 secs): "
       "user=<taro>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, TLS, session=<abc>",
       "wrong-password"},
      {"Nov 20 10:11:19 mx popper[422]: taro at pc.example.jp (192.0.2.10): -ERR [AUTH] Password "
       "supplied for \"taro\" is incorrect.",
       "wrong-password"},
      {"Nov 20 10:11:20 mx courieresmtp: id=000123.5F0A.0001,from=<a@example.com>,"
       "addr=<b@example.jp>: 550 5.1.1 User unknown",
       "recipient-unknown"},
  };
  for (const auto& [line, wanted] : cases) {
    const auto s = summed(line);
    ASSERT_EQ(s.problems.size(), 1) << line;
    EXPECT_EQ(cause(s.problems[0]), wanted) << line;
    EXPECT_EQ(s.problems[0].lines, 1) << line;
    EXPECT_EQ(s.problems[0].example, line);
    EXPECT_EQ(s.first, s.problems[0].first) << line;
  }
}

TEST(Log, OfHealthyServersHasNoProblem) {
  const auto s = summed(
      "Nov 20 10:11:11 mx postfix/smtpd[1]: connect from out.example.com[192.0.2.1]\n"
      "Nov 20 10:11:12 mx postfix/smtp[1]: 4XyZ12abc: to=<error@example.jp>, relay=mx.example.jp"
      "[192.0.2.7]:25, delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 550ABC)\n"
      "Nov 20 10:11:12 mx dovecot: imap-login: Login: user=<taro>, method=PLAIN, rip=192.0.2.9, "
      "lip=192.0.2.1, mpid=421, TLS, session=<abc>\n"
      "Nov 20 10:11:13 mx sendmail[550]: xAK1BCDE000550: to=<b@example.jp>, delay=00:00:01, "
      "mailer=esmtp, relay=mx.example.jp. [192.0.2.7], dsn=2.0.0, stat=Sent (ok 1574212273)\n"
      "2026-11-20 10:11:12 1rABCD-000421-5x => b@example.jp R=dnslookup T=remote_smtp "
      "H=mx.example.jp [192.0.2.7] C=\"250 2.0.0 Ok\"\n");
  EXPECT_EQ(s.lines, 5);
  EXPECT_TRUE(s.stamped);
  EXPECT_THAT(s.problems, ElementsAre());
  EXPECT_THAT(log_text(s, Lang::kEn, {}), HasSubstr("Nothing wrong was found."));
  EXPECT_THAT(log_text(s, Lang::kJa, {}), HasSubstr("問題は見つかりませんでした。"));
}

std::string deferred(int n, std::string_view status, std::string_view more) {
  return "Nov 20 10:" + std::to_string(10 + n % 50) + ":12 mx postfix/smtp[" + std::to_string(n) +
         "]: 4XyZ" + std::to_string(100000 + n) + ": to=<b" + std::to_string(n) +
         "@example.jp>, relay=mx.example.jp[192.0.2.7]:25, delay=1, " + std::string(status) + " (" +
         std::string(more) + ")\n";
}
constexpr auto kDeferred = "dsn=4.2.2, status=deferred";
constexpr auto kFull =
    "host mx.example.jp[192.0.2.7] said: 452 4.2.2 The email account that you tried to reach is "
    "over quota (in reply to RCPT TO command)";

TEST(Log, JoinsTheLinesOfOneMessage) {
  auto log = std::string(
                 "Nov 20 10:10:11 mx postfix/smtpd[1]: 4XyZ100001: client=pc.example[192.0.2.1]\n"
                 "Nov 20 10:10:11 mx postfix/smtpd[1]: 4XyZ100009: client=pc.example[192.0.2.2]\n"
                 "Nov 20 10:10:11 mx postfix/qmgr[1]: 4XyZ100001: from=<a@example.com>, size=1\n") +
             deferred(1, kDeferred, kFull) + deferred(1, kDeferred, kFull) +
             deferred(2, kDeferred, kFull) + deferred(1, "dsn=2.0.0, status=sent", "250 Ok") +
             deferred(7, "dsn=2.0.0, status=sent", "250 Ok");
  const auto s = summed(log);
  ASSERT_EQ(s.problems.size(), 1);
  const auto& p = s.problems[0];
  EXPECT_EQ(p.lines, 3);
  EXPECT_EQ(p.mails, 2);
  EXPECT_EQ(p.delivered, 1);
  EXPECT_THAT(p.before, ElementsAre(HasSubstr("client=pc.example[192.0.2.1]"),
                                    HasSubstr("from=<a@example.com>")));
  EXPECT_EQ(log_time(p.first), "2026-11-20 10:11:12");
  EXPECT_EQ(log_time(p.last), "2026-11-20 10:12:12");
}

TEST(Log, IsCountedExactlyOverManyBlocksAndFiles) {
  std::string log;
  int wanted = 0;
  for (int n = 0; log.size() < 3'000'000; ++n) {
    log += n % 3 ? deferred(n, "dsn=2.0.0, status=sent", "250 Ok") : deferred(n, kDeferred, kFull);
    wanted += n % 3 == 0;
  }
  LogReader reader(kNow);
  ASSERT_TRUE(feed(reader, log, 4097));
  ASSERT_TRUE(feed(reader, log));
  const auto s = reader.finish();
  EXPECT_EQ(s.bytes, 2 * log.size());
  EXPECT_EQ(s.lines, 2 * std::uint64_t(std::count(log.begin(), log.end(), '\n')));
  ASSERT_EQ(s.problems.size(), 1);
  EXPECT_EQ(s.problems[0].lines, 2 * wanted);
}

std::string gzipped(std::string_view text) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, text.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = uInt(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = uInt(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST(Log, IsReadPackedAsPlain) {
  std::string log;
  for (int n = 0; n < 20'000; ++n) log += deferred(n, kDeferred, kFull);
  for (const auto& packed : {gzipped(log), gzipped(log.substr(0, 500)) + gzipped(log.substr(500)),
                             gzipped(log) + std::string(512, '\0'), zstd(log),
                             zstd(log.substr(0, 500)) + zstd(log.substr(500))})
    for (std::size_t piece : {997, 1 << 20}) {
      const auto s = summed(packed, piece);
      EXPECT_EQ(s.bytes, log.size());
      ASSERT_EQ(s.problems.size(), 1);
      EXPECT_EQ(s.problems[0].lines, 20'000);
    }
  EXPECT_EQ(summed(gzipped("")).bytes, 0);
  for (const auto& packed : {gzipped(log), zstd(log)}) {
    LogReader cut(kNow);
    EXPECT_FALSE(feed(cut, std::string_view(packed).substr(0, packed.size() / 2)));
    EXPECT_GT(cut.finish().problems[0].lines, 1000) << "what came before the cut counts";
  }
  auto damaged = gzipped(log);
  damaged[damaged.size() / 2] ^= 0x55;
  LogReader reader(kNow);
  EXPECT_FALSE(feed(reader, damaged));
}

TEST(Log, MayHaveBrokenAndEndlessLines) {
  const auto line = deferred(1, kDeferred, kFull);
  const auto endless = std::string(10 << 20, 'x') + " error\n";
  for (const auto& log :
       {line + endless + line, endless + line + line,
        line + "\n\n\r\n" + line.substr(0, line.size() - 1) + "\r\n",
        line + std::string("\xff\xfe\x80 error: \xe3\x81\n") + line.substr(0, line.size() - 1)}) {
    const auto s = summed(log);
    std::uint64_t full = 0;
    for (const auto& p : s.problems) full += cause(p) == "mailbox-over-quota" ? p.lines : 0;
    EXPECT_EQ(full, 2);
    EXPECT_NO_THROW(boost::json::parse(log_json(s, Lang::kJa)));
  }
  LogReader reader(kNow);
  const auto picture = feed(reader, std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", 20));
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.error().id(), ErrorId::kExplainBinary);
}

// Names without digits and dots differ for the template.
std::string letters(int n) {
  std::string out = "name";
  for (; n; n /= 20) out += char('a' + n % 20);
  return out;
}

TEST(Log, OfEndlessVarietyStaysWithinItsBounds) {
  std::string log;
  const int count = int(kMaxLogTemplates) + 1000;
  for (int n = 0; n < count; ++n)
    log += "Nov 20 10:11:12 mx x[1]: fatal: " + letters(n) + " is odd\n";
  const auto s = summed(log);
  EXPECT_LE(s.problems.size(), kMaxLogProblems);
  std::uint64_t lines = s.unread;
  for (const auto& p : s.problems) lines += p.lines;
  EXPECT_EQ(lines, count);
  EXPECT_THAT(log_text(s, Lang::kEn, {}), HasSubstr("more lines may tell of further problems"));
}

TEST(Log, IsReportedWithDiagnosisForPeopleAndPrograms) {
  const auto s = summed(deferred(1, kDeferred, kFull) + deferred(2, kDeferred, kFull));
  const auto text = log_text(s, Lang::kEn, {});
  EXPECT_THAT(text, HasSubstr("2 lines, 2 recipients"));
  EXPECT_THAT(text, HasSubstr("2026-11-20 10:11:12 - 2026-11-20 10:12:12"));
  EXPECT_THAT(text, HasSubstr("(mailbox-over-quota)"));
  const auto json = boost::json::parse(log_json(s, Lang::kEn)).as_object();
  EXPECT_EQ(json.at("lines").as_int64(), 2);
  const auto& p = json.at("problems").as_array().at(0).as_object();
  EXPECT_EQ(p.at("recipients").to_number<int>(), 2);
  EXPECT_EQ(p.at("diagnosis").at("causes").at(0).at("slug").as_string(), "mailbox-over-quota");
}

}  // namespace
}  // namespace hato::doctor
