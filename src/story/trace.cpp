// SPDX-License-Identifier: Apache-2.0
// Events as they happen, and how they are told to people.
#include <array>

#include "catalogue/errors.h"
#include "story/story.h"

namespace hato::story {
namespace {

struct Telling {
  std::string_view name, en, ja;
};
// In the order of What, from kConnect.
constexpr std::array<Telling, 17> kTellings = {{
    {"connect", "connected", "接続"},
    {"tls", "encrypted", "暗号化"},
    {"login", "logged in", "ログイン"},
    {"login-failed", "login failed", "ログイン失敗"},
    {"sender", "sender", "差出人"},
    {"recipient", "recipient accepted", "宛先を受理"},
    {"refused", "refused", "拒否"},
    {"accepted", "accepted", "受信"},
    {"stored", "stored", "保存"},
    {"queued", "queued, not delivered yet", "送信待ち (まだ配送していません)"},
    {"fetched", "fetched", "取り出し"},
    {"deleted", "deleted", "削除"},
    {"closed", "closed", "切断"},
    {"note", "note", "メモ"},
    {"attempt", "delivery attempt", "配送の試み"},
    {"delivered", "delivered", "配送済み"},
    {"bounced", "returned to sender", "差出人へ返送"},
}};
constexpr Telling kUnknown = {"unknown", "event of a newer version", "新しい版の出来事"};

const Telling& telling(What what) {
  auto i = std::size_t(what) - 1;
  return i < kTellings.size() ? kTellings[i] : kUnknown;
}

Error error_of(const Event& event, ErrorId id) {
  Error error(id);
  for (const auto& [key, value] : event.details) error.with(key, value);
  return error;
}

}  // namespace

void Trace::add(What what, std::string text, const Error* error) {
  Event event{.at = now_ms(), .what = what, .text = std::move(text)};
  if (error) {
    event.error = catalogue::row(*error).slug;
    for (const auto& d : error->details()) event.details.emplace_back(d.key, d.value);
  }
  if (events.size() < kMaxEvents)
    events.push_back(std::move(event));
  else
    events.back() = std::move(event);
}

std::string_view what_name(What what) { return telling(what).name; }

std::string describe(const Event& event, bool japanese) {
  const auto& t = telling(event.what);
  std::string out(japanese ? t.ja : t.en);
  if (!event.text.empty()) out += ": " + event.text;
  if (event.error.empty()) return out;
  auto id = catalogue::find_error(event.error);
  if (!id) return out + " (" + event.error + ")";
  const auto& row = catalogue::row(*id);
  auto lang = japanese ? catalogue::Lang::kJa : catalogue::Lang::kEn;
  return out + " (" + catalogue::fill(row.what(lang), error_of(event, *id)) + ")";
}

}  // namespace hato::story
