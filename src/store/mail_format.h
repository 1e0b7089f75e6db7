// SPDX-License-Identifier: Apache-2.0
// The bytes of an account's partition: keys, rows and change records (docs/formats/store.md).
// Pure functions; decoding answers store-corrupt for whatever it cannot read whole.
#pragma once
#include <string>
#include <string_view>

#include "store/mail.h"

namespace hato::store {

inline constexpr Space kMailboxSpace = 'm', kEntrySpace = 'e', kSummarySpace = 's',
                       kOnceSpace = 'o';
inline constexpr Millis kOnceKept = 7 * 86'400'000LL;

// The head's header of an account.
struct AccountHeader {
  std::uint64_t next_email = 1;
  MailboxId next_mailbox = 1;
  Usage usage;
  std::vector<std::string> keywords;  // an entry's keyword id is the place here
};
std::string encode(const AccountHeader& header);
Result<AccountHeader> decode_header(std::string_view bytes);

std::string mailbox_key(MailboxId id);
std::string encode(const MailboxInfo& info);
Result<MailboxInfo> decode_mailbox(std::string_view key, std::string_view value);

std::string entry_key(MailboxId mailbox, Uid uid);  // and the ref of the body's link
std::string encode(const Entry& entry);
Result<Entry> decode_entry(std::string_view key, std::string_view value);
struct EntryKey {
  MailboxId mailbox = 0;
  Uid uid = 0;
};
EntryKey parse_entry_key(std::string_view key);  // zeroes where it is none

std::string email_key(std::uint64_t email);

// A once row: when it was written, and what came of that append.
struct Once {
  Millis at = 0;
  Appended appended{};
};
std::string encode(const Once& once);
Result<Once> decode_once(std::string_view value);

// A change is a row of these records, one for each message or mailbox that the commit changed.
enum class ChangeKind : std::uint8_t { kAdded = 1, kFlags = 2, kVanished = 3, kMailbox = 4 };
void add_change(std::string& change, ChangeKind kind, MailboxId mailbox, Uid uid = 0,
                std::uint64_t email = 0);

}  // namespace hato::store
