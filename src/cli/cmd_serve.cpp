// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/server.h"

namespace hato::cli {
namespace {

Result<> serve(Call& call) {
  HATO_TRY(config, load_config(call.config_file, call.look.lang));
  return run_server(config);
}

}  // namespace

std::vector<Command> serve_commands() {
  return {{"serve",
           "",
           {"run the server", "サーバーを動かす"},
           {},
           {{"hato -c /etc/hato/hato.toml serve",
             {"SIGTERM stops it, SIGHUP reads certificates and log level again",
              "SIGTERM で停止、SIGHUP で証明書とログレベルを読み直します"}}},
           Command::kHere,
           serve}};
}

}  // namespace hato::cli
