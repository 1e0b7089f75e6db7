// SPDX-License-Identifier: Apache-2.0
#include "account/authenticator.h"

#include "account/name.h"
#include "account/prep.h"
#include "account/secret.h"
#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "catalogue/errors.h"

namespace hato::account {
namespace {

constexpr std::size_t kSaltSize = 16;

// "TARO@HATO.TEST" is shown the salt of "taro@hato.test", as it would be if he existed.
std::string canonical(std::string_view login) {
  auto name = parse_name(login);
  return name ? name->full : to_lower(login);
}

}  // namespace

Outcome failure(const Error& error, std::string_view login) {
  Outcome outcome{.kind = Outcome::kFailure, .login = std::string(login)};
  outcome.error = error;
  return outcome;
}
Outcome failure(ErrorId id, std::string_view login) { return failure(Error(id), login); }

Authenticator::Impl::Impl(Directory& d) : directory(d), decoy_hash(hash_secret(random_bytes(16))) {}

Result<Authenticator::Impl::User> Authenticator::Impl::find(std::string_view login) {
  User user;
  auto prepared = saslprep(login);
  if (prepared) {
    HATO_TRY(account, directory.account(*prepared));
    user.account = std::move(account);
  }
  // Account 0 has no row: the same read for a user who does not exist.
  HATO_TRY(secrets, directory.secrets(user.account ? user.account->id : 0));
  if (secrets) user.secrets = std::move(*secrets);
  return user;
}

Outcome Authenticator::Impl::admit(const User& user, std::string_view login,
                                   std::string_view authzid) {
  const auto& account = *user.account;
  if (!authzid.empty()) {  // RFC 4422 3.4.1: nobody acts for another
    auto as = directory.account(authzid);
    if (!as) return failure(as.error(), login);
    if (!*as || (*as)->id != account.id) return failure(ErrorId::kLoginFailed, login);
  }
  if (account.disabled)
    return failure(Error(ErrorId::kAccountDisabled, {{"address", account.address}}), login);
  return {.kind = Outcome::kSuccess, .account = account, .login = std::string(login)};
}

Outcome Authenticator::Impl::check_password(std::string_view login, std::string_view password) {
  if (password.size() > kMaxSecret) return failure(ErrorId::kLoginFailed, login);
  auto user = find(login);
  if (!user) return failure(user.error(), login);
  const auto& hash = user->secrets.hash;
  // An imported hash was made of the bytes as another server had them.
  bool ours = hash.empty() || is_current_hash(hash);
  auto clear = ours ? saslprep(password).value_or("") : std::string(password);
  Wiped wiped(clear);
  auto now = now_ms();
  if (user->account && verified.knows(user->account->id, hash, clear, now))
    return admit(*user, login);
  bool right = verify_secret(hash.empty() ? decoy_hash : hash, clear) && user->account;
  if (!right || hash.empty()) return failure(ErrorId::kLoginFailed, login);
  if (ours) {
    verified.remember(user->account->id, hash, clear, now);
  } else if (auto kept = directory.upgrade_secret(user->account->id, hash, password); !kept) {
    log::warning(
        "login", "an imported password could not be kept in today's form",
        {{"account", user->account->address}, {"reason", catalogue::log_text(kept.error())}});
  }
  return admit(*user, login);
}

// RFC 5802 9: a user who does not exist is shown a salt of his own, always the same.
Result<ScramKeys> Authenticator::Impl::scram_keys(const User& user, std::string_view login,
                                                  Hash hash) const {
  const auto& text = hash == Hash::kSha256 ? user.secrets.scram_sha256 : user.secrets.scram_sha1;
  if (auto keys = parse_scram(text)) return std::move(*keys);
  auto about = std::string(hash == Hash::kSha256 ? "256 " : "1 ") + canonical(login);
  auto salt = hmac(Hash::kSha256, directory.decoy_key(), about).substr(0, kSaltSize);
  auto nobody = random_bytes(hash == Hash::kSha256 ? 32 : 20);
  return ScramKeys{kScramIterations, std::move(salt), nobody, nobody};
}

Authenticator::Authenticator(Directory& directory) : impl_(std::make_unique<Impl>(directory)) {}
Authenticator::~Authenticator() = default;

Outcome Authenticator::login(std::string_view user, std::string_view password) {
  return impl_->check_password(user, password);
}

// RFC 1939 7
Outcome Authenticator::apop(std::string_view login, std::string_view stamp,
                            std::string_view given) {
  auto user = impl_->find(login);
  if (!user) return failure(user.error(), login);
  auto text = std::string(stamp) + user->secrets.plain;
  Wiped wiped(text), secret(user->secrets.plain);
  bool right = equal_in_time(to_hex(digest(Hash::kMd5, text)), to_lower(given));
  if (!right || user->secrets.plain.empty()) return failure(ErrorId::kLoginFailed, login);
  return impl_->admit(*user, login);
}

bool Authenticator::offers_plain_secret() const {
  auto any = impl_->directory.any_plain_secret();
  return any && *any;
}

Authenticator::Slow Authenticator::slow(std::string_view ip, std::string_view login) {
  return impl_->slowing.look(ip, login, now_ms());
}

void Authenticator::record(std::string_view ip, std::string_view login, bool success) {
  impl_->slowing.record(ip, login, success, now_ms());
}

}  // namespace hato::account
