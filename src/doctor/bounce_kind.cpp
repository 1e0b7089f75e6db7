// SPDX-License-Identifier: Apache-2.0
// What tells a report from ordinary mail. Two of three must speak for a bounce: who sent it, its
// subject, its words.
#include <algorithm>

#include "base/text.h"
#include "doctor/bounce_formats.h"

namespace hato::doctor {
namespace {

constexpr std::string_view kDaemons[] = {"mailer-daemon",
                                         "postmaster",
                                         "post_master",
                                         "mail delivery",
                                         "mail.delivery",
                                         "mailerdaemon",
                                         "mailer daemon",
                                         "mail system",
                                         "mdaemon",
                                         "mail administrator",
                                         "system administrator",
                                         "bounce@",
                                         "no-reply@sns.amazonaws.com",
                                         "poostmaster",
                                         "mailsystem"};

constexpr std::string_view kSubjects[] = {"undeliver",
                                          "returned mail",
                                          "delivery status notification",
                                          "delivery fail",
                                          "failure notice",
                                          "delivery failure",
                                          "delivery has failed",
                                          "mail failed",
                                          "delivery notification",
                                          "returning message",
                                          "could not be delivered",
                                          "mail system error",
                                          "delivery report",
                                          "delivery problem",
                                          "non-delivery",
                                          "nondeliverable",
                                          "unzustellbar",
                                          "error sending your mail",
                                          "mail delivery",
                                          "returned to sender",
                                          "delayed mail",
                                          "warning: message",
                                          "message delayed",
                                          "delivery delayed",
                                          "unable to deliver",
                                          "delivery error",
                                          "message status - undeliverable",
                                          "rejected mail",
                                          "mail error",
                                          "undelivered",
                                          "non remis",
                                          "non recapitabile",
                                          "devuelto",
                                          "配信",
                                          "配送",
                                          "不達",
                                          "送信エラー",
                                          "エラーメール",
                                          "未配達"};

constexpr std::string_view kWords[] = {"could not be delivered",
                                       "cannot be delivered",
                                       "was not delivered",
                                       "did not reach",
                                       "undeliverable",
                                       "unable to deliver",
                                       "not able to be",
                                       "failed permanently",
                                       "following address",
                                       "failed addresses",
                                       "could not deliver",
                                       "delivery failed",
                                       "permanent error",
                                       "permanent fatal",
                                       "couldn't be delivered",
                                       "wasn't delivered",
                                       "error delivering",
                                       "has been delayed",
                                       "could not be sent",
                                       "delivery to the following",
                                       "list of recipients",
                                       "trouble delivering",
                                       "error message below",
                                       "non-deliverable",
                                       "delivery has failed",
                                       "delivery has been",
                                       "not been delivered",
                                       "message not delivered",
                                       "address rejected",
                                       "user unknown",
                                       "returned mail",
                                       "returned to you",
                                       "unable to send",
                                       "mailbox is full",
                                       "failed recipient",
                                       "delevery to the following",
                                       "no valid recipients",
                                       "sorry",
                                       "送信できません",
                                       "送信に失敗",
                                       "配送できません",
                                       "配信できません",
                                       "届けることが",
                                       "届きません",
                                       "返送"};

constexpr std::string_view kAutoSubjects[] = {"out of office",
                                              "out of the office",
                                              "automatic reply",
                                              "auto reply",
                                              "auto-reply",
                                              "autoreply",
                                              "auto:",
                                              "on vacation",
                                              "vacation:",
                                              "away from",
                                              "automatische antwort",
                                              "abwesen",
                                              "réponse automatique",
                                              "respuesta automática",
                                              "自動応答",
                                              "自動返信",
                                              "不在"};

template <class List>
bool has_any(std::string_view text, const List& list) {
  return std::any_of(std::begin(list), std::end(list),
                     [&](std::string_view w) { return find_words(text, w) != text.npos; });
}

}  // namespace

bool says_bounce(const Letter& l) {
  if (!l.field("X-Failed-Recipients").empty()) return true;
  const auto from = l.field("From");
  const auto* path = message::find_field(l.root.fields, "Return-Path");
  const bool sender =
      has_any(from, kDaemons) || trim(from) == "<>" || (path && trim(path->value) == "<>");
  const bool subject = has_any(l.field("Subject"), kSubjects);
  return int(sender) + int(subject) + int(has_any(l.words, kWords)) >= 2;
}

// RFC 3834 5; programs of before mark theirs otherwise.
bool says_vacation(const Letter& l) {
  if (l.root.type.is("multipart", "report")) return false;
  const auto subject = l.field("Subject");
  const bool marked = istarts_with(l.field("Auto-Submitted"), "auto-replied") ||
                      !l.field("X-Autoreply").empty() || !l.field("X-Autorespond").empty() ||
                      !l.field("X-Auto-Reply-From").empty() || !l.field("Vacation").empty() ||
                      istarts_with(l.field("X-Auto-Response-Suppress"), "all") ||
                      istarts_with(l.field("Precedence"), "auto_reply");
  if (has_any(subject, kAutoSubjects)) return !has_any(subject, kSubjects);
  return marked && !has_any(l.field("From"), kDaemons) && !has_any(subject, kSubjects);
}

// Providers' complaints that are not of RFC 5965.
bool says_feedback(const Letter& l) {
  return !l.feedback.empty() || istarts_with(l.field("Subject"), "complaint about message from") ||
         find_words(l.words, "sent this email to unsubscribe from the message") != l.words.npos;
}

}  // namespace hato::doctor
