// SPDX-License-Identifier: Apache-2.0
// What a configuration allows that its owner may not want.
#include "cli/config.h"

#include <algorithm>
#include "cli/report.h"

namespace hato::cli {
namespace {

bool is_public(const net::Cidr& c) {
  static const auto kPrivate = [] {
    std::vector<net::Cidr> out;
    for (auto text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8",
                      "169.254.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10"})
      out.push_back(*net::Cidr::parse(text));
    return out;
  }();
  return std::ranges::none_of(
      kPrivate, [&](const net::Cidr& p) { return c.bits >= p.bits && p.contains(c.base); });
}

// More public addresses than one site has: of IPv4 more than a /24, of IPv6 more than a /48.
bool is_wide(const net::Cidr& c) {
  if (!is_public(c)) return false;
  return c.base.is_v4() && c.bits >= 96 ? c.bits < 96 + 24 : c.bits < 48;
}

bool reaches_outside(const ListenAddress& a) {
  if (a.address.contains('/')) return false;
  auto ip = net::Ip::parse(a.address);
  return !ip || !ip->is_loopback();
}

}  // namespace

std::vector<Warning> config_warnings(const Config& config) {
  std::vector<Warning> out;
  auto networks = [&](std::string_view key, const CidrList& list, const Text& text) {
    for (const auto& c : list)
      if (is_wide(c)) out.push_back({key, text, cidr_text(c)});
  };
  networks("policy.relay_from", config.policy.relay_from,
           {"{} is an open relay: strangers can send spam through this server.",
            "{} はオープンリレーです。他人がこのサーバーから迷惑メールを送れます。"});
  networks("smtp.xclient_from", config.smtp.xclient_from,
           {"{} lets strangers pretend to be any client, one of policy.relay_from too.",
            "{} により、他人が任意の接続元 (policy.relay_from を含む) になりすませます。"});
  networks("listen.proxy_from", config.proxy_from,
           {"{} lets strangers pretend to be any client, one of policy.relay_from too.",
            "{} により、他人が任意の接続元 (policy.relay_from を含む) になりすませます。"});
  for (const auto& a : config.lmtp_listen)
    if (reaches_outside(a))
      out.push_back({"listen.lmtp",
                     {"{} takes mail without the checks of SMTP from whoever reaches it.",
                      "{} に届くだれからでも、SMTP の検査なしに受け付けます。"},
                     a.text()});
  if (config.plaintext_login)
    for (const auto* list : {&config.smtp_listen, &config.submission_listen, &config.pop3_listen})
      for (const auto& a : *list)
        if (reaches_outside(a)) {
          out.push_back({"tls.plaintext_login",
                         {"Passwords may cross the network unencrypted ({}).",
                          "パスワードが暗号化されずに流れることがあります ({})。"},
                         a.text()});
          return out;
        }
  return out;
}

}  // namespace hato::cli
