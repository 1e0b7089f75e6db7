// SPDX-License-Identifier: Apache-2.0
// The client of SMTP and LMTP: one connection to another server, from its banner to QUIT. What the
// other side says is told as it was said; what keeps us from hearing it is an Error. A Client
// belongs to the thread of its stream.
//
//   Client client(std::move(*stream), {.hello = "mail.example.jp", .host = "mx.example.com"});
//   auto greeted = co_await client.greet();               // Result<RemoteReply>
//   auto verdicts = co_await client.send(outgoing);        // one for each recipient
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/client.h"
#include "smtp/remote_reply.h"

namespace hato::smtp {

enum class Stage { kConnect, kBanner, kHello, kTls, kAuth, kMail, kRcpt, kData, kEndOfData };
std::string_view stage_name(Stage stage);  // "connect", "banner", "ehlo", ..., "end-of-data"

// What became of one recipient.
struct Verdict {
  enum Kind { kDelivered, kDeferred, kFailed } kind = kDeferred;
  Stage stage = Stage::kConnect;
  RemoteReply reply;           // code 0 where the other side said nothing
  std::optional<Error> error;  // where it was not the other side's words that decided
};

struct Extensions {
  bool pipelining = false, eight_bit = false, smtputf8 = false, chunking = false, binary = false;
  bool starttls = false, dsn = false, enhanced = false, require_tls = false, size_known = false;
  std::uint64_t size = 0;         // 0: without limit
  std::vector<std::string> auth;  // mechanisms, upper case
};
Extensions parse_extensions(const RemoteReply& reply);

struct Outgoing {
  std::string sender;
  struct Recipient {
    std::string address, notify, orcpt;
  };
  std::vector<Recipient> recipients;
  std::string ret, envid;
  bool smtputf8 = false, eight_bit = false, binary = false, require_tls = false;
  std::string_view message;                // lives until send() returns
  std::function<std::string()> seven_bit;  // the message without 8-bit bytes, for servers of old
};

struct ClientOptions {
  std::string hello;  // our name
  std::string host;   // theirs, for errors
  bool lmtp = false;
};

class Client {
 public:
  Client(std::unique_ptr<net::Stream> stream, ClientOptions options);
  ~Client();

  // The banner, then EHLO (LHLO), or HELO where the server knows no EHLO. A refusal is a reply that
  // is not positive; stage() tells where. Errors: remote-timeout, remote-closed, remote-garbage,
  // server-stopping.
  net::Task<Result<RemoteReply>> greet();
  // STARTTLS, the handshake, and EHLO again. Errors: those, tls-failed.
  net::Task<Result<RemoteReply>> start_tls(const std::shared_ptr<const net::TlsClient>& client,
                                           const net::TlsPeer& peer);
  // AUTH PLAIN or LOGIN. Error: remote-no-auth.
  net::Task<Result<RemoteReply>> login(const std::string& user, const std::string& password);
  // One transaction; the connection can be used again where usable().
  net::Task<std::vector<Verdict>> send(const Outgoing& mail);
  net::Task<void> quit();  // and closes

  const Extensions& extensions() const { return extensions_; }
  Stage stage() const { return stage_; }
  bool usable() const { return usable_; }
  net::Stream& stream() { return *stream_; }

 private:
  net::Task<Result<RemoteReply>> command(Stage stage, const std::string& line);
  net::Task<Result<RemoteReply>> read_reply(Stage stage);
  net::Task<Result<RemoteReply>> hello();
  net::Task<Result<>> flush();
  Error remote_error(const Error& error) const;

  // transaction.cpp
  std::optional<Error> unfit(const Outgoing& mail) const;
  std::string mail_line(const Outgoing& mail, std::size_t size, bool eight_bit) const;
  std::string rcpt_line(const Outgoing::Recipient& recipient) const;
  net::Task<Result<>> envelope(const Outgoing& mail, std::string_view message, bool eight_bit,
                               std::vector<Verdict>& verdicts);
  net::Task<Result<>> read_rcpts(std::vector<Verdict>& verdicts);
  net::Task<Result<>> content(std::string_view message, bool chunked,
                              std::vector<Verdict>& verdicts);
  net::Task<Result<>> write_content(std::string_view message, bool stuffed);
  net::Task<Result<>> read_final(std::vector<Verdict>& verdicts);

  std::unique_ptr<net::Stream> stream_;
  const ClientOptions options_;
  Extensions extensions_;
  Stage stage_ = Stage::kBanner;
  bool usable_ = true;
};

}  // namespace hato::smtp
