// SPDX-License-Identifier: Apache-2.0
// The client's transaction: MAIL, RCPT and the content, in as few round trips as the other side
// allows (RFC 2920, RFC 3030).
#include <algorithm>

#include "base/text.h"
#include "smtp/client.h"

namespace hato::smtp {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

Verdict verdict_of(Stage stage, RemoteReply reply) {
  Verdict v{.stage = stage};
  v.kind = reply.positive()    ? Verdict::kDelivered
           : reply.permanent() ? Verdict::kFailed
                               : Verdict::kDeferred;
  v.reply = std::move(reply);
  return v;
}

bool undecided(const Verdict& v) { return v.kind == Verdict::kDelivered; }

// What holds for the whole transaction holds for everybody who was not refused before.
void decide_rest(std::vector<Verdict>& verdicts, const Verdict& verdict) {
  for (auto& v : verdicts)
    if (undecided(v)) v = verdict;
}

void fail_rest(std::vector<Verdict>& verdicts, Stage stage, const Error& error) {
  decide_rest(verdicts, {.kind = Verdict::kDeferred, .stage = stage, .reply = {}, .error = error});
}

// RFC 5321 4.5.2: a dot at the beginning of a line is doubled. `begins`: `part` begins a line.
void write_stuffed(net::Stream& stream, std::string_view part, bool begins) {
  if (begins && part.starts_with('.')) stream.write(".");
  for (;;) {
    auto at = part.find("\n.");
    if (at == part.npos) break;
    stream.write(part.substr(0, at + 2));
    stream.write(".");
    part.remove_prefix(at + 2);
  }
  stream.write(part);
}

}  // namespace

std::optional<Error> Client::unfit(const Outgoing& mail) const {
  auto size = mail.message.size();
  auto& e = extensions_;
  auto error = [&](ErrorId id) {
    Error out(id, {{"host", options_.host}});
    return out;
  };
  if (e.size && size > e.size) {
    auto out = error(ErrorId::kRemoteSize);
    return out.with("size", format_size(size)).with("limit", format_size(e.size));
  }
  if (mail.smtputf8 && !e.smtputf8) return error(ErrorId::kRemoteNoSmtputf8);  // RFC 6531 3.2
  if (mail.require_tls && (!e.require_tls || !stream_->tls()))                 // RFC 8689 4.2.1
    return error(ErrorId::kRemoteNoRequiretls);
  if (mail.binary && !(e.binary && e.chunking) && !mail.seven_bit)  // RFC 3030 3
    return error(ErrorId::kRemoteNoBinary);
  return {};
}

std::string Client::mail_line(const Outgoing& mail, std::size_t size, bool eight_bit) const {
  auto& e = extensions_;
  auto line = "MAIL FROM:<" + mail.sender + ">";
  if (e.size_known) line += " SIZE=" + std::to_string(size);  // RFC 1870
  if (mail.binary && eight_bit)
    line += " BODY=BINARYMIME";
  else if (eight_bit && e.eight_bit)
    line += " BODY=8BITMIME";  // RFC 6152
  if (mail.smtputf8) line += " SMTPUTF8";
  if (mail.require_tls) line += " REQUIRETLS";
  if (e.dsn && !mail.ret.empty()) line += " RET=" + mail.ret;  // RFC 3461 4.3
  if (e.dsn && !mail.envid.empty()) line += " ENVID=" + mail.envid;
  return line;
}

std::string Client::rcpt_line(const Outgoing::Recipient& r) const {
  auto line = "RCPT TO:<" + r.address + ">";
  if (extensions_.dsn && !r.notify.empty()) line += " NOTIFY=" + r.notify;  // RFC 3461 4.1
  if (extensions_.dsn && !r.orcpt.empty()) line += " ORCPT=" + r.orcpt;
  return line;
}

net::Task<std::vector<Verdict>> Client::send(const Outgoing& mail) {
  std::vector<Verdict> verdicts(mail.recipients.size(), {.kind = Verdict::kDelivered});
  stage_ = Stage::kMail;
  if (auto error = unfit(mail)) {
    decide_rest(verdicts, {.kind = Verdict::kFailed, .stage = stage_, .reply = {}, .error = error});
    co_return verdicts;
  }
  std::string converted;
  auto message = mail.message;
  bool can = mail.binary ? extensions_.binary && extensions_.chunking : extensions_.eight_bit;
  bool eight_bit = (mail.eight_bit || mail.binary) && (can || !mail.seven_bit);
  if ((mail.eight_bit || mail.binary) && !eight_bit) message = converted = mail.seven_bit();
  auto done = co_await envelope(mail, message, eight_bit, verdicts);
  if (!done) fail_rest(verdicts, stage_, done.error());
  co_return verdicts;
}

net::Task<Result<>> Client::read_rcpts(std::vector<Verdict>& verdicts) {
  for (auto& v : verdicts) {
    auto reply = co_await read_reply(Stage::kRcpt);
    if (!reply) co_return std::unexpected(reply.error());
    v = verdict_of(Stage::kRcpt, std::move(*reply));
  }
  co_return Result<>{};
}

net::Task<Result<>> Client::envelope(const Outgoing& mail, std::string_view message, bool eight_bit,
                                     std::vector<Verdict>& verdicts) {
  bool chunked = extensions_.chunking;
  auto first = mail_line(mail, message.size(), eight_bit);
  stream_->write(first + "\r\n");
  if (extensions_.pipelining) {
    for (auto& r : mail.recipients) stream_->write(rcpt_line(r) + "\r\n");
    if (!chunked) stream_->write("DATA\r\n");
  }
  auto sent = co_await flush();
  auto from = co_await read_reply(Stage::kMail);
  if (!from) co_return std::unexpected(sent ? from.error() : sent.error());
  bool accepted = from->positive();
  if (!accepted && !extensions_.pipelining) {
    decide_rest(verdicts, verdict_of(Stage::kMail, std::move(*from)));
    co_return Result<>{};
  }
  if (extensions_.pipelining) {
    auto read = co_await read_rcpts(verdicts);
    if (!read && accepted) co_return read;
    if (!accepted) {  // what follows a refused MAIL says nothing
      for (auto& v : verdicts) v = verdict_of(Stage::kMail, *from);
      if (!read) co_return Result<>{};
    }
  } else {
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      auto line = rcpt_line(mail.recipients[i]);
      auto reply = co_await command(Stage::kRcpt, line);
      if (!reply) co_return std::unexpected(reply.error());
      verdicts[i] = verdict_of(Stage::kRcpt, std::move(*reply));
    }
  }
  auto result = co_await content(message, chunked, verdicts);
  co_return result;
}

net::Task<Result<>> Client::content(std::string_view message, bool chunked,
                                    std::vector<Verdict>& verdicts) {
  bool wanted = std::ranges::any_of(verdicts, undecided);
  if (!chunked && (extensions_.pipelining || wanted)) {
    if (!extensions_.pipelining) stream_->write("DATA\r\n");
    auto sent = co_await flush();
    auto go = co_await read_reply(Stage::kData);
    if (!go) co_return std::unexpected(sent ? go.error() : sent.error());
    if (go->code != 354) {
      if (go->positive()) go->code = 451;  // RFC 5321 4.3.2: nothing else lets us go on
      decide_rest(verdicts, verdict_of(Stage::kData, std::move(*go)));
      co_return Result<>{};
    }
    if (!wanted) {  // RFC 2920 3.1: a server that says go to nobody gets nothing
      stream_->write(".\r\n");
      auto ended = co_await flush();
      auto ignored = co_await read_reply(Stage::kEndOfData);
      (void)ended, (void)ignored;
      co_return Result<>{};
    }
  }
  if (!wanted) {
    const std::string reset = "RSET";
    auto reply = co_await command(Stage::kRcpt, reset);
    (void)reply;
    co_return Result<>{};
  }
  stage_ = Stage::kData;
  if (chunked) stream_->write("BDAT " + std::to_string(message.size()) + " LAST\r\n");
  auto written = co_await write_content(message, !chunked);
  auto read = co_await read_final(verdicts);
  if (!read && !written) co_return written;
  co_return read;
}

net::Task<Result<>> Client::write_content(std::string_view message, bool stuffed) {
  stream_->set_timeout(std::chrono::seconds(180));
  bool begins = true;
  for (auto rest = message; !rest.empty();) {
    auto n = std::min(kPiece, rest.size());
    // A piece never parts a line end from the dot that follows.
    if (n < rest.size())
      if (auto end = rest.substr(0, n).rfind('\n'); end != rest.npos) n = end + 1;
    auto part = rest.substr(0, n);
    if (stuffed)
      write_stuffed(*stream_, part, begins);
    else
      stream_->write(part);
    begins = part.ends_with('\n');
    rest.remove_prefix(n);
    if (stream_->pending() < net::Stream::kWriteHigh) continue;
    auto sent = co_await flush();
    if (!sent) co_return sent;
  }
  if (stuffed) stream_->write(message.ends_with("\r\n") || message.empty() ? ".\r\n" : "\r\n.\r\n");
  auto sent = co_await flush();
  co_return sent;
}

// RFC 5321 4.2.5: whatever comes now decides; LMTP answers for each recipient (RFC 2033 4.2).
net::Task<Result<>> Client::read_final(std::vector<Verdict>& verdicts) {
  for (auto& v : verdicts) {
    if (!undecided(v)) continue;
    auto reply = co_await read_reply(Stage::kEndOfData);
    if (!reply) {
      v.kind = Verdict::kDelivered;  // still undecided: send() tells the error
      co_return std::unexpected(reply.error());
    }
    auto verdict = verdict_of(Stage::kEndOfData, std::move(*reply));
    if (!options_.lmtp) {
      decide_rest(verdicts, verdict);
      co_return Result<>{};
    }
    v = verdict;
  }
  co_return Result<>{};
}

}  // namespace hato::smtp
