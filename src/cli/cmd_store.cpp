// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/services.h"
#include "cli/verify.h"

namespace hato::cli {
namespace {
namespace fs = std::filesystem;

void tell_end(Call& call, const Walked& w) {
  auto counts = std::vector<std::string>{std::to_string(w.partitions), std::to_string(w.rows),
                                         std::to_string(w.bodies), format_size(w.body_bytes)};
  auto text = w.damages
                  ? call.text({"\n{} damages. Walked: {} partitions, {} rows, {} bodies ({}).\n",
                               "\n損傷 {} 件。調べたもの: 区画 {}、行 {}、本文 {} ({})。\n"})
                  : call.text({"All is whole: {} partitions, {} rows, {} bodies ({}).\n",
                               "異常はありません: 区画 {}、行 {}、本文 {} ({})。\n"});
  if (w.damages) counts.insert(counts.begin(), std::to_string(w.damages));
  call.out.write(fill(text, counts));
}

Result<> verify(Call& call) {
  if (call.look.json) call.out.write("{\"damages\": ");
  Result<Walked> walked;
  {
    Table table(call, {{"kind", {"what", "種類"}},
                       {"account", {"account", "アカウント"}},
                       {"mailbox", {"mailbox", "メールボックス"}},
                       {"uid", {"UID", "UID"}, Align::kRight},
                       {"where", {"where", "場所"}},
                       {"error", {"error", "内容"}}});
    Progress progress(call, {"verify", "検査"}, call.services->store->status().disk_bytes);
    VerifyHooks hooks{
        .damage =
            [&](const Damage& d) {
              table.row({d.kind, d.account, d.mailbox, d.uid ? Cell(d.uid) : Cell(), d.what,
                         catalogue::log_text(d.error)});
            },
        .progress = [&](std::uint64_t bytes, std::string_view where) { progress.at(bytes, where); },
        .cancelled = call.cancelled};
    walked = verify_store(*call.services, hooks);
  }
  if (!walked) return std::unexpected(walked.error());
  if (call.look.json)
    call.out.write(", \"partitions\": " + std::to_string(walked->partitions) +
                   ", \"rows\": " + std::to_string(walked->rows) +
                   ", \"bodies\": " + std::to_string(walked->bodies) +
                   ", \"body_bytes\": " + std::to_string(walked->body_bytes) + "}\n");
  else
    tell_end(call, *walked);
  if (walked->damages) call.exit_code = catalogue::row(ErrorId::kStoreCorrupt).exit;
  return {};
}

// For backup: a consistent copy beside the store, of hard links, so it costs neither time nor
// space. The one who asked takes it away.
Result<> checkpoint(Call& call) {
  auto folder = call.services->config.data_folder() + "/checkpoint";
  std::error_code failed;
  fs::remove_all(folder, failed);
  if (!call.args.has("--remove")) HATO_CHECK(call.services->store->checkpoint(folder));
  if (failed)
    return fail(ErrorId::kFileUnwritable, {{"file", folder}, {"reason", failed.message()}});
  show(call, {{"folder", {"folder", "フォルダー"}, folder}});
  return {};
}

}  // namespace

std::vector<Command> store_commands() {
  constexpr auto kStore = Command::kStore;
  return {
      {"store verify",
       "",
       {"read everything and name what is damaged", "すべてを読み、損傷を調べる"},
       {},
       {{"hato store verify",
         {"exit code 74 where something is damaged", "損傷があれば終了コード 74"}}},
       kStore,
       verify},
      {"store checkpoint",
       "",
       {"make a consistent copy of the store in DATA/checkpoint",
        "保存領域の一貫した写しを DATA/checkpoint に作る"},
       {{"--remove", "", {"remove it instead", "写しを消す"}}},
       {},
       kStore,
       checkpoint},
  };
}

}  // namespace hato::cli
