// SPDX-License-Identifier: Apache-2.0
// Either side of TLS over one RawSocket, without waiting: each call does what it can with what has
// arrived and leaves what is to be sent in the socket's queue.
#pragma once
#include <openssl/types.h>

#include <memory>

#include "net/client.h"
#include "net/raw_socket.h"
#include "net/stream.h"

namespace hato::net {

class TlsSession {
 public:
  TlsSession(std::shared_ptr<const TlsServer> server, RawSocket& raw);
  TlsSession(std::shared_ptr<const TlsClient> client, const TlsPeer& peer, RawSocket& raw);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // kOk: established. info() is filled then, and when the other side's certificate did not do.
  Io handshake();
  Io read(char* to, std::size_t room, std::size_t& n);
  // Takes all of `plain`; kBroken where the connection is past use.
  Io write(std::string_view plain);
  void shut_down();  // queues close_notify

  const TlsInfo& info() const { return info_; }
  // Why the handshake failed, for a person.
  std::string reason() const { return reason_; }
  // The first byte that came was not of a TLS record.
  bool began_in_plaintext() const { return plaintext_; }

 private:
  friend struct TlsBio;
  void attach();
  Io outcome(int ret);
  void fill_info();
  void fill_server_info();
  void fill_client_info();

  std::shared_ptr<const TlsServer> server_;  // one of the two
  std::shared_ptr<const TlsClient> client_;
  RawSocket& raw_;
  SSL* ssl_;
  const bool demanding_ = false;
  TlsInfo info_;
  std::string reason_;
  bool established_ = false, started_ = false, plaintext_ = false, ended_ = false;
  bool broken_ = false;
};

}  // namespace hato::net
