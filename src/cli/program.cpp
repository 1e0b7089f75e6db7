// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <algorithm>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/config.h"
#include "cli/control.h"
#include "cli/report.h"
#include "cli/services.h"

namespace hato::cli {
namespace {

constexpr int kUsage = 64, kNoOutput = 74, kInternal = 70;  // sysexits.h

class FdInput final : public Input {
 public:
  std::size_t read(char* to, std::size_t room) override {
    ssize_t n;
    do n = ::read(STDIN_FILENO, to, room);
    while (n < 0 && errno == EINTR);
    return n > 0 ? std::size_t(n) : 0;
  }
};

class FdOutput final : public Output {
 public:
  explicit FdOutput(int fd) : fd_(fd) {}
  void write(std::string_view bytes) override {
    while (!bytes.empty() && !failed) {
      auto n = ::write(fd_, bytes.data(), bytes.size());
      if (n > 0) bytes.remove_prefix(std::size_t(n));
      failed = n < 0 && errno != EINTR;
    }
  }
  bool failed = false;

 private:
  const int fd_;
};

std::string_view env(const char* name) {
  auto* value = std::getenv(name);
  return value ? value : "";
}

std::string_view env_lang() {
  for (auto* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (auto value = env(name); !value.empty()) return value;
  return {};
}

Look this_look(Lang lang, bool json) {
  Look look{.lang = lang,
            .json = json,
            .out_tty = ::isatty(STDOUT_FILENO) == 1,
            .err_tty = ::isatty(STDERR_FILENO) == 1};
  look.colours = look.out_tty && env("NO_COLOR").empty() && env("TERM") != "dumb";
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col) look.columns = size.ws_col;
  return look;
}

// Runs the command's function; an error or an exception becomes its exit code.
int finish(Call& call) {
  try {
    auto result = call.command.run(call);
    if (result) return call.exit_code;
    tell_error(call.look, call.err, result.error());
    return catalogue::row(result.error()).exit;
  } catch (const std::exception& e) {
    call.err.write(std::string("hato: ") + e.what() + '\n');
    return kInternal;
  }
}

// The running server where one listens, else the store itself. A server that is just starting
// has the store already and the socket soon.
int run_at_home(const std::string& config_file, const std::vector<std::string>& words,
                const Look& look, Input& in, Output& out, Output& err) {
  auto config = load_config(config_file, look.lang);
  if (!config) return tell_error(look, err, config.error()), catalogue::row(config.error()).exit;
  auto socket_path = config->control_socket();
  for (int tries = 0;; ++tries) {
    if (auto socket = connect_control(socket_path)) {
      if (auto code = run_remote(*socket, {words, look}, in, out, err)) return *code;
      Error gone(ErrorId::kControlLost);
      return tell_error(look, err, gone), catalogue::row(gone).exit;
    }
    auto services = [&]() -> Result<std::unique_ptr<Services>> {
      HATO_CHECK(become_owner(config->data_folder()));
      log::set_level(log::Level::kWarning);
      return open_services(*config);
    }();
    if (services) return run_in_store(**services, words, look, in, out, err, [] { return false; });
    if (services.error().id() != ErrorId::kStoreLocked || tries == 20)
      return tell_error(look, err, services.error()), catalogue::row(services.error()).exit;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

std::string default_config() {
  auto named = env("HATO_CONFIG");
  return named.empty() ? "/etc/hato/hato.toml" : std::string(named);
}

// A line from the terminal that is not shown.
std::string ask_hidden(Output& err, std::string_view prompt) {
  termios before{};
  ::tcgetattr(STDIN_FILENO, &before);
  auto hidden = before;
  hidden.c_lflag &= ~tcflag_t(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);  // before the prompt: it drops what was typed
  err.write(prompt);
  std::string line;
  for (char c; ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n';) line += c;
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  err.write("\n");
  return line;
}

class TextInput final : public Input {
 public:
  explicit TextInput(std::string text) : text_(std::move(text)) {}
  std::size_t read(char* to, std::size_t room) override {
    auto n = text_.copy(to, room);
    text_.erase(0, n);
    return n;
  }

 private:
  std::string text_;
};

// A command that wants a password asks for it here, where the terminal is.
bool wants_password(const Parsed& parsed) {
  for (const auto& o : parsed.command->options)
    if (o.name == "--password-stdin")
      return !parsed.args.has("--password-stdin") && ::isatty(STDIN_FILENO) == 1;
  return false;
}

std::optional<std::string> ask_password(const Look& look, Output& err) {
  auto first = ask_hidden(err, Text{"New password: ", "新しいパスワード: "}.in(look.lang));
  auto again = ask_hidden(err, Text{"Once more: ", "もう一度: "}.in(look.lang));
  if (first == again) return first + '\n';
  err.write(Text{"The two are not the same; nothing was changed.\n",
                 "2つが一致しないため、何も変更していません。\n"}
                .in(look.lang));
  return {};
}

int run_here(const Parsed& parsed, const Look& look, const std::string& config_file, Input& in,
             Output& out, Output& err) {
  Call call{.command = *parsed.command,
            .args = parsed.args,
            .look = look,
            .config_file = config_file,
            .in = in,
            .out = out,
            .err = err,
            .cancelled = [] { return false; }};
  return finish(call);
}

// The same call, free of what only concerns this end.
std::vector<std::string> words_of(const Parsed& parsed) {
  std::vector<std::string> out;
  for (auto part : split(parsed.command->name, ' ')) out.emplace_back(part);
  for (const auto& [name, value] : parsed.args.options)
    if (std::ranges::find(global_options(), name, &OptionRow::name) == global_options().end())
      out.push_back(value.empty() ? name : name + '=' + value);
  out.emplace_back("--");
  out.insert(out.end(), parsed.args.words.begin(), parsed.args.words.end());
  return out;
}

int run_parsed(Parsed& parsed, const Look& look, Input& in, FdOutput& out, FdOutput& err) {
  auto file =
      parsed.args.has("--config") ? std::string(parsed.args.value("--config")) : default_config();
  if (parsed.command->where == Command::kHere) return run_here(parsed, look, file, in, out, err);
  if (!wants_password(parsed)) return run_at_home(file, words_of(parsed), look, in, out, err);
  auto password = ask_password(look, err);
  if (!password) return kUsage;
  parsed.args.options["--password-stdin"];
  TextInput typed(*password);
  return run_at_home(file, words_of(parsed), look, typed, out, err);
}

int show_help(const Parsed& parsed, const Look& look, FdOutput& out, FdOutput& err) {
  if (parsed.command) return out.write(help_for(*parsed.command, look)), 0;
  auto& to = parsed.help ? out : err;
  to.write(parsed.group.empty() ? help_for_all(look) : help_for_group(parsed.group, look));
  return parsed.help ? 0 : kUsage;
}

}  // namespace

void tell_error(const Look& look, Output& err, const Error& error) {
  const auto& row = catalogue::row(error);
  auto what = catalogue::fill(row.what(look.lang), error);
  auto fix = catalogue::fill(row.fix(look.lang), error);
  if (!look.json) {
    auto between = look.lang == Lang::kJa || fix.empty() ? "" : " ";
    return err.write("hato: " + what + between + fix + '\n');
  }
  err.write("{\"error\": " + json_string(row.slug) + ", \"what\": " + json_string(what) +
            ", \"fix\": " + json_string(fix) + ", \"exit\": " + std::to_string(row.exit) + "}\n");
}

int run_in_store(Services& services, const std::vector<std::string>& words, const Look& look,
                 Input& in, Output& out, Output& err, const std::function<bool()>& cancelled) {
  auto parsed = parse_arguments(commands(), words, look.lang);
  if (parsed && (!parsed->command || parsed->command->where != Command::kStore))
    parsed = fail(ErrorId::kUsage, {{"problem", "not a command of the store"}});
  if (!parsed) return tell_error(look, err, parsed.error()), kUsage;
  Call call{.command = *parsed->command,
            .args = std::move(parsed->args),
            .look = look,
            .config_file = services.config.file,
            .in = in,
            .out = out,
            .err = err,
            .cancelled = cancelled,
            .services = &services};
  return finish(call);
}

int run_apart(const Call& call, const std::vector<std::string>& words) {
  class Nothing final : public Output {
    void write(std::string_view) override {}
  };
  auto child = ::fork();
  if (child == 0) {
    TextInput none("");
    Nothing dropped;
    ::_exit(run_at_home(call.config_file, words, call.look, none, dropped, call.err));
  }
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : kInternal;
}

Apart::Apart(const Call& call, const std::vector<std::string>& words, Way way) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  net::UniqueFd reads(ends[0]), writes(ends[1]);
  pid_ = ::fork();
  if (pid_ == 0) {
    if (way == kFeeds)
      ::dup2(reads.get(), STDIN_FILENO);
    else
      ::dup2(writes.get(), STDOUT_FILENO);
    reads = {};
    writes = {};
    FdInput in;
    FdOutput out(STDOUT_FILENO);
    ::_exit(run_at_home(call.config_file, words, call.look, in, out, call.err));
  }
  std::signal(SIGPIPE, SIG_IGN);  // told by write() instead
  pipe_ = std::move(way == kFeeds ? writes : reads);
}

bool Apart::write(std::string_view bytes) {
  while (!bytes.empty() && !broken_) {
    auto n = ::write(pipe_.get(), bytes.data(), bytes.size());
    if (n > 0) bytes.remove_prefix(std::size_t(n));
    broken_ = n < 0 && errno != EINTR;
  }
  return !broken_;
}

std::string Apart::read(std::size_t size) {
  std::string out(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    auto n = ::read(pipe_.get(), out.data() + have, size - have);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    have += std::size_t(n);
  }
  out.resize(have);
  return out;
}

int Apart::wait() {
  pipe_ = {};
  if (pid_ < 0) return code_;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : kInternal;
  return code_;
}

int run_program(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  FdInput in;
  FdOutput out(STDOUT_FILENO), err(STDERR_FILENO);
  auto lang = wanted_lang(words, env_lang());
  auto parsed = parse_arguments(commands(), words, lang);
  auto look = this_look(lang, parsed ? parsed->args.has("--json")
                                     : std::ranges::find(words, "--json") != words.end());
  if (!parsed) return tell_error(look, err, parsed.error()), kUsage;
  int code = 0;
  if (parsed->version)
    out.write("hato " HATO_VERSION "\n");
  else if (parsed->help || !parsed->command)
    code = show_help(*parsed, look, out, err);
  else
    code = run_parsed(*parsed, look, in, out, err);
  return code == 0 && out.failed ? kNoOutput : code;
}

}  // namespace hato::cli
