// SPDX-License-Identifier: Apache-2.0
// Domain names: host name syntax (RFC 1123 2.1) and IDNA 2008 (RFC 5891).
#include <idn2.h>

#include <memory>

#include "base/text.h"
#include "message/address.h"

namespace hato::message {
namespace {

constexpr std::size_t kMaxName = 253, kMaxLabel = 63;

bool is_label(std::string_view s) {
  if (s.empty() || s.size() > kMaxLabel || s.front() == '-' || s.back() == '-') return false;
  for (char c : s)
    if (!is_alpha(c) && !is_digit(c) && c != '-') return false;
  return true;
}

bool is_host_name(std::string_view s) {
  if (s.empty() || s.size() > kMaxName) return false;
  for (auto label : split(s, '.'))
    if (!is_label(label)) return false;
  return true;
}

struct Free {
  void operator()(char* s) const { idn2_free(s); }
};

std::optional<std::string> convert(std::string_view name, decltype(&idn2_to_ascii_8z) how,
                                   int flags) {
  if (name.size() > 4 * kMaxName || name.find('\0') != name.npos) return {};
  char* out = nullptr;
  int status = how(std::string(name).c_str(), &out, flags);
  std::unique_ptr<char, Free> owned(out);
  if (status != IDN2_OK || !out) return {};
  return std::string(out);
}

}  // namespace

std::optional<std::string> ascii_domain(std::string_view domain) {
  std::string name(domain);
  if (!is_ascii(domain)) {
    auto ascii = convert(domain, idn2_to_ascii_8z, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (!ascii) return {};
    name = std::move(*ascii);
  }
  if (!is_host_name(name)) return {};
  return to_lower(name);
}

std::string unicode_domain(std::string_view ascii) {
  auto name = to_lower(ascii);
  if (name.find("xn--") == name.npos) return name;
  auto unicode = convert(name, idn2_to_unicode_8z8z, 0);
  // Only what leads back to the same name is shown.
  return unicode && ascii_domain(*unicode) == name ? *unicode : name;
}

}  // namespace hato::message
