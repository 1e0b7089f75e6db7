// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cli/commands.h"

#include <algorithm>
#include "cli/report.h"
#include "cli/services.h"

namespace hato::cli {
namespace {

Result<std::optional<account::Alias>> find_alias(const Call& call, const std::string& address) {
  HATO_TRY(all, call.services->directory.aliases());
  for (auto& alias : all)
    if (alias.address == address) return std::move(alias);
  return std::nullopt;
}

Result<> add(Call& call) {
  account::Alias alias{.address = call.word(0)};
  HATO_TRY(known, find_alias(call, alias.address));
  if (known) alias.targets = known->targets;
  for (std::size_t i = 1; i < call.args.words.size(); ++i)
    if (std::ranges::find(alias.targets, call.word(i)) == alias.targets.end())
      alias.targets.push_back(call.word(i));
  HATO_CHECK(call.services->directory.set_alias(alias));
  done(call,
       fill(call.text({"{} leads to {}.", "{} の宛先は {} です。"}),
            {alias.address, cell_text(alias.targets, call.look.lang)}),
       {{"address", {}, alias.address}, {"targets", {}, alias.targets}});
  return {};
}

Result<> list(Call& call) {
  HATO_TRY(aliases, call.services->directory.aliases());
  Table table(call, {{"address", {"alias", "エイリアス"}}, {"targets", {"leads to", "宛先"}}},
              {"No aliases.", "エイリアスはありません。"});
  for (const auto& a : aliases) table.row({a.address, a.targets});
  return {};
}

Result<> remove(Call& call) {
  const auto& address = call.word(0);
  HATO_TRY(known, find_alias(call, address));
  account::Alias left{.address = address};
  if (known && call.args.words.size() > 1)
    for (auto& target : known->targets)
      if (std::ranges::find(call.args.words, target) == call.args.words.end())
        left.targets.push_back(target);
  if (left.targets.empty())
    HATO_CHECK(call.services->directory.remove_alias(address));
  else
    HATO_CHECK(call.services->directory.set_alias(left));
  done(call,
       left.targets.empty() ? fill(call.text({"{} is removed.", "{} を削除しました。"}), {address})
                            : fill(call.text({"{} leads to {}.", "{} の宛先は {} です。"}),
                                   {address, cell_text(left.targets, call.look.lang)}),
       {{"address", {}, address}, {"targets", {}, left.targets}});
  return {};
}

}  // namespace

std::vector<Command> alias_commands() {
  constexpr auto kStore = Command::kStore;
  return {
      {"alias add",
       "ADDRESS TARGET...",
       {"lead an address to others", "エイリアスを追加する"},
       {},
       {{"hato alias add sales@hato.test taro@hato.test hanako@hato.test", {}},
        {"hato alias add @hato.test taro@hato.test",
         {"catch-all: what nobody else takes", "ほかにだれも受け取らない宛先 (キャッチオール)"}}},
       kStore,
       add},
      {"alias list", "", {"list the aliases", "エイリアスの一覧"}, {}, {}, kStore, list},
      {"alias remove",
       "ADDRESS [TARGET...]",
       {"remove an alias, or some of its targets", "エイリアス、またはその宛先の一部を削除する"},
       {},
       {{"hato alias remove sales@hato.test", {}}},
       kStore,
       remove},
  };
}

}  // namespace hato::cli
