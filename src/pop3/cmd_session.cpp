// SPDX-License-Identifier: Apache-2.0
// CAPA, LANG, UTF8, STLS, NOOP, QUIT.
#include "base/log.h"
#include "base/text.h"
#include "net/runtime.h"
#include "net/waiter.h"
#include "pop3/session.h"

namespace hato::pop3 {

using story::What;

// RFC 2449 5, 6; the same before and after the login but for what cannot be had any more.
void Session::cmd_capa(const Command&) {
  std::string out(in_language({"+OK Capabilities follow", "+OK 対応している機能"}));
  out += "\r\nTOP\r\nUIDL\r\nPIPELINING\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nUTF8 USER\r\nLANG\r\n";
  auto mechanisms = services_.authenticator.mechanisms(channel());
  if (!mechanisms.empty()) {
    out += "SASL";
    for (auto m : mechanisms) out.append(" ").append(m);
    out += "\r\n";
  }
  if (stream_.tls() || options_.plaintext_login) out += "USER\r\n";
  if (options_.tls && !stream_.tls()) out += "STLS\r\n";
  if (options_.login_delay_s > 0)
    out += "LOGIN-DELAY " + std::to_string(options_.login_delay_s) + "\r\n";
  out += "EXPIRE " + (options_.expire_days < 0 ? "NEVER" : std::to_string(options_.expire_days));
  out += "\r\nIMPLEMENTATION Hato\r\n.\r\n";
  stream_.write(out);
}

// RFC 6856 3
void Session::cmd_lang(const Command& c) {
  if (c.count == 0) {
    ok({"Languages follow", "言語の一覧"});
    stream_.write("en English\r\nja 日本語\r\ni-default English\r\n.\r\n");
    return;
  }
  auto wanted = to_lower(c.words[0]);
  auto primary = wanted.substr(0, wanted.find('-'));
  bool english = wanted == "*" || wanted == "i-default" || primary == "en";
  if (!english && primary != "ja") return refuse(Error(ErrorId::kPop3Language));
  lang_ = english ? catalogue::Lang::kEn : catalogue::Lang::kJa;
  ok({"Replies are in English", "日本語でお答えします"}, english ? "en" : "ja");
}

// RFC 6856 2. Nothing changes: names and passwords may hold UTF-8 anyhow, and messages are sent as
// they are. A client that wants to be sure asks for it.
void Session::cmd_utf8(const Command&) { ok({"UTF-8 it is", "UTF-8 を使います"}); }

// RFC 2595 4
net::Task<void> Session::cmd_stls(const Command&) {
  if (!options_.tls || stream_.tls()) {
    refuse_not_now();
    co_return;
  }
  ok({"Begin TLS", "TLS を始めます"});
  auto shaken = co_await stream_.start_tls(options_.tls);
  if (!shaken) {
    lost(shaken.error());
    co_return;
  }
  user_.reset();
  trace_.add(What::kTls, stream_.tls()->version + " " + stream_.tls()->cipher);
}

void Session::cmd_noop(const Command&) { ok({"Nothing done", "何もしません"}); }

bool Session::is_gone(const Maildrop::Message& m) const {
  if (m.deleted) return true;
  if (options_.expire_days < 0 || !(m.fetched || m.seen)) return false;
  return now_ms() - m.date >= options_.expire_days * 86'400'000LL;
}

// RFC 1939 6. Marking as seen is not waited for: nothing is lost where it fails.
net::Task<void> Session::cmd_quit(const Command&) {
  ended_ = true;
  auto gone = drop_.uids([this](const auto& m) { return is_gone(m); });
  auto seen = drop_.uids([this](const auto& m) { return m.fetched && !m.seen && !is_gone(m); });
  Result<store::Seq> done = store::Seq{0};
  if (!gone.empty() || !seen.empty()) {
    net::Waiter<Result<store::Seq>> waiter;
    std::function<void()> write = [&] {
      if (!seen.empty())
        services_.mail.set_flags(account_->id, store::kInbox, seen, store::kSeen, 0,
                                 [](Result<store::Seq>) {});
      if (!gone.empty()) services_.mail.expunge(account_->id, store::kInbox, gone, waiter.done());
    };
    co_await net::run_blocking(write);
    if (!gone.empty()) {
      auto outcome = co_await waiter.wait();
      done = std::move(outcome);
    }
  }
  if (!done) {
    Error error(ErrorId::kPop3NotDeleted, {{"count", std::to_string(gone.size())},
                                           {"reason", catalogue::log_text(done.error())}});
    log::error("pop3", catalogue::log_text(error), {{"account", account_->address}});
    refuse(error);
    close_story("QUIT");
    co_return;
  }
  if (!gone.empty()) trace_.add(What::kDeleted, "INBOX UID " + uid_ranges(gone));
  close_story("QUIT");
  ok({"Goodbye", "さようなら"});
}

}  // namespace hato::pop3
