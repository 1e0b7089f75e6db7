// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/report.h"
#include "net/tls.h"

namespace hato::cli {
namespace {

constexpr int kWarned = 1;

// The configuration and what it points to. Warnings give exit code 1, so that scripts see them.
Result<> check(Call& call) {
  HATO_TRY(config, load_config(call.config_file, call.look.lang));
  std::vector<net::CertificateFiles> files;
  for (std::size_t i = 0; i < config.certificates.size(); ++i)
    files.push_back({config.path(config.certificates[i]), config.path(config.keys[i])});
  if (!files.empty()) HATO_CHECK(net::load_tls(std::move(files)));
  auto warnings = config_warnings(config);
  call.exit_code = warnings.empty() ? 0 : kWarned;
  if (call.look.json) {
    Table table(call, {{"key", {}}, {"warning", {}}});
    for (const auto& w : warnings)
      table.row({std::string(w.key), fill(call.text(w.text), {w.value})});
    return {};
  }
  for (const auto& w : warnings)
    call.out.write(std::string(call.text({"warning: ", "警告: "})) + std::string(w.key) + ": " +
                   fill(call.text(w.text), {w.value}) + '\n');
  if (warnings.empty())
    call.out.write(fill(call.text({"{} is good.\n", "{} に問題はありません。\n"}), {config.file}));
  return {};
}

Result<> show_config(Call& call) {
  HATO_TRY(config, load_config(call.config_file, call.look.lang));
  const Config defaults;
  Table table(
      call,
      {{"key", {"key", "キー"}}, {"value", {"value", "値"}}, {"default", {"default", "既定"}}});
  for (const auto& key : config_keys()) {
    auto value = format_value(key, config);
    table.row({std::string(key.name), value, value == format_value(key, defaults)});
  }
  return {};
}

Result<> show_default(Call& call) {
  if (!call.look.json) return call.out.write(config_file_text({}, call.look.lang)), Result<>{};
  Table table(call, {{"key", {}}, {"default", {}}, {"doc", {}}});
  const Config defaults;
  for (const auto& key : config_keys())
    table.row({std::string(key.name), format_value(key, defaults),
               std::string(key.doc.in(call.look.lang))});
  return {};
}

}  // namespace

std::vector<Command> config_commands() {
  return {
      {"config check",
       "",
       {"check the configuration and its certificates", "設定と証明書を確かめる"},
       {},
       {{"hato -c ./data/hato.toml config check", {}}},
       Command::kHere,
       check},
      {"config show",
       "",
       {"show every value in effect", "有効な値をすべて見る"},
       {},
       {},
       Command::kHere,
       show_config},
      {"config default",
       "",
       {"print the file of all keys with their defaults", "すべてのキーと既定値を書き出す"},
       {},
       {{"hato config default > hato.toml", {}}},
       Command::kHere,
       show_default},
  };
}

}  // namespace hato::cli
