// SPDX-License-Identifier: Apache-2.0
#include "account/prep.h"

#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include <algorithm>

#include "base/text.h"

namespace hato::account {
namespace {

constexpr std::size_t kMaxLength = 4096;

const UStringPrepProfile* profile() {
  static const UStringPrepProfile* const kProfile = [] {
    UErrorCode error = U_ZERO_ERROR;
    return usprep_openByType(USPREP_RFC4013_SASLPREP, &error);
  }();
  return kProfile;
}

bool is_plain(char c) { return c >= 0x20 && c < 0x7f; }

}  // namespace

std::optional<std::string> saslprep(std::string_view utf8) {
  if (utf8.size() > kMaxLength) return {};
  if (std::all_of(utf8.begin(), utf8.end(), is_plain)) return std::string(utf8);
  if (!is_utf8(utf8) || !profile()) return {};
  std::u16string in(utf8.size(), u'\0');
  std::int32_t n = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strFromUTF8(in.data(), std::int32_t(in.size()), &n, utf8.data(), std::int32_t(utf8.size()),
                &error);
  // NFKC makes 18 characters of one at most.
  std::u16string out(std::size_t(n) * 18 + 1, u'\0');
  n = usprep_prepare(profile(), in.data(), n, out.data(), std::int32_t(out.size()),
                     USPREP_ALLOW_UNASSIGNED, nullptr, &error);
  if (U_FAILURE(error)) return {};
  std::string result(std::size_t(n) * 3 + 1, '\0');
  std::int32_t length = 0;
  u_strToUTF8(result.data(), std::int32_t(result.size()), &length, out.data(), n, &error);
  if (U_FAILURE(error)) return {};
  result.resize(std::size_t(length));
  return result;
}

}  // namespace hato::account
