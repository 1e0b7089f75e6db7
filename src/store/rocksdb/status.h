// SPDX-License-Identifier: Apache-2.0
// RocksDB's words in ours. Pure functions.
#pragma once
#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <string>
#include <string_view>

#include "base/error.h"

namespace hato::store::rocks {

inline std::string_view view_of(const rocksdb::Slice& s) { return {s.data(), s.size()}; }

inline Error to_error(const rocksdb::Status& status, const std::string& where) {
  if (status.IsCorruption())
    return Error(ErrorId::kStoreCorrupt, {{"where", where + ": " + status.ToString()}});
  if (status.IsNoSpace()) return Error(ErrorId::kStoreFull);
  return Error(ErrorId::kStoreUnavailable, {{"reason", where + ": " + status.ToString()}});
}

}  // namespace hato::store::rocks
