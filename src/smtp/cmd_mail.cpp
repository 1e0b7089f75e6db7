// SPDX-License-Identifier: Apache-2.0
// MAIL: RFC 5321 4.1.1.2.
#include "smtp/session.h"

namespace hato::smtp {

void Session::mail(std::string_view arguments) {
  if (mail_) return refuse_again("MAIL");
  if (transactions_ >= options_.max_transactions)
    return refuse_and_end(
        Error(ErrorId::kTooManyMessages, {{"max", std::to_string(options_.max_transactions)}}),
        verb_);
  auto command = parse_mail(arguments, services_.policy.settings().carrier_addresses);
  if (!command) return refuse(command.error(), arguments);
  if (command->size > options_.max_message)  // RFC 1870 6.1
    return refuse(Error(ErrorId::kMessageTooLarge, {{"max", std::to_string(options_.max_message)}}),
                  command->sender);
  auto judged = services_.policy.judge_sender(client(), command->sender);
  if (!judged) return refuse(judged.error(), command->sender);

  ++transactions_;
  mail_ = std::make_unique<Transaction>();
  mail_->body = command->body;
  mail_->announced = command->size;
  auto& e = mail_->envelope;
  e.ref = new_ref();
  e.sender = std::move(command->sender);
  e.ret = std::move(command->ret);
  e.envid = std::move(command->envid);
  e.smtputf8 = command->smtputf8;
  e.eight_bit = command->body != Body::k7Bit;
  e.binary = command->body == Body::kBinaryMime;
  e.peer = trace_.peer;
  e.helo = helo_;
  e.login = trace_.login;
  e.received = now_ms();
  auto& t = mail_->trace;
  t.id = e.ref;
  t.session = trace_.id;
  t.protocol = trace_.protocol;
  t.peer = trace_.peer;
  t.helo = helo_;
  t.login = trace_.login;
  t.sender = e.sender;
  t.add(story::What::kSender, "<" + e.sender + ">");
  reply("250 2.1.0 Ok");
}

}  // namespace hato::smtp
