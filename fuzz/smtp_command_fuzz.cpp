// SPDX-License-Identifier: Apache-2.0
// Every line of the input through the whole grammar: what is accepted is harmless and reads the
// same when it is written again.
#include <algorithm>

#include "base/text.h"
#include "smtp/codec.h"
#include "smtp/reply.h"

namespace {

using namespace hato;
using namespace hato::smtp;

void check_harmless(std::string_view s) {
  HATO_ASSERT(std::none_of(s.begin(), s.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  }));
}

void check_reply(const Error& error) {
  auto reply = error_reply(error, 1);
  HATO_ASSERT(reply.size() <= 512 && reply.ends_with("\r\n"));
  check_harmless(reply.substr(0, reply.size() - 2));
  HATO_ASSERT(is_ascii(reply));
}

template <class T>
bool good(const Result<T>& result) {
  if (!result) check_reply(result.error());
  return result.has_value();
}

void check_line(std::string_view line) {
  auto command = parse_command(line);
  if (!good(command)) return;
  auto arguments = command->arguments;
  if (auto m = parse_mail(arguments, true); good(m)) {
    check_harmless(m->sender);
    auto again = parse_mail("FROM:<" + m->sender + ">" + (m->smtputf8 ? " SMTPUTF8" : ""), false);
    HATO_ASSERT(again && again->sender == m->sender);
  }
  for (bool utf8 : {false, true}) {
    auto r = parse_rcpt(arguments, {.utf8 = utf8, .carrier_dots = true});
    if (!good(r)) continue;
    check_harmless(r->recipient + r->notify + r->orcpt);
    HATO_ASSERT(utf8 || is_ascii(r->recipient));
    auto again = parse_rcpt("TO:<" + r->recipient + ">", {.utf8 = utf8});
    HATO_ASSERT(again && again->recipient == r->recipient);
  }
  good(parse_bdat(arguments));
  good(parse_auth(arguments));
  good(parse_auth_response(line));
  if (auto x = parse_xclient(arguments); good(x) && x->login) check_harmless(*x->login);
  if (auto h = parse_hello(arguments); good(h)) check_harmless(*h);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  for (auto line : hato::split(input, '\n')) check_line(line);
  return 0;
}
