// SPDX-License-Identifier: Apache-2.0
#include "doctor/entities.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.h"

namespace hato::doctor {
namespace {

bool in_token(char c) {
  return is_digit(c) || is_alpha(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '@' ||
         c == '+' || c == '%';
}

void once(std::vector<std::string>& list, std::string_view value) {
  if (list.size() < kMaxEntities && std::find(list.begin(), list.end(), value) == list.end())
    list.emplace_back(value);
}

bool is_ip(int family, std::string_view s) {
  unsigned char bytes[16];
  return s.size() < 46 && inet_pton(family, std::string(s).c_str(), bytes) == 1;
}

// Endings of file names that look like domains.
constexpr std::string_view kFiles[] = {
    "php",  "py",   "cf",  "conf", "log", "c",   "cc",   "cpp",  "js",   "ts",  "java",
    "pl",   "rb",   "go",  "dll",  "exe", "so",  "pop",  "lock", "eml",  "msg", "txt",
    "html", "aspx", "asp", "cgi",  "pst", "ost", "mbox", "mc",   "toml", "xml", "json"};

bool is_host(std::string_view s) {
  const auto dot = s.rfind('.');
  if (dot == s.npos || dot == 0 || s.size() > 253) return false;
  const auto top = s.substr(dot + 1);
  if (top.size() < 2 || top.size() > 24 || !std::all_of(top.begin(), top.end(), is_alpha))
    return false;
  if (std::find(std::begin(kFiles), std::end(kFiles), to_lower(top)) != std::end(kFiles))
    return false;
  return std::all_of(s.begin(), s.end(),
                     [](char c) { return is_digit(c) || is_alpha(c) || c == '.' || c == '-'; }) &&
         s.find("..") == s.npos;
}

void add_port(Facts& facts, std::string_view digits) {
  const auto n = digits.size() <= 5 ? parse_u64(digits) : std::nullopt;
  if (!n || *n == 0 || *n > 65535 || facts.ports.size() >= kMaxEntities) return;
  if (std::find(facts.ports.begin(), facts.ports.end(), unsigned(*n)) != facts.ports.end()) return;
  facts.ports.push_back(unsigned(*n));
  facts.names.set("port:" + std::to_string(*n));
}

std::string_view leading_digits(std::string_view s) {
  return s.substr(0, std::size_t(std::find_if_not(s.begin(), s.end(), is_digit) - s.begin()));
}

void add_ip(Facts& facts, std::string_view ip, bool v6) {
  once(facts.ips, ip);
  facts.names.set(v6 ? "ip:v6" : "ip:v4");
  if (ip.starts_with("127.") || ip == "::1") facts.names.set("ip:loopback");
}

// One run of characters that may be a host, an address or an IP, with a port behind it.
void token(std::string_view s, Facts& facts) {
  while (!s.empty() && (s.back() == '.' || s.back() == ':' || s.back() == '-')) s.remove_suffix(1);
  while (!s.empty() && (s.front() == '.' || s.front() == '-')) s.remove_prefix(1);
  if (s.size() < 3) return;
  if (const auto at = s.rfind('@'); at != s.npos && at > 0) {
    if (is_host(s.substr(at + 1))) once(facts.addresses, s);
    return;
  }
  if (std::count(s.begin(), s.end(), ':') >= 2) {
    if (is_ip(AF_INET6, s)) add_ip(facts, s, true);
    return;
  }
  const auto colon = s.find(':');
  const auto name = s.substr(0, colon);
  const bool v4 = is_ip(AF_INET, name);
  if (v4) add_ip(facts, name, false);
  const bool host = !v4 && is_host(name);
  if (host) once(facts.hosts, name);
  if (colon != s.npos && (v4 || host)) add_port(facts, leading_digits(s.substr(colon + 1)));
}

// "[192.0.2.1]:25", "port 25", "ポート : 110".
void named_ports(std::string_view text, Facts& facts) {
  for (std::size_t at = text.find("]:"); at != text.npos; at = text.find("]:", at + 2))
    add_port(facts, leading_digits(text.substr(at + 2)));
  for (std::string_view word : {"port", "Port", "ポート"}) {
    for (std::size_t at = text.find(word); at != text.npos;
         at = text.find(word, at + word.size())) {
      auto rest = text.substr(at + word.size());
      const auto gap = std::min(rest.find_first_not_of(" :=#'\"("), rest.size());
      if (gap > 0 && gap <= 5) add_port(facts, leading_digits(rest.substr(gap)));
    }
  }
}

}  // namespace

void find_entities(const Plain& plain, Facts& facts) {
  const std::string_view text = plain.text;
  for (std::size_t i = 0; i < text.size();) {
    if (!in_token(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    bool telling = false;
    for (; end < text.size() && in_token(text[end]); ++end)
      telling |= text[end] == '.' || text[end] == ':';
    if (telling && end - i < 320) token(text.substr(i, end - i), facts);
    i = end;
  }
  named_ports(text, facts);
  for (const auto& r : plain.records)
    if (const auto n = r.stamped ? time_stamp(plain.view(r)) : 0) {
      facts.when = plain.view(r).substr(0, n);
      break;
    }
}

}  // namespace hato::doctor
