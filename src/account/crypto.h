// SPDX-License-Identifier: Apache-2.0
// The few keyed hashes of SASL, over OpenSSL. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace hato::account {

enum class Hash { kMd5, kSha1, kSha256 };

std::string digest(Hash hash, std::string_view bytes);
std::string hmac(Hash hash, std::string_view key, std::string_view bytes);
std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt,
                   unsigned iterations);
bool equal_in_time(std::string_view a, std::string_view b);  // as long for unequal as for equal

}  // namespace hato::account
