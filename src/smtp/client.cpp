// SPDX-License-Identifier: Apache-2.0
#include "smtp/client.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hato::smtp {
namespace {

constexpr std::size_t kMaxReply = 256 * 1024;

struct StageRow {
  std::string_view name;
  std::chrono::seconds timeout;  // RFC 5321 4.5.3.2
};
constexpr std::array kStages = {
    StageRow{"connect", std::chrono::seconds(30)},
    StageRow{"banner", std::chrono::seconds(300)},
    StageRow{"ehlo", std::chrono::seconds(300)},
    StageRow{"starttls", std::chrono::seconds(120)},
    StageRow{"auth", std::chrono::seconds(120)},
    StageRow{"mail", std::chrono::seconds(300)},
    StageRow{"rcpt", std::chrono::seconds(300)},
    StageRow{"data", std::chrono::seconds(180)},
    StageRow{"end-of-data", std::chrono::seconds(600)},
};

const StageRow& row(Stage stage) { return kStages[std::size_t(stage)]; }

}  // namespace

std::string_view stage_name(Stage stage) { return row(stage).name; }

Extensions parse_extensions(const RemoteReply& reply) {
  Extensions e;
  struct Flag {
    std::string_view name;
    bool Extensions::* field;
  };
  constexpr std::array kFlags = {Flag{"PIPELINING", &Extensions::pipelining},
                                 Flag{"8BITMIME", &Extensions::eight_bit},
                                 Flag{"SMTPUTF8", &Extensions::smtputf8},
                                 Flag{"CHUNKING", &Extensions::chunking},
                                 Flag{"BINARYMIME", &Extensions::binary},
                                 Flag{"STARTTLS", &Extensions::starttls},
                                 Flag{"DSN", &Extensions::dsn},
                                 Flag{"ENHANCEDSTATUSCODES", &Extensions::enhanced},
                                 Flag{"REQUIRETLS", &Extensions::require_tls}};
  auto lines = split(reply.text, '\n');
  for (std::size_t i = 1; i < lines.size(); ++i) {  // the first is the server's name
    auto words = split(lines[i], ' ');
    for (auto& flag : kFlags)
      if (iequals(words[0], flag.name)) e.*flag.field = true;
    if (iequals(words[0], "SIZE")) {
      e.size_known = true;
      if (words.size() > 1) e.size = parse_u64(words[1]).value_or(0);
    }
    // "AUTH=LOGIN" is what servers of old say beside "AUTH LOGIN"
    if (iequals(words[0], "AUTH"))
      for (std::size_t k = 1; k < words.size(); ++k) e.auth.push_back(to_upper(words[k]));
  }
  return e;
}

Client::Client(std::unique_ptr<net::Stream> stream, ClientOptions options)
    : stream_(std::move(stream)), options_(std::move(options)) {}
Client::~Client() = default;

Error Client::remote_error(const Error& error) const {
  auto id = error.id();
  if (id == ErrorId::kNetTimeout) id = ErrorId::kRemoteTimeout;
  if (id == ErrorId::kNetClosed || id == ErrorId::kNetReset) id = ErrorId::kRemoteClosed;
  if (id == ErrorId::kNetOverflow) id = ErrorId::kRemoteGarbage;
  Error out(id, error.details());
  out.with("host", options_.host).with("stage", std::string(stage_name(stage_)));
  return out;
}

net::Task<Result<>> Client::flush() {
  auto sent = co_await stream_->flush();
  if (sent) co_return sent;
  usable_ = false;
  co_return std::unexpected(remote_error(sent.error()));
}

net::Task<Result<RemoteReply>> Client::read_reply(Stage stage) {
  stage_ = stage;
  stream_->set_timeout(row(stage).timeout);
  for (;;) {
    auto parsed = parse_reply(stream_->input());
    if (parsed.state == ReplyParse::kDone) {
      stream_->consume(parsed.size);
      // RFC 5321 3.8: with 421 the server closes
      if (parsed.reply.code == 421) usable_ = false;
      co_return std::move(parsed.reply);
    }
    if (parsed.state == ReplyParse::kBad) {
      usable_ = false;
      Error error(ErrorId::kRemoteGarbage);
      error.with("text", std::string(stream_->input().substr(0, 120)));
      co_return std::unexpected(remote_error(error));
    }
    auto more = co_await stream_->fill(kMaxReply);
    if (more) continue;
    usable_ = false;
    co_return std::unexpected(remote_error(more.error()));
  }
}

net::Task<Result<RemoteReply>> Client::command(Stage stage, const std::string& line) {
  stage_ = stage;
  stream_->set_timeout(row(stage).timeout);
  stream_->write(line + "\r\n");
  auto sent = co_await flush();
  // A server that closes may have said why before.
  auto reply = co_await read_reply(stage);
  if (!sent && !reply) co_return std::unexpected(sent.error());
  co_return reply;
}

net::Task<Result<RemoteReply>> Client::hello() {
  auto line = (options_.lmtp ? "LHLO " : "EHLO ") + options_.hello;
  auto reply = co_await command(Stage::kHello, line);
  if (!reply) co_return reply;
  extensions_ = {};
  if (reply->positive()) {
    extensions_ = parse_extensions(*reply);
    co_return reply;
  }
  // RFC 5321 4.1.1.1: only a server that does not know EHLO is greeted the old way
  bool unknown = reply->code >= 500 && reply->code <= 504;
  if (!unknown || options_.lmtp || stream_->tls()) co_return reply;
  auto old = "HELO " + options_.hello;
  auto second = co_await command(Stage::kHello, old);
  co_return second;
}

net::Task<Result<RemoteReply>> Client::greet() {
  auto banner = co_await read_reply(Stage::kBanner);
  if (!banner || !banner->positive()) co_return banner;
  auto greeted = co_await hello();
  co_return greeted;
}

net::Task<Result<RemoteReply>> Client::start_tls(
    const std::shared_ptr<const net::TlsClient>& client, const net::TlsPeer& peer) {
  const std::string line = "STARTTLS";
  auto reply = co_await command(Stage::kTls, line);
  if (!reply || !reply->positive()) co_return reply;
  auto secured = co_await stream_->start_tls(client, peer);
  if (!secured) {
    usable_ = false;
    co_return std::unexpected(remote_error(secured.error()));
  }
  auto greeted = co_await hello();  // RFC 3207 4.2: what was said before does not count
  co_return greeted;
}

net::Task<Result<RemoteReply>> Client::login(const std::string& user, const std::string& password) {
  auto offers = [&](std::string_view name) {
    return std::find(extensions_.auth.begin(), extensions_.auth.end(), name) !=
           extensions_.auth.end();
  };
  stage_ = Stage::kAuth;
  if (offers("PLAIN")) {
    auto line = "AUTH PLAIN " + to_base64('\0' + user + '\0' + password);
    auto reply = co_await command(Stage::kAuth, line);
    co_return reply;
  }
  if (!offers("LOGIN")) {
    Error error(ErrorId::kRemoteNoAuth);
    co_return std::unexpected(remote_error(error));
  }
  const std::string lines[] = {"AUTH LOGIN", to_base64(user), to_base64(password)};
  Result<RemoteReply> reply = RemoteReply{};
  for (auto& line : lines) {
    reply = co_await command(Stage::kAuth, line);
    if (!reply || reply->code != 334) break;
  }
  co_return reply;
}

net::Task<void> Client::quit() {
  if (usable_) {
    stream_->set_timeout(std::chrono::seconds(5));
    stream_->write("QUIT\r\n");
    auto sent = co_await stream_->flush();
    if (sent) {
      auto bye = co_await stream_->fill();
      (void)bye;
    }
  }
  usable_ = false;
  co_await stream_->close();
}

}  // namespace hato::smtp
