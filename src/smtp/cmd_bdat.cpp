// SPDX-License-Identifier: Apache-2.0
// BDAT: RFC 3030 2. The bytes of a chunk are read whatever is wrong about it, as they must not be
// taken for commands; where that cannot be done the session ends.
#include "smtp/session.h"

namespace hato::smtp {

void Session::bdat(std::string_view arguments) {
  auto command = parse_bdat(arguments);
  if (!command) return refuse_and_end(command.error(), verb_);
  chunk_ = *command;
  chunk_error_.reset();
  auto needs = [&](std::string_view first) {
    chunk_error_ = Error(ErrorId::kSmtpSequence,
                         {{"command", std::string(verb_)}, {"first", std::string(first)}});
  };
  if (helo_.empty())
    needs(is_lmtp() ? "LHLO" : "EHLO");
  else if (!mail_)
    needs("MAIL");
  else if (mail_->envelope.recipients.empty() && is_lmtp())
    needs("RCPT");
  else if (mail_->envelope.recipients.empty())
    chunk_error_ = Error(ErrorId::kNoRecipients);
  if (chunk_.size / 2 > options_.max_message)
    return refuse_and_end(
        Error(ErrorId::kMessageTooLarge, {{"max", std::to_string(options_.max_message)}}), verb_);
  if (!chunk_error_ && !mail_->content) begin_content();
  after_ = &Session::receive_chunk;
}

net::Task<void> Session::receive_chunk() {
  stream_.set_timeout(options_.data_timeout);
  for (auto left = chunk_.size; left > 0;) {
    auto part = stream_.input().substr(0, left);
    if (part.empty()) {
      auto sent = co_await stream_.flush();
      if (!sent) co_return lost(sent.error());
      auto more = co_await stream_.fill();
      if (!more) co_return lost(more.error());
      continue;
    }
    if (!chunk_error_) mail_->content->add(part);
    left -= part.size();
    stream_.consume(part.size());
  }
  stream_.set_timeout(options_.command_timeout);
  if (chunk_error_) co_return refuse(*chunk_error_, verb_);
  auto& content = *mail_->content;
  if (content.hopeless()) co_return refuse_and_end(*content.fault(), verb_);
  if (chunk_.last) {
    content.finish();
    co_await finish_message();
  } else if (content.fault()) {
    refuse(*content.fault(), verb_);  // and again for each chunk until LAST or RSET
  } else {
    reply("250 2.0.0 " + std::to_string(chunk_.size) + " bytes");
  }
}

}  // namespace hato::smtp
