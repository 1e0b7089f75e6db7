// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/services.h"

namespace hato::cli {
namespace {

Result<> run(Call& call) {
  auto& s = *call.services;
  HATO_TRY(domains, s.directory.domains());
  HATO_TRY(accounts, s.store->partitions(store::PartId::kAccount));
  std::uint64_t waiting = 0;
  HATO_CHECK(s.queue.each([&](const auto&) { return ++waiting, !call.cancelled(); }));
  auto engine = s.store->status();
  std::vector<std::string> listeners;
  for (const auto& [name, where] : s.running.listeners)
    listeners.push_back(name + ' ' + where.text());
  const auto* runtime = s.running.runtime;
  show(call, {{"running", {"running", "稼働中"}, runtime != nullptr},
              {"version", {"version", "バージョン"}, std::string(HATO_VERSION)},
              {"since", {"since", "起動日時"}, Time{s.running.since}},
              {"hostname", {"host name", "ホスト名"}, s.config.hostname},
              {"listeners", {"listens on", "待ち受け"}, listeners},
              {"connections",
               {"connections", "接続数"},
               runtime ? Cell(std::uint64_t(runtime->connections())) : Cell()},
              {"domains", {"domains", "ドメイン"}, std::uint64_t(domains.size())},
              {"accounts", {"accounts", "アカウント"}, std::uint64_t(accounts.size())},
              {"queued", {"waits to go out", "送信待ち"}, waiting},
              {"data", {"data folder", "データフォルダー"}, s.config.data_folder()},
              {"disk_bytes", {"store on disk", "保存領域"}, Size{engine.disk_bytes}},
              {"garbage_bytes", {"of that garbage", "うち不要分"}, Size{engine.garbage_bytes}},
              {"free_bytes", {"free on disk", "ディスクの空き"}, Size{engine.free_bytes}},
              {"commits", {"commits", "コミット数"}, engine.commits},
              {"syncs", {"disk syncs", "ディスク同期"}, engine.syncs},
              {"story_dropped", {"story lost", "記録の取りこぼし"}, s.story.dropped()},
              {"poisoned", {"store stopped by a fault", "障害で停止"}, engine.poisoned}});
  return {};
}

}  // namespace

std::vector<Command> status_commands() {
  return {{"status",
           "",
           {"how the server is", "サーバーの状態"},
           {},
           {{"hato status --json", {}}},
           Command::kStore,
           run}};
}

}  // namespace hato::cli
