// SPDX-License-Identifier: Apache-2.0
// May this client, sender, recipient, message pass? Each answer is yes or the Error that says
// why not. No I/O but point reads of the directory; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "account/directory.h"
#include "base/error.h"
#include "message/header.h"
#include "net/stream.h"
#include "store/mail.h"

namespace hato::policy {

struct Settings {
  std::vector<net::Cidr> relay_from;  // networks that may relay without a login: none
  bool sender_must_belong = true;     // submission: the sender is one of the account's
  bool carrier_addresses = true;      // "a..b.@docomo.ne.jp" as a local part
  std::size_t max_received = 50;      // Received lines: above is a loop
};

// What is known of the client when it is judged.
struct Client {
  net::Ip ip;
  bool submission = false;  // port 587 or 465
  bool lmtp = false;
  const account::Account* login = nullptr;
};

class Policy {
 public:
  Policy(account::Directory& directory, store::MailStore& mail, Settings settings);
  // MAIL: login-required (submission), sender-not-yours. "" is the null reverse-path.
  Result<> judge_sender(const Client& client, std::string_view sender) const;
  // RCPT: where it leads, or recipient-unknown, relay-denied, account-disabled, mailbox-full,
  // message-over-quota (`size` as announced, 0 where it is not), alias-loop.
  Result<account::Route> judge_recipient(const Client& client, std::string_view recipient,
                                         std::uint64_t size) const;
  // The header of the whole message: mail-loop (Received count, Delivered-To of a recipient).
  Result<> judge_message(const Client& client, const std::vector<message::Field>& header,
                         const std::vector<std::string>& recipients) const;
  const Settings& settings() const { return settings_; }

 private:
  bool may_relay(const Client& client) const;

  account::Directory& directory_;
  store::MailStore& mail_;
  Settings settings_;
};

// Is there room for `size` bytes: mailbox-full, which passes when its owner tidies up, or
// message-over-quota where they would not fit even into an empty mailbox.
Result<> judge_room(const account::Account& account, const store::Usage& usage,
                    std::uint64_t size, const std::string& recipient);

}  // namespace hato::policy
