// SPDX-License-Identifier: Apache-2.0
// Replies of other servers (RFC 5321 4.2.1, enhanced codes RFC 2034). Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace hato::smtp {

struct RemoteReply {
  int code = 0;              // 0: nothing was said
  std::string status;        // "5.1.1", "" where the server gives none
  std::string text;          // without codes; lines joined by LF
  std::string line() const;  // "550 5.1.1 No such user" on one line, as people and reports show it
  bool positive() const { return code >= 200 && code < 300; }
  bool permanent() const { return code >= 500; }
};

struct ReplyParse {
  enum State { kMore, kDone, kBad } state = kMore;
  std::size_t size = 0;  // bytes of the reply when done
  RemoteReply reply;
};
// Looks for one whole reply at the beginning of `input`. kBad: what is there is no reply, or its
// lines are over 4 KB, over 500, or do not agree on the code.
ReplyParse parse_reply(std::string_view input);

}  // namespace hato::smtp
