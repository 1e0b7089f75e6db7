// SPDX-License-Identifier: Apache-2.0
// Result and Error: how anything that a peer, a disk or an administrator can cause is told.
//
// An Error is the id of a row of catalogue/errors/*.toml and details that fill the row's texts.
// The row (catalogue/errors.h) holds the SMTP, POP3, IMAP and JMAP codes, the sentence for the
// client, the one for the log, and the explanation in English and Japanese.
//
//   if (!account) return fail(ErrorId::kRecipientUnknown, {{"address", to_string(address)}});
#pragma once
#include <cstdio>
#include <cstdlib>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error_ids.h"

namespace hato {

struct Detail {
  std::string_view key;  // a literal
  std::string value;
};

class Error {
 public:
  explicit Error(ErrorId id, std::vector<Detail> details = {})
      : id_(id), details_(std::move(details)) {}

  ErrorId id() const { return id_; }
  const std::vector<Detail>& details() const { return details_; }
  // The value of a detail, empty where there is none.
  std::string_view detail(std::string_view key) const {
    for (const auto& d : details_)
      if (d.key == key) return d.value;
    return {};
  }
  Error& with(std::string_view key, std::string value) {
    details_.push_back({key, std::move(value)});
    return *this;
  }

 private:
  ErrorId id_;
  std::vector<Detail> details_;
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorId id, std::vector<Detail> details = {}) {
  return std::unexpected<Error>(Error(id, std::move(details)));
}

}  // namespace hato

// For bugs only, never reachable from a peer's input; stays on in release.
#define HATO_ASSERT(cond)                                                              \
  do {                                                                                 \
    if (!(cond)) [[unlikely]] {                                                        \
      std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #cond); \
      std::abort();                                                                    \
    }                                                                                  \
  } while (false)

// Takes the value of a Result or returns its error from the enclosing function.
// Not for co_await operands: await into a named local first.
#define HATO_TRY(name, expr)                                                  \
  auto name##_result = (expr);                                                \
  if (!name##_result) return std::unexpected(std::move(name##_result).error()); \
  auto& name = *name##_result
#define HATO_CHECK(expr)                                                       \
  do {                                                                         \
    auto hato_check_result = (expr);                                           \
    if (!hato_check_result) return std::unexpected(std::move(hato_check_result).error()); \
  } while (false)
