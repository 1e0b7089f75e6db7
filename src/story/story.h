// SPDX-License-Identifier: Apache-2.0
// What happened to each message and each session, told as one causal account.
//
// A Trace gathers the events of one session or one mail transaction on its connection's thread
// and is handed over once, when it ends; a writer thread stores them in batches (they are lost
// with a crash of the last 200 ms, mail is not). Bounded: 64 events a trace, `keep_days` and
// `max_bytes` of store; the oldest go first. A full disk or a failing store loses story, never
// mail, and never makes a session wait.
// Never given: passwords, message bodies. Layout: docs/formats/story.md.
//
//   Trace trace{.id = new_ref(), .protocol = "smtp", .peer = stream.peer().ip.text()};
//   trace.add(What::kConnect, trace.peer);
//   story.record(std::move(trace));
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/time.h"
#include "store/store.h"

namespace hato::story {

enum class What : std::uint8_t {
  kConnect = 1,
  kTls,
  kLogin,
  kLoginFailed,
  kSender,
  kRecipient,
  kRefused,
  kAccepted,
  kStored,
  kQueued,
  kFetched,
  kDeleted,
  kClosed,
  kNote,
  kAttempt,
  kDelivered,
  kBounced,
};

inline constexpr std::size_t kMaxEvents = 64;  // of a trace: the first 63 and the last

struct Event {
  Millis at = 0;
  What what = What::kNote;
  std::string text;   // the fact: an address, a cipher, a reply
  std::string error;  // slug of the catalogue row where it is a refusal or failure
  std::vector<std::pair<std::string, std::string>> details;  // of that error
};

struct Trace {
  RefId id = 0;
  RefId session = 0;     // of a transaction: its session; 0 for the session itself
  std::string protocol;  // "smtp", "submission", "lmtp", "pop3"
  std::string peer;      // address
  std::string helo, login;
  std::string sender;  // envelope
  std::vector<std::string> recipients;
  std::string message_id;  // of the header, without < >
  std::string subject;
  std::uint64_t size = 0;
  std::vector<Event> events;

  void add(What what, std::string text = {}, const Error* error = nullptr);
};

struct Options {
  int keep_days = 30;
  std::uint64_t max_bytes = 2ull << 30;
};

class Story {
 public:
  explicit Story(store::Store& store, Options options = {});
  ~Story();                  // stores what is waiting
  void record(Trace trace);  // any thread; never blocks; drops (and counts) when far behind
  void flush();              // waits until all recorded so far is stored or lost

  struct Query {
    std::string term;             // reference id, message id, address, domain, login, IP; "" = all
    Millis since = 0, until = 0;  // 0: without limit
    std::size_t limit = 100;
  };
  // Newest first, with all that was recorded before the call. With a reference id: that trace,
  // its session and the session's transactions. Waits for the store.
  Result<std::vector<Trace>> find(const Query& query);
  // Removes what is too old or too much; the writer does so by itself as it goes.
  Result<> expire(Millis now);
  std::uint64_t dropped() const;  // traces lost since the start

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string_view what_name(What what);  // "connect", ... for JSON
std::string describe(const Event& event, bool japanese);

}  // namespace hato::story
