// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/report.h"
#include "cli/services.h"

namespace hato::cli {
namespace {

constexpr std::uint64_t kTraces = 20;

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& item : list) out += (out.empty() ? "" : ", ") + item;
  return out;
}

// "2026-11-24 17:15:30  SMTP from 192.0.2.1  9B3K7Q2M1X"
std::string heading(const story::Trace& t, const Call& call) {
  auto at = t.events.empty() ? ref_time_ms(t.id) : t.events[0].at;
  auto out = local_time(at) + "  " + to_upper(t.protocol) + "  " + t.peer + "  " + ref_text(t.id);
  return bold(call.look, printable_utf8(out)) + '\n';
}

void tell(Call& call, const story::Trace& t) {
  auto out = heading(t, call);
  auto line = [&](const Text& title, const std::string& value) {
    if (!value.empty())
      out += "  " + std::string(call.text(title)) + ": " + cell_text(value, call.look.lang) + '\n';
  };
  line({"subject", "件名"}, t.subject);
  line({"message id", "メッセージ ID"}, t.message_id);
  line({"from", "送信者"}, t.sender);
  line({"to", "宛先"}, joined(t.recipients));
  line({"login", "ログイン"}, t.login);
  bool japanese = call.look.lang == Lang::kJa;
  for (const auto& e : t.events)
    out += "  " + local_time(e.at).substr(11) + "  " +
           cell_text(story::describe(e, japanese), call.look.lang) + '\n';
  call.out.write(out + '\n');
}

std::string event_json(const story::Event& e, Lang lang) {
  std::string out = "{\"at\": " + json_string(iso8601(e.at)) +
                    ", \"what\": " + json_string(story::what_name(e.what)) +
                    ", \"text\": " + json_string(e.text);
  if (!e.error.empty()) out += ", \"error\": " + json_string(e.error);
  if (!e.details.empty()) {
    std::string details;
    for (const auto& [key, value] : e.details)
      details += (details.empty() ? "" : ", ") + json_string(key) + ": " + json_string(value);
    out += ", \"details\": {" + details + '}';
  }
  return out + ", \"sentence\": " + json_string(story::describe(e, lang == Lang::kJa)) + '}';
}

std::string trace_json(const story::Trace& t, Lang lang) {
  std::string out = "{\"id\": " + json_string(ref_text(t.id)) +
                    ", \"session\": " + (t.session ? json_string(ref_text(t.session)) : "null");
  const std::pair<std::string_view, const std::string&> texts[] = {
      {"protocol", t.protocol}, {"peer", t.peer},     {"helo", t.helo},
      {"login", t.login},       {"sender", t.sender}, {"message_id", t.message_id},
      {"subject", t.subject}};
  for (const auto& [key, value] : texts) out += ", " + json_string(key) + ": " + json_string(value);
  out += ", \"recipients\": " + cell_json(t.recipients) + ", \"bytes\": " + std::to_string(t.size) +
         ", \"events\": [";
  for (std::size_t i = 0; i < t.events.size(); ++i)
    out += (i ? ", " : "") + event_json(t.events[i], lang);
  return out + "]}";
}

Result<> run(Call& call) {
  story::Story::Query query;
  if (!call.args.words.empty()) query.term = call.word(0);
  HATO_TRY(since, time_option(call, "--since"));
  HATO_TRY(limit, number_option(call, "--limit", kTraces));
  query.since = since;
  query.limit = std::size_t(limit);
  HATO_TRY(traces, call.services->story.find(query));
  if (call.look.json) {
    call.out.write("[");
    for (std::size_t i = 0; i < traces.size(); ++i)
      call.out.write((i ? ",\n  " : "\n  ") + trace_json(traces[i], call.look.lang));
    call.out.write(traces.empty() ? "]\n" : "\n]\n");
    return {};
  }
  // Oldest first: an account is read from its beginning.
  for (auto t = traces.rbegin(); t != traces.rend(); ++t) tell(call, *t);
  if (traces.empty())
    call.out.write(call.text({"Nothing is known of that.\n", "該当する記録はありません。\n"}));
  if (traces.size() == limit)
    call.err.write(
        fill(call.text({"The newest {} are shown; more with --limit.\n",
                        "新しい {} 件を表示しました。さらに見るには --limit を使います。\n"}),
             {std::to_string(limit)}));
  return {};
}

}  // namespace

std::vector<Command> story_commands() {
  return {{"story",
           "[TERM]",
           {"tell what happened to a message or session", "メールやセッションに何が起きたかを見る"},
           {{"--since",
             "TIME",
             {"from then on: 2h, 3d, 2026-11-24", "この時点から (2h、3d、2026-11-24)"}},
            {"--limit", "N", {"at most so many (20)", "最大件数 (20)"}}},
           {{"hato story 9B3K7Q2M1X",
             {"the reference id of a reply or of Received", "応答や Received にある参照 ID"}},
            {"hato story taro@hato.test --since 3d",
             {"an address, domain, login, IP or message id",
              "アドレス、ドメイン、ログイン名、IP、メッセージ ID でも"}}},
           Command::kStore,
           run}};
}

}  // namespace hato::cli
