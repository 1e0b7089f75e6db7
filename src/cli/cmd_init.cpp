// SPDX-License-Identifier: Apache-2.0
// hato init: everything a new server needs, without a question.
#include <sys/stat.h>

#include <filesystem>

#include "account/key.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/dns_records.h"
#include "cli/folders.h"
#include "cli/input.h"
#include "cli/report.h"
#include "cli/services.h"
#include "message/address.h"
#include "net/tls.h"

namespace hato::cli {
namespace {
namespace fs = std::filesystem;

constexpr std::string_view kData = "/var/lib/hato", kConfig = "/etc/hato/hato.toml";
constexpr std::uint64_t kHighestPort = 995;

struct Plan {
  std::string domain, data, config;
  std::string listen = "*";
  std::uint16_t base = 0;
};

// LMTP knows no login: it stays on this machine.
std::string lmtp_address(const std::string& listen) {
  auto ip = net::Ip::parse(listen);
  return ip && ip->is_loopback() ? listen : "127.0.0.1";
}

std::string listen_value(const std::string& address, unsigned port) {
  return '[' + json_string(ListenAddress{address, std::uint16_t(port)}.text()) + ']';
}

std::vector<std::pair<std::string, std::string>> settings_of(const Plan& plan) {
  std::vector<std::pair<std::string, std::string>> out;
  out.emplace_back("hostname", json_string("mail." + plan.domain));
  bool beside = fs::path(plan.config).parent_path() == plan.data;
  if (!beside) {
    out.emplace_back("data", json_string(plan.data));
    out.emplace_back("tls.certificates", '[' + json_string(plan.data + "/tls/cert.pem") + ']');
    out.emplace_back("tls.keys", '[' + json_string(plan.data + "/tls/key.pem") + ']');
  }
  if (plan.base == 0 && plan.listen == "*") return out;
  constexpr std::pair<std::string_view, unsigned> kPorts[] = {
      {"listen.smtp", 25}, {"listen.submission", 587}, {"listen.submissions", 465},
      {"listen.lmtp", 24}, {"listen.pop3", 110},       {"listen.pop3s", 995}};
  for (const auto& [key, port] : kPorts)
    out.emplace_back(
        key, listen_value(port == 24 ? lmtp_address(plan.listen) : plan.listen, plan.base + port));
  return out;
}

Result<> refuse_existing(const Plan& plan) {
  std::error_code none;
  for (const auto& file : {plan.config, plan.data + "/store", plan.data + "/tls/key.pem"})
    if (fs::exists(file, none))
      return fail(ErrorId::kInitExists, {{"file", file}, {"config", plan.config}});
  return {};
}

Result<Plan> plan_of(const Call& call) {
  std::error_code none;
  auto absolute = [&](std::string_view path) {
    auto out = fs::absolute(path, none).lexically_normal().string();
    return out.size() > 1 && out.ends_with('/') ? out.substr(0, out.size() - 1) : out;
  };
  auto domain = message::ascii_domain(call.word(0));
  if (!domain)
    return fail(ErrorId::kInputInvalid,
                {{"value", call.word(0)},
                 {"expected", std::string(call.text({"a domain", "ドメイン名"}))}});
  Plan plan{.domain = *domain};
  bool named = call.args.has("--data");
  plan.data = absolute(named ? call.args.value("--data") : kData);
  plan.config = call.args.has("--config") ? absolute(call.args.value("--config"))
                : named                   ? plan.data + "/hato.toml"
                                          : std::string(kConfig);
  if (call.args.has("--listen")) plan.listen = call.args.value("--listen");
  if (plan.listen != "*" && !net::Ip::parse(plan.listen))
    return fail(ErrorId::kInputInvalid,
                {{"value", plan.listen},
                 {"expected", std::string(call.text({"an IP address", "IP アドレス"}))}});
  HATO_TRY(base, number_option(call, "--port-base", 0));
  if (base + kHighestPort > 65535)
    return fail(ErrorId::kInputInvalid,
                {{"value", std::to_string(base)},
                 {"expected", std::string(call.text({"at most 64540", "64540 以下"}))}});
  plan.base = std::uint16_t(base);
  return plan;
}

Result<> make_store(const Config& config, const std::string& domain) {
  HATO_TRY(services, open_services(config, {.create = true}));
  return services->directory.add_domain({.name = domain});
}

// The configuration last: where it is, everything is.
Result<> make_all(const Plan& plan, const Config& config, const std::string& text) {
  HATO_CHECK(make_folder(plan.data + "/tls"));
  HATO_CHECK(make_folder(fs::path(plan.config).parent_path()));
  HATO_CHECK(net::make_self_signed({plan.data + "/tls/cert.pem", plan.data + "/tls/key.pem"},
                                   {config.hostname, plan.domain}));
  HATO_CHECK(make_store(config, plan.domain));
  HATO_CHECK(hand_over(plan.data));
  return write_new(plan.config, text, 0644);
}

void tell_next(Call& call, const Plan& plan, const Config& config) {
  if (call.look.json)
    return done(call, {},
                {{"config", {}, plan.config},
                 {"data", {}, plan.data},
                 {"domain", {}, plan.domain},
                 {"hostname", {}, config.hostname}});
  std::string out = fill(call.text({"{} is set up: {}\n\nDNS records to publish:\n",
                                    "{} の準備ができました: {}\n\n公開する DNS レコード:\n"}),
                         {plan.domain, plan.config});
  for (const auto& r : dns_records(plan.domain, config))
    out += "  " + r.name + ". " + r.type + ' ' + r.value + '\n';
  out += fill(call.text({"  and an A or AAAA record of {} with this machine's address\n",
                         "  さらに {} の A または AAAA レコード (このマシンのアドレス)\n"}),
              {config.hostname});
  out += fill(
      call.text(
          {"\nNext:\n  hato -c {} account add NAME@{}\n  hato -c {} serve\n"
           "\nThe certificate is self-signed; name a real one in tls.certificates and "
           "tls.keys.\n",
           "\n次に:\n  hato -c {} account add 名前@{}\n  hato -c {} serve\n"
           "\n証明書は自己署名です。正式なものは tls.certificates と tls.keys で指定します。\n"}),
      {plan.config, plan.domain, plan.config});
  call.out.write(out);
}

Result<> init(Call& call) {
  ::umask(0077);
  log::set_level(log::Level::kWarning);
  HATO_TRY(plan, plan_of(call));
  HATO_CHECK(refuse_existing(plan));
  auto text = config_file_text(settings_of(plan), call.look.lang);
  HATO_TRY(config, parse_config(text, plan.config, call.look.lang));
  if (auto made = make_all(plan, config, text); !made) {
    // Only what was not there before, so that init can be run again.
    std::error_code none;
    fs::remove_all(config.store_folder(), none);
    fs::remove(config.key_file(), none);
    for (auto* file : {"/tls/cert.pem", "/tls/key.pem", "/tls", ""})
      fs::remove(plan.data + file, none);
    return made;
  }
  tell_next(call, plan, config);
  return {};
}

}  // namespace

std::vector<Command> init_commands() {
  return {{"init",
           "DOMAIN",
           {"set up a new server", "新しいサーバーを準備する"},
           {{"--data", "DIR", {"folder of everything (/var/lib/hato)", "保存先 (/var/lib/hato)"}},
            {"--listen", "ADDR", {"listen on this address only", "このアドレスだけで待ち受ける"}},
            {"--port-base", "N", {"add N to every port", "すべてのポート番号に N を足す"}}},
           {{"hato init example.jp", {"a server of this machine", "このマシンのサーバーとして"}},
            {"hato init hato.test --data ./data --listen 127.0.0.1 --port-base 10000",
             {"one to try things out with", "試しに使うサーバーとして"}}},
           Command::kHere,
           init}};
}

}  // namespace hato::cli
