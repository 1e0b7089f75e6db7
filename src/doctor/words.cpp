// SPDX-License-Identifier: Apache-2.0
#include "doctor/words.h"

#include <utility>

namespace hato::doctor {
namespace {

using Named = std::pair<std::string_view, Words>;

constexpr Named kSides[] = {
    {"client", {"the mail program or its settings", "メールソフトとその設定"}},
    {"client-network", {"the network of the sender or client", "送信側・利用者側のネットワーク"}},
    {"own-server", {"the server on your side", "こちら側のサーバー"}},
    {"remote-server", {"the other side's server", "相手側のサーバー"}},
    {"dns", {"DNS records", "DNS の設定"}},
    {"policy", {"a rule or limit of a server", "サーバーの規則または制限"}},
    {"recipient", {"the recipient's address or mailbox", "宛先のアドレスまたはメールボックス"}},
    {"sender-reputation", {"the reputation of the sending address", "送信元アドレスの評価"}},
    {"tls", {"encryption and certificates (TLS)", "暗号化と証明書 (TLS)"}},
    {"auth", {"login: name, password or method", "ログイン (名前、パスワード、方式)"}},
    {"storage", {"the place where mail is stored", "メールの保存場所"}},
    {"message", {"the message itself", "メールそのもの"}},
};

// What a server was asked to do when it failed.
constexpr Named kStages[] = {
    {"connect", {"when the connection was made", "接続するとき"}},
    {"banner", {"in its greeting", "最初の応答で"}},
    {"tls", {"while encryption was being set up", "暗号化を始めるとき"}},
    {"helo", {"at the greeting (HELO/EHLO)", "名乗り (HELO/EHLO) に対して"}},
    {"auth", {"at the login", "ログインに対して"}},
    {"mail", {"at the sender's address (MAIL FROM)", "差出人アドレス (MAIL FROM) に対して"}},
    {"rcpt", {"at the recipient's address (RCPT TO)", "宛先アドレス (RCPT TO) に対して"}},
    {"data", {"before the message was sent (DATA)", "本文を送る前 (DATA) に"}},
    {"end-of-data", {"after the message was sent", "本文を送ったあとに"}},
    {"retr", {"while a message was fetched", "メールを取り出すとき"}},
    {"list", {"while the mailbox was read", "メールボックスを読むとき"}},
    {"quit", {"at the end of the session", "通信の終わりに"}},
    {"dns", {"while a name was looked up", "名前を調べるとき"}},
};

constexpr Named kSpeakers[] = {
    {"own", {"This server refused", "こちらのサーバーが拒否しました"}},
    {"remote", {"Another server refused", "相手のサーバーが拒否しました"}},
    {"client", {"The mail program reported an error", "メールソフトがエラーを報告しました"}},
};

std::string_view find(std::span<const Named> table, std::string_view name, Lang lang) {
  for (const auto& [known, words] : table)
    if (known == name) return words.in(lang);
  return {};
}

// The reply that decided: the last that failed for good, else the last.
const Reply* decisive(const Facts& facts) {
  const Reply* out = nullptr;
  for (const auto& r : facts.replies)
    if (!out || r.code / 100 >= out->code / 100) out = &r;
  return out;
}

std::string reply_text(const Reply& r, Lang lang) {
  auto code = std::to_string(r.code) + (r.status.empty() ? "" : ' ' + r.status);
  const bool later = r.code < 500;
  if (lang == Lang::kJa)
    return code + (later ? " (一時的な失敗。再送で届くことがあります)"
                         : " (恒久的な失敗。そのまま再送しても届きません)");
  return code + (later ? " (temporary: a later attempt may succeed)"
                       : " (permanent: trying again unchanged will not help)");
}

}  // namespace

std::string_view side_text(std::string_view side, Lang lang) { return find(kSides, side, lang); }

std::string happened(const Diagnosis& d, Lang lang) {
  const bool ja = lang == Lang::kJa;
  if (!d.looked_up.empty()) return d.looked_up + (ja ? " の意味" : ": what it means");
  if (!d.failed && d.causes.empty())
    return ja ? (d.succeeded ? "正常に処理された記録です。問題は見つかりません。"
                             : "この文には、メールの障害を示すものが見つかりません。")
              : (d.succeeded ? "All went well here; nothing in this text tells of a fault."
                             : "Nothing in this text tells of a fault in mail.");
  const auto stage = find(kStages, d.facts.names.value("stage"), lang);
  auto who = std::string(find(kSpeakers, d.facts.names.value("speaker"), lang));
  const auto* reply = decisive(d.facts);
  if (who.empty())
    who = reply ? (ja ? "サーバーが拒否しました" : "A server refused")
                : (ja ? "処理に失敗しました" : "Something failed");
  std::string out;
  if (ja) {
    out = (stage.empty() ? "" : std::string(stage) + "、") + who;
    return out + (reply ? "。応答は " + reply_text(*reply, lang) + " です。" : "。");
  }
  out = who + (stage.empty() ? "" : ' ' + std::string(stage));
  return out + (reply ? ", with " + reply_text(*reply, lang) + '.' : ".");
}

std::vector<std::string> find_out(const Diagnosis& d, Lang lang) {
  const bool ja = lang == Lang::kJa;
  const auto& names = d.facts.names;
  std::vector<std::string> out;
  auto say = [&](std::string_view en, std::string_view in_ja) {
    out.emplace_back(ja ? in_ja : en);
  };
  if (d.facts.replies.empty() && names.value("proto") != "pop3" && names.value("proto") != "imap")
    say("Find the server's own words: the three-digit reply and the sentence after it, in the "
        "error window, the "
        "returned mail or the sending server's log.",
        "サーバー自身の応答 (3 桁の数字とそれに続く文) "
        "を、エラー画面、返送されたメール、送信サーバーのログから探してください。");
  else
    say("Read the server's log at that time; it says more than the reply does.",
        "同じ時刻のサーバーのログを見てください。応答より詳しく書かれています。");
  if (names.value("speaker").empty())
    say("Note who shows the error: your mail program, your own server's log, or a mail that came "
        "back.",
        "エラーを出しているのが、メールソフト、自分のサーバーのログ、返送されたメールのどれかを確か"
        "めてください。");
  if (names.value("stage").empty() && names.value("proto") == "smtp")
    say("Note at which step it happens: connecting, login, sender, recipient or after the message.",
        "接続、ログイン、差出人、宛先、本文の送信後のうち、どの段階で起きるかを確かめてください。");
  say("Give the whole text, with the lines before and after: hato explain FILE.",
      "前後の行も含めた全文を調べてください: hato explain ファイル名");
  return out;
}

}  // namespace hato::doctor
