// SPDX-License-Identifier: Apache-2.0
// DKIM signatures: making and checking them (RFC 6376, RFC 8301, RFC 8463). Pure: the DNS record
// is asked for by the caller. Any thread.
//
//   message.insert(0, sign(message, {rsa, ed25519}, now_ms()));
//   for (auto& s : find_signatures(message)) verify(s, message, txt_of(s.key_name()), now_ms());
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "message/header.h"
#include "sender/canon.h"
#include "sender/key.h"

namespace hato::sender {

// One DKIM-Signature field for each key, relaxed/relaxed, to be put before the message. "" where
// the message has no From. A field that must not be added later is named once more than it is
// there (RFC 6376 5.4.2).
std::string sign(std::string_view message, const std::vector<SigningKey>& keys, Millis now);

struct Verdict {
  // RFC 8601 2.7.1
  enum Kind { kPass, kFail, kPolicy, kNeutral, kTempError, kPermError } kind = kPermError;
  std::string reason;  // "body has changed", for people; "" with kPass
};
std::string_view verdict_name(Verdict::Kind kind);  // "pass", "temperror", ...

struct Signature {
  std::string domain, selector, identity;  // d=, s=, i=
  std::string algorithm;
  Canon header = Canon::kSimple, body = Canon::kSimple;
  std::vector<std::string> signed_fields;  // h=, lower case
  std::string hash, bytes;                 // bh=, b= decoded
  std::optional<std::uint64_t> length;     // l=
  Millis signed_at = 0, expires = 0;       // 0: not said
  message::Field field;                    // of the message
  std::optional<Verdict> broken;           // what makes it unusable by itself
  std::string key_name() const { return selector + "._domainkey." + domain; }
};
// All of the message, from the top, at most 10. Views into the message.
std::vector<Signature> find_signatures(std::string_view message);

// `records`: the TXT records of key_name(), empty where there are none.
Verdict verify(const Signature& signature, std::string_view message,
               const std::vector<std::string>& records, Millis now);

// Shared with ARC: the fields named by `names`, from the last of each name up, canonical; a name
// that is there less often than named adds nothing.
std::string signed_header(const std::vector<message::Field>& fields, std::string_view message,
                          const std::vector<std::string>& names, Canon canon);

}  // namespace hato::sender
