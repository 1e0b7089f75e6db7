// SPDX-License-Identifier: Apache-2.0
// The receiver of DATA against the plainest reading of RFC 5321 4.5.2, with the bytes cut anywhere.
#include <algorithm>

#include "smtp/content.h"

namespace {

using namespace hato;
using namespace hato::smtp;

constexpr std::size_t kMax = 4096;

struct Plain {
  std::string text;
  std::size_t end = 0;  // bytes up to the end, 0: there is none
  bool bare = false, nul = false;
};

// Byte by byte. `text` is the message; before its end, as far as it has come.
Plain read_plainly(std::string_view wire) {
  Plain out;
  std::string raw = "\r\n";  // of DATA
  for (std::size_t i = 0; i < wire.size(); ++i) {
    if (wire.substr(i).starts_with(".\r\n") && raw.ends_with("\r\n")) {
      out.end = i + 3;
      break;
    }
    if (!(wire[i] == '.' && raw.ends_with("\r\n"))) out.text += wire[i];
    raw += wire[i];
  }
  const auto& t = out.text;
  for (std::size_t i = 0; i < t.size(); ++i) {
    out.nul |= t[i] == 0;
    out.bare |= t[i] == '\n' && (i == 0 || t[i - 1] != '\r');
    out.bare |= t[i] == '\r' && (i + 1 == t.size() ? out.end > 0 : t[i + 1] != '\n');
  }
  return out;
}

std::string mend(const std::string& t) {
  std::string out;
  for (std::size_t i = 0; i < t.size(); ++i) {
    bool lone_cr = t[i] == '\r' && (i + 1 == t.size() || t[i + 1] != '\n');
    if (t[i] == '\n' && (i == 0 || t[i - 1] != '\r')) out += '\r';
    out += lone_cr ? ' ' : t[i];
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 2) return 0;
  bool normalise = data[0] & 1;
  std::size_t step = 1 + data[1];
  std::string_view wire(reinterpret_cast<const char*>(data) + 2, size - 2);
  Budget budget(1 << 20);
  {
    Content content("Head: x\r\n", data[0], {.max_size = kMax, .normalise = normalise}, budget);
    DataReceiver receiver(content);
    std::string buffer;
    std::size_t at = 0;
    while (!receiver.done() && at < wire.size()) {
      auto piece = wire.substr(at, step);
      at += piece.size();
      buffer += piece;
      auto taken = receiver.take(buffer);
      HATO_ASSERT(taken <= buffer.size() &&
                  buffer.size() - taken <= 2 + 3 * receiver.done() + step);
      buffer.erase(0, taken);
    }
    auto plain = read_plainly(wire);
    HATO_ASSERT(receiver.done() == (plain.end > 0));
    if (receiver.done()) {
      HATO_ASSERT(at - buffer.size() == plain.end);
      HATO_ASSERT(content.size() == plain.text.size());
      bool fault = plain.nul || plain.text.size() > kMax || (plain.bare && !normalise);
      HATO_ASSERT(content.fault().has_value() == fault);
      if (!fault) HATO_ASSERT(content.text() == "Head: x\r\n" + mend(plain.text));
    }
  }
  HATO_ASSERT(budget.used() == 0);
  return 0;
}
