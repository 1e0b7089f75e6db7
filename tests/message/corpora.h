// SPDX-License-Identifier: Apache-2.0
// The mails of tests/corpora.
#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace hato::message {

struct CorpusMail {
  std::string name, bytes;
};

inline std::vector<CorpusMail> corpus_mails() {
  std::vector<CorpusMail> out;
  for (auto folder : {"cpython-mail", "ruby-mail"}) {
    auto path = std::filesystem::path(HATO_TESTS_DIR) / "corpora" / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().extension() != ".eml") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      std::stringstream bytes;
      bytes << in.rdbuf();
      out.push_back({entry.path().filename(), bytes.str()});
    }
  }
  std::ranges::sort(out, {}, &CorpusMail::bytes);
  return out;
}

}  // namespace hato::message
