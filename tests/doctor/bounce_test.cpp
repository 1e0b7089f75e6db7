// SPDX-License-Identifier: Apache-2.0
#include "doctor/bounce.h"

#include <gtest/gtest.h>

#include <string>

namespace hato::doctor {
namespace {
using Kind = BounceReport::Kind;

constexpr std::string_view kReport =
    "From: MAILER-DAEMON@mx.example (Mail Delivery System)\n"
    "Subject: Undelivered Mail Returned to Sender\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n"
    "\n"
    "--b\n\nThis is the mail system at host mx.example.\n\n"
    "<a@x.example>: host mail.x.example said: 550 5.1.1 No such user (in reply to RCPT TO "
    "command)\n"
    "--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.example\n\n"
    "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n"
    "Remote-MTA: dns; mail.x.example\nDiagnostic-Code: smtp; 550 5.1.1\n No such user\n\n"
    "Final-Recipient: rfc822; b@x.example\nAction: failed\nStatus: 5.2.2\n"
    "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full\n"
    "--b\nContent-Type: message/rfc822\n\nSubject: hello\n\nc@x.example\n--b--\n";

struct Case {
  const char* family;
  std::string mail;
  Kind kind;
  const char *address, *status, *reply, *reason;
  bool permanent;
};

class BounceTest : public testing::Test {
 protected:
  Doctor doctor;
};

TEST_F(BounceTest, EachGroupOfAReportIsARecipient) {
  const auto r = read_bounce(kReport, doctor);
  ASSERT_EQ(r.kind, Kind::kBounce);
  ASSERT_EQ(r.recipients.size(), 2u);
  EXPECT_EQ(r.recipients[0].address, "a@x.example");
  EXPECT_EQ(r.recipients[0].status, "5.1.1");
  EXPECT_EQ(r.recipients[0].reply, "550");
  EXPECT_EQ(r.recipients[0].reason, "userunknown");
  EXPECT_TRUE(r.recipients[0].permanent);
  EXPECT_EQ(r.recipients[1].address, "b@x.example");
  EXPECT_EQ(r.recipients[1].reason, "mailboxfull");
  EXPECT_FALSE(r.recipients[1].permanent);
}

TEST_F(BounceTest, FamiliesAreRead) {
  const Case cases[] = {
      {"qmail",
       "From: MAILER-DAEMON@q.example\nSubject: failure notice\n\nHi. This is the qmail-send "
       "program at q.example.\nI'm afraid I wasn't able to deliver your message to the following "
       "addresses.\n\n<u@x.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 "
       "5.1.1 User unknown\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the "
       "message.\n\nReturn-Path: <s@q.example>\nTo: other@x.example\n",
       Kind::kBounce, "u@x.example", "5.1.1", "550", "userunknown", true},
      {"exim",
       "From: Mail Delivery System <Mailer-Daemon@e.example>\nSubject: Mail delivery failed: "
       "returning message to sender\nX-Failed-Recipients: u@x.example\n\nThis message was created "
       "automatically by mail delivery software.\n\n  u@x.example\n    host mx.x.example "
       "[192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<u@x.example>:\n    552 "
       "5.2.2 Mailbox is full\n",
       Kind::kBounce, "u@x.example", "5.2.2", "552", "mailboxfull", false},
      {"vacation",
       "From: u@x.example\nSubject: Out of office: hello\nAuto-Submitted: auto-replied\n\nBack on "
       "Monday.\n",
       Kind::kVacation, nullptr, "", "", "", false},
      {"ordinary",
       "From: u@x.example\nSubject: room 550\n\nThe mailbox is full of letters, 5.1.1 as ever.\n",
       Kind::kNone, nullptr, "", "", "", false},
      {"feedback",
       "From: fbl@x.example\nContent-Type: multipart/report; report-type=feedback-report; "
       "boundary=b\n\n--b\n\nA complaint.\n--b\nContent-Type: message/feedback-report\n\n"
       "Feedback-Type: abuse\nOriginal-Rcpt-To: u@x.example\n--b--\n",
       Kind::kFeedback, "u@x.example", "", "", "feedback", false},
      {"json",
       "From: no-reply@sns.amazonaws.com\n\n{\"notificationType\":\"Bounce\",\"bounce\":{"
       "\"bouncedRecipients\":[{\"emailAddress\":\"u@x.example\",\"status\":\"5.1.1\","
       "\"action\":\"failed\",\"diagnosticCode\":\"smtp; 550 5.1.1 user unknown\"}]}}\n",
       Kind::kBounce, "u@x.example", "5.1.1", "550", "userunknown", true}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.family);
    const auto r = read_bounce(c.mail, doctor);
    EXPECT_EQ(r.kind, c.kind);
    if (!c.address) {
      EXPECT_TRUE(r.recipients.empty());
      continue;
    }
    ASSERT_EQ(r.recipients.size(), 1u);
    EXPECT_EQ(r.recipients[0].address, c.address);
    EXPECT_EQ(r.recipients[0].status, c.status);
    EXPECT_EQ(r.recipients[0].reply, c.reply);
    EXPECT_EQ(r.recipients[0].reason, c.reason);
    EXPECT_EQ(r.recipients[0].permanent, c.permanent);
  }
}

TEST_F(BounceTest, RecipientsAreBounded) {
  std::string mail = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n";
  for (int i = 0; i < 1200; ++i)
    mail += "Final-Recipient: rfc822; u" + std::to_string(i) + "@x.example\nAction: relayed\n\n";
  EXPECT_LE(read_bounce(mail, doctor).recipients.size(), 1000u);
}

}  // namespace
}  // namespace hato::doctor
