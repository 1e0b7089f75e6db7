// SPDX-License-Identifier: Apache-2.0
// DATA: RFC 5321 4.1.1.4.
#include "smtp/hop.h"
#include "smtp/session.h"

namespace hato::smtp {

void Session::data(std::string_view) {
  if (!mail_) return refuse_early("MAIL");
  if (mail_->content) return refuse_again("BDAT");
  if (mail_->body == Body::kBinaryMime)  // RFC 3030 3
    return refuse(Error(ErrorId::kBinaryNeedsBdat), verb_);
  if (mail_->envelope.recipients.empty()) {
    if (is_lmtp()) return refuse_early("RCPT");  // RFC 2033 4.2
    return refuse(Error(ErrorId::kNoRecipients), verb_);
  }
  begin_content();
  reply("354 End with <CRLF>.<CRLF>");
  after_ = &Session::receive_data;
}

void Session::begin_content() {
  const auto& e = mail_->envelope;
  Hop hop{.host = options_.hostname,
          .role = options_.role,
          .esmtp = esmtp_,
          .smtputf8 = e.smtputf8,
          .helo = helo_,
          .peer = stream_.peer(),
          .tls = stream_.tls(),
          .login = trace_.login,
          .sender = e.sender,
          .recipient = e.recipients.size() == 1 ? e.recipients[0].address : std::string_view{},
          .ref = e.ref,
          .at = e.received};
  ContentRules rules{.max_size = options_.max_message,
                     .normalise = options_.normalise_line_ends,
                     .binary = e.binary};
  mail_->content =
      std::make_unique<Content>(hop_header(hop), mail_->announced, rules, services_.in_flight);
}

net::Task<void> Session::receive_data() {
  auto sent = co_await stream_.flush();
  if (!sent) co_return lost(sent.error());
  stream_.set_timeout(options_.data_timeout);
  auto& content = *mail_->content;
  DataReceiver receiver(content);
  for (;;) {
    stream_.consume(receiver.take(stream_.input()));
    if (receiver.done()) break;
    if (content.hopeless()) co_return refuse_and_end(*content.fault(), verb_);
    auto more = co_await stream_.fill();
    if (!more) co_return lost(more.error());
  }
  stream_.set_timeout(options_.command_timeout);
  co_await finish_message();
}

}  // namespace hato::smtp
