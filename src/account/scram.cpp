// SPDX-License-Identifier: Apache-2.0
#include "account/scram.h"

#include <algorithm>

#include "base/text.h"

namespace hato::account {
namespace {

constexpr std::size_t kMaxMessage = 4096, kMaxNonce = 512;

std::string exclusive_or(std::string a, std::string_view b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) a[i] = char(a[i] ^ b[i]);
  return a;
}

// "n=value" of an attribute list, in its fixed place.
std::optional<std::string_view> attribute(std::string_view part, char name) {
  if (part.size() < 2 || part[0] != name || part[1] != '=') return {};
  return part.substr(2);
}

// RFC 5802 5.1: a comma is =2C and an equals sign =3D, and nothing else begins with one.
std::optional<std::string> read_saslname(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    auto code = text.substr(i, 3);
    if (code != "=2C" && code != "=3D") return {};
    out += code == "=2C" ? ',' : '=';
    i += 2;
  }
  if (out.empty()) return {};
  return out;
}

bool is_nonce(std::string_view s) {
  return !s.empty() && s.size() <= kMaxNonce &&
         std::all_of(s.begin(), s.end(), [](char c) { return c > 0x20 && c < 0x7f && c != ','; });
}

}  // namespace

// RFC 5802 3
ScramKeys derive_scram(Hash hash, std::string_view prepared_secret, std::string salt,
                       unsigned iterations) {
  auto salted = pbkdf2(hash, prepared_secret, salt, iterations);
  return {iterations, std::move(salt), digest(hash, hmac(hash, salted, "Client Key")),
          hmac(hash, salted, "Server Key")};
}

std::string encode(const ScramKeys& k) {
  return std::to_string(k.iterations) + ',' + to_base64(k.salt) + ',' + to_base64(k.stored) + ',' +
         to_base64(k.server);
}

std::optional<ScramKeys> parse_scram(std::string_view text) {
  auto parts = split(text, ',');
  if (parts.size() != 4) return {};
  auto iterations = parse_u64(parts[0]);
  auto salt = from_base64(parts[1]), stored = from_base64(parts[2]), server = from_base64(parts[3]);
  if (!iterations || *iterations == 0 || *iterations > 10'000'000 || !salt || !stored || !server)
    return {};
  return ScramKeys{unsigned(*iterations), *salt, *stored, *server};
}

// RFC 5802 7: gs2-header = gs2-cbind-flag "," [authzid] ","
bool ScramServer::read_gs2(std::string_view header) {
  auto parts = split(header, ',');
  auto flag = parts[0], authzid = parts[1];
  if (auto type = attribute(flag, 'p')) {
    if (!rules_.plus) return false;
    bound_ = rules_.binding ? rules_.binding(*type) : "";
    if (bound_.empty()) return false;
  } else if (rules_.plus || (flag != "n" && flag != "y") || (flag == "y" && rules_.plus_offered)) {
    return false;  // RFC 5802 6: "y" although -PLUS was offered means that somebody took it out
  }
  if (authzid.empty()) return true;
  auto name = attribute(authzid, 'a');
  auto decoded = name ? read_saslname(*name) : std::nullopt;
  if (!decoded) return false;
  authzid_ = *decoded;
  return true;
}

bool ScramServer::read_first(std::string_view message) {
  auto comma = message.find(',');
  auto second = comma == message.npos ? comma : message.find(',', comma + 1);
  if (message.size() > kMaxMessage || second == message.npos) return false;
  gs2_ = message.substr(0, second + 1);
  first_bare_ = message.substr(second + 1);
  if (!read_gs2(std::string_view(gs2_).substr(0, second))) return false;
  auto parts = split(first_bare_, ',');
  auto user = attribute(parts[0], 'n');  // "m=", a mandatory extension, fails here
  auto nonce = parts.size() > 1 ? attribute(parts[1], 'r') : std::nullopt;
  if (!user || !nonce || !is_nonce(*nonce)) return false;
  auto decoded = read_saslname(*user);
  if (!decoded) return false;
  user_ = *decoded;
  nonce_.insert(0, *nonce);
  return true;
}

std::string ScramServer::server_first(ScramKeys keys) {
  keys_ = std::move(keys);
  server_first_ =
      "r=" + nonce_ + ",s=" + to_base64(keys_.salt) + ",i=" + std::to_string(keys_.iterations);
  return server_first_;
}

bool ScramServer::proof_holds(std::string_view proof) const {
  auto signature = hmac(rules_.hash, keys_.stored, auth_message_);
  if (proof.size() != signature.size()) return false;
  auto client_key = exclusive_or(signature, proof);
  return equal_in_time(digest(rules_.hash, client_key), keys_.stored);
}

std::optional<std::string> ScramServer::finish(std::string_view message) {
  auto proof_at = message.rfind(",p=");
  if (message.size() > kMaxMessage || proof_at == message.npos) return {};
  auto without_proof = message.substr(0, proof_at);
  auto proof = from_base64(message.substr(proof_at + 3));
  auto parts = split(without_proof, ',');
  auto binding = attribute(parts[0], 'c');
  auto nonce = parts.size() > 1 ? attribute(parts[1], 'r') : std::nullopt;
  if (!proof || !binding || !nonce || *nonce != nonce_) return {};
  if (from_base64(*binding) != gs2_ + bound_) return {};
  auth_message_ = first_bare_ + ',' + server_first_ + ',' + std::string(without_proof);
  if (!proof_holds(*proof)) return {};
  return "v=" + to_base64(hmac(rules_.hash, keys_.server, auth_message_));
}

}  // namespace hato::account
