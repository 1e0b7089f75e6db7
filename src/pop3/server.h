// SPDX-License-Identifier: Apache-2.0
// POP3 (RFC 1939, 2449, 2595, 5034, 6856) for one connection. A session works on a snapshot of
// INBOX taken at login; nothing is locked on disk, and a broken connection deletes nothing.
// A session belongs to its connection's thread; what it uses of the server outlives it.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "account/sasl.h"
#include "net/stream.h"
#include "pop3/maildrops.h"
#include "store/mail.h"
#include "story/story.h"

namespace hato::pop3 {

struct Options {
  std::string hostname;
  std::chrono::seconds idle_timeout{600};  // RFC 1939 3: at least 10 minutes
  std::size_t max_errors = 20;             // refusals before the session is ended
  bool plaintext_login = false;
  bool exclusive = false;  // a second session gets [IN-USE], not a snapshot
  int login_delay_s = 0;   // CAPA LOGIN-DELAY
  // CAPA EXPIRE: at QUIT, what was retrieved once and is as many days old is removed. -1: NEVER.
  int expire_days = -1;
  std::shared_ptr<const net::TlsServer> tls;  // for STLS; null: not offered
};

struct Services {
  account::Authenticator& authenticator;
  store::MailStore& mail;
  story::Story& story;
  Maildrops& maildrops;
};

net::Task<void> serve(net::Stream& stream, const Options& options, const Services& services);

// The line for a connection that is refused before a session.
std::string refusal(const Error& error, const std::string& hostname);

}  // namespace hato::pop3
