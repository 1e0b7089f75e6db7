// SPDX-License-Identifier: Apache-2.0
// What of a message is signed, in its canonical form (RFC 6376 3.4). Pure; any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "message/header.h"

namespace hato::sender {

enum class Canon { kSimple, kRelaxed };

// A header field, its CRLF included.
std::string canonical(const message::Field& field, std::string_view message, Canon canon);
// The same of a signature's own field: its b= value taken out, no CRLF (RFC 6376 3.7).
std::string canonical_signature(const message::Field& field, std::string_view message, Canon canon);
// SHA-256 of the body; of its first `length` canonical bytes where given. `whole` tells their
// number in all.
std::string body_hash(std::string_view body, Canon canon, std::optional<std::uint64_t> length = {},
                      std::uint64_t* whole = nullptr);

}  // namespace hato::sender
