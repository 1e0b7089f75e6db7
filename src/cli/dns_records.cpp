// SPDX-License-Identifier: Apache-2.0
#include "cli/dns_records.h"

namespace hato::cli {
namespace {

// RFC 6186, RFC 8314 5: how clients find the services of an address.
void add_service(std::vector<DnsRecord>& out, std::string_view service, const std::string& domain,
                 const Config& config, const ListenList& at) {
  for (const auto& a : at) {
    if (!a.port) continue;
    out.push_back(
        {"_" + std::string(service) + "._tcp." + domain,
         "SRV",
         "0 1 " + std::to_string(a.port) + ' ' + config.hostname + '.',
         {"lets mail programs find this server", "メールソフトがこのサーバーを見つける"}});
    return;
  }
}

}  // namespace

std::vector<DnsRecord> dns_records(const std::string& domain, const Config& config) {
  std::vector<DnsRecord> out = {
      {domain,
       "MX",
       "10 " + config.hostname + '.',
       {"brings the domain's mail here", "このドメイン宛てのメールをここへ届ける"}},
      {domain,
       "TXT",
       "\"v=spf1 mx -all\"",
       {"SPF: only this server sends for the domain", "SPF: このサーバーだけが送信する"}},
      {"_dmarc." + domain,
       "TXT",
       "\"v=DMARC1; p=none; rua=mailto:postmaster@" + domain + "\"",
       {"DMARC: what others do with forged mail; p=quarantine once reports are clean",
        "DMARC: なりすましの扱い。報告に問題がなければ p=quarantine へ"}},
  };
  add_service(out, "submissions", domain, config, config.submissions_listen);
  add_service(out, "submission", domain, config, config.submission_listen);
  add_service(out, "pop3s", domain, config, config.pop3s_listen);
  return out;
}

}  // namespace hato::cli
