// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/report.h"
#include "cli/services.h"
#include "message/header.h"

namespace hato::cli {

Result<store::MailboxInfo> find_mailbox(Call& call, store::AccountId account) {
  auto wanted = call.args.has("--mailbox") ? call.args.value("--mailbox") : "INBOX";
  HATO_TRY(mailboxes, call.services->mail.mailboxes(account));
  for (auto& m : mailboxes)
    if (iequals(m.name, wanted)) return std::move(m);
  return fail(ErrorId::kMailboxMissing, {{"mailbox", std::string(wanted)}});
}

namespace {

constexpr std::uint64_t kHeaderBytes = 64 * 1024;  // what a list reads of a message

std::string flags_text(const store::Entry& e) {
  constexpr std::pair<std::uint32_t, std::string_view> kFlags[] = {{store::kSeen, "seen"},
                                                                   {store::kAnswered, "answered"},
                                                                   {store::kFlagged, "flagged"},
                                                                   {store::kDeleted, "deleted"},
                                                                   {store::kDraft, "draft"}};
  std::string out;
  for (const auto& [flag, name] : kFlags)
    if (e.flags & flag) out += (out.empty() ? "" : " ") + std::string(name);
  return out;
}

std::string field_text(const std::vector<message::Field>& fields, std::string_view name) {
  const auto* field = message::find_field(fields, name);
  return field ? message::decode_text(field->value) : std::string();
}

Result<> list_mailboxes(Call& call, store::AccountId account) {
  HATO_TRY(mailboxes, call.services->mail.mailboxes(account));
  Table table(call, {{"mailbox", {"mailbox", "メールボックス"}},
                     {"messages", {"messages", "通数"}, Align::kRight},
                     {"bytes", {"used", "使用量"}, Align::kRight}});
  for (const auto& m : mailboxes) table.row({m.name, std::uint64_t(m.messages), Size{m.bytes}});
  return {};
}

Result<> list(Call& call) {
  HATO_TRY(account, find_account(call, call.word(0)));
  if (call.args.has("--mailboxes")) return list_mailboxes(call, account.id);
  HATO_TRY(mailbox, find_mailbox(call, account.id));
  auto damaged = [&](store::Uid uid, const Error& error) {
    call.err.write("hato: UID " + std::to_string(uid) + ": " +
                   catalogue::explain(error, call.look.lang) + '\n');
  };
  HATO_TRY(entries, call.services->mail.list(account.id, mailbox.id, damaged));
  Table table(call,
              {{"uid", {"UID", "UID"}, Align::kRight},
               {"received", {"received", "受信日時"}},
               {"bytes", {"size", "サイズ"}, Align::kRight},
               {"flags", {"flags", "フラグ"}},
               {"from", {"from", "差出人"}},
               {"subject", {"subject", "件名"}}},
              {"No messages.", "メールはありません。"});
  for (const auto& e : entries) {
    if (call.cancelled()) return fail(ErrorId::kCancelled);
    auto header = call.services->mail.read(e, 0, std::min(e.size, kHeaderBytes));
    auto fields = message::parse_fields(header ? std::string_view(*header) : "");
    table.row({std::uint64_t(e.uid), Time{e.internal_date}, Size{e.size}, flags_text(e),
               field_text(fields, "From"),
               header ? field_text(fields, "Subject")
                      : catalogue::explain(header.error(), call.look.lang)});
  }
  return {};
}

Result<store::Entry> find_entry(Call& call, const account::Account& account,
                                const store::MailboxInfo& mailbox, const std::string& word) {
  auto uid = parse_u64(word);
  if (!uid || *uid == 0 || *uid > std::numeric_limits<store::Uid>::max())
    return fail(ErrorId::kInputInvalid, {{"value", word}, {"expected", "UID"}});
  return call.services->mail.entry(account.id, mailbox.id, store::Uid(*uid));
}

Result<> show_message(Call& call) {
  HATO_TRY(account, find_account(call, call.word(0)));
  HATO_TRY(mailbox, find_mailbox(call, account.id));
  HATO_TRY(entry, find_entry(call, account, mailbox, call.word(1)));
  std::string whole;  // of JSON, which cannot come in pieces
  for (std::uint64_t at = 0; at < entry.size && !call.cancelled(); at += store::kBlobChunk) {
    HATO_TRY(piece, call.services->mail.read(entry, at, store::kBlobChunk));
    if (call.look.json)
      whole += piece;
    else
      call.out.write(piece);
  }
  if (call.look.json)
    show(call, {{"uid", {}, std::uint64_t(entry.uid)},
                {"received", {}, Time{entry.internal_date}},
                {"flags", {}, flags_text(entry)},
                {"bytes", {}, Size{entry.size}},
                {"message_base64", {}, to_base64(whole)}});
  return {};
}

Result<> remove(Call& call) {
  HATO_TRY(account, find_account(call, call.word(0)));
  HATO_TRY(mailbox, find_mailbox(call, account.id));
  std::vector<store::Uid> uids;
  if (call.args.has("--all")) {
    HATO_TRY(entries, call.services->mail.list(account.id, mailbox.id));
    for (const auto& e : entries) uids.push_back(e.uid);
  } else if (call.args.words.size() == 1) {
    return fail(ErrorId::kInputInvalid, {{"value", "-"}, {"expected", "UID... / --all"}});
  }
  for (std::size_t i = 1; i < call.args.words.size(); ++i) {
    HATO_TRY(entry, find_entry(call, account, mailbox, call.word(i)));
    uids.push_back(entry.uid);
  }
  auto count = std::uint64_t(uids.size());
  HATO_CHECK(wait_for<store::Seq>([&](auto done) {
    call.services->mail.expunge(account.id, mailbox.id, std::move(uids), std::move(done));
  }));
  done(call,
       fill(call.text({"{} messages are deleted.", "{} 通を削除しました。"}),
            {std::to_string(count)}),
       {{"messages", {}, count}});
  return {};
}

}  // namespace

std::vector<Command> mail_commands() {
  constexpr auto kStore = Command::kStore;
  const OptionRow mailbox = {
      "--mailbox", "NAME", {"instead of INBOX", "INBOX 以外のメールボックス"}};
  return {
      {"mail list",
       "ADDRESS",
       {"list the messages of an account", "アカウントのメール一覧"},
       {mailbox, {"--mailboxes", "", {"the mailboxes instead", "メールボックスの一覧"}}},
       {{"hato mail list taro@hato.test", {}}},
       kStore,
       list},
      {"mail show",
       "ADDRESS UID",
       {"show a message as it is stored", "メールをそのまま表示する"},
       {mailbox},
       {{"hato mail show taro@hato.test 7 > 7.eml", {}}},
       kStore,
       show_message},
      {"mail delete",
       "ADDRESS [UID...]",
       {"delete messages", "メールを削除する"},
       {mailbox, {"--all", "", {"all of the mailbox", "メールボックスのすべて"}}},
       {{"hato mail delete taro@hato.test 7 8", {}}},
       kStore,
       remove},
  };
}

}  // namespace hato::cli
