// SPDX-License-Identifier: Apache-2.0
// Mail addresses: of the envelope (RFC 5321 4.1.2, RFC 6531 3.3) and of header fields (RFC 5322
// 3.4 and what is really sent). Pure functions over bytes; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hato::message {

struct Address {
  std::string local;   // as it means, without quotes: "john doe" of "\"john doe\"@x"
  std::string domain;  // as given, or an address literal with its brackets; "" for <postmaster>
  std::string text() const;    // quoted where it must be
  std::string folded() const;  // for comparing: local and domain lower case, domain as A-labels
  bool operator==(const Address&) const = default;
};

struct AddressRules {
  bool utf8 = false;          // SMTPUTF8
  bool carrier_dots = false;  // "a..b." as local part, as Japanese carriers issued them
};

// A whole envelope address without < >; nothing where the syntax or a length of RFC 5321 4.5.3.1
// (64 local, 255 domain) is broken, or a control character, NUL, CR or LF is in it.
std::optional<Address> parse_address(std::string_view text, AddressRules rules = {});

// Lower case A-labels (IDNA 2008), nothing where it is no host name. "Bücher.example" gives
// "xn--bcher-kva.example"; an ASCII name costs no conversion.
std::optional<std::string> ascii_domain(std::string_view domain);
// For people: U-labels where they are valid.
std::string unicode_domain(std::string_view ascii);

// One entry of an address list of a header field. A group has no address and its members follow
// in `members`.
struct Mailbox {
  std::string name;  // decoded (RFC 2047), UTF-8; "" where there is none
  std::string address;
  bool is_group = false;
  std::vector<Mailbox> members;
  bool operator==(const Mailbox&) const = default;
};
// The value of From, To, Cc ... (unfolded or not). Never fails: what cannot be read is given as
// a name or an address as seen. At most `max` mailboxes.
std::vector<Mailbox> parse_address_list(std::string_view value, std::size_t max = 10'000);
// The same with names as sent: encoded words stay, a comment counts only where there is no name
// (RFC 8621 4.1.2.3). What IMAP shows.
std::vector<Mailbox> parse_address_list_raw(std::string_view value, std::size_t max = 10'000);

// An address of a list taken apart: the local part as it means, the domain "" where there is none.
Address split_address(std::string_view address);

}  // namespace hato::message
