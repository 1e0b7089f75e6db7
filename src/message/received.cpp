// SPDX-License-Identifier: Apache-2.0
#include "message/received.h"

#include <arpa/inet.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "message/token.h"

namespace hato::message {
namespace {

constexpr std::size_t kMaxValue = 8192;

// --- pieces ---

// The address in its canonical form, "" where it is none. "[IPv6:::1]", "192.0.2.1:25" and
// "fe80::1%6" are read too.
std::string ip_of(std::string_view s) {
  while (!s.empty() && (s.front() == '[' || s.front() == '(')) s.remove_prefix(1);
  s = s.substr(0, s.find_first_of("])%"));
  if (istarts_with(s, "ipv6:")) s.remove_prefix(5);
  bool v4_with_port = std::ranges::count(s, ':') == 1 && std::ranges::count(s, '.') == 3;
  std::string text(v4_with_port ? s.substr(0, s.find(':')) : s);
  unsigned char bytes[16];
  char out[INET6_ADDRSTRLEN];
  for (int family : {AF_INET, AF_INET6})
    if (inet_pton(family, text.c_str(), bytes) == 1)
      return inet_ntop(family, bytes, out, sizeof out);
  return {};
}

bool is_host_name(std::string_view s) {
  bool letter = false;
  for (char c : s) {
    if (!is_alpha(c) && !is_digit(c) && c != '-' && c != '.' && c != '_') return false;
    letter |= is_alpha(c);
  }
  return letter && s.find('.') != s.npos;
}

std::vector<std::string_view> words_of(std::string_view s, std::string_view separators) {
  std::vector<std::string_view> out;
  while (!s.empty()) {
    auto end = std::min(s.find_first_of(separators), s.size());
    if (end > 0) out.push_back(s.substr(0, end));
    s.remove_prefix(std::min(end + 1, s.size()));
  }
  return out;
}

// RFC 3848 and what is like it; "" where the word names no protocol of mail.
std::string protocol_of(std::string_view word) {
  constexpr std::string_view kProtocols[] = {
      "ESMTP",     "ESMTPS",     "ESMTPA",   "ESMTPSA",   "SMTP",      "SMTPS",
      "LMTP",      "LMTPS",      "LMTPA",    "LMTPSA",    "HTTP",      "HTTPS",
      "LOCAL",     "MMDF",       "POP3",     "IMAP",      "UTF8SMTP",  "UTF8SMTPA",
      "UTF8SMTPS", "UTF8SMTPSA", "UTF8LMTP", "UTF8LMTPA", "UTF8LMTPS", "UTF8LMTPSA",
  };
  constexpr std::pair<std::string_view, std::string_view> kAlike[] = {
      {"SMTPSVC", "SMTP"}, {"BSMTP", "SMTP"}, {"HTTPREST", "HTTP"}, {"ASMTP", "ESMTPA"}};
  auto upper = to_upper(word);
  if (upper == "ESMTP-TLS") return "ESMTPS";
  auto parts = words_of(upper, "-/");
  for (std::size_t i = parts.size() > 1 && parts[0] == "LOCAL" ? 1 : 0; i < parts.size(); ++i) {
    if (std::ranges::find(kProtocols, parts[i]) != std::end(kProtocols))
      return std::string(parts[i]);
    for (auto [name, meant] : kAlike)
      if (name == parts[i]) return std::string(meant);
  }
  return {};
}

// "TLS1_2", "TLSv1/SSLv3", "TLS-1.0": "TLSv1.2" and so on.
std::string tls_version_of(std::string_view word) {
  auto upper = to_upper(word);
  std::string_view s = upper;
  if (!s.starts_with("TLS") && !s.starts_with("SSL")) return {};
  auto name = s.substr(0, 3);
  s.remove_prefix(3);
  while (!s.empty() && (s[0] == 'V' || s[0] == '-')) s.remove_prefix(1);
  bool minor = s.size() == 3 && (s[1] == '.' || s[1] == '_') && is_digit(s[2]);
  if (s.empty() || !is_digit(s[0]) || (s.size() > 1 && !minor)) return {};
  return std::string(name) + "v" + s[0] + "." + (minor ? s[2] : '0');
}

bool is_cipher(std::string_view word) {
  if (word.find_first_of("-_") == word.npos || word.size() < 8) return false;
  for (auto part : {"RSA", "AES", "DES", "CHACHA", "RC4", "ECDHE", "SHA"})
    if (word.find(part) != word.npos) return true;
  return false;
}

// --- the value ---

class Parser {
 public:
  explicit Parser(std::string_view s) : s_(s.substr(0, kMaxValue)) {}

  Received run() {
    clauses(s_);
    out_.date = parse_date(s_);
    return std::move(out_);
  }

 private:
  enum Clause { kNone, kFrom, kBy, kVia, kWith, kId, kFor, kDate };

  // RFC 5321 4.4: From-domain By-domain Opt-info, in any order.
  void clauses(std::string_view s) {
    for (std::size_t at = 0; at < s.size();) {
      char c = s[at];
      if (c == '(') {
        auto end = at;
        read_comment(s, end);
        comment(s.substr(at + 1, end - at - 1));
        at = end;
      } else if (c == '[' || c == '<') {
        auto close = s.find(c == '[' ? ']' : '>', at);
        auto end = close == s.npos ? s.size() : close + 1;
        c == '[' ? bracket(s.substr(at, end - at)) : value(inside(s.substr(at, end - at)));
        at = end;
      } else if (c == ';') {
        clause_ = kDate;
        ++at;
      } else if (is_space(c) || c == ',') {
        ++at;
      } else {
        auto end = std::min(s.find_first_of(" \t\r\n([<,;", at), s.size());
        word(s.substr(at, end - at));
        at = end;
      }
    }
  }

  static std::string_view inside(std::string_view s) {
    if (!s.empty()) s.remove_prefix(1);
    if (s.ends_with('>') || s.ends_with(']') || s.ends_with(')')) s.remove_suffix(1);
    return s;
  }

  void word(std::string_view w) {
    constexpr std::pair<std::string_view, Clause> kWords[] = {
        {"from", kFrom}, {"by", kBy}, {"via", kVia}, {"with", kWith}, {"id", kId}, {"for", kFor}};
    for (auto [name, clause] : kWords)
      if (iequals(w, name) && (clause_ != kDate || clause == kFor)) {
        clause_ = clause;
        return;
      }
    value(w);
  }

  // The first word of each clause counts; of "with" each may name the protocol.
  void value(std::string_view w) {
    auto set = [&](std::string& to) {
      if (to.empty()) to = w;
    };
    switch (clause_) {
      case kFrom:
        from_word(w);
        break;
      case kBy:
        set(out_.by);
        break;
      case kVia:
        set(out_.via);
        break;
      case kId:
        set(out_.id);
        break;
      case kWith:
        with_word(w);
        break;
      case kFor:
        if (w.find('@') != w.npos) set(out_.recipient);
        break;
      default:
        break;
    }
  }

  void from_word(std::string_view w) {
    if (out_.from.empty() && out_.from_ip.empty()) {
      auto ip = ip_of(w);
      out_.from = ip.empty() ? std::string(w) : ip;
    } else if (user_next_) {
      out_.ident = w;
    }
    user_next_ = iequals(w, "user");
  }

  void with_word(std::string_view w) {
    for (auto part : words_of(w, "/"))
      if (out_.tls_cipher.empty() && is_cipher(part)) out_.tls_cipher = part;
    if (out_.with.empty()) out_.with = protocol_of(w);
  }

  void bracket(std::string_view s) {
    if (clause_ == kWith) {
      for (auto w : words_of(inside(s), " ")) with_word(w);
      return;
    }
    auto ip = ip_of(s);
    if (ip.empty()) return;
    if (clause_ == kFrom && out_.from.empty() && out_.from_ip.empty())
      out_.from = ip;
    else if (clause_ == kFrom && out_.from_ip.empty())
      out_.from_ip = ip;
    else if (clause_ == kBy && out_.by.empty())
      out_.by = ip;
  }

  void comment(std::string_view s) {
    if (s.ends_with(')')) s.remove_suffix(1);
    if (clause_ == kNone && istarts_with(s, "from ")) return clauses(s);
    tls(s);
    if (clause_ == kFrom) about_client(s);
  }

  void tls(std::string_view s) {
    auto lower = to_lower(s);
    if (lower.find("tls") == lower.npos && lower.find("cipher") == lower.npos) return;
    for (auto w : words_of(s, " \t\r\n,:()=/")) {
      if (out_.tls_version.empty()) out_.tls_version = tls_version_of(w);
      if (out_.tls_cipher.empty() && is_cipher(w)) out_.tls_cipher = w;
    }
  }

  // "(name [address])", "(HELO name)", "(user@[address])", "(helo=name ident=user)" ...
  void about_client(std::string_view s) {
    auto words = words_of(s, " \t\r\n,()<>");
    for (std::size_t i = 0; i < words.size(); ++i) {
      auto w = words[i];
      if (auto taken = helo(words, i)) {
        i += taken - 1;
        continue;
      }
      if (istarts_with(w, "ident=") || istarts_with(w, "ident:")) {
        w.remove_prefix(6);
        who(w.starts_with('[') ? inside(w) : w);
        continue;
      }
      auto name = w.substr(0, w.find('['));
      address(w.substr(name.size() == w.size() ? 0 : name.size()));
      if (name.find('@') != name.npos)
        who(name.substr(0, name.size() - (name.back() == '@')));
      else if (i == 0 && is_host_name(name) && out_.from_name.empty())
        out_.from_name = name;
    }
  }

  // How many words it takes, 0 where none is said at words[i].
  std::size_t helo(const std::vector<std::string_view>& words, std::size_t i) {
    for (std::string_view command : {"HELO", "EHLO", "LHLO"}) {
      auto w = words[i];
      bool apart = w.size() == 4;
      if (!istarts_with(w, command) || (!apart && w[4] != '=')) continue;
      auto name = !apart ? w.substr(5) : i + 1 < words.size() ? words[i + 1] : std::string_view{};
      auto ip = ip_of(name);
      out_.helo_command = command;
      out_.helo = ip.empty() ? std::string(name) : ip;
      return apart ? 2 : 1;
    }
    return 0;
  }

  void who(std::string_view w) {
    if (out_.ident.empty()) out_.ident = w;
  }

  void address(std::string_view w) {
    if (out_.from_ip.empty()) out_.from_ip = ip_of(w);
  }

  std::string_view s_;
  Received out_;
  Clause clause_ = kNone;
  bool user_next_ = false;
};

}  // namespace

Received parse_received(std::string_view value) { return Parser(value).run(); }

}  // namespace hato::message
