// SPDX-License-Identifier: Apache-2.0
// The files that RocksDB does not check by itself: our own format file, and the small files of
// its (CURRENT, MANIFEST, ...), for which a store closed in good order leaves a seal.
#include <fcntl.h>
#include <rocksdb/file_checksum.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/log.h"
#include "base/text.h"
#include "store/checksum.h"
#include "store/rocksdb/engine.h"
#include "store/rocksdb/status.h"

namespace hato::store::rocks {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kFormatFile = "FORMAT", kSealFile = "SEAL", kLockFile = "hato.lock";
constexpr std::string_view kCopySuffix = ".sealed";

std::string in(const std::string& folder, std::string_view name) {
  return folder + '/' + std::string(name);
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

std::string hex32(std::uint32_t v) {
  char out[9];
  std::snprintf(out, sizeof out, "%08x", v);
  return out;
}

Error io_error(const std::string& path) {
  if (errno == ENOSPC || errno == EDQUOT) return Error(ErrorId::kStoreFull);
  return Error(ErrorId::kStoreUnavailable,
               {{"reason", path + ": " + std::string(std::strerror(errno))}});
}

std::string format_line(std::uint32_t format) {
  auto line = "hato store " + std::to_string(format);
  return line + ' ' + hex32(crc32c(line)) + '\n';
}

bool is_small(const std::string& name) {
  return name == "CURRENT" || name == "IDENTITY" || name.starts_with("MANIFEST-") ||
         name.starts_with("OPTIONS-") || name.ends_with(".log");
}
bool is_needed(const std::string& name) {
  return name == "CURRENT" || name.starts_with("MANIFEST-");
}

}  // namespace

Result<int> lock_folder(const std::string& folder) {
  auto path = in(folder, kLockFile);
  int fd = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return std::unexpected(io_error(path));
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  ::close(fd);
  return fail(ErrorId::kStoreLocked, {{"folder", folder}});
}

Result<> write_durably(const std::string& path, std::string_view bytes) {
  auto fresh = path + ".new";
  int fd = ::open(fresh.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return std::unexpected(io_error(fresh));
  bool ok = true;
  while (ok && !bytes.empty()) {
    auto n = ::write(fd, bytes.data(), bytes.size());
    if (n > 0) bytes.remove_prefix(std::size_t(n));
    ok = n > 0 || errno == EINTR;
  }
  ok = ok && ::fsync(fd) == 0;
  ::close(fd);
  ok = ok && ::rename(fresh.c_str(), path.c_str()) == 0;
  int folder = ::open(fs::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) ok = ::fsync(folder) == 0 && ok, ::close(folder);
  if (!ok) return std::unexpected(io_error(path));
  return {};
}

Result<> write_format(const std::string& folder) {
  return write_durably(in(folder, kFormatFile), format_line(kFormat));
}

// Damaged text is no reason to stay closed: what the values say of their format still holds.
Result<> check_format(const std::string& folder, std::vector<Mended>& mended) {
  auto path = in(folder, kFormatFile);
  auto text = read_file(path);
  if (text == format_line(kFormat)) return {};
  std::uint32_t found = 0;
  if (text && std::sscanf(text->c_str(), "hato store %u", &found) == 1 &&
      *text == format_line(found) && found > kFormat)
    return fail(
        ErrorId::kStoreNewer,
        {{"folder", folder}, {"found", std::to_string(found)}, {"known", std::to_string(kFormat)}});
  mended.push_back({std::string(kFormatFile), damage(path)});
  return write_format(folder);
}

Result<> write_seal(const std::string& folder) {
  std::string seal;
  for (const auto& item : fs::directory_iterator(folder)) {
    auto name = item.path().filename().string();
    if (!is_small(name)) continue;
    auto bytes = read_file(item.path());
    if (!bytes) return std::unexpected(io_error(name));
    seal += name + ' ' + std::to_string(bytes->size()) + ' ' + hex32(crc32c(*bytes)) + '\n';
    if (is_needed(name))
      HATO_CHECK(write_durably(in(folder, name) + std::string(kCopySuffix), *bytes));
  }
  seal += "end " + hex32(crc32c(seal)) + '\n';
  return write_durably(in(folder, kSealFile), seal);
}

namespace {

struct Sealed {
  std::string name;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
  bool fits(const std::optional<std::string>& bytes) const {
    return bytes && bytes->size() == size && crc32c(*bytes) == crc;
  }
};

std::optional<std::vector<Sealed>> parse_seal(const std::string& text) {
  auto end = text.rfind("end ");
  if (end == text.npos || text.substr(end) != "end " + hex32(crc32c(text.substr(0, end))) + '\n')
    return {};
  std::vector<Sealed> out;
  std::istringstream lines(text.substr(0, end));
  Sealed s;
  while (lines >> s.name >> s.size >> std::hex >> s.crc >> std::dec) out.push_back(s);
  return out;
}

void check_sealed(const std::string& folder, const Sealed& sealed, std::vector<Mended>& mended) {
  auto path = in(folder, sealed.name), copy = path + std::string(kCopySuffix);
  auto copied = is_needed(sealed.name) ? read_file(copy) : std::nullopt;
  if (is_needed(sealed.name) && !sealed.fits(copied))
    mended.push_back({sealed.name + std::string(kCopySuffix), damage(copy)});
  if (sealed.fits(read_file(path))) return;
  mended.push_back({sealed.name, damage(path)});
  if (sealed.fits(copied) && write_durably(path, *copied))
    log::warning("store", "a damaged file was replaced by its copy", {{"file", path}});
}

}  // namespace

void break_seal(const std::string& folder, std::vector<Mended>& mended) {
  auto path = in(folder, kSealFile);
  if (auto text = read_file(path)) {
    auto sealed = parse_seal(*text);
    if (!sealed) mended.push_back({std::string(kSealFile), damage(path)});
    for (const auto& file : sealed.value_or(std::vector<Sealed>{}))
      check_sealed(folder, file, mended);
  }
  std::error_code none;
  fs::remove(path, none);
  for (const auto& item : fs::directory_iterator(folder, none))
    if (item.path().string().ends_with(kCopySuffix)) fs::remove(item.path(), none);
}

Result<> Engine::check_files(const OnFile& damaged) {
  for (const auto& m : db_.mended) damaged(m.file, m.error);
  rocksdb::LiveFilesStorageInfoOptions options;
  options.include_checksum_info = true;
  std::vector<rocksdb::LiveFileStorageInfo> files;
  auto status = db_.db->GetLiveFilesStorageInfo(options, &files);
  if (!status.ok()) return std::unexpected(to_error(status, folder_));
  auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  std::string piece(1 << 20, '\0');
  for (const auto& f : files) {
    if (f.file_checksum.empty() || f.file_checksum_func_name != "FileChecksumCrc32c") continue;
    auto path = f.directory + '/' + f.relative_filename;
    std::ifstream file(path, std::ios::binary);
    auto sum = factory->CreateFileChecksumGenerator({});
    while (file.read(piece.data(), std::streamsize(piece.size())), file.gcount() > 0)
      sum->Update(piece.data(), std::size_t(file.gcount()));
    sum->Finalize();
    if (sum->GetChecksum() != f.file_checksum) damaged(f.relative_filename, damage(path));
  }
  return {};
}

}  // namespace hato::store::rocks
