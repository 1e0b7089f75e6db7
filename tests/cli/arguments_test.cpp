// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "cli/program.h"

namespace hato::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Parsed> parse(const std::string& line, Lang lang = Lang::kEn) {
  std::vector<std::string> words;
  for (auto word : split(line, ' '))
    if (!word.empty()) words.emplace_back(word);
  return parse_arguments(commands(), words, lang);
}

TEST(Arguments, a_command_is_one_word_or_two) {
  EXPECT_EQ(parse("serve")->command->name, "serve");
  EXPECT_EQ(parse("account add a@b --password-stdin")->command->name, "account add");
  EXPECT_EQ(parse("story account")->command->name, "story");
}

TEST(Arguments, global_options_stand_before_and_behind) {
  auto p = parse("-c x.toml account list --json --lang=ja hato.test");
  ASSERT_TRUE(p);
  EXPECT_EQ(p->args.value("--config"), "x.toml");
  EXPECT_EQ(p->args.value("--lang"), "ja");
  EXPECT_TRUE(p->args.has("--json"));
  EXPECT_THAT(p->args.words, ElementsAre("hato.test"));
}

TEST(Arguments, after_two_hyphens_all_is_a_word) {
  auto p = parse("mail delete --all -- -5");
  ASSERT_TRUE(p);
  EXPECT_TRUE(p->args.has("--all"));
  EXPECT_THAT(p->args.words, ElementsAre("-5"));
}

TEST(Arguments, a_value_may_begin_with_a_hyphen_and_be_empty) {
  EXPECT_EQ(parse("mail list a@b --mailbox -x")->args.value("--mailbox"), "-x");
  EXPECT_EQ(parse("mail list a@b --mailbox=")->args.value("--mailbox"), "");
}

TEST(Arguments, a_group_alone_or_nothing_is_a_wish_for_help) {
  auto group = parse("account");
  ASSERT_TRUE(group);
  EXPECT_EQ(group->command, nullptr);
  EXPECT_EQ(group->group, "account");
  EXPECT_EQ(parse("")->command, nullptr);
  EXPECT_TRUE(parse("account add --help")->help);
}

struct Wrong {
  std::string line, problem, hint;
};
TEST(Arguments, what_is_wrong_is_named_with_the_nearest_word) {
  const Wrong kCases[] = {
      {"acount add", "no command acount", "account?"},
      {"account ad x", "no command account ad", "add?"},
      {"sotry x", "no command sotry", "story?"},
      {"xyzzy", "no command xyzzy", ""},
      {"account add a@b --password-stin", "no option --password-stin", "--password-stdin?"},
      {"--jsn status", "no option --jsn", "--json?"},
      {"--quota 1 account add a@b", "no option --quota", ""},
      {"account add", "hato account add ADDRESS", ""},
      {"status now", "now is one word too many", ""},
      {"story a b", "b is one word too many", ""},
      {"init a --data", "--data DIR needs a value", ""},
      {"status --json=1", "--json takes no value", ""},
  };
  for (const auto& c : kCases) {
    auto p = parse(c.line);
    ASSERT_FALSE(p) << c.line;
    EXPECT_EQ(p.error().id(), ErrorId::kUsage);
    EXPECT_THAT(std::string(p.error().detail("problem")), HasSubstr(c.problem)) << c.line;
    EXPECT_THAT(std::string(p.error().detail("hint")), HasSubstr(c.hint)) << c.line;
    EXPECT_EQ(c.hint.empty(), p.error().detail("hint").empty()) << c.line;
  }
}

TEST(Arguments, the_language_is_the_wish_of_the_words_then_of_the_environment) {
  EXPECT_EQ(wanted_lang({"status", "--lang", "ja"}, "en_US"), Lang::kJa);
  EXPECT_EQ(wanted_lang({"--lang=en"}, "ja_JP.UTF-8"), Lang::kEn);
  EXPECT_EQ(wanted_lang({"status"}, "ja_JP.UTF-8"), Lang::kJa);
  EXPECT_EQ(wanted_lang({"--lang"}, ""), Lang::kEn);
}

TEST(Commands, each_has_its_texts_in_two_languages_and_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const auto& c : commands()) {
    EXPECT_TRUE(names.insert(c.name).second) << c.name;
    EXPECT_TRUE(c.run) << c.name;
    EXPECT_FALSE(c.summary.en.empty() || c.summary.ja.empty()) << c.name;
    for (const auto& o : c.options) {
      EXPECT_TRUE(o.name.starts_with("--")) << c.name << o.name;
      EXPECT_FALSE(o.help.en.empty() || o.help.ja.empty()) << c.name << o.name;
      for (const auto& g : global_options()) EXPECT_NE(o.name, g.name) << c.name;
    }
  }
}

TEST(Commands, examples_are_command_lines_that_parse) {
  for (const auto& c : commands())
    for (const auto& e : c.examples) {
      auto from = e.line.find("hato ");  // what is piped into it may stand before
      ASSERT_NE(from, e.line.npos) << e.line;
      auto line = std::string(e.line.substr(from));
      line.resize(std::min(line.find_first_of("<>|"), line.size()));
      auto p = parse(line.substr(5));
      ASSERT_TRUE(p) << line << ": " << p.error().detail("problem");
      ASSERT_TRUE(p->command) << line;
      EXPECT_EQ(p->command->name, c.name);
    }
}

TEST(Help, names_every_command_and_option) {
  for (auto lang : {Lang::kEn, Lang::kJa}) {
    Look look{.lang = lang};
    auto all = help_for_all(look);
    for (const auto& c : commands()) {
      EXPECT_THAT(all, HasSubstr(std::string(c.name)));
      auto one = help_for(c, look);
      for (const auto& o : c.options) EXPECT_THAT(one, HasSubstr(std::string(o.name)));
    }
  }
}

}  // namespace
}  // namespace hato::cli
