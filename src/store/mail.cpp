// SPDX-License-Identifier: Apache-2.0
#include "store/mail.h"

#include <algorithm>
#include <array>
#include <limits>

#include "store/combiner.h"
#include "store/mail_format.h"

namespace hato::store {
namespace {

constexpr Seq kChangesKept = 100'000;
constexpr std::uint32_t kReserved = 1 << 20;
constexpr std::size_t kMaxKeywords = 1000;  // of an account

struct SpecialUse {
  std::string_view use, en, ja;  // RFC 6154 2
};
constexpr std::array<SpecialUse, 6> kFirstMailboxes = {{
    {"", "INBOX", "INBOX"},
    {"\\Drafts", "Drafts", "下書き"},
    {"\\Sent", "Sent", "送信済み"},
    {"\\Trash", "Trash", "ゴミ箱"},
    {"\\Junk", "Junk", "迷惑メール"},
    {"\\Archive", "Archive", "アーカイブ"},
}};

PartId part_of(AccountId account) { return {PartId::kAccount, account}; }

Result<MailboxInfo> load_mailbox(const Draft& d, MailboxId id) {
  HATO_TRY(value, d.get(kMailboxSpace, mailbox_key(id)));
  if (!value) return fail(ErrorId::kMailboxMissing, {{"mailbox", std::to_string(id)}});
  return decode_mailbox(mailbox_key(id), *value);
}

void save_mailbox(Draft& d, MailboxInfo& info) {
  info.modseq = d.seq;
  d.muts.push_back({kMailboxSpace, mailbox_key(info.id), encode(info)});
}

Result<> create_mailboxes(Draft& d, bool japanese) {
  if (!d.header.empty()) return {};
  AccountHeader header;
  for (const auto& first : kFirstMailboxes) {
    MailboxInfo info{.id = header.next_mailbox++,
                     .name = std::string(japanese ? first.ja : first.en),
                     .special_use = std::string(first.use),
                     .uid_validity = std::uint32_t(now_ms() / 1000)};
    save_mailbox(d, info);
    add_change(d.change, ChangeKind::kMailbox, info.id);
  }
  d.header = encode(header);
  return {};
}

Result<std::vector<std::uint32_t>> keyword_ids(AccountHeader& header,
                                               const std::vector<std::string>& words) {
  std::vector<std::uint32_t> ids;
  for (const auto& word : words) {
    auto it = std::find(header.keywords.begin(), header.keywords.end(), word);
    ids.push_back(std::uint32_t(it - header.keywords.begin()));
    if (it != header.keywords.end()) continue;
    if (header.keywords.size() == kMaxKeywords) return fail(ErrorId::kMailboxFull);
    header.keywords.push_back(word);
  }
  return ids;
}

bool over(std::uint64_t used, std::uint64_t more, std::uint64_t quota) {
  return quota && (more > quota || used > quota - more);
}

// One append; kept until it is durable, since it may be run again.
struct Append {
  NewMessage message;
  Appended appended{};

  Result<> run(Draft& d) {
    const auto& m = message;
    if (!m.once_key.empty()) {
      HATO_TRY(done, already(d));
      if (done) return {};
    }
    HATO_TRY(header, decode_header(d.header));
    HATO_TRY(mailbox, load_mailbox(d, m.mailbox));
    std::uint64_t size = m.prefix.size() + m.blob_size;
    if (over(header.usage.bytes, size, m.quota_bytes) ||
        over(header.usage.messages, 1, m.quota_messages))
      return fail(ErrorId::kMailboxFull);
    if (mailbox.uid_next == std::numeric_limits<Uid>::max()) return fail(ErrorId::kMailboxFull);
    HATO_TRY(keywords, keyword_ids(header, m.keywords));

    appended = {m.mailbox, mailbox.uid_validity, mailbox.uid_next, header.next_email};
    Millis now = now_ms();
    Entry entry{.uid = appended.uid,
                .email = appended.email,
                .blob = m.blob,
                .size = size,
                .internal_date = m.internal_date ? m.internal_date : now,
                .save_date = now,
                .flags = m.flags,
                .keywords = keywords,
                .modseq = d.seq,
                .prefix = m.prefix};
    auto key = entry_key(m.mailbox, entry.uid);
    d.muts.push_back({kEntrySpace, key, encode(entry)});
    if (!m.summary.empty()) d.muts.push_back({kSummarySpace, email_key(entry.email), m.summary});
    if (!m.once_key.empty())
      d.muts.push_back({kOnceSpace, m.once_key, encode(Once{now, appended})});
    d.links.push_back({m.blob, key});
    add_change(d.change, ChangeKind::kAdded, m.mailbox, entry.uid, entry.email);

    ++mailbox.uid_next, ++mailbox.messages, mailbox.bytes += size;
    save_mailbox(d, mailbox);
    ++header.next_email, ++header.usage.messages, header.usage.bytes += size;
    d.header = encode(header);
    return {};
  }

  Result<bool> already(const Draft& d) {
    HATO_TRY(row, d.get(kOnceSpace, message.once_key));
    if (!row) return false;
    HATO_TRY(once, decode_once(*row));
    if (now_ms() - once.at > kOnceKept) return false;
    appended = once.appended;
    return true;
  }
};

// Those of `uids` that are still there, each once.
Result<std::vector<Entry>> present(const Draft& d, MailboxId mailbox, std::vector<Uid> uids) {
  std::sort(uids.begin(), uids.end());
  uids.erase(std::unique(uids.begin(), uids.end()), uids.end());
  std::vector<Entry> out;
  for (Uid uid : uids) {
    auto key = entry_key(mailbox, uid);
    HATO_TRY(value, d.get(kEntrySpace, key));
    if (!value) continue;
    HATO_TRY(entry, decode_entry(key, *value));
    out.push_back(std::move(entry));
  }
  return out;
}

Result<> expunge_entries(Draft& d, MailboxId id, const std::vector<Uid>& uids) {
  HATO_TRY(entries, present(d, id, uids));
  if (entries.empty()) return {};
  HATO_TRY(header, decode_header(d.header));
  HATO_TRY(mailbox, load_mailbox(d, id));
  for (const auto& e : entries) {
    auto key = entry_key(id, e.uid);
    d.muts.push_back({kEntrySpace, key, {}});
    d.muts.push_back({kSummarySpace, email_key(e.email), {}});
    d.unlinks.push_back({e.blob, key});
    add_change(d.change, ChangeKind::kVanished, id, e.uid, e.email);
    --mailbox.messages, mailbox.bytes -= e.size;
    --header.usage.messages, header.usage.bytes -= e.size;
  }
  save_mailbox(d, mailbox);
  d.header = encode(header);
  return {};
}

Result<> change_flags(Draft& d, MailboxId id, const std::vector<Uid>& uids, std::uint32_t add,
                      std::uint32_t remove) {
  HATO_TRY(entries, present(d, id, uids));
  bool changed = false;
  for (auto& e : entries) {
    auto flags = (e.flags & ~remove) | add;
    if (flags == e.flags) continue;
    e.flags = flags;
    e.modseq = d.seq;
    d.muts.push_back({kEntrySpace, entry_key(id, e.uid), encode(e)});
    add_change(d.change, ChangeKind::kFlags, id, e.uid, e.email);
    changed = true;
  }
  if (!changed) return {};
  HATO_TRY(mailbox, load_mailbox(d, id));
  save_mailbox(d, mailbox);
  return {};
}

bool expired(const std::string& once_row, Millis now) {
  auto once = decode_once(once_row);
  return !once || now - once->at > kOnceKept;
}

Result<> forget_once(Draft& d, const std::vector<std::string>& keys, Millis now) {
  for (const auto& key : keys) {
    HATO_TRY(row, d.get(kOnceSpace, key));
    if (row && expired(*row, now)) d.muts.push_back({kOnceSpace, key, {}});
  }
  return {};
}

}  // namespace

struct MailStore::Impl {
  explicit Impl(Store& s) : store(s), combiner(s) {}
  Store& store;
  Combiner combiner;
};

MailStore::MailStore(Store& store) : impl_(std::make_unique<Impl>(store)) {}
MailStore::~MailStore() = default;
Store& MailStore::store() { return impl_->store; }

void MailStore::create(AccountId account, std::string_view language, Done<> done) {
  bool japanese = language == "ja";
  impl_->combiner.update(
      part_of(account), [japanese](Draft& d) { return create_mailboxes(d, japanese); },
      [done = std::move(done)](Result<Seq> r) {
        done(r ? Result<>() : std::unexpected(r.error()));
      });
}

void MailStore::append(AccountId account, NewMessage message, Done<Appended> done) {
  auto job = std::make_shared<Append>(Append{std::move(message)});
  impl_->combiner.update(
      part_of(account), [job](Draft& d) { return job->run(d); },
      [job, done = std::move(done)](Result<Seq> r) {
        done(r ? Result<Appended>(job->appended) : std::unexpected(r.error()));
      });
}

void MailStore::expunge(AccountId account, MailboxId mailbox, std::vector<Uid> uids,
                        Done<Seq> done) {
  impl_->combiner.update(
      part_of(account),
      [mailbox, uids = std::move(uids)](Draft& d) { return expunge_entries(d, mailbox, uids); },
      std::move(done));
}

void MailStore::set_flags(AccountId account, MailboxId mailbox, std::vector<Uid> uids,
                          std::uint32_t add, std::uint32_t remove, Done<Seq> done) {
  impl_->combiner.update(
      part_of(account),
      [=, uids = std::move(uids)](Draft& d) { return change_flags(d, mailbox, uids, add, remove); },
      std::move(done));
}

Result<std::vector<MailboxInfo>> MailStore::mailboxes(AccountId account) {
  HATO_TRY(view, impl_->store.view(part_of(account)));
  std::vector<MailboxInfo> out;
  HATO_CHECK(view->scan(kMailboxSpace, "", "", [&](auto key, auto value) {
    if (auto info = decode_mailbox(key, value)) out.push_back(std::move(*info));
    return true;
  }));
  return out;
}

Result<Usage> MailStore::usage(AccountId account) {
  HATO_TRY(head, impl_->store.open(part_of(account)));
  HATO_TRY(header, decode_header(head.header));
  return header.usage;
}

Result<std::vector<Entry>> MailStore::list(AccountId account, MailboxId mailbox,
                                           const std::function<void(Uid, const Error&)>& damaged) {
  HATO_TRY(view, impl_->store.view(part_of(account)));
  std::vector<Entry> out;
  if (auto row = view->get(kMailboxSpace, mailbox_key(mailbox)); row && *row)
    if (auto info = decode_mailbox(mailbox_key(mailbox), **row))
      out.reserve(std::min(info->messages, kReserved));
  auto hurt = [&](std::string_view key, const Error& error) {
    if (damaged) damaged(parse_entry_key(key).uid, error);
  };
  auto take = [&](std::string_view key, std::string_view value) {
    auto entry = decode_entry(key, value);
    if (entry)
      out.push_back(std::move(*entry));
    else
      hurt(key, entry.error());
    return true;
  };
  auto from = mailbox_key(mailbox), to = mailbox_key(mailbox + 1);
  HATO_CHECK(view->scan(kEntrySpace, from, to, take, hurt));
  return out;
}

Result<Entry> MailStore::entry(AccountId account, MailboxId mailbox, Uid uid) {
  auto key = entry_key(mailbox, uid);
  HATO_TRY(value, impl_->store.get(part_of(account), kEntrySpace, key));
  if (!value) return fail(ErrorId::kMessageGone);
  return decode_entry(key, *value);
}

Result<std::string> MailStore::summary(AccountId account, std::uint64_t email) {
  HATO_TRY(value, impl_->store.get(part_of(account), kSummarySpace, email_key(email)));
  if (!value) return fail(ErrorId::kMessageGone);
  return std::move(*value);
}

Result<std::string> MailStore::read(const Entry& entry, std::uint64_t offset,
                                    std::uint64_t length) {
  std::string out;
  if (offset < entry.prefix.size()) {
    out = entry.prefix.substr(offset, length);
    offset = 0;
    length -= out.size();
  } else {
    offset -= entry.prefix.size();
  }
  if (length == 0) return out;
  HATO_TRY(body, impl_->store.blob_get(entry.blob, offset, length));
  if (out.empty()) return std::move(body);
  return out += body;
}

Result<> MailStore::tidy(AccountId account, Millis now) {
  HATO_TRY(view, impl_->store.view(part_of(account)));
  std::vector<std::string> old;
  HATO_CHECK(view->scan(kOnceSpace, "", "", [&](auto key, auto value) {
    if (expired(std::string(value), now)) old.emplace_back(key);
    return true;
  }));
  if (!old.empty())
    impl_->combiner.update(
        part_of(account),
        [old = std::move(old), now](Draft& d) { return forget_once(d, old, now); }, {});
  auto seq = view->head().seq;
  if (seq <= kChangesKept) return {};
  return impl_->store.forget_changes(part_of(account), seq - kChangesKept);
}

Result<> MailStore::drop(AccountId account) { return impl_->store.drop(part_of(account)); }

}  // namespace hato::store
