// SPDX-License-Identifier: Apache-2.0
// One line of a mail log taken apart: sendmail, postfix, exim, dovecot, courier, qpopper, qmail's
// kin through syslog; stamps of syslog (RFC 3164, RFC 5424), RFC 3339, journald and exim. Pure;
// any bytes are a line.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace hato::doctor {

struct LogLine {
  std::int64_t at = 0;       // seconds of the time as written, whatever its zone; 0: no stamp
  std::string_view program;  // "postfix/smtp", "" where it does not say
  std::string_view id;       // the message's queue id, "" where the line has none
  std::string_view text;     // behind them
};

// A stamp without a year is of the last year in which it is not after `now` (in the same form).
LogLine parse_log_line(std::string_view line, std::int64_t now);

// "2026-11-20 10:11:12"
std::string log_time(std::int64_t at);

// Equal for lines that differ in numbers, names of hosts and people, and ids alone. Codes of
// replies and statuses differ.
std::uint64_t log_template(const LogLine& line);

// The recipient that the line speaks of, "" where it names none.
std::string_view log_recipient(std::string_view text);

}  // namespace hato::doctor
