// SPDX-License-Identifier: Apache-2.0
#include "smtp/content.h"

#include <algorithm>

namespace hato::smtp {
namespace {

constexpr std::uint64_t kReserveStep = 64 * 1024, kReserveAnnounced = 1 << 20;

struct Seen {
  bool bare = false, nul = false;
};

// Without a branch a byte, so that the compiler makes vectors of it.
Seen look(char before, std::string_view s) {
  unsigned char bare = (s[0] == '\n') != (before == '\r'), nul = s[0] == 0;
  const char* p = s.data();
  for (std::size_t i = 1; i < s.size(); ++i) {
    bare |= static_cast<unsigned char>((p[i] == '\n') != (p[i - 1] == '\r'));
    nul |= static_cast<unsigned char>(p[i] == 0);
  }
  return {bare != 0, nul != 0};
}

}  // namespace

Content::Content(std::string head, std::uint64_t announced, ContentRules rules, Budget& budget)
    : rules_(rules), budget_(budget), text_(std::move(head)), head_size_(text_.size()) {
  text_.reserve(head_size_ + std::min(announced, kReserveAnnounced));
}

Content::~Content() { budget_.give(reserved_); }

void Content::set_fault(Error error) {
  fault_ = std::move(error);
  text_ = {};
  budget_.give(std::exchange(reserved_, 0));
}

bool Content::reserve(std::size_t more) {
  auto needed = text_.size() + more;
  if (needed <= reserved_) return true;
  auto step = std::max<std::uint64_t>(needed - reserved_, kReserveStep);
  if (!budget_.take(step)) return false;
  reserved_ += step;
  return true;
}

// Pieces are at most as long as a line may be, so only the first and the last line end in them
// can make a line too long.
bool Content::check_lines(std::string_view s) {
  auto seen = look(last_, s);
  auto first = s.find('\n');
  auto longest = line_ + std::min(first, s.size());
  line_ = first == s.npos ? longest : s.size() - 1 - s.rfind('\n');
  last_ = s.back();
  bare_ = seen.bare;
  if (seen.nul) return set_fault(Error(ErrorId::kMessageNul)), false;
  if (seen.bare && !rules_.normalise) return set_fault(Error(ErrorId::kMessageBareNewline)), false;
  if (longest <= kMaxContentLine) return true;
  set_fault(Error(ErrorId::kMessageLineTooLong, {{"max", std::to_string(kMaxContentLine)}}));
  return false;
}

void Content::append_normalised(std::string_view s) {
  for (char c : s) {
    bool after_cr = text_.size() > head_size_ && text_.back() == '\r';
    if (after_cr && c != '\n') text_.back() = ' ';
    if (c == '\n' && !after_cr) text_ += '\r';
    text_ += c;
  }
}

void Content::add(std::string_view bytes) {
  size_ += bytes.size();
  if (size_ > rules_.max_size && !fault_)
    set_fault(Error(ErrorId::kMessageTooLarge, {{"max", std::to_string(rules_.max_size)}}));
  while (!bytes.empty() && !fault_) {
    auto piece = bytes.substr(0, kMaxContentLine);
    bytes.remove_prefix(piece.size());
    if (!rules_.binary && !check_lines(piece)) return;
    if (!reserve(bare_ ? 2 * piece.size() : piece.size()))
      return set_fault(Error(ErrorId::kMemoryFull));
    if (bare_)
      append_normalised(piece);
    else
      text_ += piece;
  }
}

void Content::finish() {
  if (fault_ || rules_.binary || last_ != '\r') return;
  if (!rules_.normalise) return set_fault(Error(ErrorId::kMessageBareNewline));
  text_.back() = ' ';
}

bool DataReceiver::at_line_start(std::string_view in, std::size_t at) const {
  auto before = [&](std::size_t n) { return at >= n ? in[at - n] : last_[2 - (n - at)]; };
  return before(1) == '\n' && before(2) == '\r';
}

std::size_t DataReceiver::consumed(std::string_view in, std::size_t n) {
  if (n == 1) last_[0] = last_[1];
  if (n >= 2) last_[0] = in[n - 2];
  if (n >= 1) last_[1] = in[n - 1];
  return n;
}

std::size_t DataReceiver::take(std::string_view in) {
  std::size_t run = 0;  // begin of what is not yet given on
  for (auto dot = in.find('.'); dot != in.npos; dot = in.find('.', dot + 1)) {
    if (!at_line_start(in, dot)) continue;
    content_.add(in.substr(run, dot - run));
    run = dot + 1;  // the dot goes, whatever follows
    auto next = in.substr(run, 2);
    if (next == "\r\n") {
      done_ = true;
      content_.finish();
      return dot + 3;
    }
    if (next.empty() || next == "\r") return consumed(in, dot);
  }
  content_.add(in.substr(run));
  return consumed(in, in.size());
}

}  // namespace hato::smtp
