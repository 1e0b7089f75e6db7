// SPDX-License-Identifier: Apache-2.0
#include "cli/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>

#include "cli/exit_codes.h"
#include "cli/generate.h"
#include "cli/housekeeping.h"
#include "cli/program.h"

namespace hato::cli {
namespace {

using testing::HasSubstr;

class Kept final : public Output {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};
class Nothing final : public Input {
  std::size_t read(char*, std::size_t) override { return 0; }
};

class ReportTest : public testing::Test {
 protected:
  Call call(Look look = {}) {
    static const Command command{};
    return {.command = command,
            .args = {},
            .look = look,
            .config_file = {},
            .in = in,
            .out = out,
            .err = err,
            .cancelled = {}};
  }
  Nothing in;
  Kept out, err;
};

const std::vector<Column> kColumns = {{"name", {"name", "名前"}},
                                      {"bytes", {"size", "サイズ"}, Align::kRight},
                                      {"note", {"note", "メモ"}}};

TEST_F(ReportTest, a_table_is_aligned_by_display_width) {
  auto c = call();
  {
    Table table(c, kColumns);
    table.row({std::string("鳩"), Size{5}, std::string("a\tb\x1b[1m")});
    table.row({std::string("pigeon"), Size{1 << 20}, std::string()});
  }
  EXPECT_EQ(out.text,
            "name      size  note\n"
            "鳩         5 B  a b\xef\xbf\xbd[1m\n"
            "pigeon  1.0 MB  -\n");
}

TEST_F(ReportTest, the_same_rows_are_json) {
  auto c = call({.json = true});
  {
    Table table(c, kColumns);
    table.row({std::string("a\"\\\n\x01"), Size{5}, std::vector<std::string>{"x", "y"}});
    table.row({std::string("\xff"), Cell(), Time{0}});
  }
  EXPECT_EQ(
      out.text,
      "[\n  {\"name\": \"a\\\"\\\\\\u000a\\u0001\", \"bytes\": 5, \"note\": [\"x\", \"y\"]},\n"
      "  {\"name\": \"\xef\xbf\xbd\", \"bytes\": null, \"note\": null}\n]\n");
}

TEST_F(ReportTest, an_empty_table_says_so) {
  auto c = call();
  {
    Table table(c, kColumns, {"None.", "なし。"});
  }
  EXPECT_EQ(out.text, "None.\n");
  out.text.clear();
  auto j = call({.json = true});
  {
    Table table(j, kColumns, {"None.", "なし。"});
  }
  EXPECT_EQ(out.text, "[]\n");
}

TEST_F(ReportTest, many_rows_do_not_wait_for_the_last) {
  auto c = call();
  Table table(c, kColumns);
  for (int i = 0; i < 2500; ++i) table.row({std::to_string(i), Size{1}, true});
  EXPECT_THAT(out.text, HasSubstr("\n1999 "));
}

TEST_F(ReportTest, progress_is_for_terminals_and_cleans_up) {
  auto c = call();
  {
    Progress(c, {"copy", "コピー"}, 10).at(5);
  }
  EXPECT_EQ(err.text, "");
  auto tty = call({.err_tty = true});
  {
    Progress(tty, {"copy", "コピー"}, 10).at(5, "file");
  }
  EXPECT_EQ(err.text, "\r\x1b[Kcopy [############............] 50% file\r\x1b[K");
}

TEST_F(ReportTest, an_error_is_one_line_or_one_json_object) {
  Error error(ErrorId::kAccountUnknown, {{"address", "a@b"}});
  tell_error({}, err, error);
  EXPECT_EQ(err.text, "hato: There is no account a@b. See: hato account list.\n");
  err.text.clear();
  tell_error({.json = true}, err, error);
  EXPECT_EQ(err.text,
            "{\"error\": \"account-unknown\", \"what\": \"There is no account a@b.\", \"fix\": "
            "\"See: hato account list.\", \"exit\": 67}\n");
}

TEST(ExitCodes, every_row_of_the_catalogue_has_one_that_is_documented) {
  for (std::size_t i = 0; i < kErrorCount; ++i) {
    const auto& row = catalogue::row(ErrorId(i));
    bool known = std::ranges::any_of(exit_codes(), [&](auto& c) { return c.code == row.exit; });
    EXPECT_TRUE(known) << row.slug << ' ' << row.exit;
  }
}

TEST(Generated, completions_and_man_page_name_every_command_and_option) {
  std::pair<std::string, std::string> outputs[] = {{"bash", bash_completion(commands(), Lang::kEn)},
                                                   {"zsh", zsh_completion(commands(), Lang::kEn)},
                                                   {"fish", fish_completion(commands(), Lang::kJa)},
                                                   {"man", man_page(commands(), Lang::kJa)}};
  for (const auto& [name, text] : outputs)
    for (const auto& c : commands()) {
      for (auto word : {c.name.substr(0, c.name.find(' ')), c.name.substr(c.name.find(' ') + 1)})
        EXPECT_THAT(text, HasSubstr(std::string(word))) << name;
      for (const auto& o : c.options) {
        auto plain = std::string(o.name.substr(2));
        if (name == "man") plain = plain.substr(0, plain.find('-'));
        EXPECT_THAT(text, HasSubstr(plain)) << name << ' ' << c.name;
      }
    }
}

TEST(Housekeeping, is_at_three_in_the_morning) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  constexpr Millis kHour = 3'600'000, kDay = 24 * kHour, kMidnight = 1'700'006'400'000;
  EXPECT_EQ(until_quiet(kMidnight), 3 * kHour);
  EXPECT_EQ(until_quiet(kMidnight + 3 * kHour), kDay);
  EXPECT_EQ(until_quiet(kMidnight + 23 * kHour), 4 * kHour);
}

}  // namespace
}  // namespace hato::cli
