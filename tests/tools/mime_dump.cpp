// SPDX-License-Identifier: Apache-2.0
// How we read mails, as text to compare with another program: tests/tools/compare_mime.
// usage: mime_dump FILE...
#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "message/address.h"
#include "message/charset.h"
#include "message/date.h"
#include "message/mime.h"

namespace {

using namespace hato;
using namespace hato::message;

std::string shown(std::string_view s) {
  std::string out;
  for (char c : s)
    if (c == '\n' || c == '\r' || c == '\t' || c == '\\') {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02x", unsigned(c));
      out += hex;
    } else {
      out += c;
    }
  return out;
}

void dump(const Part& p, std::string_view message, const std::string& path) {
  std::printf("part %s %s/%s\n", path.c_str(), p.type.type.c_str(), p.type.subtype.c_str());
  if (!p.file_name().empty())
    std::printf("file %s %s\n", path.c_str(), shown(p.file_name()).c_str());
  if (p.children.empty()) {
    auto bytes = decode_transfer(p.content(message), p.encoding);
    std::printf("body %s %zu %s\n", path.c_str(), bytes.size(),
                to_hex(bytes.substr(0, 40)).c_str());
    if (p.type.type == "text" && !p.opaque) {
      const auto* charset = p.type.find("charset");
      auto text = to_utf8(bytes, charset ? *charset : "");
      std::printf("text %s %s\n", path.c_str(), shown(text).c_str());
    }
  }
  for (std::size_t i = 0; i < p.children.size(); ++i)
    dump(p.children[i], message, path + "." + std::to_string(i + 1));
}

void addresses(const char* name, const std::vector<Mailbox>& list) {
  for (const auto& m : list) {
    if (m.is_group)
      addresses(name, m.members);
    else
      std::printf("%s %s <%s>\n", name, shown(m.name).c_str(), shown(m.address).c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    auto message = bytes.str();
    auto root = parse_mime(message);
    std::printf("mail %s\n", argv[i]);
    if (const auto* f = find_field(root.fields, "Subject"))
      std::printf("subject %s\n", shown(decode_text(f->value)).c_str());
    for (auto name : {"From", "To", "Cc"})
      if (const auto* f = find_field(root.fields, name))
        addresses(name, parse_address_list(f->value));
    if (const auto* f = find_field(root.fields, "Date")) {
      auto d = parse_date(f->value);
      std::printf("date %s\n", d ? format_date(d->time, d->zone).c_str() : "-");
    }
    dump(root, message, "1");
  }
}
