// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/dns_records.h"
#include "cli/report.h"
#include "cli/services.h"

namespace hato::cli {
namespace {

void show_records(Call& call, const std::string& domain) {
  Table table(call, {{"name", {"name", "名前"}},
                     {"type", {"type", "種類"}},
                     {"value", {"value", "値"}},
                     {"why", {"what for", "目的"}}});
  for (const auto& r : dns_records(domain, call.services->config))
    table.row({r.name, r.type, r.value, std::string(call.text(r.why))});
}

Result<account::Domain> find_domain(Call& call) {
  HATO_TRY(found, call.services->directory.domain(call.word(0)));
  if (!found) return fail(ErrorId::kDomainUnknown, {{"domain", call.word(0)}});
  return std::move(*found);
}

Result<> add(Call& call) {
  account::Domain domain{.name = call.word(0)};
  domain.subaddress = !call.args.has("--no-subaddress");
  HATO_CHECK(call.services->directory.add_domain(domain));
  HATO_TRY(added, find_domain(call));
  done(call,
       fill(call.text(
                {"{} is added. The DNS records to publish: hato domain show {}",
                 "{} を追加しました。公開する DNS レコードは hato domain show {} で見られます。"}),
            {added.name, added.name}),
       {{"domain", {}, added.name}});
  return {};
}

Result<> list(Call& call) {
  HATO_TRY(domains, call.services->directory.domains());
  Table table(call,
              {{"domain", {"domain", "ドメイン"}},
               {"accounts", {"accounts", "アカウント"}, Align::kRight},
               {"subaddress", {"user+tag", "user+tag"}}},
              {"No domains. Add one: hato domain add DOMAIN",
               "ドメインはありません。hato domain add ドメイン で追加できます。"});
  for (const auto& d : domains) {
    HATO_TRY(accounts, call.services->directory.accounts(d.name));
    table.row({d.name, std::uint64_t(accounts.size()), d.subaddress});
  }
  return {};
}

Result<> remove(Call& call) {
  HATO_TRY(domain, find_domain(call));
  HATO_CHECK(call.services->directory.remove_domain(domain.name));
  done(call, fill(call.text({"{} is removed.", "{} を削除しました。"}), {domain.name}),
       {{"domain", {}, domain.name}});
  return {};
}

Result<> show_domain(Call& call) {
  HATO_TRY(domain, find_domain(call));
  show_records(call, domain.name);
  return {};
}

}  // namespace

std::vector<Command> domain_commands() {
  constexpr auto kStore = Command::kStore;
  return {
      {"domain add",
       "DOMAIN",
       {"take mail for a domain", "ドメインを追加する"},
       {{"--no-subaddress", "", {"user+tag does not reach user", "user+tag を user に届けない"}}},
       {{"hato domain add example.jp", {}}},
       kStore,
       add},
      {"domain list", "", {"list the domains", "ドメインの一覧"}, {}, {}, kStore, list},
      {"domain show",
       "DOMAIN",
       {"show the DNS records to publish", "公開する DNS レコードを見る"},
       {},
       {{"hato domain show example.jp", {}}},
       kStore,
       show_domain},
      {"domain remove",
       "DOMAIN",
       {"take no more mail for a domain", "ドメインを削除する"},
       {},
       {},
       kStore,
       remove},
  };
}

}  // namespace hato::cli
