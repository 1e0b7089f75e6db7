// SPDX-License-Identifier: Apache-2.0
// One SMTP, submission or LMTP session: a table of commands (commands.cpp), a handler for each
// (cmd_*.cpp) and what they share. Of the connection's thread.
//
// A handler works on the line in the buffer without awaiting; where a command goes on with more
// than its line (DATA, BDAT, AUTH, STARTTLS) it names in `after_` the coroutine that follows.
// Replies gather in the stream and go out in one write when the input is used up (RFC 2920).
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "smtp/codec.h"
#include "smtp/content.h"
#include "smtp/server.h"

namespace hato::smtp {

// From MAIL to the end of the message, RSET, EHLO or the session.
struct Transaction {
  delivery::Envelope envelope;
  story::Trace trace;
  Body body = Body::k7Bit;
  std::uint64_t announced = 0;       // SIZE
  std::unique_ptr<Content> content;  // once DATA or BDAT has begun
};

class Session {
 public:
  Session(net::Stream& stream, const Options& options, const Services& services);
  net::Task<void> run();

 private:
  struct Row {
    std::string_view verb;
    void (Session::*handle)(std::string_view arguments);
    unsigned flags;
  };
  enum Flag : unsigned {
    kNeedsHello = 1,
    kMustBeLast = 2,  // in a group of pipelined commands: RFC 2920 3.1
    kNoArguments = 4,
    kSmtpOnly = 8,
    kLmtpOnly = 16,
  };
  static std::span<const Row> rows();

  // The loop.
  std::optional<std::string_view> next_line();  // with its line end; stays in the buffer
  void handle_line(std::string_view line);
  void dispatch(const Command& command);
  net::Task<Result<>> read_on();  // flushes, then waits for more
  void lost(const Error& error);
  void finish();

  // Replies.
  void reply(std::string_view line);  // without its CRLF
  // Tells the client and the story. `about`: the address or command that it is about.
  void refuse(const Error& error, std::string_view about, story::What what = story::What::kRefused);
  void refuse_and_end(Error error, std::string_view about);  // by value: it resets
  void refuse_early(std::string_view first);  // `first` must come first
  void refuse_again(std::string_view first);  // `first` is done already

  // State.
  bool is_submission() const { return options_.role == Role::kSubmission; }
  bool is_lmtp() const { return options_.role == Role::kLmtp; }
  policy::Client client() const;
  account::Channel channel() const;
  void begin_session();
  void reset();          // the transaction
  void forget_hello();   // all that the client said: after STARTTLS and XCLIENT
  void begin_content();  // with the header of this hop
  void set_login(account::Account account);

  // Commands.
  void ehlo(std::string_view arguments);
  void helo(std::string_view arguments);
  void mail(std::string_view arguments);
  void rcpt(std::string_view arguments);
  void data(std::string_view arguments);
  void bdat(std::string_view arguments);
  void rset(std::string_view arguments);
  void noop(std::string_view arguments);
  void help(std::string_view arguments);
  void vrfy(std::string_view arguments);
  void quit(std::string_view arguments);
  void auth(std::string_view arguments);
  void starttls(std::string_view arguments);
  void xclient(std::string_view arguments);
  void not_offered(std::string_view arguments);

  bool greet_back(std::string_view arguments, bool esmtp);
  net::Task<void> receive_data();
  net::Task<void> receive_chunk();
  net::Task<void> finish_message();
  Result<> judge_content();
  void tell_fates(const std::vector<delivery::Fate>& fates);
  net::Task<void> authenticate();
  net::Task<account::Outcome> exchange(account::Exchange& exchange);
  net::Task<Result<std::string>> ask(const std::string& challenge);
  net::Task<void> handshake();

  net::Stream& stream_;
  const Options& options_;
  const Services& services_;
  const bool may_xclient_;

  story::Trace trace_;  // of the session
  std::string helo_;    // "" before EHLO
  bool esmtp_ = false;
  std::optional<account::Account> login_;
  std::unique_ptr<Transaction> mail_;
  std::size_t errors_ = 0, transactions_ = 0, commands_ = 0;

  std::string_view verb_;  // of the command at hand, as its row has it
  net::Task<void> (Session::*after_)() = nullptr;
  BdatCommand chunk_;
  std::optional<Error> chunk_error_;
  AuthCommand auth_;
  bool more_follows_ = false;  // behind the line at hand
  bool slow_ = false;          // the reply at hand is delayed
  bool ended_ = false;
};

}  // namespace hato::smtp
