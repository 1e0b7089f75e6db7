// SPDX-License-Identifier: Apache-2.0
// What goes wrong in a mail log: its distinct problems, how often, when, one example each, and the
// doctor's diagnosis. One thread; a file of any size in bounded memory.
//
//   LogReader reader;
//   HATO_CHECK(reader.read(input));       // once a file, the oldest first
//   auto summary = reader.finish();
//
// How it reads at the speed of the disk: an automaton of a few words finds the lines that can be a
// problem at all; of these, lines that differ in numbers and names alone are one template; the
// doctor is asked once a template. Problems with the same sure cause and outcome are one. Lines of
// one message are joined by its queue id: the example shows what the log told of the message
// before, and a deferred recipient that is delivered later is counted as such. Bounded tables:
// what does not fit in is counted, not kept.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "doctor/doctor.h"
#include "doctor/log_input.h"
#include "doctor/report.h"

namespace hato::doctor {

inline constexpr std::size_t kMaxLogProblems = 500, kMaxLogTemplates = 10'000;

struct LogProblem {
  Diagnosis diagnosis;              // of the example
  std::string example;              // the line as it stands, cut where it is long
  std::vector<std::string> before;  // lines of the same message before it
  std::uint64_t lines = 0;
  std::uint64_t mails = 0;      // recipients of messages it hit; rejected before there is an id: 0
  std::uint64_t delivered = 0;  // of these, later
  std::int64_t first = 0, last = 0;  // log_time(); 0 where no line has a stamp
};

struct LogSummary {
  std::uint64_t bytes = 0, lines = 0;
  std::int64_t first = 0, last = 0;
  std::vector<LogProblem> problems;  // the most frequent first
  std::uint64_t unread = 0;          // lines that may tell of further problems, beyond the bounds
  bool stamped = false;              // some line begins with a time, as lines of a log do
};

class LogReader {
 public:
  explicit LogReader(Millis now = now_ms());
  ~LogReader();
  // Error: file-unreadable, of which what was read before counts; explain-binary.
  Result<> read(LogInput& input);
  LogSummary finish();

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

// The time of the first line that has one, 0 for none: for the order of rotated files.
std::int64_t log_begins(std::string_view start, Millis now);

std::string log_text(const LogSummary& summary, Lang lang, TextLook look);
std::string log_json(const LogSummary& summary, Lang lang);

}  // namespace hato::doctor
