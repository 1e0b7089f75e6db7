// SPDX-License-Identifier: Apache-2.0
// Replies as they go out (RFC 5321 4.2, RFC 2034). Pure; any thread.
#pragma once
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/id.h"

namespace hato::smtp {

// "550 5.1.1 <x@hato.test>: no such mailbox here (ref 0ABCDEFGHJ)\r\n": the row's code and
// sentence with its details, in ASCII unless `utf8` (RFC 6531 3.7.4.2), in one line of at most
// 512 bytes. No reference where `ref` is 0.
std::string error_reply(const Error& error, RefId ref, bool utf8 = false);

}  // namespace hato::smtp
