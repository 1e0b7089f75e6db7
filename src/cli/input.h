// SPDX-License-Identifier: Apache-2.0
// What commands read of their words and options.
#pragma once
#include <cstdint>
#include <string>

#include "account/directory.h"
#include "base/time.h"
#include "cli/command.h"
#include "store/mail.h"

namespace hato::cli {

inline constexpr OptionRow kPasswordOption = {
    "--password-stdin",
    "",
    {"read the password from standard input", "パスワードを標準入力から読む"}};

// The first line of standard input. Error: password-missing.
Result<std::string> read_password(Call& call);
// An option's value as a size ("2G", 0: without limit), number or duration; `absent` where it was
// not given. Error: input-invalid.
Result<std::uint64_t> size_option(const Call& call, std::string_view option, std::uint64_t absent);
Result<std::uint64_t> number_option(const Call& call, std::string_view option,
                                    std::uint64_t absent);
// "3d" (ago) or a date, as a time. 0 where it was not given.
Result<Millis> time_option(const Call& call, std::string_view option);

// The account of that address or name. Error: account-unknown.
Result<account::Account> find_account(const Call& call, std::string_view address);
// The mailbox of --mailbox, else INBOX. Error: mailbox-missing.
Result<store::MailboxInfo> find_mailbox(Call& call, store::AccountId account);

}  // namespace hato::cli
