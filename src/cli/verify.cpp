// SPDX-License-Identifier: Apache-2.0
#include "cli/verify.h"

#include <map>

#include "base/text.h"
#include "delivery/queue_format.h"
#include "store/checksum.h"
#include "store/mail_format.h"

namespace hato::cli {
namespace {

using store::PartId;

std::string_view kind_name(PartId::Kind kind) {
  switch (kind) {
    case PartId::kDirectory:
      return "directory";
    case PartId::kAccount:
      return "account";
    case PartId::kQueue:
      return "queue";
    case PartId::kStory:
      return "story";
    case PartId::kDomain:
      return "domain";
  }
  return "?";
}

class Verifier {
 public:
  Verifier(Services& services, const VerifyHooks& hooks)
      : services_(services), store_(*services.store), hooks_(hooks) {}

  Result<Walked> run() {
    hooks_.progress(0, "files");
    HATO_CHECK(store_.check_files([&](const std::string& file, const Error& error) {
      tell({.kind = "file", .what = file, .error = error});
    }));
    for (auto kind :
         {PartId::kDirectory, PartId::kDomain, PartId::kAccount, PartId::kQueue, PartId::kStory}) {
      auto parts = store_.partitions(kind);
      if (!parts) {
        tell({.kind = std::string(kind_name(kind)), .what = "list", .error = parts.error()});
        continue;
      }
      for (auto part : *parts) HATO_CHECK(walk(part));
    }
    HATO_CHECK(walk_bodies());
    return walked_;
  }

 private:
  struct Mailbox {
    std::string name;
    std::uint64_t expected = 0, found = 0;
  };

  void tell(const Damage& damage) {
    ++walked_.damages;
    hooks_.damage(damage);
  }

  Result<> still_wanted() const {
    if (hooks_.cancelled()) return fail(ErrorId::kCancelled);
    return {};
  }

  std::string address_of(store::AccountId id) const {
    auto account = services_.directory.account(id);
    return account && *account ? (*account)->address : "account " + std::to_string(id);
  }

  Damage damage_in(PartId part) const {
    Damage out{.kind = std::string(kind_name(part.kind)), .error = Error(ErrorId::kStoreCorrupt)};
    if (part.kind == PartId::kAccount)
      out.account = address_of(part.id);
    else
      out.what = out.kind + ' ' + std::to_string(part.id);
    return out;
  }

  Result<> walk(PartId part) {
    HATO_CHECK(still_wanted());
    ++walked_.partitions;
    auto view = store_.view(part);
    if (!view) {
      auto damage = damage_in(part);
      damage.error = view.error();
      return tell(damage), Result<>{};
    }
    if (part.kind == PartId::kAccount) return walk_account(part, **view);
    return walk_rows(part, **view, [](store::Space, std::string_view, std::string_view) {});
  }

  // Rows of every space: those are letters (store/store.h).
  template <class OnRow>
  Result<> walk_rows(PartId part, const store::View& view, OnRow&& on_row) {
    for (store::Space space = 'a'; space <= 'z'; ++space) {
      auto row = [&](std::string_view key, std::string_view value) {
        ++walked_.rows;
        on_row(space, key, value);
        return !hooks_.cancelled();
      };
      auto damaged = [&](std::string_view key, const Error& error) {
        auto damage = damage_in(part);
        damage.error = error;
        locate(damage, part, space, key);
        tell(damage);
      };
      if (auto scanned = view.scan(space, {}, {}, row, damaged); !scanned) {
        auto damage = damage_in(part);
        damage.error = scanned.error();
        tell(damage);
      }
      HATO_CHECK(still_wanted());
    }
    return {};
  }

  // What a row of this key is to its owner.
  void locate(Damage& damage, PartId part, store::Space space, std::string_view key) const {
    damage.what = std::string(1, char(space)) + ' ' + to_hex(key);
    if (part.kind == PartId::kQueue && space == delivery::kItemSpace) {
      damage.what = ref_text(delivery::parse_item_key(key));
    } else if (part.kind != PartId::kAccount) {
      damage.what = damage.kind + ' ' + std::to_string(part.id) + ' ' + damage.what;
    } else if (space == store::kEntrySpace && !key.empty()) {
      auto at = store::parse_entry_key(key);
      locate_message(damage, at.mailbox, at.uid);
    } else if (space == store::kMailboxSpace) {
      damage.kind = "mailbox";
    }
  }

  void locate_message(Damage& damage, store::MailboxId mailbox, store::Uid uid) const {
    damage.kind = "message";
    auto it = mailboxes_.find(mailbox);
    damage.mailbox =
        it == mailboxes_.end() ? "mailbox " + std::to_string(mailbox) : it->second.name;
    damage.uid = uid;
  }

  void load_mailboxes(store::AccountId account) {
    mailboxes_.clear();
    if (auto known = services_.mail.mailboxes(account))
      for (const auto& m : *known) mailboxes_[m.id] = {m.name, m.messages, 0};
  }

  Result<> walk_account(PartId part, const store::View& view) {
    hooks_.progress(walked_.body_bytes, address_of(part.id));
    load_mailboxes(part.id);
    HATO_CHECK(walk_rows(part, view, [&](store::Space space, auto key, auto value) {
      if (space == store::kEntrySpace) walk_entry(part, key, value);
    }));
    for (const auto& [id, m] : mailboxes_) {
      if (m.found >= m.expected) continue;
      auto damage = damage_in(part);
      damage.kind = "mailbox";
      damage.mailbox = m.name;
      damage.what = std::to_string(m.expected - m.found) + " of " + std::to_string(m.expected) +
                    " messages cannot be read";
      damage.error.with("where", m.name);
      tell(damage);
    }
    return {};
  }

  void walk_entry(PartId part, std::string_view key, std::string_view value) {
    auto entry = store::decode_entry(key, value);
    auto at = store::parse_entry_key(key);
    if (auto it = mailboxes_.find(at.mailbox); it != mailboxes_.end()) ++it->second.found;
    auto known = entry ? store_.blob_info(entry->blob)
                       : Result<store::BlobInfo>(std::unexpected(entry.error()));
    if (known) return;
    auto damage = damage_in(part);
    locate_message(damage, at.mailbox, at.uid);
    damage.error = known.error();
    tell(damage);
  }

  Result<> walk_bodies() {
    Result<> outcome;
    auto listed = store_.each_blob([&](store::BlobId id) {
      outcome = still_wanted();
      if (outcome) walk_body(id);
      return outcome.has_value();
    });
    if (!listed) tell({.kind = "body", .what = "list", .error = listed.error()});
    return outcome;
  }

  void walk_body(store::BlobId id) {
    ++walked_.bodies;
    auto checked = check_body(id);
    hooks_.progress(walked_.body_bytes, "");
    if (!checked) tell_body(id, checked.error());
  }

  Result<> check_body(store::BlobId id) {
    HATO_TRY(info, store_.blob_info(id));
    store::Sha256 sum;
    for (std::uint64_t at = 0; at < info.size;) {
      HATO_TRY(piece, store_.blob_get(id, at, store::kBlobChunk));
      if (piece.empty()) break;
      sum.update(piece);
      at += piece.size();
      walked_.body_bytes += piece.size();
    }
    if (sum.finish() == info.sha256) return {};
    return fail(ErrorId::kStoreCorrupt, {{"where", "body " + to_hex(id.view())}});
  }

  // One line for each message that has this body.
  void tell_body(store::BlobId id, const Error& error) {
    auto links = store_.blob_links(id);
    if (!links || links->empty())
      return tell({.kind = "body", .what = to_hex(id.view()), .error = error});
    for (const auto& [part, ref] : *links) {
      auto damage = damage_in(part);
      damage.error = error;
      if (part.kind == PartId::kAccount) {
        load_mailboxes(part.id);
        auto at = store::parse_entry_key(ref);
        locate_message(damage, at.mailbox, at.uid);
      } else if (part.kind == PartId::kQueue) {
        damage.what = ref_text(delivery::parse_item_key(ref));
      }
      tell(damage);
    }
  }

  Services& services_;
  store::Store& store_;
  const VerifyHooks& hooks_;
  Walked walked_;
  std::map<store::MailboxId, Mailbox> mailboxes_;  // of the account that is walked
};

}  // namespace

Result<Walked> verify_store(Services& services, const VerifyHooks& hooks) {
  return Verifier(services, hooks).run();
}

}  // namespace hato::cli
