// SPDX-License-Identifier: Apache-2.0
// STAT, LIST, UIDL, DELE, RSET.
#include "pop3/session.h"

namespace hato::pop3 {
namespace {
constexpr std::size_t kPart = 32 * 1024;
}

std::optional<std::size_t> Session::message_of(std::string_view word) {
  auto number = parse_number(word);
  if (!number || *number == 0 || *number > drop_.size()) {
    refuse(Error(ErrorId::kPop3NoMessage,
                 {{"number", std::string(word)}, {"count", std::to_string(drop_.size())}}));
    return {};
  }
  if (drop_.at(*number).deleted) {
    refuse(Error(ErrorId::kPop3Deleted, {{"number", std::string(word)}}));
    return {};
  }
  return number;
}

// RFC 1939 5: two numbers, and no text behind them that a strict client would stumble over.
void Session::cmd_stat(const Command&) {
  stream_.write("+OK " + std::to_string(drop_.count()) + " " + std::to_string(drop_.octets()) +
                "\r\n");
}

void Session::say_one(std::size_t number, bool ids) {
  const auto& m = drop_.at(number);
  stream_.write("+OK " + std::to_string(number) + " " +
                (ids ? unique_id(drop_.uid_validity(), m.uid) : std::to_string(m.size)) + "\r\n");
}

net::Task<void> Session::list(const Command& c, bool ids) {
  if (c.count == 1) {
    auto number = message_of(c.words[0]);
    if (number) say_one(*number, ids);
    co_return;
  }
  ok_count();
  std::string part;
  for (std::size_t number = 1; number <= drop_.size(); ++number) {
    const auto& m = drop_.at(number);
    if (m.deleted) continue;
    if (ids)
      add_unique_id(part, number, drop_.uid_validity(), m.uid);
    else
      add_listing(part, number, m.size);
    if (part.size() < kPart) continue;
    stream_.write(part);
    part.clear();
    if (high()) co_await flush();
    if (ended_) co_return;
  }
  part += ".\r\n";
  stream_.write(part);
}

net::Task<void> Session::cmd_list(const Command& c) { return list(c, false); }

// RFC 1939 7
net::Task<void> Session::cmd_uidl(const Command& c) { return list(c, true); }

void Session::cmd_dele(const Command& c) {
  auto number = message_of(c.words[0]);
  if (!number) return;
  drop_.remove(*number);
  ok({"Deleted at QUIT", "QUIT で削除します"});
}

void Session::cmd_rset(const Command&) {
  drop_.restore();
  ok_count();
}

}  // namespace hato::pop3
