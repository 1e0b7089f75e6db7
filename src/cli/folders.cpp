// SPDX-License-Identifier: Apache-2.0
#include "cli/folders.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "net/fd.h"

namespace hato::cli {
namespace fs = std::filesystem;
namespace {

std::unexpected<Error> unwritable(const std::string& file, std::string reason) {
  return fail(ErrorId::kFileUnwritable, {{"file", file}, {"reason", std::move(reason)}});
}

}  // namespace

Result<> make_folder(const std::string& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) return unwritable(path, failed.message());
  return {};
}

Result<> write_new(const std::string& path, const std::string& text, unsigned mode) {
  net::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  bool ok = fd && ::fchmod(fd.get(), mode) == 0 &&
            ::write(fd.get(), text.data(), text.size()) == ssize_t(text.size()) &&
            ::fsync(fd.get()) == 0;
  if (!ok) return unwritable(path, std::strerror(errno));
  return {};
}

Result<> sync_folder(const std::string& path) {
  net::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return unwritable(path, std::strerror(errno));
  return {};
}

Result<> hand_over(const std::string& folder) {
  struct stat st{};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &st) != 0 || st.st_uid == 0) return {};
  std::error_code failed;
  for (const auto& item : fs::recursive_directory_iterator(folder, failed))
    if (::lchown(item.path().c_str(), st.st_uid, st.st_gid) != 0)
      return unwritable(item.path().string(), std::strerror(errno));
  if (failed) return unwritable(folder, failed.message());
  return {};
}

}  // namespace hato::cli
