// SPDX-License-Identifier: Apache-2.0
#include "cli/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace hato::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view kName = "hostname = \"mx.hato.test\"\n";

Result<Config> parse(std::string_view toml) {
  return parse_config(std::string(kName) + std::string(toml), "/etc/hato/hato.toml", Lang::kEn);
}

TEST(Config, each_key_has_its_texts_and_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const auto& key : config_keys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    EXPECT_FALSE(key.doc.en.empty() || key.doc.ja.empty()) << key.name;
  }
}

TEST(Config, the_file_of_defaults_sets_nothing_and_every_default_is_accepted) {
  auto text = config_file_text({{"hostname", "\"mx.hato.test\""}}, Lang::kEn);
  auto config = parse_config(text, "/x/hato.toml", Lang::kEn);
  ASSERT_TRUE(config);
  for (const auto& key : config_keys())
    if (key.name != "hostname") {
      EXPECT_EQ(format_value(key, *config), format_value(key, Config())) << key.name;
    }
  // The same with every comment made a line.
  std::string open;
  for (std::size_t at = 0, end; at < text.size(); at = end + 1) {
    end = text.find('\n', at);
    auto line = text.substr(at, end - at);
    bool is_default = line.starts_with("# ") && line.contains(" = ") && !line.contains("\"# key");
    open += (is_default ? line.substr(2) : line) + '\n';
  }
  auto all = parse_config(open, "/x/hato.toml", Lang::kEn);
  ASSERT_TRUE(all) << all.error().detail("problem") << open;
  for (const auto& key : config_keys())
    if (key.name != "hostname") {
      EXPECT_EQ(format_value(key, *all), format_value(key, Config())) << key.name;
    }
}

TEST(Config, values_arrive_where_they_are_used) {
  auto c = parse(R"(
data = "mail"
threads = 3
[listen]
smtp = ["*:2525", "[2001:db8::1]:25"]
lmtp = "/run/hato/lmtp.sock"
pop3 = []
proxy_from = "192.0.2.7"
[tls]
plaintext_login = true
[smtp]
max_message = "10M"
command_timeout = "2m"
xclient_from = ["2001:db8::/32"]
[pop3]
expire_days = -1
[story]
max_size = 1048576
[log]
level = "debug"
)");
  ASSERT_TRUE(c) << c.error().detail("problem");
  EXPECT_EQ(c->data_folder(), "/etc/hato/mail");
  EXPECT_EQ(c->runtime.threads, 3u);
  EXPECT_EQ(c->smtp_listen[0].text(), "*:2525");
  EXPECT_EQ(c->smtp_listen[1].address, "2001:db8::1");
  EXPECT_EQ(c->smtp_listen[1].text(), "[2001:db8::1]:25");
  EXPECT_EQ(c->lmtp_listen[0].text(), "/run/hato/lmtp.sock");
  EXPECT_THAT(c->pop3_listen, IsEmpty());
  EXPECT_EQ(cidr_text(c->proxy_from[0]), "192.0.2.7/32");
  EXPECT_TRUE(c->smtp.plaintext_login && c->pop3.plaintext_login);
  EXPECT_EQ(c->smtp.hostname, "mx.hato.test");
  EXPECT_EQ(c->smtp.max_message, 10u << 20);
  EXPECT_EQ(c->smtp.command_timeout.count(), 120);
  EXPECT_EQ(cidr_text(c->smtp.xclient_from[0]), "2001:db8::/32");
  EXPECT_EQ(c->story.max_bytes, 1u << 20);
  EXPECT_EQ(c->log_level, "debug");
}

struct Wrong {
  std::string toml, where, problem;
};
TEST(Config, what_is_wrong_is_named_with_line_column_and_a_suggestion) {
  const Wrong kCases[] = {
      {"hostnam = \"x\"", ":2:1", "no key hostnam. Did you mean: hostname?"},
      {"[smtp]\nmax_mesage = 1", ":3:1", "Did you mean: smtp.max_message?"},
      {"[smpt]\nmax_message = 1", ":2:", "smpt"},
      {"max_message = 1", ":2:1", "Did you mean: smtp.max_message?"},
      {"[pop3]\nrelay_from = []", ":3:1", "Did you mean: policy.relay_from?"},
      {"[smtp]\nmax_message = \"50X\"", ":3:15", "smtp.max_message must be a size"},
      {"[smtp]\nmax_message = 12", ":3:15", "from \"1K\""},
      {"[smtp]\nmax_recipients = 5", ":3:18", "from 100 to 100000"},
      {"[smtp]\nmax_recipients = 1.5", ":3:18", "a whole number"},
      {"[smtp]\nmax_recipients = -1", ":3:18", "from 100 to 100000"},
      {"[smtp]\ndata_timeout = \"1s\"", ":3:16", "from \"10s\""},
      {"[tls]\nplaintext_login = \"yes\"", ":3:19", "true or false"},
      {"[listen]\nsmtp = [\"25\"]", ":3:8", "addresses with ports"},
      {"[listen]\nsmtp = [\"localhost:25\"]", ":3:8", "addresses with ports"},
      {"[listen]\nsmtp = [\"::1:25\"]", ":3:8", "addresses with ports"},
      {"[listen]\nsmtp = [\"*:65536\"]", ":3:8", "addresses with ports"},
      {"[listen]\nsmtp = [25]", ":3:8", "addresses with ports"},
      {"[policy]\nrelay_from = [\"192.0.2.0/33\"]", ":3:14", "a list of networks"},
      {"[log]\nlevel = \"loud\"", ":3:9", "error, warning, info, debug"},
      {"smtp = 5", ":2:1", "smtp"},
      {"threads = {a = 1}", ":2:11", "a whole number"},
      {"[tls]\nkeys = [\"a\", \"b\"]", "", "not of the same length"},
      {"threads = ", ":2:", ""},
      {"threads = 1\nthreads = 2", ":3:", ""},
  };
  for (const auto& c : kCases) {
    auto config = parse(c.toml);
    ASSERT_FALSE(config) << c.toml;
    EXPECT_EQ(config.error().id(), ErrorId::kConfigWrong);
    EXPECT_THAT(std::string(config.error().detail("where")),
                StartsWith("/etc/hato/hato.toml" + c.where))
        << c.toml;
    EXPECT_THAT(std::string(config.error().detail("problem")), HasSubstr(c.problem)) << c.toml;
  }
}

TEST(Config, a_host_name_is_needed) {
  auto config = parse_config("threads = 1\n", "/x", Lang::kEn);
  ASSERT_FALSE(config);
  EXPECT_THAT(std::string(config.error().detail("problem")), HasSubstr("hostname is missing"));
}

TEST(Config, a_missing_and_an_unreadable_file_are_told_apart) {
  EXPECT_EQ(load_config("/nonexistent/hato.toml", Lang::kEn).error().id(), ErrorId::kConfigMissing);
  EXPECT_EQ(load_config("/tmp", Lang::kEn).error().id(), ErrorId::kConfigUnreadable);
}

std::vector<std::string> warned(std::string_view toml) {
  auto config = parse(toml);
  EXPECT_TRUE(config) << toml;
  std::vector<std::string> out;
  for (const auto& w : config_warnings(*config)) out.push_back(std::string(w.key) + ' ' + w.value);
  return out;
}

TEST(Warnings, the_defaults_have_none) { EXPECT_THAT(warned(""), IsEmpty()); }

TEST(Warnings, networks_wider_than_a_site_are_an_open_relay) {
  auto relay = [](std::string_view network) {
    return !warned("[policy]\nrelay_from = [\"" + std::string(network) + "\"]").empty();
  };
  for (auto open : {"0.0.0.0/0", "::/0", "8.0.0.0/8", "192.0.2.0/23", "2001:db8::/32", "10.0.0.0/7",
                    "::ffff:0.0.0.0/96"})
    EXPECT_TRUE(relay(open)) << open;
  for (auto narrow : {"192.0.2.0/24", "10.0.0.0/8", "192.168.0.0/16", "127.0.0.1",
                      "2001:db8:1::/48", "fd00::/8", "::1"})
    EXPECT_FALSE(relay(narrow)) << narrow;
}

TEST(Warnings, whoever_may_say_who_the_client_is_must_be_near) {
  EXPECT_THAT(warned("[smtp]\nxclient_from = [\"0.0.0.0/0\"]"),
              ElementsAre("smtp.xclient_from 0.0.0.0/0"));
  EXPECT_THAT(warned("[listen]\nproxy_from = [\"::/0\"]"), ElementsAre("listen.proxy_from ::/0"));
}

TEST(Warnings, lmtp_and_plain_passwords_stay_on_this_machine) {
  EXPECT_THAT(warned("[listen]\nlmtp = [\"*:24\"]"), ElementsAre("listen.lmtp *:24"));
  EXPECT_THAT(warned("[listen]\nlmtp = [\"/run/hato/lmtp\"]"), IsEmpty());
  EXPECT_THAT(warned("[tls]\nplaintext_login = true"), ElementsAre("tls.plaintext_login *:25"));
  EXPECT_THAT(warned("[tls]\nplaintext_login = true\n[listen]\nsmtp = [\"127.0.0.1:25\"]\n"
                     "submission = []\npop3 = [\"[::1]:110\"]"),
              IsEmpty());
}

}  // namespace
}  // namespace hato::cli
