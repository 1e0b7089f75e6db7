// SPDX-License-Identifier: Apache-2.0
// The two parts of systemd's protocol that a service speaks: sockets handed over at the start
// (sd_listen_fds(3)) and readiness told back (sd_notify(3)). Both do nothing without systemd.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "net/fd.h"

namespace hato::net {

// Takes the sockets named `name` (FileDescriptorName= of the .socket unit, by default the unit's
// name). A second call for the same name gives none. Before threads are started.
std::vector<UniqueFd> take_systemd_sockets(std::string_view name);
// Whether there are some that have not been taken yet.
bool has_systemd_sockets(std::string_view name);

// "READY=1", "STOPPING=1", "RELOADING=1", "STATUS=...". False where nobody listens.
bool notify_systemd(std::string_view state);

}  // namespace hato::net
