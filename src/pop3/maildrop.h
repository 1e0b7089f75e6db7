// SPDX-License-Identifier: Apache-2.0
// A session's view of INBOX: the messages that were there at login, by number, and what the
// session did to them. 24 bytes a message; the rest is read when it is asked for. Belongs to the
// session's thread, but load() and the read functions block and run on a worker.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/mail.h"

namespace hato::pop3 {

class Maildrop {
 public:
  struct Message {
    std::uint64_t size;  // octets, as RETR sends them before dots are doubled
    Millis date;         // when it was received
    store::Uid uid;
    bool seen : 1, fetched : 1, deleted : 1;  // seen: retrieved by an earlier session too
  };

  // Blocking. Damaged entries are left out and told to `damaged`. An account that never had an
  // INBOX has an empty maildrop.
  static Result<Maildrop> load(store::MailStore& mail, store::AccountId account,
                               const std::function<void(store::Uid, const Error&)>& damaged);

  std::size_t size() const { return messages_.size(); }
  Message& at(std::size_t number) { return messages_[number - 1]; }  // from 1
  const Message& at(std::size_t number) const { return messages_[number - 1]; }
  // Without what is deleted.
  std::size_t count() const { return count_; }
  std::uint64_t octets() const { return octets_; }
  std::uint32_t uid_validity() const { return uid_validity_; }

  void remove(std::size_t number);
  void restore();  // RSET

  // Blocking: whole messages, or a piece of one. message-gone where another session removed it.
  Result<std::string> read(store::MailStore& mail, std::size_t number) const;
  Result<store::Entry> entry(store::MailStore& mail, std::size_t number) const;

  template <class Wanted>
  std::vector<store::Uid> uids(Wanted wanted) const {
    std::vector<store::Uid> out;
    for (const auto& m : messages_)
      if (wanted(m)) out.push_back(m.uid);
    return out;
  }

 private:
  store::AccountId account_ = 0;
  std::uint32_t uid_validity_ = 0;
  std::vector<Message> messages_;
  std::size_t count_ = 0;
  std::uint64_t octets_ = 0;
};

// "1-3,7" of ascending UIDs, cut short after `max` characters.
std::string uid_ranges(const std::vector<store::Uid>& uids, std::size_t max = 400);

}  // namespace hato::pop3
