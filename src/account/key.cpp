// SPDX-License-Identifier: Apache-2.0
#include "account/key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/id.h"

namespace hato::account {
namespace {

std::unexpected<Error> unusable(const std::string& path, std::string reason) {
  return fail(ErrorId::kKeyUnusable, {{"file", path}, {"reason", std::move(reason)}});
}

struct File {
  int fd;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
};

Result<std::string> read_key(const std::string& path) {
  File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return unusable(path, std::strerror(errno));
  struct stat st{};
  if (::fstat(file.fd, &st) != 0) return unusable(path, std::strerror(errno));
  if (st.st_mode & 077) return unusable(path, "others may read it (chmod 600)");
  std::string key(kKeySize + 1, '\0');
  auto n = ::read(file.fd, key.data(), key.size());
  if (n != ssize_t(kKeySize)) return unusable(path, "it is not 32 bytes long");
  key.resize(kKeySize);
  return key;
}

void sync_folder_of(const std::string& path) {
  auto slash = path.rfind('/');
  auto folder = slash == path.npos ? std::string(".") : path.substr(0, slash + 1);
  File file{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (file.fd >= 0) ::fsync(file.fd);
}

}  // namespace

// Written beside and linked into place, so a crash leaves a whole key or none.
Result<std::string> load_key(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return read_key(path);
  auto key = random_bytes(kKeySize);
  auto temporary = path + ".new";
  ::unlink(temporary.c_str());
  {
    File file{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (file.fd < 0) return unusable(path, std::strerror(errno));
    if (::write(file.fd, key.data(), key.size()) != ssize_t(key.size()) || ::fsync(file.fd) != 0)
      return unusable(path, std::strerror(errno));
  }
  int linked = ::link(temporary.c_str(), path.c_str());
  auto reason = errno;
  ::unlink(temporary.c_str());
  if (linked != 0 && reason == EEXIST) return read_key(path);
  if (linked != 0) return unusable(path, std::strerror(reason));
  sync_folder_of(path);
  return key;
}

}  // namespace hato::account
