// SPDX-License-Identifier: Apache-2.0
// The engines that the suites run on; a new one is a row here.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <future>
#include <string>

#include "catalogue/errors.h"
#include "store/store.h"

namespace hato::store::test {

struct TempDir {
  TempDir() {
    char name[] = "/tmp/hato-store-XXXXXX";
    path = mkdtemp(name);
  }
  ~TempDir() { std::filesystem::remove_all(path); }
  std::string path;
};

// An engine with a folder of its own; reopen() closes and opens it where it keeps anything.
class Engine {
 public:
  explicit Engine(const std::string& name) : name_(name) { open(); }
  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }
  const std::string& folder() const { return dir_.path; }
  void close() { store_.reset(); }
  void open() {
    if (name_ == "memory") {
      store_ = open_memory();
      return;
    }
    auto opened = open_rocksdb(dir_.path + "/store", {.create = true});
    if (!opened) throw std::runtime_error(catalogue::log_text(opened.error()));
    store_ = std::move(*opened);
  }
  void reopen() {  // nothing for the engine that keeps nothing
    if (name_ == "memory") return;
    close();
    open();
  }

 private:
  std::string name_;
  TempDir dir_;
  std::unique_ptr<Store> store_;
};

// Waits for a completion.
template <class T>
class Wait {
 public:
  Done<T> done() {
    return [promise = promise_](Result<T> r) { promise->set_value(std::move(r)); };
  }
  Result<T> get() { return promise_->get_future().get(); }

 private:
  std::shared_ptr<std::promise<Result<T>>> promise_ = std::make_shared<std::promise<Result<T>>>();
};

inline Result<Seq> commit(Store& store, PartId part, Commit c) {
  if (c.id == Uuid{}) c.id = new_uuid();
  Wait<Seq> wait;
  store.commit(part, std::move(c), wait.done());
  return wait.get();
}
inline Result<> put(Store& store, BlobId id, std::string bytes, Millis until) {
  Wait<void> wait;
  store.blob_put(id, std::move(bytes), until, wait.done());
  return wait.get();
}

#define ASSERT_OK(expr)                                               \
  do {                                                                \
    auto&& ok_result = (expr);                                        \
    ASSERT_TRUE(ok_result) << catalogue::log_text(ok_result.error()); \
  } while (false)
#define EXPECT_ERROR(expr, error_id)                                                  \
  do {                                                                                \
    auto&& ok_result = (expr);                                                        \
    ASSERT_FALSE(ok_result);                                                          \
    EXPECT_EQ(catalogue::row(ok_result.error()).slug, catalogue::row(error_id).slug); \
  } while (false)

}  // namespace hato::store::test
