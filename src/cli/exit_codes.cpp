// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_codes.h"

namespace hato::cli {
namespace {

constexpr ExitCode kCodes[] = {
    {0, "EX_OK", {"done", "成功"}},
    {1, "", {"hato config check: good, with warnings", "hato config check で警告あり"}},
    {64, "EX_USAGE", {"the command line is wrong", "コマンドの書き方の誤り"}},
    {65, "EX_DATAERR", {"a value or the input is wrong", "値または入力の誤り"}},
    {66, "EX_NOINPUT", {"a file to read is not there", "読むファイルがない"}},
    {67,
     "EX_NOUSER",
     {"no such account, domain or alias", "アカウント、ドメイン、エイリアスがない"}},
    {69, "EX_UNAVAILABLE", {"what was asked for is gone", "求めたものが今はない"}},
    {70, "EX_SOFTWARE", {"a fault of this program", "プログラムの不具合"}},
    {71, "EX_OSERR", {"the system is out of something", "システムの資源不足"}},
    {73, "EX_CANTCREAT", {"already there, or cannot be written", "すでにある、または書き込めない"}},
    {74,
     "EX_IOERR",
     {"stored data is damaged, or output failed", "保存データの損傷、または出力の失敗"}},
    {75,
     "EX_TEMPFAIL",
     {"not now: port or store in use, disk full, cancelled; try again",
      "今はできない (ポートや保存領域が使用中、空き不足、中止)。あとで再実行"}},
    {76, "EX_PROTOCOL", {"the other side broke the protocol", "相手が手順に違反"}},
    {77, "EX_NOPERM", {"no permission", "権限がない"}},
    {78,
     "EX_CONFIG",
     {"configuration, certificate or store do not fit", "設定、証明書、保存領域の問題"}},
};

}  // namespace

std::span<const ExitCode> exit_codes() { return kCodes; }

}  // namespace hato::cli
