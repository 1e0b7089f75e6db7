// SPDX-License-Identifier: Apache-2.0
// STARTTLS: RFC 3207.
#include "smtp/session.h"

namespace hato::smtp {

void Session::starttls(std::string_view) {
  if (stream_.tls()) return refuse_again("TLS");
  if (!options_.tls) return not_offered({});
  // RFC 3207 4.2, 6: what came behind it in plaintext could be anybody's.
  if (more_follows_) return refuse_and_end(Error(ErrorId::kStarttlsInjection), verb_);
  reply("220 2.0.0 Ready to start TLS");
  after_ = &Session::handshake;
}

net::Task<void> Session::handshake() {
  auto secured = co_await stream_.start_tls(options_.tls);
  if (!secured) co_return lost(secured.error());
  forget_hello();
  trace_.add(story::What::kTls, stream_.tls()->version + " " + stream_.tls()->cipher);
}

}  // namespace hato::smtp
