// SPDX-License-Identifier: Apache-2.0
#include "message/mbox.h"

#include <gtest/gtest.h>

#include <vector>

#include "message/maildir.h"

namespace hato::message {
namespace {

struct Split {
  bool good = true;
  std::vector<MboxMessage> messages;
};

Split split_in(std::string_view text, std::size_t step, std::size_t limit = 1 << 20) {
  Split out;
  MboxSplitter splitter(limit, [&](MboxMessage m) {
    out.messages.push_back(std::move(m));
    return true;
  });
  for (; out.good && !text.empty(); text.remove_prefix(std::min(step, text.size())))
    out.good = splitter.add(text.substr(0, step));
  out.good = out.good && splitter.end();
  return out;
}

const std::string kLine = "From a@b.test Tue Nov 24 08:15:30 2026\n";

TEST(Mbox, SplitsWhateverThePieces) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"", {}},
      {kLine + "A: 1\n\nx\n\n" + kLine + "A: 2\n\ny\n", {"A: 1\r\n\r\nx\r\n", "A: 2\r\n\r\ny\r\n"}},
      {kLine + "A: 1\n\n>From x\n>>From y\n> From z\n\n",
       {"A: 1\r\n\r\nFrom x\r\n>From y\r\n> From z\r\n"}},
      {kLine +
           "A: 1\n\nx\nFrom 10:30 on\n\nFrom here on\n",  // neither after an empty line with a time
       {"A: 1\r\n\r\nx\r\nFrom 10:30 on\r\n\r\nFrom here on\r\n"}},
      {"From a Tue Nov 24 08:15:30 2026\r\nA: 1\r\n\r\nx\r\n\r\nFrom b Tue Nov 24 08:15:30 "
       "2026\r\nA: 2\r\n\r\n",
       {"A: 1\r\n\r\nx\r\n", "A: 2\r\n"}},
      // Content-Length leads over a From line to a real one; where it leads nowhere it is nothing
      {kLine + "Content-Length: 42\n\nx\n\n" + kLine + "\n" + kLine + "A: 2\n\ny\n",
       {"Content-Length: 42\r\n\r\nx\r\n\r\nFrom a@b.test Tue Nov 24 08:15:30 2026\r\n",
        "A: 2\r\n\r\ny\r\n"}},
      {kLine + "Content-Length: 3\n\nx\n\n" + kLine + "A: 2\n\ny\n",
       {"Content-Length: 3\r\n\r\nx\r\n", "A: 2\r\n\r\ny\r\n"}},
      {kLine + "Content-Length: 7\n\nx\n\n" + kLine + "A: 2\n\ny\n",
       {"Content-Length: 7\r\n\r\nx\r\n", "A: 2\r\n\r\ny\r\n"}},
  };
  for (const auto& [file, messages] : cases)
    for (std::size_t step : {1, 2, 7, 4096}) {
      auto split = split_in(file, step);
      EXPECT_TRUE(split.good) << file << step;
      std::vector<std::string> got;
      for (const auto& m : split.messages) got.push_back(m.bytes);
      EXPECT_EQ(got, messages) << file << step;
    }
}

TEST(Mbox, RefusesWhatIsNoneAndWhatIsTooLarge) {
  EXPECT_FALSE(split_in("Subject: x\n\ny\n", 5).good);
  EXPECT_FALSE(split_in(std::string(5000, 'x'), 100).good);
  EXPECT_FALSE(split_in(kLine + std::string(5000, 'x'), 100, 2000).good);
}

TEST(Mbox, WritesWhatItReads) {
  constexpr std::string_view kMessage =
      "Subject: x\r\n\r\nFrom a Tue Nov 24 08:15:30 2026\r\n>From b\r\n\r\n>>From c\r\n\r\n";
  auto split =
      split_in(to_mbox(kMessage, "a@b.test", 1'795'508'130'000) + to_mbox("A: 1\r\n", "", 0), 3);
  ASSERT_EQ(split.messages.size(), 2U);
  EXPECT_EQ(split.messages[0].bytes, kMessage);
  EXPECT_EQ(split.messages[0].received, 1'795'508'130'000);
  EXPECT_EQ(split.messages[1].bytes, "A: 1\r\n");
}

TEST(Maildir, FlagsAreLettersOfTheName) {
  EXPECT_EQ(maildir_suffix(maildir_flags("1.a.host:2,TSRFDx")), ":2,DFRST");
  EXPECT_EQ(maildir_flags("1.a.hostS"), MaildirFlags{});
  EXPECT_EQ(maildir_unique("1.a.host:2,S"), "1.a.host");
  EXPECT_EQ(maildir_unique("1.a.host"), "1.a.host");
  EXPECT_EQ(status_flags("RO", "AF"),
            (MaildirFlags{.seen = true, .answered = true, .flagged = true}));
}

}  // namespace
}  // namespace hato::message
