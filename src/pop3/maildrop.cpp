// SPDX-License-Identifier: Apache-2.0
#include "pop3/maildrop.h"

namespace hato::pop3 {

Result<Maildrop> Maildrop::load(store::MailStore& mail, store::AccountId account,
                                const std::function<void(store::Uid, const Error&)>& damaged) {
  Maildrop drop;
  drop.account_ = account;
  HATO_TRY(mailboxes, mail.mailboxes(account));
  for (const auto& m : mailboxes)
    if (m.id == store::kInbox) drop.uid_validity_ = m.uid_validity;
  HATO_TRY(entries, mail.list(account, store::kInbox, damaged));
  drop.messages_.reserve(entries.size());
  for (const auto& e : entries) {
    bool seen = e.flags & store::kSeen;
    drop.messages_.push_back({e.size, e.internal_date, e.uid, seen, false, false});
    drop.octets_ += e.size;
  }
  drop.count_ = drop.messages_.size();
  return drop;
}

void Maildrop::remove(std::size_t number) {
  auto& m = at(number);
  m.deleted = true;
  --count_;
  octets_ -= m.size;
}

void Maildrop::restore() {
  for (auto& m : messages_) {
    if (!m.deleted) continue;
    m.deleted = false;
    ++count_;
    octets_ += m.size;
  }
}

Result<store::Entry> Maildrop::entry(store::MailStore& mail, std::size_t number) const {
  return mail.entry(account_, store::kInbox, at(number).uid);
}

Result<std::string> Maildrop::read(store::MailStore& mail, std::size_t number) const {
  HATO_TRY(e, entry(mail, number));
  return mail.read(e, 0, e.size);
}

std::string uid_ranges(const std::vector<store::Uid>& uids, std::size_t max) {
  std::string out;
  for (std::size_t i = 0; i < uids.size();) {
    if (out.size() > max) return out + ",...";
    auto end = i + 1;
    while (end < uids.size() && uids[end] == uids[end - 1] + 1) ++end;
    out += (out.empty() ? "" : ",") + std::to_string(uids[i]);
    if (end - i > 1) out += "-" + std::to_string(uids[end - 1]);
    i = end;
  }
  return out;
}

}  // namespace hato::pop3
