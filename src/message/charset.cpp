// SPDX-License-Identifier: Apache-2.0
#include "message/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/text.h"

namespace hato::message {
namespace {

constexpr std::size_t kHead = 4096;  // bytes seen before a label is trusted
constexpr std::size_t kMaxLabel = 60;
constexpr std::string_view kUtf8 = "UTF-8";
constexpr std::string_view kJis = "ISO_2022,locale=ja,version=3";  // half-width kana too
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Names that ICU lacks or reads too narrowly: each is given as the superset that is really sent
// under it. Compared without case, '-', '_', '.', blanks and a leading "x" or "cs".
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"utf8", kUtf8},
    {"unicode11utf8", kUtf8},
    {"unicode20utf8", kUtf8},
    {"cp65001", kUtf8},
    {"65001", kUtf8},
    {"utf8mb4", kUtf8},
    {"iso88591", "windows-1252"},
    {"88591", "windows-1252"},
    {"latin1", "windows-1252"},
    {"l1", "windows-1252"},
    {"ibm819", "windows-1252"},
    {"ansi", "windows-1252"},
    {"msansi", "windows-1252"},
    {"iso88599", "windows-1254"},
    {"latin5", "windows-1254"},
    {"iso885911", "windows-874"},
    {"tis620", "windows-874"},
    {"gb2312", "gb18030"},
    {"gb231280", "gb18030"},
    {"gbk", "gb18030"},
    {"cngb", "gb18030"},
    {"euccn", "gb18030"},
    {"cp936", "gb18030"},
    {"windows936", "gb18030"},
    {"cnbig5", "Big5"},
    {"ksc5601", "windows-949"},
    {"ksc56011987", "windows-949"},
    {"euckr", "windows-949"},
    {"cp949", "windows-949"},
    {"uhc", "windows-949"},
    {"korean", "windows-949"},
    {"shiftjis", "windows-31j"},
    {"sjis", "windows-31j"},
    {"cp932", "windows-31j"},
    {"windows932", "windows-31j"},
    {"mskanji", "windows-31j"},
    {"macjapanese", "windows-31j"},
    {"shiftjis2004", "windows-31j"},
    {"eucjpms", "EUC-JP"},
    {"cp51932", "EUC-JP"},
    {"eucjis2004", "EUC-JP"},
    {"iso2022jp", kJis},
    {"iso2022jp1", kJis},
    {"iso2022jp2", kJis},
    {"iso2022jp3", kJis},
    {"iso2022jp2004", kJis},
    {"iso2022jpms", kJis},
    {"cp50220", kJis},
    {"cp50221", kJis},
    {"cp50222", kJis},
    {"windows50220", kJis},
    {"windows50221", kJis},
    {"jis", kJis},
    {"jis7", kJis},
    {"jis8", kJis},
    {"unicode11utf7", "UTF-7"},
    {"koi8", "KOI8-R"},
};
// No charset at all, whatever the label pretends.
constexpr std::string_view kMeaningless[] = {
    "usascii", "ascii",  "ansix341968", "iso646us",    "us",   "unknown", "unknown8bit",
    "default", "binary", "none",        "userdefined", "8bit", "7bit",    "autodetect"};

std::string bare(std::string_view label) {
  std::string out;
  for (char c : label)
    if (c != '-' && c != '_' && c != '.' && c != ' ' && c != ':') out += ascii_lower(c);
  return out;
}

struct Close {
  void operator()(UConverter* c) const { ucnv_close(c); }
};
using Converter = std::unique_ptr<UConverter, Close>;

// Opening a converter costs more than most header texts; each thread keeps the last few.
struct Pool {
  static constexpr std::size_t kSize = 8;
  std::vector<std::pair<std::string, Converter>> idle;
};
Pool& pool() {
  thread_local Pool p;
  return p;
}

// ICU's own callback writes U+001A for some sets.
void substitute(const void*, UConverterToUnicodeArgs* args, const char*, std::int32_t,
                UConverterCallbackReason reason, UErrorCode* status) {
  if (reason > UCNV_IRREGULAR) return;
  constexpr char16_t kReplaced = 0xfffd;
  *status = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars(args, &kReplaced, 1, 0, status);
}

Converter take(const std::string& name) {
  auto& idle = pool().idle;
  auto at = std::find_if(idle.begin(), idle.end(), [&](auto& e) { return e.first == name; });
  if (at != idle.end()) {
    auto c = std::move(at->second);
    idle.erase(at);
    return c;
  }
  UErrorCode status = U_ZERO_ERROR;
  Converter c(ucnv_open(name.c_str(), &status));
  ucnv_setToUCallBack(c.get(), substitute, nullptr, nullptr, nullptr, &status);
  return U_SUCCESS(status) ? std::move(c) : nullptr;
}

void give_back(const std::string& name, Converter c) {
  auto& idle = pool().idle;
  ucnv_reset(c.get());
  if (idle.size() == Pool::kSize) idle.erase(idle.begin());
  idle.emplace_back(name, std::move(c));
}

std::string icu_name(const std::string& label) {
  UErrorCode status = U_ZERO_ERROR;
  const char* name = ucnv_getStandardName(label.c_str(), "MIME", &status);
  if (name && U_SUCCESS(status)) return name;
  status = U_ZERO_ERROR;
  name = ucnv_getAlias(label.c_str(), 0, &status);
  return name && U_SUCCESS(status) ? name : "";
}

// How long the well-formed sequence at s[i] is; 0 where it is malformed, with `part` the bytes
// that one U+FFFD stands for; `cut` where it is only its end that lacks (Unicode 3.9, table 3-7).
std::size_t sequence(std::string_view s, std::size_t i, std::size_t& part, bool& cut) {
  auto byte = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
  unsigned c = byte(i);
  part = 1, cut = false;
  std::size_t n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
  for (std::size_t k = 1; k < n; ++k, ++part) {
    if (i + k == s.size()) return cut = true, 0;
    unsigned low = 0x80, high = 0xbf;
    if (k == 1) {
      if (c == 0xe0) low = 0xa0;
      if (c == 0xed) high = 0x9f;
      if (c == 0xf0) low = 0x90;
      if (c == 0xf4) high = 0x8f;
    }
    if (byte(i + k) < low || byte(i + k) > high) return 0;
  }
  return n;
}

// Appends what is whole and gives the size of an unfinished sequence at the end.
std::size_t repair(std::string_view s, bool last, std::string& out) {
  for (std::size_t i = 0, part = 0; i < s.size();) {
    auto from = i;
    bool cut = false;
    std::size_t n = 1;
    while (i < s.size() && (n = s[i] >= 0 ? 1 : sequence(s, i, part, cut)) != 0) i += n;
    out += s.substr(from, i - from);
    if (i == s.size()) break;
    if (cut && !last) return s.size() - i;
    out += kReplacement;
    i += part;
  }
  return 0;
}

std::size_t errors_in(std::string_view utf8) {
  std::size_t n = 0;
  for (auto at = utf8.find(kReplacement); at != utf8.npos; at = utf8.find(kReplacement, at + 3))
    ++n;
  return n;
}

void append_utf16(const char16_t* s, std::size_t n, std::string& out) {
  for (std::size_t i = 0; i < n; ++i) {
    char32_t c = s[i];
    bool pair = c >= 0xd800 && c < 0xdc00 && i + 1 < n && s[i + 1] >= 0xdc00 && s[i + 1] < 0xe000;
    if (pair) c = 0x10000 + ((c - 0xd800) << 10) + (s[++i] - 0xdc00u);
    append_utf8(out, c);
  }
}

// ISO-2022-JP as ICU reads it: the escapes of JIS X 0213 and the four-byte forms of JIS X 0208
// name supersets of one set, and half-width kana come as 8-bit too. `rest`: an escape cut off.
std::string plain_jis(std::string_view s, bool last, std::string& rest) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    auto c = static_cast<unsigned char>(s[i]);
    auto escape = s.substr(i, 4);
    if (c == 0x1b && escape.size() < 4 && !last &&
        escape == std::string_view("\x1b$(").substr(0, escape.size())) {
      rest = escape;
      break;
    }
    if (escape == "\x1b$(B" || escape == "\x1b$(@" || escape == "\x1b$(O" || escape == "\x1b$(Q") {
      out += "\x1b$B";
      i += 3;
    } else if (c >= 0xa1 && c <= 0xdf) {
      ((out += '\x0e') += char(c & 0x7f)) += '\x0f';
    } else {
      out += s[i];
    }
  }
  return out;
}

void to_unicode(UConverter* c, std::string_view bytes, bool last, std::string& out) {
  const char *from = bytes.data(), *end = from + bytes.size();
  for (;;) {
    char16_t part[1024];
    char16_t* to = part;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(c, &to, part + std::size(part), &from, end, nullptr, UBool{last}, &status);
    append_utf16(part, std::size_t(to - part), out);
    if (status != U_BUFFER_OVERFLOW_ERROR) return;
  }
}

std::string convert_all(const std::string& name, std::string_view bytes, bool last) {
  std::string out;
  if (name == kUtf8) return repair(bytes, last, out), out;
  auto c = take(name);
  if (!c) return repair(bytes, last, out), out;
  std::string rest;
  if (name == kJis)
    to_unicode(c.get(), plain_jis(bytes, last, rest), last, out);
  else
    to_unicode(c.get(), bytes, last, out);
  give_back(name, std::move(c));
  return out;
}

bool has_jis_escape(std::string_view s) {
  for (auto at = s.find('\x1b'); at != s.npos; at = s.find('\x1b', at + 1)) {
    auto e = s.substr(at + 1, 2);
    if (e == "$B" || e == "$@" || e == "$(" || e == "(I" || e == "(J") return true;
  }
  return false;
}

// The label where the text can be in it, else the guess where that fits better.
std::string choose(const std::string& label, std::string_view head) {
  auto name = known_charset(label);
  if (name.empty()) return guess_charset(head);
  bool seven_bit = is_ascii(head);
  bool ascii_based = !name.starts_with("UTF-7") && !name.starts_with("UTF-16") &&
                     !name.starts_with("UTF-32") && !name.starts_with("HZ");
  if (ascii_based && seven_bit) {
    if (!name.starts_with("ISO") && has_jis_escape(head)) return std::string(kJis);
    return name;
  }
  if (name == "UTF-16" && !head.starts_with("\xfe\xff") && !head.starts_with("\xff\xfe")) {
    std::size_t odd = 0, even = 0;
    for (std::size_t i = 0; i < head.size(); ++i) (i % 2 ? odd : even) += head[i] == 0;
    return odd > even ? "UTF-16LE" : "UTF-16BE";
  }
  auto wrong = errors_in(convert_all(name, head, false));
  if (wrong == 0) return name;
  auto guess = guess_charset(head);
  return errors_in(convert_all(guess, head, false)) < wrong ? guess : name;
}

}  // namespace

std::string known_charset(std::string_view label) {
  label = trim(label);
  label = label.substr(0, label.find('*'));  // RFC 2231 5: a language
  while (!label.empty() && (label.front() == '"' || label.front() == '\'')) label.remove_prefix(1);
  while (!label.empty() && (label.back() == '"' || label.back() == '\'')) label.remove_suffix(1);
  if (label.empty() || label.size() > kMaxLabel || label.find('\0') != label.npos) return {};
  auto plain = bare(label);
  for (std::string_view prefix : {"", "x", "cs"}) {
    if (!plain.starts_with(prefix)) continue;
    auto rest = std::string_view(plain).substr(prefix.size());
    if (std::ranges::find(kMeaningless, rest) != std::end(kMeaningless)) return {};
    for (auto [alias, name] : kAliases)
      if (alias == rest) return std::string(name);
  }
  auto name = icu_name(std::string(label));
  if (name.empty() && istarts_with(label, "x-")) name = icu_name(std::string(label.substr(2)));
  return name;
}

void append_utf8(std::string& out, char32_t c) {
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = 0xfffd;
  if (c < 0x80) {
    out += char(c);
    return;
  }
  int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr unsigned kLead[] = {0, 0xc0, 0xe0, 0xf0};
  out += char(kLead[more] | c >> (6 * more));
  while (more--) out += char(0x80 | ((c >> (6 * more)) & 0x3f));
}

std::string repair_utf8(std::string_view bytes) {
  std::string out;
  repair(bytes, true, out);
  return out;
}

std::string_view cut_utf8(std::string_view text, std::size_t max) {
  if (text.size() <= max) return text;
  while (max > 0 && (text[max] & 0xc0) == 0x80) --max;
  return text.substr(0, max);
}

std::string to_utf8(std::string_view bytes, std::string_view label, std::size_t max) {
  if (is_ascii(bytes) && bytes.find_first_of("\x1b\x0e") == bytes.npos) {
    auto name = label.empty() || istarts_with(label, "utf-8") ? "" : known_charset(label);
    bool as_is = name.empty() || name == kUtf8 || name == kJis || name.starts_with("windows-125");
    if (as_is) return std::string(bytes.substr(0, max));
  }
  Decoder d(label);
  std::string out;
  while (!bytes.empty() && out.size() < max) {
    auto part = bytes.substr(0, std::size_t{64} << 10);
    bytes.remove_prefix(part.size());
    d.push(part, out);
  }
  d.finish(out);
  out.resize(cut_utf8(out, max).size());
  return out;
}

Decoder::Decoder(std::string_view label) : label_(label.substr(0, 2 * kMaxLabel)) {}

Decoder::~Decoder() {
  if (converter_) give_back(label_, Converter(static_cast<UConverter*>(converter_)));
}

void Decoder::decide() {
  label_ = choose(label_, held_);
  if (label_ != kUtf8) {
    converter_ = take(label_).release();
    if (!converter_) label_ = kUtf8;
  }
  decided_ = true;
}

void Decoder::push(std::string_view bytes, std::string& out) {
  if (!decided_) {
    held_ += bytes;
    if (held_.size() < kHead) return;
    decide();
    bytes = {};
  }
  convert(bytes, false, out);
}

void Decoder::finish(std::string& out) {
  if (!decided_) decide();
  convert({}, true, out);
}

void Decoder::convert(std::string_view bytes, bool last, std::string& out) {
  std::string joined;
  if (!held_.empty()) {
    joined = std::move(held_) + std::string(bytes);
    held_.clear();
    bytes = joined;
  }
  auto* c = static_cast<UConverter*>(converter_);
  if (!c)
    held_ = bytes.substr(bytes.size() - repair(bytes, last, out));
  else if (label_ == kJis)
    to_unicode(c, plain_jis(bytes, last, held_), last, out);
  else
    to_unicode(c, bytes, last, out);
}

}  // namespace hato::message
