// SPDX-License-Identifier: Apache-2.0
// The server: wires store, policy, sessions and sockets, runs until SIGTERM or SIGINT and closes
// in good order. SIGHUP reads the certificates and the log level again.
#pragma once
#include "base/error.h"
#include "cli/config.h"

namespace hato::cli {

// Blocks the calling thread. Errors: whatever prevents the start.
Result<> run_server(const Config& config);

}  // namespace hato::cli
