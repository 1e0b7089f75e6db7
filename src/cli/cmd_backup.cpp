// SPDX-License-Identifier: Apache-2.0
// hato backup and restore. The server gives a consistent copy of its store in a moment
// (store checkpoint); copying it away is this process' work, with the rights of who calls it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/folders.h"
#include "cli/program.h"
#include "cli/report.h"
#include "net/fd.h"
#include "store/checksum.h"

namespace hato::cli {
namespace {
namespace fs = std::filesystem;

constexpr std::string_view kList =
    "BACKUP";  // of all files; written last: without it none is whole

struct File {
  std::string name;  // within the backup
  std::string from;
  std::uint64_t size = 0;
};

std::unexpected<Error> file_error(ErrorId id, const std::string& file, int error) {
  return fail(id, {{"file", file}, {"reason", std::strerror(error)}});
}

// Regular files beneath `folder`, by their names under `prefix`.
Result<> add_files(std::vector<File>& out, const std::string& folder, const std::string& prefix,
                   const std::vector<std::string>& leave_out = {}) {
  std::error_code failed;
  for (const auto& item : fs::recursive_directory_iterator(folder, failed)) {
    auto name = item.path().lexically_relative(folder).string();
    bool wanted = item.is_regular_file() && !item.is_symlink() &&
                  std::ranges::none_of(leave_out, [&](const auto& l) {
                    return name == l || name.starts_with(l + '/');
                  });
    if (wanted) out.push_back({prefix + name, item.path().string(), item.file_size()});
  }
  if (failed)
    return fail(ErrorId::kFileUnreadable, {{"file", folder}, {"reason", failed.message()}});
  return {};
}

// Copies durably; the SHA-256 of what was copied.
Result<std::string> copy_file(const std::string& from, const std::string& to) {
  std::error_code none;
  fs::create_directories(fs::path(to).parent_path(), none);
  net::UniqueFd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return file_error(ErrorId::kFileUnreadable, from, errno);
  net::UniqueFd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out) return file_error(ErrorId::kFileUnwritable, to, errno);
  std::string room(1 << 20, '\0');
  store::Sha256 sum;
  for (;;) {
    auto n = ::read(in.get(), room.data(), room.size());
    if (n < 0) return file_error(ErrorId::kFileUnreadable, from, errno);
    if (n == 0) break;
    sum.update({room.data(), std::size_t(n)});
    for (ssize_t at = 0; at < n;) {
      auto wrote = ::write(out.get(), room.data() + at, std::size_t(n - at));
      if (wrote < 0) return file_error(ErrorId::kFileUnwritable, to, errno);
      at += wrote;
    }
  }
  if (::fsync(out.get()) != 0) return file_error(ErrorId::kFileUnwritable, to, errno);
  return to_hex(sum.finish());
}

Result<> refuse_full(const std::string& folder) {
  std::error_code none;
  if (!fs::exists(folder, none) || fs::is_empty(folder, none)) return {};
  return fail(ErrorId::kFolderNotEmpty, {{"folder", folder}});
}

Result<std::string> copy_all(Call& call, const std::vector<File>& files, const std::string& to,
                             const Text& title) {
  std::uint64_t total = 0, copied = 0;
  for (const auto& f : files) total += f.size;
  Progress progress(call, title, total);
  std::string list;
  for (const auto& f : files) {
    progress.at(copied, f.name);
    HATO_TRY(sum, copy_file(f.from, to + '/' + f.name));
    list += sum + ' ' + std::to_string(f.size) + ' ' + f.name + '\n';
    copied += f.size;
  }
  return list;
}

// The checkpoint command, wherever the store is at home.
bool run_checkpoint(Call& call, std::vector<std::string> words) {
  words.insert(words.begin(), {"store", "checkpoint"});
  call.exit_code = run_apart(call, words);
  return call.exit_code == 0;
}

Result<> write_list(const std::string& folder, const std::string& list) {
  auto path = folder + '/' + std::string(kList);
  HATO_CHECK(write_new(path + ".new", "hato backup 1\n" + list, 0600));
  if (::rename((path + ".new").c_str(), path.c_str()) != 0)
    return file_error(ErrorId::kFileUnwritable, path, errno);
  return sync_folder(folder);
}

Result<> backup(Call& call) {
  ::umask(0077);
  std::error_code none;
  auto to = fs::absolute(call.word(0), none).lexically_normal().string();
  HATO_TRY(config, load_config(call.config_file, call.look.lang));
  HATO_CHECK(refuse_full(to));
  HATO_CHECK(make_folder(to));
  if (!run_checkpoint(call, {})) return {};
  auto copied = [&]() -> Result<std::uint64_t> {
    auto data = config.data_folder();
    std::vector<File> files;
    HATO_CHECK(add_files(files, data + "/checkpoint", "store/"));
    HATO_CHECK(add_files(files, data, "", {"store", "checkpoint", "control.sock", "hato.toml"}));
    files.push_back({"hato.toml", config.file, fs::file_size(config.file, none)});
    HATO_TRY(list, copy_all(call, files, to, {"backup", "バックアップ"}));
    HATO_CHECK(write_list(to, list));
    std::uint64_t total = 0;
    for (const auto& f : files) total += f.size;
    return total;
  }();
  run_checkpoint(call, {"--remove"});
  if (!copied) return std::unexpected(copied.error());
  done(call,
       fill(call.text({"{} in {}. Bring it back with: hato restore {} --data DIR",
                       "{} を {} に保存しました。戻すには: hato restore {} --data DIR"}),
            {format_size(*copied), to, to}),
       {{"folder", {}, to}, {"bytes", {}, Size{*copied}}});
  return {};
}

// The files that a whole backup lists, with their sums.
Result<std::vector<std::pair<File, std::string>>> read_list(const std::string& folder) {
  auto path = folder + '/' + std::string(kList);
  std::ifstream in(path);
  std::string line;
  auto bad = [&] { return fail(ErrorId::kBackupIncomplete, {{"folder", folder}}); };
  if (!std::getline(in, line) || line != "hato backup 1") return bad();
  std::vector<std::pair<File, std::string>> out;
  while (std::getline(in, line)) {
    auto first = line.find(' '), second = line.find(' ', first + 1);
    if (first == line.npos || second == line.npos) return bad();
    auto name = line.substr(second + 1);
    auto size = parse_u64(std::string_view(line).substr(first + 1, second - first - 1));
    auto normal = fs::path(name).lexically_normal();
    if (!size || name.empty() || normal.is_absolute() || *normal.begin() == "..") return bad();
    out.push_back({{name, folder + '/' + name, *size}, line.substr(0, first)});
  }
  return out;
}

Result<> restore(Call& call) {
  ::umask(0077);
  std::error_code none;
  auto from = fs::absolute(call.word(0), none).lexically_normal().string();
  if (!call.args.has("--data"))
    return fail(ErrorId::kInputInvalid, {{"value", "-"}, {"expected", "--data DIR"}});
  auto to = fs::absolute(call.args.value("--data"), none).lexically_normal().string();
  HATO_TRY(listed, read_list(from));
  HATO_CHECK(refuse_full(to));
  HATO_CHECK(make_folder(to));
  std::uint64_t total = 0, copied = 0;
  for (const auto& [file, sum] : listed) total += file.size;
  Progress progress(call, {"restore", "復元"}, total);
  for (const auto& [file, sum] : listed) {
    progress.at(copied, file.name);
    HATO_TRY(got, copy_file(file.from, to + '/' + file.name));
    if (got != sum) return fail(ErrorId::kBackupDamaged, {{"file", file.from}});
    copied += file.size;
  }
  HATO_CHECK(hand_over(to));
  done(call,
       fill(call.text(
                {"{} is back in {}. Check data in {}/hato.toml, then: hato -c {}/hato.toml serve",
                 "{} を {} に戻しました。{}/hato.toml の data を確かめ、"
                 "hato -c {}/hato.toml serve で起動してください。"}),
            {format_size(total), to, to, to}),
       {{"folder", {}, to}, {"bytes", {}, Size{total}}});
  return {};
}

}  // namespace

std::vector<Command> backup_commands() {
  return {
      {"backup",
       "DIR",
       {"copy everything to an empty folder", "すべてを空のフォルダーに保存する"},
       {},
       {{"hato backup /backup/2026-11-24",
         {"while the server runs; store, keys and configuration",
          "サーバーを止めずに、メール、鍵、設定をまとめて"}}},
       Command::kHere,
       backup},
      {"restore",
       "BACKUP",
       {"bring a backup back", "バックアップから戻す"},
       {{"--data", "DIR", {"into this empty folder", "戻す先の空のフォルダー"}}},
       {{"hato restore /backup/2026-11-24 --data /var/lib/hato", {}}},
       Command::kHere,
       restore},
  };
}

}  // namespace hato::cli
