// SPDX-License-Identifier: Apache-2.0
#include "cli/input.h"

#include <algorithm>

#include "base/text.h"
#include "cli/services.h"

namespace hato::cli {
namespace {

constexpr std::size_t kMaxPassword = 1024;

std::unexpected<Error> invalid(const Call& call, std::string_view value, const Text& expected) {
  return fail(ErrorId::kInputInvalid,
              {{"value", std::string(value)}, {"expected", std::string(call.text(expected))}});
}

}  // namespace

Result<std::string> read_password(Call& call) {
  std::string line;
  if (call.args.has("--password-stdin")) {
    char part[kMaxPassword + 2];
    while (line.size() < sizeof part && !line.contains('\n')) {
      auto n = call.in.read(part, sizeof part - line.size());
      if (n == 0) break;
      line.append(part, n);
    }
    line.resize(std::min(line.find('\n'), line.size()));
    if (line.ends_with('\r')) line.pop_back();
  }
  if (line.empty()) return fail(ErrorId::kPasswordMissing);
  if (line.size() > kMaxPassword)
    return invalid(call, Text{"The password", "パスワード"}.in(call.look.lang),
                   {"at most 1024 bytes long", "1024 バイト以内"});
  return line;
}

Result<std::uint64_t> size_option(const Call& call, std::string_view option, std::uint64_t absent) {
  if (!call.args.has(option)) return absent;
  auto value = call.args.value(option);
  if (auto size = parse_size(value)) return *size;
  return invalid(call, value, {"a size such as 500M or 2G", "500M や 2G のような大きさ"});
}

Result<std::uint64_t> number_option(const Call& call, std::string_view option,
                                    std::uint64_t absent) {
  if (!call.args.has(option)) return absent;
  auto value = call.args.value(option);
  if (auto number = parse_u64(value)) return *number;
  return invalid(call, value, {"a whole number", "整数"});
}

Result<Millis> time_option(const Call& call, std::string_view option) {
  if (!call.args.has(option)) return 0;
  auto value = call.args.value(option);
  if (auto ago = parse_duration(value)) return now_ms() - *ago;
  if (auto at = parse_iso8601(value)) return *at;
  return invalid(call, value,
                 {"a time such as 2h, 3d or 2026-11-24", "2h、3d、2026-11-24 のような時間"});
}

Result<account::Account> find_account(const Call& call, std::string_view address) {
  HATO_TRY(found, call.services->directory.account(address));
  if (!found) return fail(ErrorId::kAccountUnknown, {{"address", std::string(address)}});
  return std::move(*found);
}

}  // namespace hato::cli
