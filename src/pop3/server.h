// SPDX-License-Identifier: Apache-2.0
// POP3 (RFC 1939, 2449, 2595, 5034, 6856) for one connection. A session works on a snapshot of
// INBOX taken at login; nothing is locked on disk, and a broken connection deletes nothing.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "account/sasl.h"
#include "net/stream.h"
#include "store/mail.h"
#include "story/story.h"

namespace hato::pop3 {

struct Options {
  std::string hostname;
  std::chrono::seconds idle_timeout{600};      // RFC 1939 3: at least 10 minutes
  std::size_t max_errors = 20;
  bool plaintext_login = false;
  bool exclusive = false;                      // a second session gets [IN-USE], not a snapshot
  int login_delay_s = 0, expire_days = -1;     // CAPA LOGIN-DELAY, EXPIRE (-1: NEVER)
  std::shared_ptr<const net::TlsServer> tls;   // for STLS
};

struct Services {
  account::Directory& directory;
  account::Authenticator& authenticator;
  store::MailStore& mail;
  story::Story& story;
};

net::Task<void> serve(net::Stream& stream, const Options& options, const Services& services);
std::string refusal(const Error& error, const std::string& hostname);

}  // namespace hato::pop3
