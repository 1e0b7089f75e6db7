// SPDX-License-Identifier: Apache-2.0
// An accepted envelope's way: into local mailboxes and the outbound queue, durably, before the
// client is told so.
//
// A body is stored once a transaction, whoever receives it; each recipient's entry links it and
// carries its own trace lines (Return-Path, Delivered-To) as the entry's prefix.
// An Acceptor and a Queue serve all threads. What fails is told recipient by recipient as a Fate;
// a crash before the answer leaves the message whole or not at all in each mailbox.
//
//   Queue queue(store);
//   Acceptor acceptor(mail, queue);
//   auto fates = co_await acceptor.accept(envelope, std::move(message), together);
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/directory.h"
#include "base/error.h"
#include "base/id.h"
#include "base/time.h"
#include "net/stream.h"
#include "store/mail.h"
#include "store/store.h"
#include "story/story.h"

namespace hato::delivery {

struct Recipient {
  std::string address;        // as given in RCPT, without < >
  account::Route route;       // of policy's judgement
  std::string notify, orcpt;  // RFC 3461, "" where not given
};

struct Envelope {
  RefId ref = 0;       // of the transaction: the queue id and the story's id
  std::string sender;  // "" is the null reverse-path
  std::vector<Recipient> recipients;
  std::string ret, envid;  // RFC 3461
  bool smtputf8 = false, eight_bit = false, binary = false, require_tls = false;
  std::string peer, helo, login;
  Millis received = 0;
};

// What became of one recipient; in the order of the envelope.
struct Fate {
  enum Kind { kStored, kQueued, kRefused } kind = kRefused;
  std::optional<Error> error;  // mailbox-full, store-full, ... with kRefused
  // For the story: kStored "INBOX of taro@hato.test, UID 7", kQueued.
  std::vector<std::pair<story::What, std::string>> notes;
};

// An entry of the outbound queue, as stored in the queue partitions (spaces: 'q' items).
struct QueueItem {
  RefId id = 0;
  Envelope envelope;  // remote recipients only
  store::BlobId blob;
  std::uint64_t size = 0;
  Millis queued = 0, due = 0;
  std::uint32_t attempts = 0;
  std::string last;  // what the last attempt said, "" before the first
};

class Queue {
 public:
  explicit Queue(store::Store& store);
  ~Queue();
  // Spread over 64 partitions by id; `blob` was put before.
  void add(QueueItem item, store::Done<> done);
  // Calls `item` in no particular order until it returns false. Bounded memory.
  Result<> each(const std::function<bool(const QueueItem&)>& item);
  Result<std::optional<QueueItem>> find(RefId id);
  // Takes the item out, its body too where nobody else links it; no error where it is gone.
  void remove(RefId id, store::Done<> done);
  Result<> remove(RefId id);  // waits; not on a session's thread

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Acceptor {
 public:
  Acceptor(store::MailStore& mail, Queue& queue);
  ~Acceptor();
  // `message`: trace header of this hop (Received, Authentication-Results) and the raw message,
  // byte for byte. Resumes when all that could be stored is durable. `together`: SMTP gives one
  // answer, so nothing is stored where one local recipient fails (full disk, quota) unless it is
  // accepted for all; LMTP answers for each (RFC 2033).
  net::Task<std::vector<Fate>> accept(const Envelope& envelope, std::string message, bool together);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hato::delivery
