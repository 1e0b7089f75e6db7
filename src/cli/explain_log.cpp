// SPDX-License-Identifier: Apache-2.0
#include "cli/explain_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "doctor/log.h"

namespace hato::cli {
namespace {

class LogFile {
 public:
  static Result<std::unique_ptr<LogFile>> open(const std::string& name) {
    const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    std::unique_ptr<LogFile> file(new LogFile(name, fd));
    struct stat status{};
    if (fd < 0 || ::fstat(fd, &status) != 0)
      return fail(ErrorId::kFileUnreadable, {{"file", name}, {"reason", std::strerror(errno)}});
    if (S_ISDIR(status.st_mode)) return fail(ErrorId::kExplainFolder, {{"file", name}});
    return file;
  }
  ~LogFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  LogFile(const LogFile&) = delete;
  doctor::LogInput input;

 private:
  LogFile(const std::string& name, int fd)
      : input(name,
              [fd](char* to, std::size_t room) -> std::ptrdiff_t {
                for (;;)
                  if (const auto n = ::read(fd, to, room); n >= 0 || errno != EINTR) return n;
              }),
        fd_(fd) {}
  const int fd_;
};

// Rotated files from the oldest on, so that what came of a message is seen after the message. A
// pipe can be read only once: where one is among the words, their order stands.
Result<std::vector<std::string>> in_order(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    struct stat status{};
    if (::stat(name.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) return names;
  }
  std::vector<std::pair<std::int64_t, std::string>> out;
  for (const auto& name : names) {
    HATO_TRY(file, LogFile::open(name));
    std::string start(16 << 10, '\0');
    const auto n = file->input.read(start.data(), start.size());
    start.resize(n.value_or(0));
    out.emplace_back(doctor::log_begins(start, now_ms()), name);
  }
  std::sort(out.begin(), out.end());
  std::vector<std::string> sorted;
  for (auto& [at, name] : out) sorted.push_back(std::move(name));
  return sorted;
}

}  // namespace

Result<> explain_log(Call& call) {
  doctor::LogReader reader;
  Result<> read;
  std::string name(Text{"The input", "入力"}.in(call.look.lang));
  if (call.args.words.empty()) {
    doctor::LogInput input(
        name, [&](char* to, std::size_t room) { return std::ptrdiff_t(call.in.read(to, room)); });
    read = reader.read(input);
  } else {
    HATO_TRY(names, in_order(call.args.words));
    for (const auto& file_name : names) {
      HATO_TRY(file, LogFile::open(file_name));
      if (auto done = reader.read(file->input); !done) read = done;
    }
  }
  const auto summary = reader.finish();
  const auto lang = call.look.lang;
  if (!summary.lines) return read ? fail(ErrorId::kExplainNothing) : read;
  call.out.write(call.look.json
                     ? doctor::log_json(summary, lang)
                     : doctor::log_text(summary, lang, {call.look.colours, call.look.columns}));
  return read;
}

}  // namespace hato::cli
