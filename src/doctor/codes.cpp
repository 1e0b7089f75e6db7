// SPDX-License-Identifier: Apache-2.0
#include "doctor/codes.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <tuple>

#include "base/text.h"

namespace hato::doctor {
namespace {
using catalogue::Code;
using Phrases = std::span<const std::string_view>;

bool is_word(char c) { return is_digit(c) || is_alpha(c) || c == '_'; }

// Words that make the number behind them a code of a family.
constexpr std::string_view kError[] = {"error",   "errno", "err ",   "code",   "socket",
                                       "winsock", "wsa",   "エラー", "コード", "ソケット"};
constexpr std::string_view kShortError[] = {"error ", "error: ",  "エラー ",
                                            "エラー", "エラー: ", "code "};
constexpr std::string_view kExit[] = {"exit status", "exited with",  "exit code",
                                      "exit value",  "mailer error", "x-unix",
                                      "returned",    "終了コード",   "終了ステータス"};
constexpr std::string_view kAlert[] = {"alert number", "alert code", "alert description"};
constexpr std::string_view kVerify[] = {"verify return code", "verify error",
                                        "num=", "verify code"};
constexpr std::string_view kEde[] = {"ede", "extended dns error", "info-code", "info code"};
constexpr std::string_view kErrno[] = {"errno", "os error", "syserr"};
constexpr std::string_view kHttp[] = {"http/1.0",   "http/1.1",    "http/2",    "http status",
                                      "http error", "status code", "http code", "http response"};
constexpr std::string_view kList[] = {"spamhaus",  "rbl",       "dnsbl",      "dnswl",
                                      "blocklist", "blacklist", "block list", "listed",
                                      "barracuda", "spamcop",   "sorbs"};

struct NumberRule {
  std::string_view family;
  unsigned low, high;
  Phrases before;
  std::size_t window;
};
constexpr NumberRule kNumbers[] = {
    {"winsock", 10004, 11031, kError, 40},   {"wininet", 12001, 12200, kError, 40},
    {"sysexits", 1, 255, kExit, 24},         {"tls-alert", 0, 255, kAlert, 20},
    {"openssl-verify", 1, 100, kVerify, 24}, {"dns-ede", 0, 60, kEde, 20},
    {"errno", 1, 200, kErrno, 12},           {"http-status", 300, 599, kHttp, 24},
    {"ras", 600, 900, kShortError, 10},
};

// Words before a three-digit number that make it a reply.
constexpr std::string_view kReplyWords[] = {
    "said:",      "said",       "reply",        "response",    "responded", "server error",
    "smtp error", "error code", "error number", "returned",    "code",      "reason",
    "応答",       "エラー",     "diagnostic",   "server:",     "stat=",     "smtp;",
    "smtp: ",     "s: ",        "error:",       "failed:",     "rejected:", "reject=",
    "unexpected", "but got",    "->",           "answer",      "error",     "after",
    "status",     "message:",   "<<",           "exception:",  "refused:",  "retcode",
    "返答",       "サーバー",   "command:",     "recipients:", "data:"};
constexpr std::string_view kStatusWords[] = {"dsn=", "dsn:",  "status", "enhanced",
                                             "code", "error", "エラー", "#"};

class Finder {
 public:
  Finder(const Plain& plain, Facts& facts) : text_(plain.text), plain_(plain), facts_(facts) {}

  void literals(const std::vector<Match>& matches) {
    const auto& image = catalogue::image();
    for (const auto& m : matches) {
      if (m.id < image.patterns || m.id - image.patterns >= image.literals.size) continue;
      const auto& literal = image.literals[m.id - image.patterns];
      literal_at(image.codes[literal.code], m.end - literal.size, m.end);
    }
  }

  void numbers() {
    for (const auto& r : plain_.records) {
      if (r.success) continue;
      record_ = &r;
      for (std::size_t i = r.begin; i < r.end; i = word_at(i)) {
      }
    }
  }

 private:
  // Deals with the word that begins at i, or steps over one byte; returns where to go on.
  std::size_t word_at(std::size_t i) {
    if (!is_word(text_[i])) return i + 1;
    std::size_t end = i;
    bool digits_only = true;
    for (; end < record_->end && is_word(text_[end]); ++end) digits_only &= is_digit(text_[end]);
    const auto word = text_.substr(i, end - i);
    if (!digits_only) return hex_word(word, i), end;
    if (auto status = status_end(i)) return loose_status(i, *status), *status;
    if (auto quad = quad_end(i)) return list_answer(i, *quad), *quad;
    if (word.size() == 3 && reply(i)) return next_;
    number(word, i);
    return end;
  }

  char before(std::size_t i) const { return i > record_->begin ? text_[i - 1] : ' '; }
  char after(std::size_t i) const { return i < record_->end ? text_[i] : '\n'; }

  bool said_before(std::size_t i, std::size_t window, Phrases phrases) const {
    const auto from = std::max<std::size_t>(record_->begin, i > window ? i - window : 0);
    const auto words = to_lower(text_.substr(from, i - from));
    return std::any_of(phrases.begin(), phrases.end(),
                       [&](auto p) { return words.find(p) != words.npos; });
  }

  void add(std::string_view family, std::string_view value, const Code* row, std::size_t begin,
           std::size_t end) {
    if (facts_.codes.size() >= kMaxCodes) return;
    if (row) value = row->value;
    for (const auto& c : facts_.codes)
      if (c.family == family && c.value == value) return;
    facts_.codes.push_back(
        {std::string(family), std::string(value), row, std::uint32_t(begin), std::uint32_t(end)});
    std::string name = "code:";
    (name += family) += '=';
    facts_.names.set(name + std::string(value));
    for (const auto* part : catalogue::explain_code(family, value))
      if (part != row) facts_.names.set(name + std::string(part->value.view()));
  }

  // -- names and phrases the automaton found

  void literal_at(const Code& code, std::size_t begin, std::size_t end) {
    const auto& r = plain_.records[plain_.record_at(begin)];
    if (r.success) return;
    record_ = &r;
    if ((is_word(text_[begin]) && is_word(before(begin))) ||
        (is_word(text_[end - 1]) && is_word(after(end))))
      return;
    const std::string_view family = catalogue::family(code).name;
    if (!literal_fits(family, begin, end)) return;
    add(family, code.value, &code, begin, end);
  }

  bool literal_fits(std::string_view family, std::size_t begin, std::size_t end) const {
    if (family == "pop3-code" || family == "imap-code") return before(begin) == '[';
    if (family == "tls-alert") {
      static constexpr std::string_view kWord[] = {"alert"};
      return text_.substr(begin, end - begin).find('_') != text_.npos ||
             said_before(begin, 30, kWord);
    }
    if (family == "dns-rcode") {
      static constexpr std::string_view kWords[] = {"status", "rcode", "dns", "lookup"};
      return end - begin >= 7 || said_before(begin, 24, kWords);
    }
    return true;
  }

  // -- hexadecimal

  void hex_word(std::string_view word, std::size_t i) {
    if (auto value = hresult(word)) return hresult_at(*value, i, i + word.size());
    static constexpr std::string_view kWord[] = {"error:"};
    if (word.size() == 8 && said_before(i, 6, kWord)) {
      const auto reason = openssl_reason(word);
      // Errors of other libraries than SSL's stand in the catalogue whole.
      if (const auto* row = catalogue::find_code(
              "openssl-error", reason ? std::to_string(*reason) : std::string(word)))
        add("openssl-error", row->value, row, i, i + word.size());
    }
  }

  void hresult_at(std::string_view value, std::size_t begin, std::size_t end) {
    for (std::string_view family : {"oe", "outlook"})
      if (const auto* row = catalogue::find_code(family, value))
        return add(family, value, row, begin, end);
    if (value.starts_with("0x800CCC")) return add("oe", value, nullptr, begin, end);
    if (value.starts_with("0x80042") || value.starts_with("0x800408"))
      add("outlook", value, nullptr, begin, end);
  }

  // -- SMTP replies and enhanced status codes

  // "5.7.1" at i, with nothing that makes it a version, an address or a measure.
  std::optional<std::size_t> status_end(std::size_t i) const {
    if (before(i) == '.' || before(i) == '/' ||
        (text_[i] != '4' && text_[i] != '5' && text_[i] != '2'))
      return {};
    std::size_t at = i + 1;
    for (int part = 0; part < 2; ++part) {
      if (after(at) != '.') return {};
      std::size_t n = 0;
      while (is_digit(after(at + 1 + n))) ++n;
      if (n < 1 || n > 3) return {};
      if (part == 0 && n > 1) return {};  // RFC 3463: subjects are 0 to 7
      at += 1 + n;
    }
    if (is_word(after(at)) || (after(at) == '.' && is_digit(after(at + 1)))) return {};
    return at;
  }

  void status(std::size_t i, std::size_t end) {
    const auto value = text_.substr(i, end - i);
    const auto rows = catalogue::explain_code("enhanced-status", value);
    const bool own = !rows.empty() && !rows[0]->value.view().ends_with(".X");
    if (const auto* row = vendors_row(value, own))
      add(catalogue::family(*row).name, value, row, i, end);
    add("enhanced-status", value, nullptr, i, end);
    if (own && facts_.codes.back().family == "enhanced-status" &&
        facts_.codes.back().value == value)
      facts_.codes.back().row = rows[0];
    facts_.names.set("proto:smtp");
  }

  // Some senders give the numbers a meaning of their own.
  const Code* vendors_row(std::string_view value, bool standard) const {
    const auto speaks = [&](std::string_view who) {
      return facts_.names.has("software:" + std::string(who));
    };
    if (speaks("gmail"))
      if (const auto* row = catalogue::find_code("gmail", value)) return row;
    if (!standard || speaks("exchange") || speaks("microsoft"))
      return catalogue::find_code("exchange", value);
    return nullptr;
  }

  // A status without a reply before it.
  void loose_status(std::size_t i, std::size_t end) {
    if (text_[i] == '2') return;
    const bool known = catalogue::find_code("enhanced-status", text_.substr(i, end - i)) ||
                       catalogue::find_code("enhanced-status",
                                            "X" + std::string(text_.substr(i + 1, end - i - 1)));
    const bool opens = i == record_->body || i == record_->begin;
    const bool after_colon = before(i) == ' ' && i > record_->begin && before(i - 1) == ':';
    if (!(opens || before(i) == '#' || said_before(i, 12, kStatusWords) || (known && after_colon)))
      return;
    status(i, end);
    if (before(i) == '#' && !facts_.replies.empty() && facts_.replies.back().status.empty() &&
        facts_.replies.back().begin >= record_->begin)
      facts_.replies.back().status = text_.substr(i, end - i);
  }

  bool reply(std::size_t i) {
    const char class_ = text_[i], b = before(i), a = after(i + 3);
    if (class_ < '2' || class_ > '5' || text_[i + 1] > '5') return false;
    if (!std::string_view(" '\"([:=>#,;-").contains(b) ||
        !std::string_view(" -,.)]'\";:<\n").contains(a))
      return false;
    if ((b == ':' || b == ',' || b == '-') && i >= 2 && is_digit(before(i - 1))) return false;
    if (a == '.' && is_digit(after(i + 4))) return false;
    std::size_t at = i + 4;
    while (after(at) == ' ' || after(at) == '#') ++at;
    auto status_at = a == ' ' || a == '-' ? status_end(at) : std::nullopt;
    if (status_at && text_[at] != class_) status_at.reset();
    const bool opens = (i == record_->body || i == record_->begin) && a != '.' && a != ',';
    if (!(status_at || opens || said_before(i, 28, kReplyWords))) return false;
    next_ = i + 3;
    if (class_ < '4') return true;
    Reply r{(class_ - '0') * 100 + (text_[i + 1] - '0') * 10 + (text_[i + 2] - '0'),
            {},
            std::uint32_t(i),
            record_->end};
    const std::string_view family = facts_.names.has("proto:nntp") ? "nntp-reply" : "smtp-reply";
    const auto value = text_.substr(i, 3);
    add(family, value, catalogue::find_code(family, value), i, i + 3);
    if (status_at) {
      r.status = text_.substr(at, *status_at - at);
      status(at, *status_at);
      next_ = *status_at;
    }
    if (!facts_.replies.empty() && facts_.replies.back().begin >= record_->begin)
      facts_.replies.back().end = std::uint32_t(i);
    if (facts_.replies.size() < kMaxCodes) facts_.replies.push_back(std::move(r));
    return true;
  }

  // -- numbers that their context explains

  // "127.0.0.4": the answer of a block list.
  std::optional<std::size_t> quad_end(std::size_t i) const {
    if (!text_.substr(i).starts_with("127.") || before(i) == '.') return {};
    std::size_t end = i;
    while (end < record_->end && (is_digit(text_[end]) || text_[end] == '.')) ++end;
    return end;
  }

  void list_answer(std::size_t i, std::size_t end) {
    const auto value = text_.substr(i, end - i);
    const auto* row = catalogue::find_code("dnsbl", value);
    if (row && said_before(i, 200, kList)) add("dnsbl", value, row, i, end);
  }

  void number(std::string_view word, std::size_t i) {
    if (word.size() > 10) return;
    const auto end = i + word.size();
    if (word.size() == 10) {
      const bool negative = before(i) == '-';
      if (auto value = hresult(text_.substr(i - negative, word.size() + negative)))
        hresult_at(*value, i, end);
      return;
    }
    const char b = before(i), a = after(end);
    if (b == '.' || (a == '.' && is_digit(after(end + 1))) || word.size() > 5) return;
    const auto n = parse_u64(word);
    for (const auto& rule : kNumbers) {
      if (!n || *n < rule.low || *n > rule.high || !said_before(i, rule.window, rule.before))
        continue;
      if (const auto* row = catalogue::find_code(rule.family, word)) {
        add(rule.family, word, row, i, end);
        return;
      }
    }
  }

  std::string_view text_;
  const Plain& plain_;
  Facts& facts_;
  const Record* record_ = nullptr;
  std::size_t next_ = 0;
};

}  // namespace

std::optional<std::string> hresult(std::string_view word) {
  std::uint32_t n = 0;
  const bool prefixed = istarts_with(word, "0x");
  const auto bare = prefixed ? word.substr(2) : word;
  if (bare.size() == 8 && (prefixed || istarts_with(bare, "800c") || istarts_with(bare, "8004"))) {
    const auto [at, error] = std::from_chars(bare.data(), bare.data() + bare.size(), n, 16);
    if (error != std::errc{} || at != bare.data() + bare.size()) return {};
  } else {
    std::int64_t decimal = 0;
    const auto [at, error] = std::from_chars(word.data(), word.data() + word.size(), decimal);
    if (error != std::errc{} || at != word.data() + word.size()) return {};
    if (decimal > 0xFFFFFFFFLL || decimal < -0x80000000LL) return {};
    n = std::uint32_t(decimal);
  }
  if (n >> 16 != 0x8004 && n >> 16 != 0x800C && n >> 16 != 0x8007) return {};
  const auto hex =
      to_upper(to_hex(std::string{char(n >> 24), char(n >> 16), char(n >> 8), char(n)}));
  return "0x" + hex;
}

std::optional<unsigned> openssl_reason(std::string_view hex) {
  std::uint32_t n = 0;
  const auto [at, error] = std::from_chars(hex.data(), hex.data() + hex.size(), n, 16);
  if (hex.size() != 8 || error != std::errc{} || at != hex.data() + 8) return {};
  constexpr unsigned kSsl = 20;
  if (n >> 23 == kSsl) return n & 0x7FFFFF;  // OpenSSL 3
  if (n >> 24 == kSsl) return n & 0xFFF;     // before
  return {};
}

void find_codes(const Plain& plain, const std::vector<Match>& matches, Facts& facts) {
  Finder finder(plain, facts);
  finder.literals(matches);
  finder.numbers();
  std::sort(facts.codes.begin(), facts.codes.end(), [](const auto& a, const auto& b) {
    return std::tie(a.begin, a.end, a.family) < std::tie(b.begin, b.end, b.family);
  });
}

}  // namespace hato::doctor
