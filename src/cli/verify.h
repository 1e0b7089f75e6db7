// SPDX-License-Identifier: Apache-2.0
// Walks everything that a store holds and tells what is damaged, in the words of mail: which
// message of whose mailbox. Reads only; a running server goes on meanwhile.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "cli/services.h"

namespace hato::cli {

struct Damage {
  std::string kind;     // "file", "message", "body", "mailbox", "account", "queue", "story", ...
  std::string account;  // "" where it is nobody's
  std::string mailbox;
  std::uint64_t uid = 0;  // 0 where it is no one message
  std::string what;       // the file, key or body
  Error error;
};

struct Walked {
  std::uint64_t partitions = 0, rows = 0, bodies = 0, body_bytes = 0, damages = 0;
};

struct VerifyHooks {
  std::function<void(const Damage&)> damage;
  std::function<void(std::uint64_t bytes, std::string_view where)> progress;
  std::function<bool()> cancelled;
};

// Error: cancelled, or the store where it cannot be walked at all.
Result<Walked> verify_store(Services& services, const VerifyHooks& hooks);

}  // namespace hato::cli
