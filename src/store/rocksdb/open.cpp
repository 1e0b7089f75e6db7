// SPDX-License-Identifier: Apache-2.0
// Opening and closing the embedded engine: options, recovery, format, lock.
#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/log.h"
#include "store/rocksdb/engine.h"
#include "store/rocksdb/status.h"

namespace hato::store {
namespace rocks {
namespace fs = std::filesystem;
namespace {

// RocksDB's own log would be one more file to keep; its errors go to ours.
class Log : public rocksdb::Logger {
 public:
  Log() : Logger(rocksdb::InfoLogLevel::ERROR_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* format, va_list args) override {
    char line[1024];
    std::vsnprintf(line, sizeof line, format, args);
    log::warning("store", line);
  }
};

// A damaged file met by a compaction must not stop everybody's mail: that compaction fails, and
// verify names the file. What else goes wrong in the background does stop the writing.
class Listener : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override {
    if (reason != rocksdb::BackgroundErrorReason::kCompaction || !error->IsCorruption()) return;
    log::error("store", "a file of the store is damaged; run: hato store verify",
               {{"reason", error->ToString()}});
    *error = rocksdb::Status::OK();
  }
};

// The whole of it stays under 150 MB: two body buffers and three of rows at 32 and 12 MB, the
// same for the small families, 32 MB of blocks.
rocksdb::ColumnFamilyOptions row_options(const Tuning& tuning,
                                         const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = tuning.row_buffer;
  options.max_write_buffer_number = 3;
  options.level_compaction_dynamic_level_bytes = true;
  options.compression = rocksdb::kLZ4Compression;
  return options;
}

rocksdb::ColumnFamilyOptions body_options(rocksdb::ColumnFamilyOptions options,
                                          const Tuning& tuning) {
  options.write_buffer_size = tuning.body_buffer;
  options.max_write_buffer_number = 2;
  options.compression = rocksdb::kNoCompression;
  options.enable_blob_files = true;
  options.min_blob_size = 512;
  options.blob_file_size = 256 << 20;
  return options;
}

rocksdb::DBOptions db_options(const OpenOptions& open, const Tuning& tuning) {
  rocksdb::DBOptions options;
  if (tuning.env) options.env = tuning.env;
  options.create_if_missing = open.create;
  options.create_missing_column_families = true;
  options.max_background_jobs = 2;
  options.max_total_wal_size = 96 << 20;
  options.max_open_files = 1000;
  options.bytes_per_sync = 1 << 20;
  options.stats_dump_period_sec = 0;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.info_log = std::make_shared<Log>();
  options.listeners.push_back(std::make_shared<Listener>());
  return options;
}

// From the strictest to the most lenient; what is given up is said.
struct Recovery {
  rocksdb::WALRecoveryMode mode;
  bool paranoid;
  log::Level level;
  std::string_view text;
};
constexpr Recovery kRecoveries[] = {
    {rocksdb::WALRecoveryMode::kAbsoluteConsistency, true, log::Level::kDebug, ""},
    {rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords, true, log::Level::kInfo,
     "the log ended in the middle of a record, as after a power cut; nothing that was acknowledged "
     "is lost by that"},
    {rocksdb::WALRecoveryMode::kPointInTimeRecovery, true, log::Level::kError,
     "THE LOG OF THE STORE IS DAMAGED: changes after the damage are lost; a copy of it is kept "
     "beside the store"},
    {rocksdb::WALRecoveryMode::kPointInTimeRecovery, false, log::Level::kError,
     "FILES OF THE STORE ARE DAMAGED: opened without them; run: hato store verify"},
};

void keep_logs(const std::string& folder) {
  std::error_code none;
  auto kept = folder + "/damaged-" + std::to_string(now_ms());
  fs::create_directory(kept, none);
  for (const auto& item : fs::directory_iterator(folder, none))
    if (item.path().extension() == ".log")
      fs::copy_file(item.path(), fs::path(kept) / item.path().filename(), none);
}

rocksdb::Status open_db(const std::string& folder, const rocksdb::DBOptions& options,
                        const Tuning& tuning, Opened& opened) {
  auto cache = rocksdb::NewLRUCache(32 << 20);
  auto rows = row_options(tuning, cache);
  std::vector<rocksdb::ColumnFamilyDescriptor> families = {
      {rocksdb::kDefaultColumnFamilyName, rows},
      {"rows", rows},
      {"blobs", rows},
      {"bodies", body_options(rows, tuning)}};
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  auto status = rocksdb::DB::Open(options, folder, families, &handles, &db);
  if (!status.ok()) return status;
  opened.db.reset(db);
  opened.meta = handles[0], opened.rows = handles[1], opened.blobs = handles[2],
  opened.bodies = handles[3];
  return status;
}

Result<> recover(const std::string& folder, const OpenOptions& open, const Tuning& tuning,
                 Opened& opened) {
  auto options = db_options(open, tuning);
  rocksdb::Status first, status;
  for (const auto& recovery : kRecoveries) {
    if (recovery.level == log::Level::kError && recovery.paranoid) keep_logs(folder);
    options.wal_recovery_mode = recovery.mode;
    options.paranoid_checks = recovery.paranoid;
    options.verify_sst_unique_id_in_manifest = recovery.paranoid;
    status = open_db(folder, options, tuning, opened);
    if (status.ok()) {
      if (!first.ok())
        log::write(recovery.level, "store", recovery.text,
                   {{"folder", folder}, {"reason", first.ToString()}});
      if (recovery.level == log::Level::kError)
        opened.mended.push_back({"log", to_error(first, folder)});
      return {};
    }
    if (first.ok()) first = status;
    if (!status.IsCorruption() && !status.IsPathNotFound()) break;
  }
  return std::unexpected(to_error(status, folder));
}

// A store that lost some of its files is still a store: none must be created over it.
bool has_store(const std::string& folder) {
  std::error_code none;
  for (const auto& item : fs::directory_iterator(folder, none)) {
    auto name = item.path().filename().string();
    if (name == "CURRENT" || name.starts_with("MANIFEST-") || name.ends_with(".sst")) return true;
  }
  return false;
}

}  // namespace

Result<std::unique_ptr<Store>> open_engine(const std::string& folder, OpenOptions options,
                                           const Tuning& tuning) {
  std::error_code failed;
  const bool there = has_store(folder);
  if (!there && !options.create) return fail(ErrorId::kStoreMissing, {{"folder", folder}});
  if (!there) fs::create_directories(folder, failed);
  if (failed)
    return fail(ErrorId::kStoreUnavailable, {{"reason", folder + ": " + failed.message()}});
  Opened opened;
  HATO_TRY(lock, lock_folder(folder));
  opened.lock = lock;
  options.create = options.create && !there;
  auto prepare = [&]() -> Result<> {
    if (!there) HATO_CHECK(write_format(folder));
    HATO_CHECK(check_format(folder, opened.mended));
    break_seal(folder, opened.mended);
    return recover(folder, options, tuning, opened);
  };
  if (auto ready = prepare(); !ready) {
    ::close(lock);
    return std::unexpected(ready.error());
  }
  for (const auto& m : opened.mended)
    log::warning("store", "damage found on opening", {{"file", m.file}});
  return std::make_unique<Engine>(folder, options.sync, std::move(opened));
}

Engine::~Engine() {
  // Everything into checked files, so that the next opening has no log to replay.
  writer_.stop();
  rocksdb::FlushOptions options;
  bool good = !poisoned_ && !full_ && db_.db->Flush(options, db_.all()).ok();
  for (auto* family : db_.all()) db_.db->DestroyColumnFamilyHandle(family);
  good = db_.db->Close().ok() && good;
  db_.db.reset();
  if (good) {
    if (auto sealed = write_seal(folder_); !sealed)
      log::warning("store", "closed without a seal", {{"folder", folder_}});
  }
  ::close(db_.lock);
}

}  // namespace rocks

Result<std::unique_ptr<Store>> open_rocksdb(const std::string& folder, OpenOptions options) {
  return rocks::open_engine(folder, options);
}

}  // namespace hato::store
