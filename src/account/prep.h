// SPDX-License-Identifier: Apache-2.0
// User names and passwords in one form, so that two keyboards that type the same text log in
// alike: SASLprep (RFC 4013, which SCRAM and PLAIN ask for). Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace hato::account {

// Nothing where it is not UTF-8 or holds what is forbidden (control characters, mixed directions).
// Characters that Unicode 3.2 did not know are taken (RFC 3454 7 allows it to whoever compares),
// or no password could hold a newer one. Printable ASCII is its own result and costs nothing.
std::optional<std::string> saslprep(std::string_view utf8);

}  // namespace hato::account
