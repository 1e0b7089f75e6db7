// SPDX-License-Identifier: Apache-2.0
// The rows behind ErrorId: codes and texts of every error this server can give, in English and
// Japanese. Compiled in from catalogue/errors/*.toml; reading them is free of I/O and of locks.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hato::catalogue {

enum class Lang { kEn, kJa };
// "ja", "ja_JP.UTF-8", "ja-JP" are Japanese, everything else English.
Lang parse_lang(std::string_view name);

struct ErrorRow {
  std::string_view slug;
  int smtp_code;                 // 550
  std::string_view smtp_status;  // "5.1.1"
  std::string_view pop3;         // extended response code without brackets, "" where none fits
  std::string_view imap;         // RFC 5530 and others, "" where none fits
  std::string_view jmap;
  int exit;                // sysexits.h
  std::string_view cause;  // the doctor's cause, "" where there is none
  std::string_view side;
  std::string_view log;                   // sentence for the log, with {detail} places
  std::string_view client_en, client_ja;  // sentence for the peer
  std::string_view what_en, what_ja;      // what happened, for a person
  std::string_view fix_en, fix_ja;

  std::string_view client(Lang l) const { return l == Lang::kJa ? client_ja : client_en; }
  std::string_view what(Lang l) const { return l == Lang::kJa ? what_ja : what_en; }
  std::string_view fix(Lang l) const { return l == Lang::kJa ? fix_ja : fix_en; }
};

const ErrorRow& row(ErrorId id);
inline const ErrorRow& row(const Error& error) { return row(error.id()); }
std::optional<ErrorId> find_error(std::string_view slug);

// Fills the {key} places of a row's text with the error's details; a place without a detail is
// left out. Values are made printable and stay on one line.
std::string fill(std::string_view text, const Error& error);
// One line for a person: what happened and what to do.
std::string explain(const Error& error, Lang lang);
// One line for the log.
std::string log_text(const Error& error);

}  // namespace hato::catalogue
