// SPDX-License-Identifier: Apache-2.0
#include "message/transfer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "message/token.h"

namespace hato::message {
namespace {

constexpr std::size_t kMaxHeld = 1024;

constexpr std::uint8_t kSkip = 64, kPad = 65, kBad = 66;
constexpr auto kBase64 = [] {
  std::array<std::uint8_t, 256> t{};
  t.fill(kBad);
  std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::uint8_t i = 0; i < 64; ++i) t[std::uint8_t(digits[i])] = i;
  for (char c : {' ', '\t', '\r', '\n'}) t[std::uint8_t(c)] = kSkip;
  t['='] = kPad;
  return t;
}();

}  // namespace

Encoding parse_encoding(std::string_view value) {
  constexpr std::pair<std::string_view, Encoding> kNames[] = {
      {"base64", Encoding::kBase64},       {"quoted-printable", Encoding::kQuotedPrintable},
      {"x-uuencode", Encoding::kUuencode}, {"x-uue", Encoding::kUuencode},
      {"uuencode", Encoding::kUuencode},
  };
  value = trim(value);
  value = value.substr(0, value.find_first_of(" \t\r\n;("));
  if (value.starts_with('"')) value = value.substr(1, value.find('"', 1) - 1);
  for (auto [name, encoding] : kNames)
    if (iequals(value, name)) return encoding;
  return Encoding::kIdentity;
}

void TransferDecoder::push(std::string_view bytes, std::string& out) {
  switch (encoding_) {
    case Encoding::kIdentity:
      out += bytes;
      break;
    case Encoding::kBase64:
      base64(bytes, out);
      break;
    case Encoding::kQuotedPrintable:
      quoted_printable(bytes, out);
      break;
    case Encoding::kUuencode:
      uuencode(bytes, out);
      break;
  }
}

// RFC 2045 6.8. Padding ends the data: what lists append below it is no part of it.
void TransferDecoder::base64(std::string_view bytes, std::string& out) {
  if (ended_) return;
  auto old = out.size();
  out.resize(old + bytes.size() / 4 * 3 + 3);
  char* to = out.data() + old;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    // Four digits at once, as nearly all are.
    for (; digits_ == 0 && i + 4 <= bytes.size(); i += 4) {
      auto at = [&](std::size_t k) -> std::uint32_t { return kBase64[std::uint8_t(bytes[i + k])]; };
      std::uint32_t a = at(0), b = at(1), c = at(2), d = at(3);
      if ((a | b | c | d) >= 64) break;
      std::uint32_t v = a << 18 | b << 12 | c << 6 | d;
      *to++ = char(v >> 16), *to++ = char(v >> 8), *to++ = char(v);
    }
    if (i >= bytes.size()) break;
    auto v = kBase64[std::uint8_t(bytes[i])];
    if (v < 64) {
      bits_ = bits_ << 6 | v;
      if (++digits_ == 4) {
        *to++ = char(bits_ >> 16), *to++ = char(bits_ >> 8), *to++ = char(bits_);
        digits_ = 0;
      }
    } else if (v == kPad && digits_ >= 2) {
      ended_ = true;
      break;
    } else if (v != kSkip) {
      damaged_ = true;
    }
  }
  out.resize(std::size_t(to - out.data()));
  if (ended_) finish(out);
}

// RFC 2045 6.7. What is no escape stays as it is; blanks at the end of a line go.
void TransferDecoder::quoted_printable(std::string_view bytes, std::string& out) {
  std::string joined;
  if (!held_.empty()) {
    joined = std::move(held_) + std::string(bytes);
    held_.clear();
    bytes = joined;
  }
  for (std::size_t i = 0; i < bytes.size();) {
    auto special = std::min(bytes.find_first_of("= \t\r", i), bytes.size());
    out += bytes.substr(i, special - i);
    if ((i = special) == bytes.size()) break;
    bool escape = bytes[i] == '=';
    if (escape && i + 2 < bytes.size()) {
      int high = hex_digit(bytes[i + 1]), low = hex_digit(bytes[i + 2]);
      if (high >= 0 && low >= 0) {
        out += char(high << 4 | low);
        i += 3;
        continue;
      }
    }
    // A run of blanks, with a line end behind it?
    auto end = i + escape;
    while (end < bytes.size() && is_blank(bytes[end])) ++end;
    bool cr = end < bytes.size() && bytes[end] == '\r';
    bool open = end + cr == bytes.size() || (escape && bytes.size() - i < 3);
    if (open && bytes.size() - i <= kMaxHeld) {
      held_ = bytes.substr(i);
      return;
    }
    bool at_end = end + cr < bytes.size() && bytes[end + cr] == '\n';
    if (at_end) {
      i = escape ? end + cr + 1 : end;
      if (!escape) out += bytes.substr(i, cr + 1u), i += cr + 1u;
    } else {
      damaged_ |= escape;
      end = std::max(end, i + 1);
      out += bytes.substr(i, end - i);
      i = end;
    }
  }
}

void TransferDecoder::uuencode(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    auto lf = bytes.find('\n');
    auto part = bytes.substr(0, lf);
    held_ += part.substr(0, kMaxHeld - std::min(kMaxHeld, held_.size()));
    if (lf == bytes.npos) return;
    bytes.remove_prefix(lf + 1);
    uuencoded_line(held_, out);
    held_.clear();
  }
}

void TransferDecoder::uuencoded_line(std::string_view line, std::string& out) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  if (ended_) return;
  if (!begun_) {
    begun_ = line.starts_with("begin ");
    return;
  }
  if (line == "end") {
    ended_ = true;
    return;
  }
  auto digit = [&](std::size_t i) {
    return i < line.size() ? std::uint32_t(line[i] - ' ') & 63 : 0;
  };
  std::size_t size = line.empty() ? 0 : digit(0);
  for (std::size_t i = 0; i < size; ++i) {
    auto q = 1 + i / 3 * 4;
    std::uint32_t v = digit(q) << 18 | digit(q + 1) << 12 | digit(q + 2) << 6 | digit(q + 3);
    out += char(v >> (16 - 8 * (i % 3)));
  }
}

void TransferDecoder::finish(std::string& out) {
  if (encoding_ == Encoding::kBase64) {
    if (digits_ >= 2) out += char(bits_ >> (digits_ * 6 - 8));
    if (digits_ == 3) out += char(bits_ >> 2);
    damaged_ |= digits_ != 0 && !ended_;
    digits_ = 0;
  } else if (encoding_ == Encoding::kQuotedPrintable) {
    auto rest = trim(held_);
    bool soft_break = rest == "=";
    if (!soft_break && held_.starts_with('=')) out += held_;
    held_.clear();
  } else if (encoding_ == Encoding::kUuencode) {
    uuencoded_line(held_, out);
    held_.clear();
    damaged_ |= !ended_;
  }
}

std::string decode_transfer(std::string_view bytes, Encoding encoding) {
  TransferDecoder d(encoding);
  std::string out;
  d.push(bytes, out);
  d.finish(out);
  return out;
}

std::string decode_base64(std::string_view text) {
  return decode_transfer(text, Encoding::kBase64);
}

std::string encode_base64(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() / 57 * 78 + 80);
  for (std::size_t i = 0; i < bytes.size(); i += 57) out += to_base64(bytes.substr(i, 57)) + "\r\n";
  return out;
}

std::string encode_quoted_printable(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    bool line_end = c == '\n' || text.substr(i, 2) == "\r\n";
    if (line_end) {
      i += c == '\r';
      out += "\r\n";
      column = 0;
      continue;
    }
    auto rest = text.substr(i + 1, 2);
    bool last = rest.empty() || rest[0] == '\n' || rest == "\r\n";
    bool plain = (c > ' ' && c < 127 && c != '=') || (is_blank(char(c)) && !last);
    if (column + (plain ? 1 : 3) > (last ? 76u : 75u)) out += "=\r\n", column = 0;
    // A dot alone and "From " at the start of a line have met programs that changed them.
    if (column == 0 && (c == '.' || text.substr(i, 5) == "From ")) plain = false;
    if (plain)
      out += char(c), column += 1;
    else
      (((out += '=') += kHex[c >> 4]) += kHex[c & 15]), column += 3;
  }
  return out;
}

}  // namespace hato::message
