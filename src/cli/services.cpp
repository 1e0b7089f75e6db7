// SPDX-License-Identifier: Apache-2.0
#include "cli/services.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "account/key.h"

namespace hato::cli {
namespace {

Result<> become(const passwd& user) {
  bool ok = ::initgroups(user.pw_name, user.pw_gid) == 0 && ::setgid(user.pw_gid) == 0 &&
            ::setuid(user.pw_uid) == 0;
  if (ok) return {};
  return fail(ErrorId::kUserUnusable, {{"user", user.pw_name}, {"reason", std::strerror(errno)}});
}

}  // namespace

Result<std::unique_ptr<Services>> open_services(Config config, store::OpenOptions options) {
  HATO_TRY(store, store::open_rocksdb(config.store_folder(), options));
  HATO_TRY(key, account::load_key(config.key_file()));
  return std::make_unique<Services>(std::move(config), std::move(store), key);
}

Result<> become_owner(const std::string& folder) {
  struct stat st{};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &st) != 0 || st.st_uid == 0) return {};
  if (const auto* owner = ::getpwuid(st.st_uid)) return become(*owner);
  return fail(ErrorId::kUserUnusable,
              {{"user", std::to_string(st.st_uid)}, {"reason", "no such user"}});
}

Result<> become_user(const std::string& name) {
  if (const auto* user = ::getpwnam(name.c_str())) return become(*user);
  return fail(ErrorId::kUserUnusable, {{"user", name}, {"reason", "no such user"}});
}

}  // namespace hato::cli
