// SPDX-License-Identifier: Apache-2.0
#include "message/lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hato::message {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Lists, MessageIdsWithoutBrackets) {
  EXPECT_THAT(parse_ids(" <a@b>\r\n\t<c@d><e@f>, (x) <g@h>"),
              ElementsAre("a@b", "c@d", "e@f", "g@h"));
  EXPECT_THAT(parse_ids("Your message of \"Mon\" <a@b>"), ElementsAre("a@b"));
  EXPECT_THAT(parse_ids("<long\r\n id@b>"), ElementsAre("longid@b"));
  EXPECT_THAT(parse_ids("a@b c@d and more"), ElementsAre("a@b", "c@d"));
  EXPECT_THAT(parse_ids("<>"), IsEmpty());
  EXPECT_THAT(parse_ids("<open@b"), IsEmpty());
  EXPECT_THAT(parse_ids("<a@b> <c@d>", 1), ElementsAre("a@b"));
}

TEST(Lists, UrlsOfListFields) {
  EXPECT_THAT(parse_urls("<https://l.test/u?a,b>,\r\n <mailto:u@l.test> (leave)"),
              ElementsAre("https://l.test/u?a,b", "mailto:u@l.test"));
  EXPECT_THAT(parse_urls("NO (posting not allowed)"), IsEmpty());
}

TEST(Lists, WordsAreDecodedAndSplitOutsideEncodedWords) {
  EXPECT_THAT(parse_words("a, =?utf-8?Q?b,_c?=,, =?utf-8?B?6bOp?= d,"),
              ElementsAre("a", "b, c", "鳩 d"));
  EXPECT_THAT(parse_words(""), IsEmpty());
}

}  // namespace
}  // namespace hato::message
