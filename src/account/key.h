// SPDX-License-Identifier: Apache-2.0
// The server's own key: 32 random bytes in a file of mode 0600 beside the store. It seals
// reversible secrets, so that a copy of the store alone (a backup, a stolen disk of a cluster
// node) does not give them away, and derives the salts shown for users that do not exist.
//
// Losing the file loses no mail and no login but APOP and CRAM-MD5, until those secrets are set
// again. Blocking; errors: key-unusable with the file and the reason.
#pragma once
#include <string>

#include "base/error.h"

namespace hato::account {

inline constexpr std::size_t kKeySize = 32;

// Reads the key, or makes it where the file is missing.
Result<std::string> load_key(const std::string& path);

}  // namespace hato::account
