// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/services.h"

namespace hato::cli {
namespace {

Result<> list(Call& call) {
  Table table(call,
              {{"id", {"id", "ID"}},
               {"queued", {"waits since", "登録日時"}},
               {"bytes", {"size", "サイズ"}, Align::kRight},
               {"sender", {"from", "送信者"}},
               {"recipients", {"to", "宛先"}},
               {"attempts", {"attempts", "試行"}, Align::kRight},
               {"state", {"state", "状態"}}},
              {"Nothing waits.", "待っているメールはありません。"});
  return call.services->queue.each([&](const delivery::QueueItem& item) {
    std::vector<std::string> recipients;
    for (const auto& r : item.envelope.recipients) recipients.push_back(r.address);
    table.row(
        {ref_text(item.id), Time{item.queued}, Size{item.size},
         item.envelope.sender.empty() ? "<>" : item.envelope.sender, recipients,
         std::uint64_t(item.attempts),
         item.last.empty() ? std::string(call.text({"not delivered yet", "未配送"})) : item.last});
    return !call.cancelled();
  });
}

}  // namespace

std::vector<Command> queue_commands() {
  return {{"queue list",
           "",
           {"list the mail that waits to go out", "送信待ちのメールの一覧"},
           {},
           {},
           Command::kStore,
           list}};
}

}  // namespace hato::cli
