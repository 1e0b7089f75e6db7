// SPDX-License-Identifier: Apache-2.0
// Good rows pass, and each kind of fault is named with its file and row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <algorithm>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "catalogue/image.h"
#include "model.h"

namespace hato::compiler {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kCodes = R"(family = "winsock"
title = { en = "Windows socket errors", ja = "Windows ソケットエラー" }
source = "Windows Sockets error codes"
protocols = ["os"]
standard = 95
[[code]]
value = "10061"
symbol = "WSAECONNREFUSED"
aliases = ["connection refused by host"]
en = "Nothing listens there."
ja = "待ち受けがありません。"
causes = { connection-refused = 2.0 }
)";
const std::string kCauses = R"([connection-refused]
side = "own-server"
prior = -3.0
source = "observed"
[connection-refused.en]
title = "Nothing listens"
what = "Nothing listens there."
user = ["Check the port."]
admin = []
ask = []
check = ["nc -vz {host} {port}"]
[connection-refused.ja]
title = "待ち受けなし"
what = "待ち受けがありません。"
user = ["ポートを確かめてください。"]
admin = []
ask = []
check = ["nc -vz {host} {port}"]
)";
const std::string kSignatures = R"([[signature]]
id = "refused"
match = 'connection refused'
cause = { connection-refused = 3.0 }
source = "observed"
[[signature]]
id = "both"
when = ["sig:refused", "code:winsock=10061", "sig:later"]
cause = { connection-refused = 1.0 }
source = "observed"
[[signature]]
id = "later"
when = ["port:25", "proto:smtp"]
source = "observed"
)";

class Catalogue {
 public:
  Catalogue() {
    char name[] = "/tmp/hato-catalogue-XXXXXX";
    dir_ = mkdtemp(name);
    put("codes/winsock.toml", kCodes);
    put("causes/net.toml", kCauses);
    put("signatures/net.toml", kSignatures);
  }
  ~Catalogue() { std::filesystem::remove_all(dir_); }
  void put(const std::string& file, const std::string& text) {
    auto path = std::filesystem::path(dir_) / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  // The faults, without the folder's name.
  Strings faults(bool lenient = false) {
    Faults out(lenient);
    model = read_catalogue(dir_, out);
    check_catalogue(model, out);
    check_patterns(model, out);
    Strings lines;
    for (auto line : out.faults()) lines.push_back(line.substr(dir_.size() + 1));
    return lines;
  }
  Model model;

 private:
  std::string dir_;
};

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(Compiler, GoodRowsPass) {
  Catalogue c;
  EXPECT_THAT(c.faults(), ElementsAre());
  EXPECT_EQ(c.model.signatures.back().id, "both") << "a rule stands after the rule it uses";
}

TEST(Compiler, EmptyFoldersPack) {
  Faults faults;
  auto image = pack_catalogue({}, faults);
  EXPECT_THAT(faults.faults(), ElementsAre());
  EXPECT_EQ(0, std::memcmp(image.data(), catalogue::kImageMagic, 8));
}

TEST(Compiler, PacksWhatItRead) {
  Catalogue c;
  c.faults();
  Faults faults;
  auto bytes = pack_catalogue(c.model, faults);
  catalogue::Image image;
  std::memcpy(&image, bytes.data(), sizeof image);
  EXPECT_EQ(image.size, bytes.size());
  EXPECT_EQ(image.families.size, 1u);
  EXPECT_EQ(image.causes.size, 1u);
  EXPECT_EQ(image.signatures.size, 3u);
  EXPECT_EQ(image.patterns, 1u);
  EXPECT_EQ(image.spellings.size, 3u) << "value, symbol, alias";
  EXPECT_EQ(image.literals.size, 2u) << "symbol and alias: a bare number needs its context";
  EXPECT_EQ(image.database.at % 64, 0u);
}

struct Bad {
  const char* file;
  std::string text;
  const char* fault;
};

TEST(Compiler, NamesEachFaultWithFileAndRow) {
  const Bad cases[] = {
      {"codes/winsock.toml", with(kCodes, "symbol", "symbl"),
       "codes/winsock.toml:8: [[code]] 10061: unknown key \"symbl\", \"symbol\"?"},
      {"codes/winsock.toml", with(kCodes, "ja = \"待ち受けがありません。\"\n", ""),
       "[[code]] 10061: ja is missing"},
      {"codes/winsock.toml", with(kCodes, ", ja = \"Windows ソケットエラー\"", ""),
       "codes/winsock.toml:1: ja is missing"},
      {"codes/winsock.toml", with(kCodes, "refused = 2", "refusd = 2"),
       "unknown cause \"connection-refusd\", \"connection-refused\"?"},
      {"codes/winsock.toml", kCodes + "[[code]]\nvalue=\"10061\"\nen=\"a\"\nja=\"b\"\n",
       "[[code]] 10061: value is there twice"},
      {"codes/winsock.toml",
       kCodes + "[[code]]\nvalue=\"1\"\nsymbol=\"wsaeconnrefused\"\nen=\"a\"\nja=\"b\"\n",
       "also means row 10061"},
      {"codes/winsok.toml", kCodes, "family is the file's name"},
      {"codes/winsock.toml", kCodes + "x = = 1\n", "codes/winsock.toml:13: "},
      {"causes/net.toml", with(kCauses, "own-server", "ourselves"),
       "causes/net.toml:1: [connection-refused]: unknown side \"ourselves\""},
      {"causes/net.toml", with(kCauses, "\"ポートを確かめてください。\"", ""),
       "ja.user has 0 steps, en has 1"},
      {"causes/net.toml", with(kCauses, "Check the port", "Check {port}"),
       "{port} is filled in check only"},
      {"signatures/net.toml", with(kSignatures, "'connection refused'", "'(connection'"),
       "[[signature]] refused: match: "},
      {"signatures/net.toml", with(kSignatures, "'connection refused'", "'connection.*'"),
       "match may not end in"},
      {"signatures/net.toml", with(kSignatures, "'connection refused'", "'.?x'"),
       "match can be shorter than 4 bytes"},
      {"signatures/net.toml", with(kSignatures, "connection refused", "connection (refus|[ré]fus)"),
       "a class is of ASCII characters"},
      {"signatures/net.toml", with(kSignatures, "connection refused", "サーバー?への接続"),
       "a quantifier binds to one byte"},
      {"signatures/net.toml", with(kSignatures, "sig:refused", "sig:refusd"),
       "unknown signature \"refusd\", \"refused\"?"},
      {"signatures/net.toml", with(kSignatures, "=10061", "=10099"), "unknown code winsock=10099"},
      {"signatures/net.toml", with(kSignatures, "proto:smtp", "proto:smpt"),
       "unknown proto \"smpt\", \"smtp\"?"},
      {"signatures/net.toml", with(kSignatures, "\"port:25\"", "\"sig:both\""),
       "wait for each other in a circle"},
      {"signatures/net.toml", with(kSignatures, "match = 'connection refused'\n", ""),
       "needs match, or when"},
      {"signatures/net.toml", with(kSignatures, "refused = 3.0", "refused = 0"),
       "weighs between -8 and 8 and not 0"},
      {"signatures/net.toml",
       with(kSignatures, "source = \"observed\"\n",
            "source = \"observed\"\ngives = [\"stage:rcpt\"]\nwhen = [\"ip:v6\"]\n"),
       "gives does not go with when"},
      {"cases/net.toml", "[[case]]\ncause = \"nothing\"\ntext = \"a\"\nsource = \"observed\"\n",
       "cases/net.toml:1: [[case]] a: unknown cause \"nothing\""},
  };
  for (const auto& bad : cases) {
    Catalogue c;
    c.put(bad.file, bad.text);
    EXPECT_THAT(c.faults(), testing::Contains(HasSubstr(bad.fault))) << bad.file << '\n'
                                                                     << bad.text;
  }
}

TEST(Compiler, LenientTakesWhatIsNotThereYet) {
  Catalogue c;
  c.put("causes/net.toml", "");
  EXPECT_THAT(c.faults(true), ElementsAre());
  Faults faults;
  EXPECT_FALSE(pack_catalogue(c.model, faults).empty());
}

TEST(Compiler, OwnErrorsAreSignatures) {
  Catalogue c;
  c.put(
      "errors/net.toml",
      "[nothing-there]\nside = \"own-server\"\ncause = \"connection-refused\"\n"
      "client = { en = \"Nothing is at port {port} (yet)\", ja = \"ポートには何もありません\" }\n");
  EXPECT_THAT(c.faults(), ElementsAre());
  const auto& signatures = c.model.signatures;
  auto own = std::find_if(signatures.begin(), signatures.end(),
                          [](const auto& s) { return s.id == "hato-nothing-there"; });
  ASSERT_NE(own, signatures.end());
  EXPECT_EQ(own->match, "Nothing is at port .{0,200} \\(yet\\)|ポートには何もありません");
}

}  // namespace
}  // namespace hato::compiler
