// SPDX-License-Identifier: Apache-2.0
// Which lines of a log can tell of a problem, or of a delivery, by a few words. One thread.
#pragma once
#include <memory>
#include <string_view>

struct hs_database;
struct hs_scratch;

namespace hato::doctor {

class LogFilter {
 public:
  enum Kind : unsigned {
    kMaybe = 1,      // a problem, if the doctor says so
    kTrouble = 2,    // the software says so itself
    kDelivered = 4,  // a recipient got the message
  };
  using OnLine = void (*)(std::string_view line, unsigned kinds, void* context);

  LogFilter();
  ~LogFilter();
  LogFilter(const LogFilter&) = delete;

  // Calls back for each line of the block that has such words, in order. Lines are whole.
  void scan(std::string_view block, OnLine on_line, void* context);

 private:
  std::unique_ptr<hs_database, void (*)(hs_database*)> database_;
  std::unique_ptr<hs_scratch, void (*)(hs_scratch*)> scratch_;
};

}  // namespace hato::doctor
