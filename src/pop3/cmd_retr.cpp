// SPDX-License-Identifier: Apache-2.0
// RETR and TOP. Small messages are read whole, some ahead of a client that takes one after the
// other, so that a worker is asked once for many; large ones go through piece by piece.
#include "base/log.h"

#include <algorithm>
#include "net/runtime.h"
#include "pop3/session.h"

namespace hato::pop3 {

namespace {

constexpr std::size_t kMaxAhead = 32;  // messages; together at most store::kBlobChunk bytes

bool is_small(const Maildrop::Message& m) { return m.size <= store::kBlobChunk; }

Error size_differs() {
  return Error(ErrorId::kStoreCorrupt, {{"where", "a message is not as long as its entry says"}});
}

}  // namespace

// As many as were taken in order before: 1, 2, 4, 8 ... the more a client reads in order, the more
// it will. One that picks single messages makes nothing be read in vain.
net::Task<void> Session::read_ahead(std::size_t number) {
  ahead_.clear();
  std::vector<std::size_t> wanted{number};
  auto bytes = drop_.at(number).size;
  auto most = std::min(in_order_ + 1, kMaxAhead);
  for (auto n = number + 1; n <= drop_.size() && wanted.size() < most; ++n) {
    const auto& m = drop_.at(n);
    if (m.deleted) continue;
    bytes += m.size;
    if (bytes > store::kBlobChunk) break;
    wanted.push_back(n);
  }
  std::function<void()> read = [&] {
    for (auto n : wanted) ahead_.emplace(n, drop_.read(services_.mail, n));
  };
  co_await net::run_blocking(read);
}

void Session::send_small(std::size_t number, const Result<std::string>& bytes) {
  auto& m = drop_.at(number);
  if (!bytes) return refuse(bytes.error());
  if (bytes->size() != m.size) return refuse(size_differs());
  ok({"octets", "オクテット"}, std::to_string(m.size));
  Stuffer stuffer;
  stuffer.add(*bytes, [this](std::string_view part) { stream_.write(part); });
  stream_.write(stuffer.end());
  m.fetched = true;
}

// An error after the first piece cannot be told any more: the connection ends in the middle, and
// the client knows that it has not got the message.
net::Task<void> Session::send_pieces(std::size_t number, std::optional<std::uint64_t> lines) {
  const auto size = drop_.at(number).size;
  Result<store::Entry> entry;
  Result<std::string> piece;
  std::uint64_t offset = 0;
  std::function<void()> read = [&] {
    if (offset == 0) entry = drop_.entry(services_.mail, number);
    if (entry)
      piece = services_.mail.read(*entry, offset, store::kBlobChunk);
    else
      piece = std::unexpected(entry.error());
  };
  Stuffer stuffer;
  TopCut cut(lines.value_or(0));
  do {
    co_await net::run_blocking(read);
    if (piece && piece->empty() && size > 0) piece = std::unexpected(size_differs());
    if (!piece && offset == 0) {
      refuse(piece.error());
      co_return;
    }
    if (!piece) {
      log::error("pop3", catalogue::log_text(piece.error()), {{"account", account_->address}});
      lost(piece.error());
      co_return;
    }
    if (offset == 0) {
      if (lines)
        ok({"Top of message follows", "メッセージの先頭"});
      else
        ok({"octets", "オクテット"}, std::to_string(size));
    }
    offset += piece->size();
    auto part = std::string_view(*piece);
    if (lines) part = part.substr(0, cut.take(part));
    stuffer.add(part, [this](std::string_view bytes) { stream_.write(bytes); });
    if (high()) co_await flush();
    if (ended_) co_return;
  } while (offset < size && !cut.done());
  stream_.write(stuffer.end());
  if (!lines) drop_.at(number).fetched = true;
}

// RFC 1939 5
net::Task<void> Session::cmd_retr(const Command& c) {
  auto number = message_of(c.words[0]);
  if (!number) co_return;
  in_order_ = *number == last_retr_ + 1 ? in_order_ + 1 : 0;
  last_retr_ = *number;
  if (!is_small(drop_.at(*number))) {
    std::optional<std::uint64_t> whole;
    co_await send_pieces(*number, whole);
    co_return;
  }
  auto kept = ahead_.find(*number);
  if (kept == ahead_.end()) {
    co_await read_ahead(*number);
    kept = ahead_.find(*number);
  }
  send_small(*number, kept->second);
  ahead_.erase(kept);
}

// RFC 1939 7
net::Task<void> Session::cmd_top(const Command& c) {
  auto number = message_of(c.words[0]);
  if (!number) co_return;
  auto lines = parse_number(c.words[1]);
  if (!lines) {
    refuse(Error(ErrorId::kPop3Arguments, {{"usage", "TOP number lines"}}));
    co_return;
  }
  co_await send_pieces(*number, lines);
}

}  // namespace hato::pop3
