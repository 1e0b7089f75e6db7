// SPDX-License-Identifier: Apache-2.0
// The configuration: one TOML file. Every key is a row of one table (config_table.cpp) with its
// place in Config, its kind and its explanation; reading, checking, showing and documenting all
// walk that table. The default is what a new Config holds.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "cli/text.h"
#include "net/runtime.h"
#include "policy/policy.h"
#include "pop3/server.h"
#include "smtp/server.h"
#include "story/story.h"

namespace hato::cli {

// "192.0.2.1:25", "[2001:db8::1]:25", "*:25" (all of both families), or the path of a socket.
struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;
  std::string text() const;
  static std::optional<ListenAddress> parse(std::string_view text);
};
using ListenList = std::vector<ListenAddress>;
using TextList = std::vector<std::string>;
using CidrList = std::vector<net::Cidr>;

std::string cidr_text(const net::Cidr& network);

struct Config {
  std::string file;  // where it was read from, absolute

  std::string hostname;
  std::string data = ".";
  std::string user;
  net::RuntimeOptions runtime;
  std::string log_level = "info";

  TextList certificates = {"tls/cert.pem"}, keys = {"tls/key.pem"};
  bool plaintext_login = false;

  ListenList smtp_listen, submission_listen, submissions_listen, lmtp_listen, pop3_listen,
      pop3s_listen;
  CidrList proxy_from;
  std::size_t max_per_ip = 100;
  CidrList limits_exempt;

  smtp::Options smtp;
  pop3::Options pop3;
  policy::Settings policy;
  story::Options story;

  Config();
  std::string path(const std::string& name) const;  // from the file's folder
  std::string data_folder() const { return path(data); }
  std::string store_folder() const { return data_folder() + "/store"; }
  std::string key_file() const { return data_folder() + "/account.key"; }
  std::string control_socket() const { return data_folder() + "/control.sock"; }
};

// Where a key's value lies and how it is written.
enum class Kind { kText, kTexts, kYesNo, kNumber, kSize, kSeconds, kNetworks, kListen };
using Place = std::variant<std::string*, TextList*, bool*, std::uint64_t*, int*, unsigned*,
                           std::chrono::seconds*, CidrList*, ListenList*>;

struct Key {
  std::string_view name;  // "smtp.max_message"
  Kind kind;
  Place (*place)(Config&);
  Text doc;
  std::int64_t least = 0, most = std::int64_t(1) << 50;  // of numbers, sizes and seconds
  std::vector<std::string_view> choices = {};            // of a text that is one of few
};
std::span<const Key> config_keys();

// A value as a file has it; a single text counts as a list of one.
using Value = std::variant<bool, std::int64_t, std::string, TextList>;
// What is wrong with the value for this key, in words; nothing where it was taken.
std::optional<std::string> assign(const Key& key, Config& config, const Value& value, Lang lang);
std::string format_value(const Key& key, const Config& config);  // as TOML

// Errors: config-missing, config-unreadable, config-wrong, which names file, line and column.
Result<Config> load_config(const std::string& file, Lang lang);
Result<Config> parse_config(std::string_view toml, const std::string& file, Lang lang);

// What is allowed but unwise.
struct Warning {
  std::string_view key;
  Text text;
  std::string value;
};
std::vector<Warning> config_warnings(const Config& config);

// The commented file of all keys. Those of `set` ("hostname" -> TOML value) stand as they are,
// all others as comments with their default.
std::string config_file_text(const std::vector<std::pair<std::string, std::string>>& set,
                             Lang lang);

}  // namespace hato::cli
