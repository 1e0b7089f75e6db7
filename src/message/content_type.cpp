// SPDX-License-Identifier: Apache-2.0
#include "message/content_type.h"

#include <algorithm>

#include "base/text.h"
#include "message/charset.h"
#include "message/encoded.h"
#include "message/token.h"

namespace hato::message {
namespace {

constexpr std::size_t kMaxParameters = 200;
constexpr std::uint64_t kMaxSection = 1'000'000;

// One "name*section*=value" as it stands.
struct Piece {
  std::string name;
  std::uint64_t section = 0;
  bool has_section = false, extended = false;
  std::string value;
};

std::string_view take_until(std::string_view s, std::size_t& at, std::string_view stops) {
  auto from = at;
  at = std::min(s.find_first_of(stops, at), s.size());
  return s.substr(from, at - from);
}

// RFC 2231 3 and 4: name, *section, * for extended.
Piece piece_of(std::string_view attribute) {
  Piece p;
  while (attribute.ends_with('*')) p.extended = true, attribute.remove_suffix(1);
  if (auto star = attribute.rfind('*'); star != attribute.npos && star > 0) {
    auto section = parse_u64(attribute.substr(star + 1));
    if (section && *section <= kMaxSection) {
      p.section = *section, p.has_section = true;
      attribute = attribute.substr(0, star);
    }
  }
  p.name = to_lower(attribute);
  return p;
}

// A value without quotes ends with a blank, unless that stands between encoded words or in a file
// name, and no other parameter follows.
std::string read_bare(std::string_view s, std::size_t& at, std::string_view name) {
  bool file = name == "name" || name == "filename";
  std::string out;
  for (;;) {
    auto word = encoded_word_size(s.substr(at));
    auto from = at;
    at += word;
    take_until(s, at, "; \t\r\n");
    out += s.substr(from, at - from);
    auto next = at;
    while (next < s.size() && is_space(s[next])) ++next;
    auto end = next;
    auto ahead = take_until(s, end, "; \t\r\n");
    bool encoded = word && encoded_word_size(s.substr(next));
    bool joins = encoded || (file && !ahead.empty() && ahead.find('=') == ahead.npos);
    if (next == at || !joins) return out;
    out += ' ';
    at = next;
  }
}

std::vector<Piece> read_pieces(std::string_view s, std::size_t at) {
  std::vector<Piece> pieces;
  while (pieces.size() < kMaxParameters) {
    for (skip_cfws(s, at); at < s.size() && s[at] == ';'; skip_cfws(s, at)) ++at;
    if (at >= s.size()) break;
    auto attribute = take_until(s, at, "=; \t\r\n");
    skip_cfws(s, at);
    // "name *0 *" is the same as "name*0*".
    std::string joined(attribute);
    while (at < s.size() && s[at] == '*') {
      joined += take_until(s, at, "=; \t\r\n");
      skip_cfws(s, at);
    }
    if (at >= s.size() || s[at] != '=') continue;
    ++at;
    skip_cfws(s, at);
    auto p = piece_of(joined);
    if (at < s.size() && s[at] == '"')
      p.value = read_quoted(s, at);
    else
      p.value = read_bare(s, at, p.name);
    if (!p.name.empty() && !p.value.empty()) pieces.push_back(std::move(p));
  }
  return pieces;
}

std::string percent_decode(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    int high = i + 2 < s.size() ? hex_digit(s[i + 1]) : -1;
    int low = i + 2 < s.size() ? hex_digit(s[i + 2]) : -1;
    bool escape = s[i] == '%' && high >= 0 && low >= 0;
    out += escape ? char(high << 4 | low) : s[i];
    if (escape) i += 2;
  }
  return out;
}

bool is_attribute_char(char c) {  // RFC 2231 7
  return c > ' ' && c < 127 &&
         std::string_view("*'%()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

std::string percent_encode(std::string_view s) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : s) {
    auto b = static_cast<unsigned char>(c);
    if (is_attribute_char(c))
      out += c;
    else
      ((out += '%') += kHex[b >> 4]) += kHex[b & 15];
  }
  return out;
}

// Takes "charset'language'" off the first section; later ones repeat the charset at most.
std::string_view without_charset(std::string_view value, bool first, std::string& charset,
                                 std::string& language) {
  auto one = value.find('\'');
  auto two = one == value.npos ? one : value.find('\'', one + 1);
  if (first && two != value.npos) {
    charset = value.substr(0, one);
    language = value.substr(one + 1, two - one - 1);
    return value.substr(two + 1);
  }
  bool repeats =
      !first && one != value.npos && !charset.empty() && iequals(value.substr(0, one), charset);
  return repeats ? value.substr(one + 1) : value;
}

// `pieces` are all of one name, in the order of their sections.
Parameter join(const std::vector<const Piece*>& pieces) {
  Parameter p{.name = pieces[0]->name};
  p.extended = std::ranges::any_of(pieces, [](auto* x) { return x->extended; });
  std::string bytes, charset;
  for (const auto* piece : pieces) {
    if (!p.extended) {
      bytes += piece->value;
    } else if (piece->extended) {
      auto rest = without_charset(piece->value, piece == pieces[0], charset, p.language);
      bytes += percent_decode(rest);
      p.raw += piece == pieces[0] ? piece->value : std::string(rest);
    } else {
      bytes += piece->value;
      p.raw += percent_encode(piece->value);
    }
  }
  if (p.extended) {
    p.value = to_utf8(bytes, charset);
  } else {
    p.value = decode_words(bytes);
    p.raw = std::move(bytes);
  }
  return p;
}

std::vector<Parameter> join_all(std::vector<Piece> pieces) {
  std::vector<Parameter> out;
  std::vector<bool> used(pieces.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (used[i]) continue;
    // Of one name the extended or sectioned form counts before the plain one, and the first of all.
    std::vector<const Piece*> same;
    const Piece* whole = nullptr;
    for (std::size_t k = i; k < pieces.size(); ++k) {
      if (pieces[k].name != pieces[i].name) continue;
      used[k] = true;
      if (pieces[k].has_section)
        same.push_back(&pieces[k]);
      else if (!whole || (pieces[k].extended && !whole->extended))
        whole = &pieces[k];
    }
    std::ranges::sort(
        same, [](auto* a, auto* b) { return std::pair(a->section, a) < std::pair(b->section, b); });
    auto repeats = [](auto* a, auto* b) { return a->section == b->section; };
    same.erase(std::unique(same.begin(), same.end(), repeats), same.end());
    if (same.empty() || (whole && whole->extended)) same = {whole};
    out.push_back(join(same));
  }
  return out;
}

}  // namespace

const std::string* ContentType::find(std::string_view name) const {
  for (const auto& p : parameters)
    if (p.name == name) return &p.value;
  return nullptr;
}

ContentType parse_content_type(std::string_view value) {
  ContentType out;
  std::size_t at = 0;
  skip_cfws(value, at);
  out.type = to_lower(take_until(value, at, "/;( \t\r\n"));
  skip_cfws(value, at);
  if (at < value.size() && value[at] == '/') {
    ++at;
    skip_cfws(value, at);
    out.subtype = to_lower(take_until(value, at, ";( \t\r\n"));
  }
  if (out.type.empty()) return {};
  out.parameters = join_all(read_pieces(value, at));
  return out;
}

std::string encode_parameter(std::string_view name, std::string_view utf8, std::size_t& column) {
  constexpr std::size_t kWidth = 76;
  bool plain =
      is_ascii(utf8) && std::ranges::all_of(utf8, [](char c) { return c >= ' ' && c < 127; });
  auto place = [&](const std::string& piece) {
    bool fold = column + piece.size() + 2 > kWidth;
    column = (fold ? 2 : column + 2) + piece.size();
    return (fold ? ";\r\n " : "; ") + piece;
  };
  if (plain && name.size() + utf8.size() + 3 <= kWidth)
    return place(std::string(name) + "=" + quoted(utf8));
  auto encoded = "UTF-8''" + percent_encode(utf8);
  if (name.size() + encoded.size() + 2 <= kWidth) return place(std::string(name) + "*=" + encoded);
  std::string out;
  for (std::size_t section = 0; !encoded.empty(); ++section) {
    auto head = std::string(name) + "*" + std::to_string(section) + "*=";
    auto room = kWidth - std::min(head.size() + 3, kWidth - 10);
    auto n = std::min(room, encoded.size());
    for (std::size_t back = 1; back <= 2 && n < encoded.size(); ++back)  // no %XX is cut
      if (encoded[n - back] == '%') n -= back;
    out += place(head + encoded.substr(0, n));
    encoded.erase(0, n);
  }
  return out;
}

}  // namespace hato::message
