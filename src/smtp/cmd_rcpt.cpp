// SPDX-License-Identifier: Apache-2.0
// RCPT: RFC 5321 4.1.1.3.
#include "smtp/session.h"

namespace hato::smtp {

void Session::rcpt(std::string_view arguments) {
  if (!mail_) return refuse_early("MAIL");
  if (mail_->content) return refuse_again("BDAT");
  auto& e = mail_->envelope;
  auto command = parse_rcpt(
      arguments,
      {.utf8 = e.smtputf8, .carrier_dots = services_.policy.settings().carrier_addresses});
  if (!command) return refuse(command.error(), arguments);
  if (e.recipients.size() >= options_.max_recipients)  // RFC 5321 4.5.3.1.10
    return refuse(
        Error(ErrorId::kTooManyRecipients, {{"max", std::to_string(options_.max_recipients)}}),
        command->recipient);
  auto route = services_.policy.judge_recipient(client(), command->recipient, mail_->announced);
  if (!route) return refuse(route.error(), command->recipient);
  mail_->trace.recipients.push_back(command->recipient);
  mail_->trace.add(story::What::kRecipient, command->recipient);
  e.recipients.push_back({.address = std::move(command->recipient),
                          .route = std::move(*route),
                          .notify = std::move(command->notify),
                          .orcpt = std::move(command->orcpt)});
  reply("250 2.1.5 Ok");
}

}  // namespace hato::smtp
