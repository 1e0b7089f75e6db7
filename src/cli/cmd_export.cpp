// SPDX-License-Identifier: Apache-2.0
// hato export: `mail dump` sends what the store has, this process writes the files with the
// rights of who calls it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/input.h"
#include "cli/mail_stream.h"
#include "cli/program.h"
#include "cli/report.h"
#include "cli/services.h"
#include "message/mbox.h"
#include "net/fd.h"

namespace hato::cli {
namespace {
namespace fs = std::filesystem;

Result<> dump(Call& call) {
  HATO_TRY(account, find_account(call, call.word(0)));
  HATO_TRY(mailbox, find_mailbox(call, account.id));
  HATO_TRY(entries, call.services->mail.list(account.id, mailbox.id));
  for (const auto& e : entries) {
    if (e.size > kLargestMessage)
      return fail(ErrorId::kInputInvalid,
                  {{"value", "UID " + std::to_string(e.uid)}, {"expected", "<= 256M"}});
    call.out.write(encode(ItemHead{e.size, e.internal_date, e.flags, e.uid}));
    for (std::uint64_t at = 0; at < e.size; at += store::kBlobChunk) {
      if (call.cancelled()) return fail(ErrorId::kCancelled);
      HATO_TRY(piece, call.services->mail.read(e, at, store::kBlobChunk));
      call.out.write(piece);
    }
  }
  return {};
}

std::unexpected<Error> unwritable(const std::string& file, int error) {
  return fail(ErrorId::kFileUnwritable, {{"file", file}, {"reason", std::strerror(error)}});
}

Result<> write_all(int fd, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return unwritable(path, errno);
    bytes.remove_prefix(std::size_t(n));
  }
  return {};
}

// The next message; false at the end, which is early where the sender failed.
bool next_item(Apart& from, ItemHead& head, std::string& bytes) {
  bytes = from.read(kItemHead);
  auto got = decode_item(bytes);
  if (!got) return false;
  head = *got;
  bytes = from.read(head.size);
  return bytes.size() == head.size;
}

Result<std::uint64_t> write_mbox(Call& call, Apart& from, const std::string& path) {
  net::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return unwritable(path, errno);
  Progress progress(call, {"export", "書き出し"}, 0);
  std::uint64_t count = 0;
  ItemHead head;
  for (std::string bytes; next_item(from, head, bytes);) {
    ++count;
    progress.at(count, std::to_string(count));
    HATO_CHECK(write_all(fd.get(), path, message::to_mbox(bytes, {}, head.received)));
  }
  if (::fsync(fd.get()) != 0) return unwritable(path, errno);
  return count;
}

Result<> write_file(const std::string& folder, const std::string& name, const ItemHead& head,
                    std::string_view bytes) {
  auto path = folder + "/tmp/" + name;
  net::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return unwritable(path, errno);
  HATO_CHECK(write_all(fd.get(), path, bytes));
  const timespec received{head.received / 1000, head.received % 1000 * 1'000'000};
  const timespec times[] = {received, received};
  auto to = folder + "/cur/" + name + message::maildir_suffix(to_maildir(head.flags));
  if (::futimens(fd.get(), times) != 0 || ::fsync(fd.get()) != 0 ||
      ::rename(path.c_str(), to.c_str()) != 0)
    return unwritable(to, errno);
  return {};
}

// Messages that are there from a run before, whatever their flags, stay.
Result<std::uint64_t> write_maildir(Call& call, Apart& from, const std::string& folder) {
  std::vector<std::string> there;
  for (const auto* part : {"cur", "new", "tmp"}) {
    HATO_CHECK(make_folder(folder + '/' + part));
    if (std::string_view(part) == "tmp") continue;
    for (const auto& item : fs::directory_iterator(folder + '/' + part))
      there.emplace_back(message::maildir_unique(item.path().filename().string()));
  }
  std::ranges::sort(there);
  Progress progress(call, {"export", "書き出し"}, 0);
  std::uint64_t count = 0;
  ItemHead head;
  for (std::string bytes; next_item(from, head, bytes);) {
    auto uid = std::to_string(head.uid);
    auto name = std::to_string(head.received / 1000) + ".U" +
                std::string(10 - std::min<std::size_t>(uid.size(), 10), '0') + uid + ".hato";
    ++count;
    progress.at(count, std::to_string(count));
    if (!std::ranges::binary_search(there, name)) HATO_CHECK(write_file(folder, name, head, bytes));
  }
  HATO_CHECK(sync_folder(folder + "/cur"));
  return count;
}

Result<> export_mail(Call& call) {
  ::umask(0077);
  const auto& path = call.word(1);
  auto format = call.args.has("--format") ? call.args.value("--format") : "mbox";
  if (format != "mbox" && format != "maildir")
    return fail(ErrorId::kInputInvalid,
                {{"value", std::string(format)}, {"expected", "mbox / maildir"}});
  bool mbox = format == "mbox";
  std::error_code none;
  if (mbox && fs::exists(path, none)) return unwritable(path, EEXIST);
  std::vector<std::string> words = {"mail", "dump", call.word(0)};
  if (call.args.has("--mailbox"))
    words.push_back("--mailbox=" + std::string(call.args.value("--mailbox")));
  Apart store(call, words, Apart::kTells);
  auto part = path + ".part";
  auto count = mbox ? write_mbox(call, store, part) : write_maildir(call, store, path);
  call.exit_code = store.wait();
  if (mbox && (!count || call.exit_code)) ::unlink(part.c_str());
  if (!count) return std::unexpected(count.error());
  if (call.exit_code) return {};
  if (mbox && ::rename(part.c_str(), path.c_str()) != 0) return unwritable(path, errno);
  done(call,
       fill(call.text({"{} messages are in {}.", "{} 通を {} に書き出しました。"}),
            {std::to_string(*count), path}),
       {{"path", {}, path}, {"messages", {}, *count}});
  return {};
}

}  // namespace

std::vector<Command> export_commands() {
  const OptionRow mailbox = {
      "--mailbox", "NAME", {"instead of INBOX", "INBOX 以外のメールボックス"}};
  return {
      {"export",
       "ADDRESS PATH",
       {"write a mailbox to an mbox file or a Maildir",
        "メールボックスを mbox や Maildir に書き出す"},
       {{"--format", "FORMAT", {"mbox (the default) or maildir", "mbox (既定) または maildir"}},
        mailbox},
       {{"hato export taro@hato.test taro.mbox", {}}},
       Command::kHere,
       export_mail},
      {"mail dump",
       "ADDRESS",
       {"send what hato export writes", "hato export が書き出すメールを送る"},
       {mailbox},
       {},
       Command::kStore,
       dump},
  };
}

}  // namespace hato::cli
