// SPDX-License-Identifier: Apache-2.0
// File names of a Maildir: a unique part, ":2," and a letter a flag. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace hato::message {

struct MaildirFlags {
  bool seen = false, answered = false, flagged = false, deleted = false, draft = false;
  bool operator==(const MaildirFlags&) const = default;
};

MaildirFlags maildir_flags(std::string_view file_name);
std::string maildir_suffix(const MaildirFlags& flags);        // ":2,FS"
std::string_view maildir_unique(std::string_view file_name);  // what stays when flags change

// Of the Status and X-Status fields of an mbox.
MaildirFlags status_flags(std::string_view status, std::string_view x_status);

}  // namespace hato::message
