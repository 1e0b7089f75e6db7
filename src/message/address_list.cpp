// SPDX-License-Identifier: Apache-2.0
// Address lists of header fields (RFC 5322 3.4 and 4.4), read as forgivingly as mail is written.
#include <algorithm>

#include "base/text.h"
#include "message/address.h"
#include "message/encoded.h"
#include "message/token.h"

namespace hato::message {
namespace {

bool is_special(char c) { return std::string_view("\"(,:;<").find(c) != std::string_view::npos; }

struct Word {
  std::string text;  // unquoted
  std::string raw;   // as seen, for an address
  bool quoted = false;
  bool glued = false;  // no blank before it
};

// What stands between two separators.
struct Entry {
  std::vector<Word> words;
  std::vector<std::string> comments;
  std::string angle;
  bool has_angle = false;

  bool empty() const { return words.empty() && comments.empty() && !has_angle; }
};

class Lexer {
 public:
  explicit Lexer(std::string_view s) : s_(s), last_word_end_(s.rfind("?=")) {}

  bool done() const { return at_ >= s_.size(); }
  // Reads up to a separator, which it takes and returns; 0 at the end.
  char next(Entry& entry) {
    bool glued = false;
    while (!done()) {
      char c = s_[at_];
      if (c == ',' || c == ';' || c == ':') return ++at_, c;
      auto from = at_;
      if (is_space(c)) {
        ++at_;
      } else if (c == '(') {
        entry.comments.push_back(read_comment(s_, at_));
      } else if (c == '<') {
        angle(entry);
      } else if (c == '"') {
        auto text = read_quoted(s_, at_);
        entry.words.push_back({text, std::string(s_.substr(from, at_ - from)), true, glued});
      } else {
        auto text = atom();
        entry.words.push_back({std::string(text), std::string(text), false, glued});
      }
      glued = !is_space(c) && c != '(' && c != '<';
    }
    return 0;
  }

 private:
  std::string_view atom() {
    auto from = at_;
    while (!done() && !is_space(s_[at_]) && !is_special(s_[at_])) {
      if (s_[at_] == '=' && last_word_end_ != s_.npos && at_ < last_word_end_)
        if (auto n = encoded_word_size(s_.substr(at_, last_word_end_ + 2 - at_))) {
          at_ += n;
          continue;
        }
      bool literal = s_[at_] == '[' && at_ > from && s_[at_ - 1] == '@';
      auto close = literal ? s_.substr(0, at_ + 256).find(']', at_) : s_.npos;
      at_ = close == s_.npos ? at_ + 1 : close + 1;
    }
    return s_.substr(from, at_ - from);
  }

  // What stands in < >, comments and blanks around dots and @ left out. Where no > follows, it
  // ends with the next comma.
  void angle(Entry& entry) {
    bool closed = at_ < last_close();
    std::string out;
    for (++at_; !done(); ++at_) {
      char c = s_[at_];
      if (c == '>') {
        ++at_;
        break;
      }
      if (!closed && (c == ',' || c == ';')) break;
      if (c == '(') {
        entry.comments.push_back(read_comment(s_, at_));
        --at_;
      } else if (c == '"') {
        auto from = at_;
        read_quoted(s_, at_);
        out += s_.substr(from, at_ - from);
        --at_;
      } else if (is_space(c)) {
        if (!out.empty() && out.back() != ' ') out += ' ';
      } else {
        bool joins = c == '.' || c == '@';
        if (out.ends_with(' ') && (joins || out.ends_with(". ") || out.ends_with("@ ")))
          out.pop_back();
        out += c;
      }
    }
    if (entry.has_angle) return;  // the first one counts
    entry.has_angle = true;
    entry.angle = trim(out);
  }

  std::size_t last_close() {
    if (!close_known_) close_ = s_.rfind('>'), close_known_ = true;
    return close_ == s_.npos ? 0 : close_;
  }

  std::string_view s_;
  std::size_t at_ = 0;
  std::size_t last_word_end_;
  std::size_t close_ = 0;
  bool close_known_ = false;
};

// RFC 5322 4.4: "@a,@b:user@host" is user@host.
std::string without_route(std::string address) {
  if (!address.starts_with('@')) return address;
  auto colon = address.find(':');
  return colon == address.npos ? address : address.substr(colon + 1);
}

bool ends_open(const Word& w) { return !w.quoted && (w.raw.back() == '.' || w.raw.back() == '@'); }
bool begins_open(const Word& w) {
  return !w.quoted && (w.raw.front() == '.' || w.raw.front() == '@');
}
bool joined(const Word& a, const Word& b) { return b.glued || ends_open(a) || begins_open(b); }

bool is_address(const Word& w) {
  return !w.quoted && w.raw.find('@') != w.raw.npos && !encoded_word_size(w.raw);
}

// Without < >: takes the words that make up an address, the first that holds an '@' and what
// clings to it; a lone word is one in any case.
std::string take_address(std::vector<Word>& words) {
  std::size_t from = 0, to = words.size();
  auto at = std::ranges::find_if(words, is_address);
  if (at != words.end()) {
    from = std::size_t(at - words.begin());
    to = from + 1;
    while (from > 0 && joined(words[from - 1], words[from])) --from;
    while (to < words.size() && joined(words[to - 1], words[to])) ++to;
  } else if (words.size() != 1 || words[0].quoted || encoded_word_size(words[0].raw)) {
    return {};
  }
  std::string out;
  for (auto i = from; i < to; ++i) out += words[i].raw;
  words.erase(words.begin() + std::ptrdiff_t(from), words.begin() + std::ptrdiff_t(to));
  return out;
}

// RFC 5322 3.2.5, decoded; comments behind it, or instead of it.
std::string name_of(const Entry& e, bool raw) {
  std::string phrase, comments;
  for (const auto& w : e.words) {
    if (!phrase.empty() && !w.glued) phrase += ' ';
    phrase += w.text;
  }
  for (const auto& c : e.comments) {
    if (!comments.empty()) comments += ' ';
    comments += c;
  }
  if (raw) return phrase.empty() ? comments : phrase;
  phrase = decode_words(phrase);
  if (comments.empty()) return phrase;
  comments = decode_words(comments);
  return phrase.empty() ? comments : phrase + " (" + comments + ")";
}

// One mailbox, or several where addresses stand without commas.
void add_mailboxes(Entry e, bool raw, std::size_t max, std::vector<Mailbox>& out) {
  Mailbox m;
  m.address = without_route(e.has_angle ? e.angle : take_address(e.words));
  std::vector<Mailbox> more;
  while (!e.has_angle && std::ranges::any_of(e.words, is_address) && more.size() < max)
    more.push_back({.address = take_address(e.words)});
  m.name = name_of(e, raw);
  out.push_back(std::move(m));
  std::ranges::move(more, std::back_inserter(out));
}

std::vector<Mailbox> parse_list(std::string_view value, bool raw, std::size_t max) {
  std::vector<Mailbox> out;
  Lexer lexer(value);
  std::size_t count = 0;
  bool in_group = false;
  Entry entry;
  while (!lexer.done() && count < max) {
    char end = lexer.next(entry);
    if (end == ':' && in_group) {
      entry.words.push_back({":", ":", false, true});
      continue;
    }
    if (end == ':') {
      out.push_back({.name = name_of(entry, raw), .is_group = true});
      in_group = true;
      ++count;
    } else if (!entry.empty()) {
      auto& list = in_group ? out.back().members : out;
      auto before = list.size();
      add_mailboxes(std::move(entry), raw, max - count, list);
      count += list.size() - before;
    }
    if (end == ';') in_group = false;
    entry = {};
  }
  return out;
}

}  // namespace

std::vector<Mailbox> parse_address_list(std::string_view value, std::size_t max) {
  return parse_list(value, false, max);
}

std::vector<Mailbox> parse_address_list_raw(std::string_view value, std::size_t max) {
  return parse_list(value, true, max);
}

Address split_address(std::string_view address) {
  auto at = address.rfind('@');
  auto local = address.substr(0, at);
  Address out{std::string(local), at == address.npos ? "" : std::string(address.substr(at + 1))};
  std::size_t from = 0;
  if (local.starts_with('"')) out.local = read_quoted(local, from);
  return out;
}

}  // namespace hato::message
