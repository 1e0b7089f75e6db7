// SPDX-License-Identifier: Apache-2.0
#include "message/maildir.h"

#include <algorithm>

namespace hato::message {
namespace {

struct Letter {
  char letter;
  bool MaildirFlags::* flag;
};
constexpr Letter kMaildir[] = {{'D', &MaildirFlags::draft},  // in ASCII order, as files have them
                               {'F', &MaildirFlags::flagged},
                               {'R', &MaildirFlags::answered},
                               {'S', &MaildirFlags::seen},
                               {'T', &MaildirFlags::deleted}};
constexpr Letter kXStatus[] = {{'A', &MaildirFlags::answered},
                               {'D', &MaildirFlags::deleted},
                               {'F', &MaildirFlags::flagged},
                               {'T', &MaildirFlags::draft}};

}  // namespace

MaildirFlags maildir_flags(std::string_view file_name) {
  MaildirFlags out;
  auto info = file_name.rfind(":2,");
  if (info == file_name.npos) return out;
  for (const auto& [letter, flag] : kMaildir)
    out.*flag = file_name.substr(info + 3).contains(letter);
  return out;
}

std::string maildir_suffix(const MaildirFlags& flags) {
  std::string out = ":2,";
  for (const auto& [letter, flag] : kMaildir)
    if (flags.*flag) out += letter;
  return out;
}

std::string_view maildir_unique(std::string_view file_name) {
  return file_name.substr(0, std::min(file_name.rfind(":2,"), file_name.size()));
}

MaildirFlags status_flags(std::string_view status, std::string_view x_status) {
  MaildirFlags out{.seen = status.contains('R')};
  for (const auto& [letter, flag] : kXStatus) out.*flag = x_status.contains(letter);
  return out;
}

}  // namespace hato::message
