// SPDX-License-Identifier: Apache-2.0
#include "cli/server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "catalogue/errors.h"
#include "cli/control.h"
#include "cli/housekeeping.h"
#include "cli/program.h"
#include "cli/services.h"
#include "net/systemd.h"
#include "net/tls.h"

namespace hato::cli {
namespace {

constexpr int kLockTries = 30;  // a tenth of a second each

log::Level level_of(std::string_view name) {
  constexpr std::pair<std::string_view, log::Level> kLevels[] = {{"error", log::Level::kError},
                                                                 {"warning", log::Level::kWarning},
                                                                 {"info", log::Level::kInfo},
                                                                 {"debug", log::Level::kDebug}};
  for (const auto& [known, level] : kLevels)
    if (name == known) return level;
  return log::Level::kInfo;
}

// What sessions stand on; made after the sockets are bound and root's rights are gone.
struct Stack {
  explicit Stack(std::unique_ptr<Services> s)
      : services(std::move(s)),
        authenticator(services->directory),
        policy(services->directory, services->mail, services->config.policy),
        acceptor(services->mail, services->queue),
        in_flight(services->config.smtp.max_in_flight),
        smtp{services->directory, authenticator, policy, acceptor, services->story, in_flight},
        pop3{authenticator, services->mail, services->story, maildrops} {}

  const std::unique_ptr<Services> services;
  account::Authenticator authenticator;
  policy::Policy policy;
  delivery::Acceptor acceptor;
  smtp::Budget in_flight;
  const smtp::Services smtp;
  pop3::Maildrops maildrops;
  const pop3::Services pop3;
};

class Server {
 public:
  explicit Server(const Config& config) : config_(config), runtime_(config.runtime) {}

  Result<> run() {
    HATO_CHECK(load_certificates());
    HATO_CHECK(listen_everywhere());
    HATO_CHECK(drop_rights());
    HATO_TRY(services, open_store());
    stack_.emplace(std::move(services));
    auto& running = stack_->services->running;
    running = {now_ms(), std::move(bound_), &runtime_};
    HATO_TRY(control, ControlServer::start(config_.control_socket(), [this](auto&&... call) {
               return run_request(call...);
             }));
    Housekeeping housekeeping(*stack_->services);
    housekeeping.start();
    std::thread signals([this] { obey_signals(); });
    say_ready(running);
    runtime_.run();
    net::notify_systemd("STOPPING=1");
    ended_ = true;
    ::kill(::getpid(), SIGTERM);  // wakes the signals' thread, where it was not what ended us
    signals.join();
    control.reset();
    log::info("server", "stopped");
    return {};
  }

 private:
  struct Service {
    std::string_view name;
    const ListenList& addresses;
    bool implicit_tls = false;
    std::function<net::Task<void>(net::Stream&)> session;
    std::function<std::string(const Error&)> refusal;
  };

  Result<> load_certificates() {
    std::vector<net::CertificateFiles> files;
    for (std::size_t i = 0; i < config_.certificates.size(); ++i)
      files.push_back({config_.path(config_.certificates[i]), config_.path(config_.keys[i])});
    if (files.empty()) return {};
    HATO_TRY(tls, net::load_tls(std::move(files)));
    tls_ = std::move(tls);
    return {};
  }

  smtp::Options smtp_options(smtp::Role role) const {
    auto out = config_.smtp;
    out.role = role;
    out.tls = tls_;
    return out;
  }

  Service smtp_service(std::string_view name, const ListenList& at, smtp::Role role,
                       bool implicit_tls = false) {
    auto options = std::make_shared<const smtp::Options>(smtp_options(role));
    return {name, at, implicit_tls,
            [this, options](net::Stream& s) { return smtp::serve(s, *options, stack_->smtp); },
            [this](const Error& e) { return smtp::refusal(e, config_.hostname); }};
  }

  Service pop3_service(std::string_view name, const ListenList& at, bool implicit_tls = false) {
    auto options = std::make_shared<pop3::Options>(config_.pop3);
    options->tls = tls_;
    return {name, at, implicit_tls,
            [this, options](net::Stream& s) { return pop3::serve(s, *options, stack_->pop3); },
            [this](const Error& e) { return pop3::refusal(e, config_.hostname); }};
  }

  std::vector<Service> services() {
    return {smtp_service("smtp", config_.smtp_listen, smtp::Role::kMx),
            smtp_service("submission", config_.submission_listen, smtp::Role::kSubmission),
            smtp_service("submissions", config_.submissions_listen, smtp::Role::kSubmission, true),
            smtp_service("lmtp", config_.lmtp_listen, smtp::Role::kLmtp),
            pop3_service("pop3", config_.pop3_listen),
            pop3_service("pop3s", config_.pop3s_listen, true)};
  }

  Result<> listen_everywhere() {
    for (const auto& service : services()) {
      if (service.implicit_tls && !tls_) {
        log::warning("server", "without a certificate this service stays off",
                     {{"service", std::string(service.name)}});
        continue;
      }
      if (net::has_systemd_sockets(service.name)) {  // they stand for all addresses
        HATO_CHECK(listen(service, "0.0.0.0", 0));
        continue;
      }
      for (const auto& at : service.addresses) {
        if (at.address != "*") {
          HATO_CHECK(listen(service, at.address, at.port));
          continue;
        }
        HATO_CHECK(listen(service, "0.0.0.0", at.port));
        // A machine without IPv6 is no reason to stay closed.
        auto v6 = listen(service, "::", at.port);
        if (!v6 && v6.error().id() != ErrorId::kAddressUnavailable) return v6;
      }
    }
    return {};
  }

  Result<> listen(const Service& service, const std::string& address, std::uint16_t port) {
    net::Listener listener{.name = std::string(service.name),
                           .address = address,
                           .port = port,
                           .tls = service.implicit_tls ? tls_ : nullptr,
                           .proxy_from = config_.proxy_from,
                           .max_per_ip = config_.max_per_ip,
                           .limits_exempt = config_.limits_exempt,
                           .refusal = service.refusal,
                           .session = service.session};
    HATO_TRY(where, runtime_.listen(std::move(listener)));
    bound_.emplace_back(service.name, std::move(where));
    return {};
  }

  // A command that works on the store directly is gone in a moment.
  Result<std::unique_ptr<Services>> open_store() {
    store::OpenOptions options;
    // Only for the power-cut test, which proves by it that syncing matters (tests/crash/kill9.py).
    options.sync = std::getenv("HATO_TEST_NO_SYNC") == nullptr;
    if (!options.sync) log::warning("server", "syncing is off: a power cut loses mail");
    for (int tries = 0;; ++tries) {
      auto services = open_services(config_, options);
      if (services || services.error().id() != ErrorId::kStoreLocked || tries == kLockTries)
        return services;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }

  Result<> drop_rights() {
    if (::geteuid() != 0) return {};
    HATO_CHECK(config_.user.empty() ? become_owner(config_.data_folder())
                                    : become_user(config_.user));
    if (::geteuid() == 0)
      log::warning("server", "runs as root: set user, or give the data folder another owner");
    return {};
  }

  int run_request(const Request& request, Input& in, Output& out, Output& err,
                  const std::function<bool()>& cancelled) {
    return run_in_store(*stack_->services, request.words, request.look, in, out, err, cancelled);
  }

  void say_ready(const Running& running) {
    std::string line = "hato " HATO_VERSION " is ready";
    for (std::string_view by = ": "; const auto& [name, where] : running.listeners) {
      line += std::string(by) + name + ' ' + where.text();
      by = ", ";
    }
    line += '\n';
    (void)!::write(STDERR_FILENO, line.data(), line.size());
    net::notify_systemd("READY=1\nSTATUS=" + line);
  }

  void obey_signals() {
    sigset_t set = signal_set();
    while (!ended_) {
      int signal = 0;
      if (::sigwait(&set, &signal) != 0) continue;
      if (signal == SIGHUP)
        reload();
      else
        runtime_.stop();
    }
  }

  void reload() {
    net::notify_systemd("RELOADING=1");
    if (auto fresh = load_config(config_.file, Lang::kEn))
      log::set_level(level_of(fresh->log_level));
    else
      log::error("server", catalogue::explain(fresh.error(), Lang::kEn));
    auto read = tls_ ? tls_->reload() : Result<>{};
    if (read)
      log::info("server", "certificates and log level were read again");
    else
      log::error("server", catalogue::explain(read.error(), Lang::kEn));
    net::notify_systemd("READY=1");
  }

 public:
  static sigset_t signal_set() {
    sigset_t set;
    ::sigemptyset(&set);
    for (int s : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, s);
    return set;
  }

 private:
  const Config& config_;
  // Sessions end before what they use: the stack is destroyed last.
  std::optional<Stack> stack_;
  net::Runtime runtime_;
  std::shared_ptr<net::TlsServer> tls_;
  std::vector<std::pair<std::string, net::Endpoint>> bound_;
  std::atomic<bool> ended_{false};
};

}  // namespace

Result<> run_server(const Config& config) {
  auto set = Server::signal_set();  // before any thread is made, so that all inherit it
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  ::umask(0077);
  log::set_level(level_of(config.log_level));
  for (const auto& w : config_warnings(config))
    log::warning("config", std::string(w.key), {{"value", w.value}});
  return Server(config).run();
}

}  // namespace hato::cli
