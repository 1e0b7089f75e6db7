// SPDX-License-Identifier: Apache-2.0
// XCLIENT: a filter in front of this server tells whose mail it brings. Only from the addresses
// of smtp.xclient_from; others are told that it is not offered. The session begins anew, with
// the EHLO that the filter passes on.
#include "smtp/session.h"

namespace hato::smtp {

void Session::xclient(std::string_view arguments) {
  if (!may_xclient_) return not_offered({});
  if (mail_) return refuse_again("MAIL");
  auto command = parse_xclient(arguments);
  if (!command) return refuse(command.error(), verb_);
  std::optional<account::Account> login;
  if (command->login) {
    auto found = services_.directory.account(*command->login);
    if (!found) return refuse(found.error(), verb_);
    if (!*found || !is_submission())
      return refuse(Error(ErrorId::kSmtpParameterValue, {{"parameter", "LOGIN"}}), verb_);
    login = std::move(*found);
  }
  forget_hello();
  net::Endpoint peer = stream_.peer();
  if (command->addr) peer.ip = *command->addr;
  if (command->port) peer.port = *command->port;
  stream_.set_peer(peer);
  trace_.peer = peer.ip.text();
  trace_.add(story::What::kNote, "XCLIENT: " + peer.text());
  if (login) set_login(std::move(*login));
  reply("220 " + options_.hostname + " ESMTP Hato");
}

}  // namespace hato::smtp
