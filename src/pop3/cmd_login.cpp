// SPDX-License-Identifier: Apache-2.0
// USER, PASS, APOP, AUTH.
#include "account/secret.h"
#include "base/log.h"
#include "base/text.h"
#include "net/runtime.h"
#include "pop3/session.h"

namespace hato::pop3 {

using account::Outcome;
using story::What;

account::Channel Session::channel() const {
  account::Channel c{.allow_plaintext = options_.plaintext_login};
  if (const auto* tls = stream_.tls()) {
    c.encrypted = true;
    c.exporter = tls->exporter;
    c.unique = tls->unique;
    c.server_end_point = tls->server_end_point;
  }
  return c;
}

bool Session::may_send_password() {
  if (stream_.tls() || options_.plaintext_login) return true;
  refuse(Error(ErrorId::kTlsRequired));
  return false;
}

// False where too many logins from this address failed: that ends the session.
bool Session::may_try() {
  if (!services_.authenticator.slow(trace_.peer, "").refuse) return true;
  ended_ = true;
  refuse(Error(ErrorId::kLoginTooOften));
  return false;
}

net::Task<Outcome> Session::attempt(std::function<Outcome()> check) {
  Outcome outcome;
  auto damaged = [](store::Uid uid, const Error& error) {
    log::error("pop3", catalogue::log_text(error), {{"uid", std::to_string(uid)}});
  };
  std::function<void()> work = [&] {
    outcome = check();
    if (outcome.kind == Outcome::kSuccess)
      loaded_ = Maildrop::load(services_.mail, outcome.account->id, damaged);
  };
  co_await net::run_blocking(work);
  co_return outcome;
}

// The answer waits as long as failures before it want it, whatever it is; else a stranger would
// know a wrong password by its being slow.
net::Task<void> Session::conclude(Outcome outcome) {
  bool success = outcome.kind == Outcome::kSuccess;
  auto slow = services_.authenticator.slow(trace_.peer, outcome.login);
  if (success || outcome.error->id() == ErrorId::kLoginFailed)
    services_.authenticator.record(trace_.peer, outcome.login, success);
  if (slow.delay_ms > 0) {
    std::chrono::milliseconds delay(slow.delay_ms);
    auto waited = co_await stream_.pause(delay);
    if (!waited) {
      lost(waited.error());
      co_return;
    }
  }
  if (success) {
    enter(*outcome.account);
    co_return;
  }
  trace_.login = outcome.login;
  refuse(*outcome.error, What::kLoginFailed, outcome.login + " " + mechanism_);
}

void Session::enter(const account::Account& account) {
  trace_.login = account.address;
  if (!loaded_) {
    log::error("pop3", catalogue::log_text(loaded_.error()), {{"account", account.address}});
    return refuse(loaded_.error());
  }
  Maildrops::Rules rules{options_.exclusive, options_.login_delay_s * Millis{1000}};
  auto ticket = services_.maildrops.open(account.id, rules, now_ms());
  if (!ticket) return refuse(ticket.error());
  ticket_ = std::move(*ticket);
  drop_ = std::move(*loaded_);
  account_ = account;
  state_ = kTransaction;
  trace_.add(What::kLogin, account.address + " " + mechanism_);
  ok_count();
}

// RFC 1939 7. Whether there is such a user is not told here.
void Session::cmd_user(const Command& c) {
  if (!may_send_password()) return;
  user_ = c.words[0];
  ok({"Now the password", "パスワードをどうぞ"});
}

net::Task<void> Session::cmd_pass(const Command& c) {
  std::string password(c.rest), user = user_.value_or("");
  account::Wiped wiped(password);
  account::wipe(line_);
  if (user.empty()) {
    refuse_not_now();
    co_return;
  }
  user_.reset();
  mechanism_ = keyword_;
  if (!may_send_password() || !may_try()) co_return;
  std::function<Outcome()> check = [&] { return services_.authenticator.login(user, password); };
  auto outcome = co_await attempt(std::move(check));
  co_await conclude(std::move(outcome));
}

// RFC 1939 7
net::Task<void> Session::cmd_apop(const Command& c) {
  std::string user(c.words[0]), digest(c.words[1]);
  if (stamp_.empty()) {
    refuse_not_now();
    co_return;
  }
  mechanism_ = keyword_;
  if (!may_try()) co_return;
  std::function<Outcome()> check = [&] {
    return services_.authenticator.apop(user, stamp_, digest);
  };
  auto outcome = co_await attempt(std::move(check));
  co_await conclude(std::move(outcome));
}

// RFC 5034 4: what the client said, decoded; refused where it cannot be or "*" ends the exchange.
std::optional<std::string> Session::response(std::string_view text) {
  auto decoded = from_base64(text);
  bool cancelled = text == "*";
  account::wipe(line_);
  if (!decoded) refuse(Error(cancelled ? ErrorId::kSaslCancelled : ErrorId::kSaslMalformed));
  return decoded;
}

// RFC 5034 4; alone it lists the mechanisms, which old clients ask for.
net::Task<void> Session::cmd_auth(const Command& c) {
  mechanism_ = to_upper(c.words[0]);
  if (mechanism_.empty()) {
    ok({"Mechanisms follow", "認証方式の一覧"});
    for (auto m : services_.authenticator.mechanisms(channel()))
      stream_.write(std::string(m) + "\r\n");
    stream_.write(".\r\n");
    co_return;
  }
  auto started = services_.authenticator.start(mechanism_, channel(), options_.hostname);
  if (!started) {
    refuse(started.error());
    co_return;
  }
  if (!may_try()) co_return;
  auto exchange = std::move(*started);
  std::optional<std::string> said;
  if (c.count == 2) {
    said = response(c.words[1] == "=" ? "" : c.words[1]);  // "=" is an empty one
    if (!said) co_return;
  }
  for (;;) {
    std::function<Outcome()> check = [&] { return exchange->step(said); };
    auto outcome = co_await attempt(std::move(check));
    if (said) account::wipe(*said);
    if (outcome.kind != Outcome::kChallenge) {
      co_await conclude(std::move(outcome));
      co_return;
    }
    stream_.write("+ " + to_base64(outcome.data) + "\r\n");
    while (!ended_ && !take_line()) co_await more_input();
    if (ended_) co_return;
    said = response(line_);
    if (!said) co_return;
  }
}

}  // namespace hato::pop3
