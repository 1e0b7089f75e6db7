// SPDX-License-Identifier: Apache-2.0
// hato import: this process reads the files with the rights of who calls it; `mail load` stores
// what it is sent, in the running server where there is one.
#include <sys/stat.h>
#include <algorithm>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/id.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/mail_stream.h"
#include "cli/program.h"
#include "cli/report.h"
#include "cli/services.h"
#include "message/header.h"
#include "message/mbox.h"
#include "message/summary.h"
#include "store/checksum.h"

namespace hato::cli {
namespace {
namespace fs = std::filesystem;

constexpr Millis kIntent = 3'600'000;  // a body that nothing links by then is garbage
constexpr std::size_t kPiece = 1 << 16;

std::string read_whole(Input& in, std::size_t size) {
  std::string out(size, '\0');
  std::size_t have = 0;
  for (std::size_t n = 1; have < size && n; have += n) n = in.read(out.data() + have, size - have);
  out.resize(have);
  return out;
}

Result<store::Uid> store_one(Call& call, const account::Account& account, store::MailboxId mailbox,
                             const ItemHead& head, std::string bytes) {
  auto summary = message::summarise(bytes);
  store::NewMessage m{.mailbox = mailbox, .blob = new_uuid(), .blob_size = bytes.size()};
  m.internal_date = head.received ? head.received : summary.sent ? summary.sent->time : 0;
  m.flags = head.flags;
  m.summary = message::encode(summary);
  m.once_key = "import " + std::to_string(mailbox) + ' ' + store::sha256(bytes);
  m.quota_bytes = account.quota_bytes;
  m.quota_messages = account.quota_messages;
  auto& mail = call.services->mail;
  mail.store().blob_put(m.blob, std::move(bytes), now_ms() + kIntent, {});
  HATO_TRY(appended, wait_for<store::Appended>([&](auto done) {
             mail.append(account.id, std::move(m), std::move(done));
           }));
  return appended.uid;
}

Result<> load(Call& call) {
  HATO_TRY(account, find_account(call, call.word(0)));
  HATO_TRY(mailbox, find_mailbox(call, account.id));
  std::uint64_t added = 0, known = 0;
  for (auto next = mailbox.uid_next;;) {
    auto bytes = read_whole(call.in, kItemHead);
    if (bytes.empty()) break;
    HATO_TRY(head, decode_item(bytes));
    bytes = read_whole(call.in, head.size);
    if (call.cancelled() || bytes.size() < head.size) return fail(ErrorId::kCancelled);
    HATO_TRY(uid, store_one(call, account, mailbox.id, head, std::move(bytes)));
    ++(uid < next ? known : added);
    next = std::max(next, uid + 1);
  }
  done(call,
       fill(call.text({"{} messages are new in {}, {} were there already.",
                       "{} 通を {} に取り込みました。{} 通はすでにありました。"}),
            {std::to_string(added), mailbox.name, std::to_string(known)}),
       {{"mailbox", {}, mailbox.name}, {"added", {}, added}, {"known", {}, known}});
  return {};
}

std::unexpected<Error> unreadable(const std::string& file, const std::string& reason) {
  return fail(ErrorId::kFileUnreadable, {{"file", file}, {"reason", reason}});
}

bool send_message(Apart& to, ItemHead head, std::string_view bytes) {
  head.size = bytes.size();
  return to.write(encode(head)) && to.write(bytes);
}

bool send_mbox_message(Apart& to, const message::MboxMessage& m) {
  auto fields = message::parse_fields(m.bytes);
  auto value = [&](std::string_view name) {
    const auto* field = message::find_field(fields, name);
    return field ? std::string_view(field->value) : std::string_view();
  };
  auto flags = to_store(message::status_flags(value("Status"), value("X-Status")));
  return send_message(to, {.received = m.received.value_or(0), .flags = flags}, m.bytes);
}

Result<> send_mbox(Call& call, Apart& to, const std::string& path) {
  std::error_code failed;
  auto total = fs::file_size(path, failed);
  if (failed) return unreadable(path, failed.message());
  std::ifstream in(path, std::ios::binary);
  if (!in) return unreadable(path, std::strerror(errno));
  Progress progress(call, {"import", "取り込み"}, total);
  bool sent = true;
  message::MboxSplitter splitter(kLargestMessage, [&](const message::MboxMessage& m) {
    return sent = send_mbox_message(to, m);
  });
  std::string room(kPiece, '\0');
  bool good = true;
  for (std::uint64_t at = 0; good && in; at += std::uint64_t(in.gcount())) {
    in.read(room.data(), std::streamsize(room.size()));
    good = splitter.add({room.data(), std::size_t(in.gcount())});
    progress.at(at);
  }
  if (in.bad()) return unreadable(path, std::strerror(errno));
  if ((good && splitter.end()) || !sent) return {};
  return fail(ErrorId::kInputInvalid, {{"value", path}, {"expected", "mbox / Maildir"}});
}

Result<> send_file(Apart& to, const fs::path& path) {
  struct stat st{};
  std::ifstream in(path, std::ios::binary);
  if (!in || ::stat(path.c_str(), &st) != 0) return unreadable(path, std::strerror(errno));
  if (std::uint64_t(st.st_size) > kLargestMessage) return unreadable(path, std::strerror(EFBIG));
  std::string bytes(std::size_t(st.st_size), '\0');
  in.read(bytes.data(), std::streamsize(bytes.size()));
  if (in.gcount() != st.st_size) return unreadable(path, std::strerror(EIO));
  ItemHead head{.received = Millis(st.st_mtime) * 1000};
  head.flags = to_store(message::maildir_flags(path.filename().string()));
  send_message(to, head, message::to_crlf(bytes));
  return {};
}

Result<> send_maildir(Call& call, Apart& to, const std::string& path) {
  std::vector<fs::path> files;
  for (const auto* part : {"cur", "new"}) {
    std::error_code failed;
    for (const auto& item : fs::directory_iterator(path + '/' + part, failed))
      if (item.is_regular_file()) files.push_back(item.path());
    if (failed) return unreadable(path + '/' + part, failed.message());
  }
  std::ranges::sort(files, {}, [](const auto& f) { return f.filename(); });
  Progress progress(call, {"import", "取り込み"}, files.size());
  for (std::uint64_t at = 0; const auto& file : files) {
    progress.at(at++);
    HATO_CHECK(send_file(to, file));
    if (to.broken()) break;
  }
  return {};
}

Result<> import(Call& call) {
  const auto& path = call.word(1);
  std::vector<std::string> words = {"mail", "load", call.word(0)};
  if (call.args.has("--mailbox"))
    words.push_back("--mailbox=" + std::string(call.args.value("--mailbox")));
  std::error_code failed;
  bool maildir = fs::is_directory(path, failed);
  if (failed) return unreadable(path, failed.message());
  Apart store(call, words, Apart::kFeeds);
  auto sent = maildir ? send_maildir(call, store, path) : send_mbox(call, store, path);
  call.exit_code = store.wait();
  if (call.exit_code) return {};
  return sent;
}

}  // namespace

std::vector<Command> import_commands() {
  const OptionRow mailbox = {
      "--mailbox", "NAME", {"instead of INBOX", "INBOX 以外のメールボックス"}};
  return {
      {"import",
       "ADDRESS PATH",
       {"bring in the mail of an mbox file or a Maildir", "mbox や Maildir のメールを取り込む"},
       {mailbox},
       {{"hato import taro@hato.test ~/Maildir",
         {"again: what is there already is left out", "もう一度実行しても重複しない"}}},
       Command::kHere,
       import},
      {"mail load",
       "ADDRESS",
       {"store what hato import sends", "hato import が送るメールを保存する"},
       {mailbox},
       {},
       Command::kStore,
       load},
  };
}

}  // namespace hato::cli
