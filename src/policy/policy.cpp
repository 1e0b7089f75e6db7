// SPDX-License-Identifier: Apache-2.0
#include "policy/policy.h"

#include <algorithm>

#include "base/text.h"

namespace hato::policy {

Policy::Policy(account::Directory& directory, store::MailStore& mail, Settings settings)
    : directory_(directory), mail_(mail), settings_(std::move(settings)) {}

bool Policy::may_relay(const Client& client) const {
  if (client.login) return true;
  return !client.lmtp && std::any_of(settings_.relay_from.begin(), settings_.relay_from.end(),
                                     [&](const net::Cidr& c) { return c.contains(client.ip); });
}

Result<> Policy::judge_sender(const Client& client, std::string_view sender) const {
  if (client.submission && !may_relay(client)) return fail(ErrorId::kLoginRequired);
  // The null reverse-path is for receipts (RFC 8098 3) and belongs to nobody.
  if (!client.login || !settings_.sender_must_belong || sender.empty()) return {};
  HATO_TRY(belongs, directory_.may_send_as(*client.login, sender));
  if (belongs) return {};
  return fail(ErrorId::kSenderNotYours,
              {{"address", std::string(sender)}, {"login", client.login->address}});
}

Result<account::Route> Policy::judge_recipient(const Client& client, std::string_view recipient,
                                               std::uint64_t size) const {
  std::string address(recipient);
  HATO_TRY(route, directory_.route(recipient));
  if (route.kind == account::Route::kUnknown)
    return fail(ErrorId::kRecipientUnknown, {{"address", address}});
  if (route.kind == account::Route::kRemote && !may_relay(client))
    return fail(ErrorId::kRelayDenied, {{"address", address}});
  auto had = route.local.size();
  std::erase_if(route.local, [](const account::Account& a) { return a.disabled; });
  if (had > 0 && route.local.empty() && route.remote.empty())
    return fail(ErrorId::kAccountDisabled, {{"address", address}});
  for (const auto& account : route.local) {
    if (!account.quota_bytes && !account.quota_messages) continue;
    HATO_TRY(usage, mail_.usage(account.id));
    HATO_CHECK(judge_room(account, usage, std::max<std::uint64_t>(size, 1), address));
  }
  return std::move(route);
}

// RFC 5321 6.3
Result<> Policy::judge_message(const Client& client, const std::vector<message::Field>& header,
                               const std::vector<std::string>& recipients) const {
  std::size_t received = 0;
  auto loop = [&] { return fail(ErrorId::kMailLoop, {{"count", std::to_string(received)}}); };
  for (const auto& field : header) {
    if (iequals(field.name, "Received") && ++received > settings_.max_received) return loop();
    // A user may well send on what was delivered here; a server that does is in a loop.
    if (client.login || !iequals(field.name, "Delivered-To")) continue;
    auto value = message::unfold(field.value);
    for (const auto& r : recipients)
      if (iequals(value, r)) return loop();
  }
  return {};
}

Result<> judge_room(const account::Account& account, const store::Usage& usage,
                    std::uint64_t size, const std::string& recipient) {
  bool fits = !account.quota_bytes || size <= account.quota_bytes;
  if (!fits) return fail(ErrorId::kMessageOverQuota, {{"address", recipient}});
  bool full = (account.quota_bytes && usage.bytes + size > account.quota_bytes) ||
              (account.quota_messages && usage.messages >= account.quota_messages);
  if (full) return fail(ErrorId::kMailboxFull, {{"address", recipient}});
  return {};
}

}  // namespace hato::policy
