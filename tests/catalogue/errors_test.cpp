// SPDX-License-Identifier: Apache-2.0
#include "catalogue/errors.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"

namespace hato::catalogue {
namespace {

std::set<std::string> places(std::string_view text) {
  std::set<std::string> found;
  for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1))
    found.emplace(text.substr(open + 1, text.find('}', open) - open - 1));
  return found;
}

class EveryRow : public testing::TestWithParam<std::size_t> {
 protected:
  const ErrorRow& row_ = row(ErrorId(GetParam()));
};

INSTANTIATE_TEST_SUITE_P(Errors, EveryRow, testing::Range(std::size_t{0}, kErrorCount),
                         [](const auto& test) {
                           std::string name(row(ErrorId(test.param)).slug);
                           for (auto& c : name)
                             if (c == '-') c = '_';
                           return name;
                         });

TEST_P(EveryRow, IsFoundByItsSlug) {
  ASSERT_TRUE(find_error(row_.slug));
  EXPECT_EQ(std::size_t(*find_error(row_.slug)), GetParam());
}

TEST_P(EveryRow, SaysTheSameInBothLanguages) {
  EXPECT_EQ(places(row_.client_en), places(row_.client_ja));
  EXPECT_EQ(places(row_.what_en), places(row_.what_ja));
  EXPECT_EQ(places(row_.fix_en), places(row_.fix_ja));
  // A row that only passes on what it is given is the same in both.
  if (row_.what_en != row_.what_ja) {
    EXPECT_FALSE(is_ascii(row_.what_ja));
  }
  EXPECT_FALSE(is_ascii(row_.fix_ja));
}

// RFC 5321 4.5.3.1.5: a reply line is at most 512 octets; the reference and the code need some.
TEST_P(EveryRow, FitsAReplyLine) {
  EXPECT_LT(row_.client_en.size(), 200u);
  EXPECT_TRUE(is_ascii(row_.client_en));
  EXPECT_EQ(row_.client_en.find_first_of("\r\n"), std::string_view::npos);
}

TEST_P(EveryRow, HasCodesThatAgree) {
  EXPECT_EQ(row_.smtp_code / 100, row_.smtp_status.front() - '0');  // RFC 2034 4
  EXPECT_TRUE(row_.exit == 0 || (row_.exit >= 64 && row_.exit <= 78)) << row_.exit;
}

TEST(Errors, DetailsFillTheirPlacesAndNothingElse) {
  Error error(ErrorId::kRecipientUnknown, {{"address", "a\r\nb{x}"}});
  EXPECT_EQ(fill("<{address}> {nothing}!", error), "<a\uFFFD b{x}> !");
  EXPECT_EQ(fill("open {address", error), "open {address");
  EXPECT_EQ(error.detail("address"), "a\r\nb{x}");
  EXPECT_EQ(error.detail("other"), "");
}

TEST(Errors, LanguageIsReadFromLocaleNames) {
  for (auto ja : {"ja", "ja_JP.UTF-8", "ja-JP", "JA"}) EXPECT_EQ(parse_lang(ja), Lang::kJa) << ja;
  for (auto en : {"", "C", "en_US.UTF-8", "de"}) EXPECT_EQ(parse_lang(en), Lang::kEn) << en;
}

TEST(Errors, UnknownSlugIsNone) { EXPECT_FALSE(find_error("no-such-error")); }

}  // namespace
}  // namespace hato::catalogue
