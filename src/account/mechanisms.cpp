// SPDX-License-Identifier: Apache-2.0
// The mechanisms: one class an exchange, one row of kMechanisms a name.
#include <array>

#include "account/authenticator.h"
#include "account/prep.h"
#include "account/secret.h"
#include "base/id.h"
#include "base/text.h"

namespace hato::account {
namespace {

using Impl = Authenticator::Impl;
using Response = std::optional<std::string_view>;

Outcome challenge(std::string data, std::string_view login = {}) {
  return {.kind = Outcome::kChallenge, .data = std::move(data), .login = std::string(login)};
}

// What an exchange is made of.
struct Setting {
  Impl& impl;
  const Channel& channel;
  std::string_view host;
};

// RFC 4616: [authzid] NUL authcid NUL passwd
class Plain final : public Exchange {
 public:
  explicit Plain(const Setting& s) : impl_(s.impl) {}
  Outcome step(Response response) override {
    if (!response) return challenge("");
    auto parts = split(*response, '\0');
    if (parts.size() != 3 || parts[1].empty() || parts[2].empty())
      return failure(ErrorId::kSaslMalformed);
    auto outcome = impl_.check_password(parts[1], parts[2]);
    if (outcome.kind != Outcome::kSuccess || parts[0].empty()) return outcome;
    return impl_.admit({outcome.account, {}}, parts[1], parts[0]);
  }

 private:
  Impl& impl_;
};

// draft-murchison-sasl-login: two questions, whose words old clients look at.
class Login final : public Exchange {
 public:
  explicit Login(const Setting& s) : impl_(s.impl) {}
  Outcome step(Response response) override {
    if (!response) return challenge("Username:");
    if (user_) return impl_.check_password(*user_, *response);
    user_ = *response;
    if (user_->empty()) return failure(ErrorId::kSaslMalformed);
    return challenge("Password:", *user_);
  }

 private:
  Impl& impl_;
  std::optional<std::string> user_;
};

// RFC 2195: the server speaks first, the client answers "user digest".
class CramMd5 final : public Exchange {
 public:
  explicit CramMd5(const Setting& s)
      : impl_(s.impl),
        challenge_("<" + to_hex(random_bytes(8)) + "." + std::to_string(now_ms()) + "@" +
                   std::string(s.host) + ">") {}
  Outcome step(Response response) override {
    if (!response) return challenge(challenge_);
    auto space = response->rfind(' ');
    if (space == response->npos) return failure(ErrorId::kSaslMalformed);
    auto login = response->substr(0, space);
    auto user = impl_.find(login);
    if (!user) return failure(user.error(), login);
    Wiped wiped(user->secrets.plain);
    auto right = to_hex(hmac(Hash::kMd5, user->secrets.plain, challenge_));
    bool same = equal_in_time(right, to_lower(response->substr(space + 1)));
    if (!same || user->secrets.plain.empty()) return failure(ErrorId::kLoginFailed, login);
    return impl_.admit(*user, login);
  }

 private:
  Impl& impl_;
  const std::string challenge_;
};

std::string binding_data(const Channel& c, std::string_view type) {
  if (type == "tls-exporter") return c.exporter;                  // RFC 9266
  if (type == "tls-unique") return c.unique;                      // RFC 5929 3
  if (type == "tls-server-end-point") return c.server_end_point;  // RFC 5929 4
  return {};
}

bool can_bind(const Channel& c) {
  return !c.exporter.empty() || !c.unique.empty() || !c.server_end_point.empty();
}

// RFC 5802, 7677
class Scram final : public Exchange {
 public:
  Scram(const Setting& s, Hash hash, bool plus)
      : impl_(s.impl),
        hash_(hash),
        scram_(
            {hash, plus, can_bind(s.channel),
             [channel = s.channel](std::string_view type) { return binding_data(channel, type); }},
            to_base64(random_bytes(18))) {}

  Outcome step(Response response) override {
    if (!response) return stage_ == kFirst ? challenge("") : failure(ErrorId::kSaslMalformed);
    switch (stage_) {
      case kFirst:
        return first(*response);
      case kProof:
        return proof(*response);
      case kLast:
        break;
    }
    if (!response->empty()) return failure(ErrorId::kSaslMalformed, scram_.user());
    return impl_.admit(user_, scram_.user(), scram_.authzid());
  }

 private:
  Outcome first(std::string_view message) {
    if (!scram_.read_first(message)) return failure(ErrorId::kSaslMalformed);
    auto user = impl_.find(scram_.user());
    if (!user) return failure(user.error(), scram_.user());
    user_ = std::move(*user);
    auto keys = impl_.scram_keys(user_, scram_.user(), hash_);
    if (!keys) return failure(keys.error(), scram_.user());
    stage_ = kProof;
    return challenge(scram_.server_first(std::move(*keys)), scram_.user());
  }
  Outcome proof(std::string_view message) {
    auto last = scram_.finish(message);
    if (!last || !user_.account) return failure(ErrorId::kLoginFailed, scram_.user());
    stage_ = kLast;
    return challenge(std::move(*last), scram_.user());
  }

  enum { kFirst, kProof, kLast } stage_ = kFirst;
  Impl& impl_;
  const Hash hash_;
  ScramServer scram_;
  Impl::User user_;
};

template <class E>
std::unique_ptr<Exchange> make(const Setting& s) {
  return std::make_unique<E>(s);
}
template <Hash hash, bool plus>
std::unique_ptr<Exchange> make_scram(const Setting& s) {
  return std::make_unique<Scram>(s, hash, plus);
}

struct Mechanism {
  std::string_view name;
  bool clear;   // gives the password away: TLS, or allow_plaintext
  bool plus;    // needs a channel binding
  bool opt_in;  // needs reversible secrets: offered where somebody has one
  std::unique_ptr<Exchange> (*make)(const Setting&);
};
// In order of preference.
constexpr std::array<Mechanism, 7> kMechanisms = {{
    {"SCRAM-SHA-256-PLUS", false, true, false, make_scram<Hash::kSha256, true>},
    {"SCRAM-SHA-256", false, false, false, make_scram<Hash::kSha256, false>},
    {"SCRAM-SHA-1-PLUS", false, true, false, make_scram<Hash::kSha1, true>},
    {"SCRAM-SHA-1", false, false, false, make_scram<Hash::kSha1, false>},
    {"PLAIN", true, false, false, make<Plain>},
    {"LOGIN", true, false, false, make<Login>},
    {"CRAM-MD5", false, false, true, make<CramMd5>},
}};

bool needs_tls(const Mechanism& m, const Channel& c) {
  return m.clear && !c.encrypted && !c.allow_plaintext;
}

}  // namespace

std::vector<std::string_view> Authenticator::mechanisms(const Channel& channel) const {
  bool opted_in = offers_plain_secret();
  std::vector<std::string_view> out;
  for (const auto& m : kMechanisms)
    if (!needs_tls(m, channel) && (!m.plus || can_bind(channel)) && (!m.opt_in || opted_in))
      out.push_back(m.name);
  return out;
}

Result<std::unique_ptr<Exchange>> Authenticator::start(std::string_view mechanism,
                                                       const Channel& channel,
                                                       std::string_view host) {
  for (const auto& m : kMechanisms) {
    if (!iequals(m.name, mechanism)) continue;
    if (needs_tls(m, channel)) return fail(ErrorId::kTlsRequired);
    if (m.plus && !can_bind(channel)) break;
    return m.make({*impl_, channel, host});
  }
  return fail(ErrorId::kMechanismUnknown);
}

}  // namespace hato::account
