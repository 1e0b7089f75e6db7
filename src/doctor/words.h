// SPDX-License-Identifier: Apache-2.0
// What the doctor says in its own words around the catalogue's texts, in English and Japanese.
#pragma once
#include <string>
#include <string_view>

#include "catalogue/errors.h"
#include "doctor/doctor.h"

namespace hato::doctor {

using catalogue::Lang;

struct Words {
  std::string_view en, ja;
  std::string_view in(Lang lang) const { return lang == Lang::kJa ? ja : en; }
};

// "the recipient's address or mailbox" for "recipient".
std::string_view side_text(std::string_view side, Lang lang);
// Who says it, to what command, with what reply: one sentence; of a text without a fault that too.
std::string happened(const Diagnosis& diagnosis, Lang lang);
// What would tell more, where the doctor is not sure.
std::vector<std::string> find_out(const Diagnosis& diagnosis, Lang lang);

namespace label {
inline constexpr Words kHappened{"What happened", "何が起きたか"};
inline constexpr Words kSide{"Whose side", "どちら側の問題か"};
inline constexpr Words kCauses{"Likely causes", "考えられる原因"};
inline constexpr Words kNotSure{"Not sure", "確かではありません"};
inline constexpr Words kMaybe{"It may be", "次の可能性があります"};
inline constexpr Words kFindOut{"To find out more", "さらに調べるには"};
inline constexpr Words kBecause{"Rests on", "根拠"};
inline constexpr Words kUser{"If it is your mail", "利用者がすること"};
inline constexpr Words kAdmin{"If you run the server", "サーバー管理者がすること"};
inline constexpr Words kAsk{"Ask the other side", "相手側に頼むこと"};
inline constexpr Words kCheck{"Check", "確認するコマンド"};
inline constexpr Words kCodes{"Codes", "コードの意味"};
inline constexpr Words kSeen{"Read from the text", "読み取った内容"};
inline constexpr Words kText{"The text", "元の文"};
inline constexpr Words kSource{"Source", "出典"};
inline constexpr Words kUnknownCode{"Of this family, but not known.",
                                    "この系列の番号ですが、意味は登録されていません。"};
inline constexpr Words kProtocol{"protocol", "プロトコル"};
inline constexpr Words kStage{"stage", "段階"};
inline constexpr Words kSpeaker{"said by", "発言者"};
inline constexpr Words kSoftware{"software", "ソフトウェア"};
inline constexpr Words kHosts{"hosts", "ホスト"};
inline constexpr Words kAddresses{"addresses", "メールアドレス"};
inline constexpr Words kIps{"IP addresses", "IP アドレス"};
inline constexpr Words kPorts{"ports", "ポート"};
inline constexpr Words kWhen{"time", "時刻"};
inline constexpr Words kCut{"The text is long: its beginning and its end were read.",
                            "長い文のため、先頭と末尾だけを読みました。"};
}  // namespace label

}  // namespace hato::doctor
