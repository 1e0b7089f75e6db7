// SPDX-License-Identifier: Apache-2.0
// The account's mailbox model over a Store partition: mailboxes, messages with UID, flags and
// modseq, the quota counters. IMAP, POP3, JMAP and delivery all come through here.
//
// Changes are queued on the account's combiner: one commit in flight an account, those who wait
// form the next. `done` runs on a store thread when the change is durable.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/store.h"

namespace hato::store {

using AccountId = std::uint64_t;
using MailboxId = std::uint32_t;
using Uid = std::uint32_t;

inline constexpr MailboxId kInbox = 1;

enum Flag : std::uint32_t {  // RFC 9051 2.3.2
  kSeen = 1,
  kAnswered = 2,
  kFlagged = 4,
  kDeleted = 8,
  kDraft = 16,
};

// One message of one mailbox: under 200 bytes stored.
struct Entry {
  Uid uid = 0;
  std::uint64_t email = 0;  // the account's own id of the message, never used again
  BlobId blob;
  std::uint64_t size = 0;  // of prefix and body: what POP3 and IMAP call its size
  Millis internal_date = 0, save_date = 0;
  std::uint32_t flags = 0;              // of enum Flag
  std::vector<std::uint32_t> keywords;  // ids of the account's keyword table
  Seq modseq = 0;
  std::string prefix;  // trace lines before the shared body: "Delivered-To: ...\r\n"
};

struct MailboxInfo {
  MailboxId id = 0;
  std::string name;         // UTF-8, '/' between levels
  std::string special_use;  // "\\Sent" ..., "" for none
  std::uint32_t uid_validity = 0;
  Uid uid_next = 1;
  std::uint32_t messages = 0;
  std::uint64_t bytes = 0;
  Seq modseq = 0;
};

struct Usage {
  std::uint64_t messages = 0, bytes = 0;
};

struct NewMessage {
  MailboxId mailbox = kInbox;
  BlobId blob;  // put before with Store::blob_put
  std::uint64_t blob_size = 0;
  std::string prefix;
  Millis internal_date = 0;
  std::uint32_t flags = 0;
  std::vector<std::string> keywords;
  std::string summary;  // message::Summary encoded: what lists show without the body
  // Delivered at most once for each key in 7 days (a queue item and recipient); "" = no check.
  std::string once_key;
  std::uint64_t quota_bytes = 0, quota_messages = 0;  // 0: without limit; over: mailbox-full
};

struct Appended {
  MailboxId mailbox;
  std::uint32_t uid_validity;
  Uid uid;
  std::uint64_t email;
};

class MailStore {
 public:
  explicit MailStore(Store& store);
  ~MailStore();

  // Creates what a new account starts with: INBOX and the special-use mailboxes, named in the
  // account's language ("en", "ja"). Idempotent.
  void create(AccountId account, std::string_view language, Done<> done);
  void append(AccountId account, NewMessage message, Done<Appended> done);
  // Removes the messages that are still there. Those whose UID is gone are no error.
  void expunge(AccountId account, MailboxId mailbox, std::vector<Uid> uids, Done<Seq> done);
  void set_flags(AccountId account, MailboxId mailbox, std::vector<Uid> uids, std::uint32_t add,
                 std::uint32_t remove, Done<Seq> done);

  Result<std::vector<MailboxInfo>> mailboxes(AccountId account);
  Result<Usage> usage(AccountId account);
  // Messages in UID order. A damaged entry is left out and told to `damaged` (UID 0 where not
  // even that can be read).
  Result<std::vector<Entry>> list(AccountId account, MailboxId mailbox,
                                  const std::function<void(Uid, const Error&)>& damaged = {});
  Result<Entry> entry(AccountId account, MailboxId mailbox, Uid uid);
  Result<std::string> summary(AccountId account, std::uint64_t email);
  // Bytes of a message as clients see it, prefix first; fewer only at its end. Blocking: run on
  // a worker, for large messages in steps of kBlobChunk.
  Result<std::string> read(const Entry& entry, std::uint64_t offset, std::uint64_t length);

  // Forgets what is older than its time: once keys after 7 days, changes over 100,000. For
  // quiet hours; `now` is for tests.
  Result<> tidy(AccountId account, Millis now);
  Result<> drop(AccountId account);
  Store& store();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hato::store
