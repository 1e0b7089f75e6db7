// SPDX-License-Identifier: Apache-2.0
#include "smtp/session.h"

#include <algorithm>

#include "base/text.h"
#include "catalogue/errors.h"
#include "smtp/reply.h"

namespace hato::smtp {
namespace {

constexpr std::size_t kReadAhead = 64 * 1024;
constexpr std::chrono::milliseconds kSlow{1000};
constexpr std::string_view kProtocols[] = {"smtp", "submission", "lmtp"};  // in the order of Role
constexpr char kTlsHandshake = 22;

// Of browsers, and of attackers who make them speak to us.
bool is_http(std::string_view verb) {
  constexpr std::string_view kHttp[] = {"GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "PRI"};
  return std::find(std::begin(kHttp), std::end(kHttp), verb) != std::end(kHttp);
}

bool contains(const std::vector<net::Cidr>& networks, const net::Ip& ip) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const net::Cidr& n) { return n.contains(ip); });
}

}  // namespace

using story::What;

net::Task<void> serve(net::Stream& stream, const Options& options, const Services& services) {
  Session session(stream, options, services);
  co_await session.run();
}

Session::Session(net::Stream& stream, const Options& options, const Services& services)
    : stream_(stream),
      options_(options),
      services_(services),
      may_xclient_(stream.peer().unix_path.empty() &&
                   contains(options.xclient_from, stream.peer().ip)) {}

net::Task<void> Session::run() {
  begin_session();
  while (!ended_) {
    auto line = next_line();
    if (!line) {
      auto more = co_await read_on();
      if (!more) lost(more.error());
      continue;
    }
    auto size = line->size();
    handle_line(*line);
    stream_.consume(size);
    if (after_) {
      auto after = std::exchange(after_, nullptr);
      co_await (this->*after)();
    }
    if (std::exchange(slow_, false)) {
      auto paused = co_await stream_.pause(kSlow);
      if (!paused) lost(paused.error());
    }
    if (stream_.pending() > net::Stream::kWriteHigh) {
      auto sent = co_await stream_.flush();
      if (!sent) lost(sent.error());
    }
  }
  finish();
}

void Session::begin_session() {
  stream_.set_timeout(options_.command_timeout);
  trace_.id = new_ref();
  trace_.protocol = kProtocols[std::size_t(options_.role)];
  trace_.peer = stream_.peer().unix_path.empty() ? stream_.peer().ip.text() : "unix";
  trace_.add(What::kConnect, stream_.peer().text());
  if (auto* tls = stream_.tls()) trace_.add(What::kTls, tls->version + " " + tls->cipher);
  reply("220 " + options_.hostname + (is_lmtp() ? " LMTP Hato" : " ESMTP Hato"));
}

void Session::finish() {
  reset();
  services_.story.record(std::move(trace_));
}

std::optional<std::string_view> Session::next_line() {
  auto in = stream_.input();
  if (commands_ == 0 && in.starts_with(kTlsHandshake)) {
    refuse_and_end(Error(ErrorId::kSmtpWrongProtocol, {{"protocol", "TLS"}}), "TLS");
    return {};
  }
  auto end = in.find('\n');
  if (end == in.npos) return {};
  return in.substr(0, end + 1);
}

net::Task<Result<>> Session::read_on() {
  if (ended_) co_return Result<>{};
  auto sent = co_await stream_.flush();
  if (!sent) co_return sent;
  auto more = co_await stream_.fill(kReadAhead);
  co_return more;
}

// What the client can still be told it is told; the stream sends it when it is closed.
void Session::lost(const Error& error) {
  ended_ = true;
  switch (error.id()) {
    case ErrorId::kNetTimeout:
    case ErrorId::kServerStopping:
      stream_.write(refusal(error, options_.hostname));
      break;
    case ErrorId::kNetOverflow:
      return refuse_and_end(error, "");
    default:
      break;
  }
  if (mail_) mail_->trace.add(What::kClosed, {}, &error);
  trace_.add(What::kClosed, {}, &error);
}

void Session::handle_line(std::string_view line) {
  ++commands_;
  more_follows_ = line.size() < stream_.input().size();
  line.remove_suffix(1);
  if (line.ends_with('\r'))
    line.remove_suffix(1);
  else if (!options_.normalise_line_ends)
    return refuse_and_end(Error(ErrorId::kSmtpBareNewline), "");
  verb_ = "";
  if (line.size() > kMaxLine) return refuse(Error(ErrorId::kNetOverflow), "");
  auto command = parse_command(line);
  if (!command) return refuse(command.error(), "");
  dispatch(*command);
}

void Session::dispatch(const Command& command) {
  auto all = rows();
  auto row = std::find_if(all.begin(), all.end(),
                          [&](const Row& r) { return iequals(r.verb, command.verb); });
  if (row == all.end()) {
    if (is_http(command.verb))
      return refuse_and_end(Error(ErrorId::kSmtpWrongProtocol, {{"protocol", "HTTP"}}), "HTTP");
    std::string word(command.verb.substr(0, 64));
    return refuse(Error(ErrorId::kSmtpUnknownCommand, {{"command", word}}), word);
  }
  verb_ = row->verb;
  if (row->flags & (is_lmtp() ? kSmtpOnly : kLmtpOnly)) return not_offered({});
  if ((row->flags & kMustBeLast) && more_follows_)
    return refuse_and_end(Error(ErrorId::kSmtpTooEarly, {{"command", std::string(verb_)}}), verb_);
  if ((row->flags & kNeedsHello) && helo_.empty()) return refuse_early(is_lmtp() ? "LHLO" : "EHLO");
  if ((row->flags & kNoArguments) && !command.arguments.empty())
    return refuse(Error(ErrorId::kSmtpArguments, {{"syntax", std::string(verb_)}}), verb_);
  (this->*row->handle)(command.arguments);
}

void Session::reply(std::string_view line) {
  stream_.write(line);
  stream_.write("\r\n");
}

void Session::refuse(const Error& error, std::string_view about, What what) {
  auto& trace = mail_ ? mail_->trace : trace_;
  trace.add(what, std::string(about), &error);
  stream_.write(error_reply(error, trace.id, mail_ && mail_->envelope.smtputf8));
  if (catalogue::row(error).smtp_code < 500 || ended_) return;
  ++errors_;
  slow_ = errors_ > options_.max_errors / 2;
  if (errors_ < options_.max_errors) return;
  Error enough(ErrorId::kTooManyErrors, {{"max", std::to_string(options_.max_errors)}});
  refuse_and_end(enough, "");
}

void Session::refuse_and_end(Error error, std::string_view about) {
  ended_ = true;
  reset();
  refuse(error, about);
}

void Session::refuse_early(std::string_view first) {
  refuse(Error(ErrorId::kSmtpSequence,
               {{"command", std::string(verb_)}, {"first", std::string(first)}}),
         verb_);
}

void Session::refuse_again(std::string_view first) {
  refuse(Error(ErrorId::kSmtpAlready,
               {{"command", std::string(verb_)}, {"first", std::string(first)}}),
         verb_);
}

void Session::not_offered(std::string_view) {
  refuse(Error(ErrorId::kSmtpNotOffered, {{"command", std::string(verb_)}}), verb_);
}

policy::Client Session::client() const {
  return {.ip = stream_.peer().ip,
          .submission = is_submission(),
          .lmtp = is_lmtp(),
          .login = login_ ? &*login_ : nullptr};
}

account::Channel Session::channel() const {
  account::Channel c{.allow_plaintext = options_.plaintext_login};
  if (auto* tls = stream_.tls()) {
    c.encrypted = true;
    c.exporter = tls->exporter;
    c.unique = tls->unique;
    c.server_end_point = tls->server_end_point;
  }
  return c;
}

void Session::reset() {
  if (!mail_) return;
  services_.story.record(std::move(mail_->trace));
  mail_.reset();
}

void Session::forget_hello() {
  reset();
  helo_.clear();
  esmtp_ = false;
  login_.reset();
  trace_.login.clear();
}

void Session::set_login(account::Account account) {
  login_ = std::move(account);
  trace_.login = login_->address;
}

}  // namespace hato::smtp
