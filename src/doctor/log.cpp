// SPDX-License-Identifier: Apache-2.0
#include "doctor/log.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <tuple>
#include <unordered_map>

#include "doctor/decode.h"
#include "doctor/log_filter.h"
#include "doctor/log_line.h"

namespace hato::doctor {
namespace {

constexpr std::size_t kBlock = 512 << 10;  // read at once, so the longest line too
constexpr std::size_t kMaxExample = 2000, kMaxAsked = 8000;
constexpr std::size_t kFirst = 4096;  // tell whether a file is a text
constexpr std::size_t kMaxBefore = 6;

std::size_t hash(std::string_view s) { return std::hash<std::string_view>{}(s); }

// Which recipient of which message has which problem. Of a full row the oldest is forgotten.
class Recipients {
 public:
  struct Entry {
    std::uint64_t key = 0;
    std::uint32_t problem = 0;
  };
  Entry* find(std::uint64_t key) {
    auto& r = row(key);
    const auto it = std::find_if(r.begin(), r.end(), [&](auto& e) { return e.key == key; });
    return it == r.end() ? nullptr : &*it;
  }
  void add(std::uint64_t key, std::uint32_t problem) {
    auto& r = row(key);
    std::move_backward(r.begin(), r.end() - 1, r.end());
    r[0] = {key, problem};
  }
  static std::uint64_t key(std::string_view id, std::string_view recipient) {
    return (hash(id) * 0x9e3779b97f4a7c15 ^ hash(recipient)) | 1;
  }

 private:
  using Row = std::array<Entry, 4>;
  Row& row(std::uint64_t key) { return rows_[key >> 50]; }
  std::vector<Row> rows_ = std::vector<Row>(1 << 14);
};

std::string shown(std::string_view line) {
  if (line.size() <= kMaxExample) return decode(line).text;
  return decode(line.substr(0, kMaxExample)).text + " ...";
}

}  // namespace

class LogReader::Work {
 public:
  explicit Work(Millis now) : now_(now / 1000) {}

  Result<> read(LogInput& input) {
    std::size_t have = 0;
    before_size_ = 0;
    skipping_ = false;
    for (bool begun = false;;) {
      const auto n = input.read(block_.data() + have, kBlock - have);
      const bool end = !n || *n == 0;
      have += n.value_or(0);
      out_.bytes += n.value_or(0);
      if (!end && have < kBlock) continue;
      if (!begun && decode({block_.data(), std::min(have, kFirst)}).binary)
        return fail(ErrorId::kExplainBinary, {{"file", input.name()}});
      begun = true;
      have = take({block_.data(), have}, end);
      if (!n) return std::unexpected(n.error());
      if (end) return {};
    }
  }

  LogSummary finish() {
    std::sort(out_.problems.begin(), out_.problems.end(), [](const auto& a, const auto& b) {
      return std::tie(b.lines, a.first, a.example) < std::tie(a.lines, b.first, b.example);
    });
    for (auto& p : out_.problems) doctor_.locate_words(p.diagnosis);
    return std::move(out_);
  }

 private:
  static constexpr std::uint32_t kNoProblem = ~0u, kUnread = ~1u;

  // Scans the whole lines; how many bytes are left at the start of block_.
  std::size_t take(std::string_view all, bool end) {
    std::size_t begin = 0;
    if (skipping_) {
      const auto newline = all.find('\n');
      skipping_ = newline == all.npos;
      begin = skipping_ ? all.size() : newline + 1;
    }
    auto cut = end ? all.size() : std::max(all.rfind('\n') + 1, begin);
    if (!cut) {
      skipping_ = !all.empty();
      cut = all.size();
    }
    scan(all.substr(begin, cut - begin));
    before_size_ = cut;
    before_.swap(block_);
    std::memcpy(block_.data(), before_.data() + cut, all.size() - cut);
    return all.size() - cut;
  }

  void scan(std::string_view block) {
    if (block.empty()) return;
    current_ = block;
    out_.lines +=
        std::uint64_t(std::count(block.begin(), block.end(), '\n')) + (block.back() != '\n');
    span(block.substr(0, block.find('\n')), out_.first, out_.last);
    const auto body = block.substr(0, block.size() - (block.back() == '\n'));
    span(body.substr(body.rfind('\n') + 1), out_.first, out_.last);
    filter_.scan(
        block,
        [](std::string_view line, unsigned kinds, void* self) {
          static_cast<Work*>(self)->line(line, kinds);
        },
        this);
  }

  void span(std::string_view line, std::int64_t& first, std::int64_t& last) {
    span(parse_log_line(line, now_).at, first, last);
  }
  void span(std::int64_t at, std::int64_t& first, std::int64_t& last) {
    if (!at) return;
    out_.stamped = true;
    first = first ? std::min(first, at) : at;
    last = last ? std::max(last, at) : at;
  }

  void line(std::string_view line, unsigned kinds) {
    if (kinds & LogFilter::kTrouble || !(kinds & LogFilter::kDelivered))
      maybe_problem(line, kinds);
    else
      delivered(line);
  }

  void delivered(std::string_view line) {
    if (out_.problems.empty()) return;
    const auto l = parse_log_line(line, now_);
    if (l.id.empty()) return;
    auto* seen = recipients_.find(Recipients::key(l.id, log_recipient(l.text)));
    if (!seen) return;
    ++out_.problems[seen->problem].delivered;
    *seen = {};
  }

  void maybe_problem(std::string_view line, unsigned kinds) {
    const auto l = parse_log_line(line, now_);
    const auto which = problem_of(line, l, kinds);
    if (which == kNoProblem) return;
    if (which == kUnread) return void(++out_.unread);
    auto& p = out_.problems[which];
    ++p.lines;
    span(l.at, p.first, p.last);
    if (l.id.empty()) return;
    const auto key = Recipients::key(l.id, log_recipient(l.text));
    if (auto* seen = recipients_.find(key); seen && seen->problem == which) return;
    recipients_.add(key, which);
    ++p.mails;
  }

  std::uint32_t problem_of(std::string_view line, const LogLine& l, unsigned kinds) {
    const auto key = log_template(l);
    if (const auto known = templates_.find(key); known != templates_.end()) return known->second;
    if (templates_.size() == kMaxLogTemplates) return kUnread;
    return templates_[key] = ask(line, l, kinds, key);
  }

  std::uint32_t ask(std::string_view line, const LogLine& l, unsigned kinds, std::uint64_t key) {
    auto d = doctor_.explain(decode(line.substr(0, kMaxAsked)).text);
    const bool trouble = kinds & LogFilter::kTrouble && !d.succeeded;
    if (!trouble && !d.failed && d.causes.empty()) return kNoProblem;
    const auto kind = std::tuple(d.sure() ? d.causes[0].cause->slug.view() : std::string_view{},
                                 d.side, outcome(l.text), d.sure() ? 0 : key);
    const auto known = problems_.find(kind);
    if (known != problems_.end()) return known->second;
    if (out_.problems.size() == kMaxLogProblems) return kUnread;
    const auto number = std::uint32_t(out_.problems.size());
    problems_.emplace(kind, number);
    out_.problems.push_back(
        {.diagnosis = std::move(d), .example = shown(line), .before = before(line, l.id)});
    return number;
  }

  // What became of the mail: problems that differ in it are never one.
  static int outcome(std::string_view text) {
    static constexpr std::string_view kWords[] = {
        "status=deferred", "status=bounced", "reject", "dsn=4.", "dsn=5.", " == ", " ** "};
    for (std::size_t i = 0; i < std::size(kWords); ++i)
      if (text.find(kWords[i]) != text.npos) return int(i) + 1;
    return 0;
  }

  // Lines with the same id up to `line`, in what is still in memory.
  std::vector<std::string> before(std::string_view line, std::string_view id) {
    std::vector<std::string> out;
    if (id.empty()) return out;
    lines_with(id, {before_.data(), before_size_}, out);
    lines_with(id, current_.substr(0, std::size_t(line.data() - current_.data())), out);
    return out;
  }

  static void lines_with(std::string_view id, std::string_view in, std::vector<std::string>& out) {
    for (std::size_t at = in.find(id); at != in.npos;) {
      const auto begin = in.rfind('\n', at) + 1;
      const auto end = std::min(in.find('\n', at), in.size());
      if (out.size() == kMaxBefore) out.erase(out.begin() + 1);  // the first tells who sent it
      out.push_back(shown(in.substr(begin, end - begin)));
      at = in.find(id, end);
    }
  }

  const std::int64_t now_;
  Doctor doctor_;
  LogFilter filter_;
  std::vector<char> block_ = std::vector<char>(kBlock), before_ = std::vector<char>(kBlock);
  std::size_t before_size_ = 0;
  bool skipping_ = false;     // the rest of a line longer than a block
  std::string_view current_;  // what is scanned now
  std::unordered_map<std::uint64_t, std::uint32_t> templates_;
  std::map<std::tuple<std::string_view, std::string_view, int, std::uint64_t>, std::uint32_t>
      problems_;
  Recipients recipients_;
  LogSummary out_;
};

LogReader::LogReader(Millis now) : work_(std::make_unique<Work>(now)) {}
LogReader::~LogReader() = default;
Result<> LogReader::read(LogInput& input) { return work_->read(input); }
LogSummary LogReader::finish() { return work_->finish(); }

std::int64_t log_begins(std::string_view start, Millis now) {
  while (!start.empty()) {
    const auto end = std::min(start.find('\n'), start.size());
    if (const auto at = parse_log_line(start.substr(0, end), now / 1000).at) return at;
    start.remove_prefix(std::min(end + 1, start.size()));
  }
  return 0;
}

}  // namespace hato::doctor
