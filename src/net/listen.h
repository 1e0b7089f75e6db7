// SPDX-License-Identifier: Apache-2.0
// Opening listening sockets, and endpoints as the kernel has them.
#pragma once
#include "net/fd.h"
#include "net/stream.h"

struct sockaddr_storage;

namespace hato::net {

struct Listener;

struct Listening {
  UniqueFd fd;
  Endpoint local;
  bool inherited = false;  // from systemd: its path stays when we end
};

// Non-blocking. Errors: port-in-use, port-forbidden, address-unavailable.
Result<Listening> open_listener(const Listener& listener);

Endpoint endpoint_of(const sockaddr_storage& address, const std::string& unix_path);
Endpoint local_endpoint(int fd);

}  // namespace hato::net
