// SPDX-License-Identifier: Apache-2.0
// One POP3 session: its state, the table of commands, and the replies. A command is a member
// function in cmd_*.cpp and a row of kCommands (session.cpp).
//
// What a client sends ahead is taken line by line from what has arrived; replies gather and go out
// together when nothing is left to take, or above Stream::kWriteHigh.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "catalogue/errors.h"
#include "pop3/codec.h"
#include "pop3/maildrop.h"
#include "pop3/server.h"

namespace hato::pop3 {

struct Text {
  std::string_view en, ja;
};

class Session {
 public:
  enum State : unsigned { kAuthorization = 1, kTransaction = 2 };  // RFC 1939 3

  Session(net::Stream& stream, const Options& options, const Services& services);
  ~Session();  // hands the story over
  net::Task<void> run();

  void cmd_capa(const Command& c);
  void cmd_dele(const Command& c);
  void cmd_lang(const Command& c);
  void cmd_noop(const Command& c);
  void cmd_rset(const Command& c);
  void cmd_stat(const Command& c);
  void cmd_user(const Command& c);
  void cmd_utf8(const Command& c);
  net::Task<void> cmd_apop(const Command& c);
  net::Task<void> cmd_auth(const Command& c);
  net::Task<void> cmd_list(const Command& c);
  net::Task<void> cmd_pass(const Command& c);
  net::Task<void> cmd_quit(const Command& c);
  net::Task<void> cmd_retr(const Command& c);
  net::Task<void> cmd_stls(const Command& c);
  net::Task<void> cmd_top(const Command& c);
  net::Task<void> cmd_uidl(const Command& c);

 private:
  // A wait that failed has ended the session; lines come from what has arrived where they can.
  bool take_line();
  net::Task<void> more_input();
  net::Task<void> flush();
  void greet();
  void lost(const Error& error);  // the connection is of no more use
  void close_story(std::string text, const Error* error = nullptr);
  bool high() const { return stream_.pending() >= net::Stream::kWriteHigh; }

  std::string_view in_language(Text t) const { return lang_ == catalogue::Lang::kJa ? t.ja : t.en; }
  void ok(Text text, std::string_view before = {});
  void ok_count();  // "+OK 3 messages"
  void refuse(const Error& error, story::What what = story::What::kRefused, std::string text = {});
  void say_refusal(const Error& error);
  void refuse_not_now();

  // Logging in: `check` runs on a worker, the maildrop of whoever it admits is read there too.
  account::Channel channel() const;
  bool may_send_password();
  bool may_try();
  net::Task<account::Outcome> attempt(std::function<account::Outcome()> check);
  net::Task<void> conclude(account::Outcome outcome);
  void enter(const account::Account& account);
  std::optional<std::string> response(std::string_view text);  // of the client in AUTH

  // The message that a word names; refused where there is none or it is deleted.
  std::optional<std::size_t> message_of(std::string_view word);
  net::Task<void> list(const Command& c, bool ids);
  void say_one(std::size_t number, bool ids);
  net::Task<void> read_ahead(std::size_t number);
  void send_small(std::size_t number, const Result<std::string>& bytes);
  net::Task<void> send_pieces(std::size_t number, std::optional<std::uint64_t> lines);
  bool is_gone(const Maildrop::Message& m) const;

  net::Stream& stream_;
  const Options& options_;
  const Services& services_;
  story::Trace trace_;
  catalogue::Lang lang_ = catalogue::Lang::kEn;
  State state_ = kAuthorization;
  bool ended_ = false, told_ = false;
  std::size_t errors_ = 0;
  std::string line_, keyword_;  // being obeyed
  std::string stamp_;           // of the greeting, for APOP; "" where nobody opted in
  std::optional<std::string> user_;
  std::string mechanism_;  // by which a login is tried
  std::optional<account::Account> account_;
  Result<Maildrop> loaded_;
  Maildrop drop_;
  Maildrops::Ticket ticket_;
  std::map<std::size_t, Result<std::string>> ahead_;  // read before they were asked for
  std::size_t last_retr_ = 0, in_order_ = 0;          // RETRs of one message after the other
};

}  // namespace hato::pop3
