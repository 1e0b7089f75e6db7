// SPDX-License-Identifier: Apache-2.0
#include "account/name.h"

#include "message/address.h"

namespace hato::account {
namespace {

std::unexpected<Error> invalid(std::string_view address) {
  return fail(ErrorId::kAddressInvalid, {{"address", std::string(address)}});
}

}  // namespace

std::string Name::untagged() const {
  auto plus = local().find('+');
  if (plus == std::string_view::npos || plus == 0 || full.front() == '"') return {};
  return full.substr(0, plus) + full.substr(at);
}

Result<std::string> parse_domain(std::string_view domain) {
  auto name = message::ascii_domain(domain);
  if (!name || name->empty()) return invalid(domain);
  return *name;
}

Result<Name> parse_name(std::string_view address, bool catch_all) {
  if (catch_all && address.starts_with('@')) {
    HATO_TRY(domain, parse_domain(address.substr(1)));
    return Name{"@" + domain, 0};
  }
  auto parsed = message::parse_address(address, {.utf8 = true, .carrier_dots = true});
  if (!parsed || parsed->domain.empty()) return invalid(address);
  Name name{parsed->folded()};
  name.at = name.full.rfind('@');
  if (name.at == name.full.npos) return invalid(address);
  return name;
}

}  // namespace hato::account
