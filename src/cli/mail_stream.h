// SPDX-License-Identifier: Apache-2.0
// How messages go between hato import or export, which have the files, and the store, which may
// be another user's: a head of fixed size and the bytes, one message after the other.
#pragma once
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "message/maildir.h"
#include "store/mail.h"

namespace hato::cli {

inline constexpr std::uint64_t kLargestMessage = 256 << 20;
inline constexpr std::size_t kItemHead = 24;

struct ItemHead {
  std::uint64_t size = 0;
  Millis received = 0;
  std::uint32_t flags = 0;  // of store::Flag
  std::uint32_t uid = 0;    // of an export
};
std::string encode(const ItemHead& head);
Result<ItemHead> decode_item(std::string_view head);  // input-invalid

std::uint32_t to_store(const message::MaildirFlags& flags);
message::MaildirFlags to_maildir(std::uint32_t flags);

}  // namespace hato::cli
