// SPDX-License-Identifier: Apache-2.0
// AUTH: RFC 4954. On submission only, so that port 25 is no place to guess passwords.
#include "base/text.h"
#include "net/runtime.h"
#include "smtp/session.h"

namespace hato::smtp {

using account::Outcome;
using story::What;

void Session::auth(std::string_view arguments) {
  if (!is_submission()) return not_offered({});
  if (login_) return refuse_again("AUTH");
  if (mail_) return refuse_again("MAIL");
  auto command = parse_auth(arguments);
  if (!command) return refuse(command.error(), verb_);
  auth_ = std::move(*command);
  after_ = &Session::authenticate;
}

net::Task<void> Session::authenticate() {
  auto& authenticator = services_.authenticator;
  if (authenticator.slow(trace_.peer, {}).refuse)
    co_return refuse_and_end(Error(ErrorId::kLoginTooOften), verb_);
  auto started = authenticator.start(auth_.mechanism, channel(), options_.hostname);
  if (!started) co_return refuse(started.error(), verb_);
  auto outcome = co_await exchange(**started);
  if (ended_) co_return;

  auto slow = authenticator.slow(trace_.peer, outcome.login);
  bool guessed = outcome.error && outcome.error->id() == ErrorId::kLoginFailed;
  if (outcome.account || guessed)
    authenticator.record(trace_.peer, outcome.login, outcome.account.has_value());
  if (slow.delay_ms > 0) {
    auto paused = co_await stream_.pause(std::chrono::milliseconds(slow.delay_ms));
    if (!paused) co_return lost(paused.error());
  }
  if (slow.refuse) co_return refuse_and_end(Error(ErrorId::kLoginTooOften), outcome.login);
  auto about = outcome.login + " by " + auth_.mechanism;
  if (!outcome.account) co_return refuse(*outcome.error, about, What::kLoginFailed);
  set_login(std::move(*outcome.account));
  trace_.add(What::kLogin, about);
  reply("235 2.7.0 Welcome");
}

net::Task<Outcome> Session::exchange(account::Exchange& exchange) {
  auto response = std::move(auth_.initial);
  Outcome outcome;
  std::function<void()> step = [&] { outcome = exchange.step(response); };
  for (;;) {
    co_await net::run_blocking(step);
    if (outcome.kind != Outcome::kChallenge) co_return outcome;
    auto answer = co_await ask(outcome.data);
    if (!answer) {
      outcome.error = answer.error();
      co_return outcome;
    }
    response = std::move(*answer);
  }
}

// A challenge and its answer; where the connection is lost, the session has ended.
net::Task<Result<std::string>> Session::ask(const std::string& challenge) {
  reply("334 " + to_base64(challenge));
  for (;;) {
    auto line = next_line();
    if (line && !line->ends_with("\r\n") && !options_.normalise_line_ends) {
      refuse_and_end(Error(ErrorId::kSmtpBareNewline), verb_);
      co_return fail(ErrorId::kSmtpBareNewline);
    }
    if (line) {
      auto answer =
          line->size() > kMaxLine ? fail(ErrorId::kNetOverflow) : parse_auth_response(trim(*line));
      stream_.consume(line->size());
      co_return answer;
    }
    auto more = co_await read_on();
    if (more) continue;
    lost(more.error());
    co_return std::unexpected(more.error());
  }
}

}  // namespace hato::smtp
