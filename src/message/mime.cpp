// SPDX-License-Identifier: Apache-2.0
#include "message/mime.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/text.h"
#include "message/token.h"

namespace hato::message {
namespace {

// In steps whose counters of one byte cannot overflow, so that the compiler uses the vector unit.
std::size_t count_lines(std::string_view s) {
  constexpr std::size_t kLanes = 32, kStep = 255 * kLanes;
  std::size_t n = 0;
  for (; s.size() >= kLanes; s.remove_prefix(std::min(kStep, s.size() / kLanes * kLanes))) {
    std::uint8_t lanes[kLanes] = {};
    for (std::size_t i = 0; i < std::min(kStep, s.size() / kLanes * kLanes); i += kLanes)
      for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += s[i + k] == '\n';
    for (auto lane : lanes) n += lane;
  }
  return n + std::size_t(std::count(s.begin(), s.end(), '\n'));
}

// What ends the search for the end of a part.
struct Delimiter {
  std::size_t begin = 0, end = 0;  // of the line, its line end included
  std::size_t level = 0;           // of the boundary stack; kNone at the end of the message
  bool closing = false;
};
constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

class Parser {
 public:
  Parser(std::string_view message, MimeLimits limits) : s_(message), limits_(limits) {}

  Part run() { return entity(0, 0, true, "plain"); }

 private:
  // Reads the part that begins at `begin`; next_ is the delimiter that ends it.
  Part entity(std::size_t begin, std::size_t depth, bool is_root, std::string_view default_type) {
    ++parts_;
    Part p{.begin = begin};
    auto fields = header(p);
    describe(p, fields, default_type);
    bool deeper = depth < limits_.depth && parts_ < limits_.parts;
    if (is_root) p.fields = std::move(fields);
    if (p.is_multipart() && deeper)
      multipart(p, depth);
    else if (holds_message(p) && deeper)
      embedded(p, depth);
    else
      leaf(p);
    return p;
  }

  // Up to the empty line, or a delimiter that comes before it.
  std::vector<Field> header(Part& p) {
    auto delimits = [&](std::string_view line) { return match(line.substr(2)).first != kNone; };
    p.body = p.begin + header_size(s_.substr(p.begin), delimits);
    auto header = p.header(s_);
    p.header_lines = count_lines(header);
    return parse_fields(header);
  }

  // RFC 2046 5.2.1, RFC 6532 3.7
  static bool holds_message(const Part& p) {
    return p.type.is("message", "rfc822") || p.type.is("message", "global");
  }

  void leaf(Part& p) {
    p.opaque = p.is_multipart() || holds_message(p);
    next_ = find(p.body, s_.size());
    finish(p);
    p.lines = count_lines(p.content(s_));
  }

  void embedded(Part& p, std::size_t depth) {
    p.is_message = true;
    p.children.push_back(entity(p.body, depth + 1, true, "plain"));
    p.end = p.children[0].end;
    p.lines = p.children[0].header_lines + p.children[0].lines;
  }

  void multipart(Part& p, std::size_t depth) {
    const auto* given = p.type.find("boundary");
    std::string boundary = given ? *given : "";
    while (!boundary.empty() && is_space(boundary.back())) boundary.pop_back();
    if (boundary.empty()) return leaf(p);
    auto default_type = p.type.subtype == "digest" ? "rfc822" : "plain";
    auto level = boundaries_.size();
    boundaries_.push_back(boundary);
    next_ = find(p.body, s_.size());
    auto outside = p.body;  // where the bytes begin that belong to no child
    while (next_.level == level && !next_.closing) {
      // Delimiters in a row have nothing between them, not even the line end of an empty part.
      auto following = find(next_.end, next_.end + 1);
      if (following.level == level) {
        next_ = following;
        continue;
      }
      if (parts_ >= limits_.parts) {
        rest_of(p, next_.end);
        break;
      }
      auto child = entity(next_.end, depth + 1, false, default_type);
      p.lines +=
          count_lines(s_.substr(outside, child.begin - outside)) + child.header_lines + child.lines;
      outside = child.end;
      p.children.push_back(std::move(child));
    }
    boundaries_.resize(level);
    if (next_.level == level) next_ = find(next_.end, s_.size());  // the epilogue
    p.opaque = p.children.empty();
    finish(p);
    p.lines += count_lines(s_.substr(outside, p.end - std::min(p.end, outside)));
  }

  // RFC 2046 5.1.1: the line end before a delimiter belongs to it.
  void finish(Part& p) {
    auto end = next_.begin;
    if (next_.level != kNone && end > p.body) {
      if (s_[end - 1] == '\n') --end;
      if (end > p.body && s_[end - 1] == '\r') --end;
    }
    p.end = end;
  }

  // Too many parts: what is left of the multipart is one.
  void rest_of(Part& p, std::size_t begin) {
    Part rest{.begin = begin, .body = begin};
    rest.type = {.type = "application", .subtype = "octet-stream"};
    boundaries_.pop_back();
    leaf(rest);
    rest.opaque = true;
    p.children.push_back(std::move(rest));
  }

  void describe(Part& p, const std::vector<Field>& fields, std::string_view default_type) {
    for (const auto& f : fields) {
      if (!istarts_with(f.name, "content-")) continue;
      auto name = f.name.substr(8);
      if (iequals(name, "type") && p.type.type.empty())
        p.type = parse_content_type(f.value), p.type_given = true;
      else if (iequals(name, "transfer-encoding") && !seen_encoding(p))
        p.encoding = parse_encoding(f.value), p.encoding_name = encoding_name(f.value);
      else if (iequals(name, "disposition") && p.disposition.type.empty())
        p.disposition = parse_content_type(f.value);
      else if (iequals(name, "id") && p.id.empty())
        p.id = unfold(f.value);
      else if (iequals(name, "description") && p.description.empty())
        p.description = unfold(f.value);
      else if (iequals(name, "location") && p.location.empty())
        p.location = unfold(f.value);
      else if (iequals(name, "md5") && p.md5.empty())
        p.md5 = unfold(f.value);
      else if (iequals(name, "language") && p.languages.empty())
        languages(p, f.value);
    }
    bool readable = !p.type.type.empty() && !p.type.subtype.empty() &&
                    p.type.subtype.find('/') == std::string::npos;
    if (readable) return;
    // RFC 2045 5.2, RFC 2046 5.1.5
    p.type_given = false;
    p.type.type = default_type == "plain" ? "text" : "message";
    p.type.subtype = default_type;
  }

  static bool seen_encoding(const Part& p) { return p.encoding_name != "7bit"; }

  static std::string encoding_name(std::string_view value) {
    std::size_t at = 0;
    skip_cfws(value, at);
    auto end = std::min(value.find_first_of(" \t\r\n;(", at), value.size());
    auto name = to_lower(value.substr(at, end - at));
    std::erase(name, '"');
    return name.empty() ? "7bit" : name;
  }

  // RFC 3282
  static void languages(Part& p, std::string_view value) {
    auto tags = unfold(value);
    for (auto tag : split(tags, ','))
      if (tag = trim(tag); !tag.empty() && p.languages.size() < 20) p.languages.emplace_back(tag);
  }

  // The first delimiter line that begins in [from, to); `from` is the beginning of a line. Most
  // of a message is base64, which has no '-': memchr passes it at the speed of memory.
  Delimiter find(std::size_t from, std::size_t to) const {
    Delimiter none{s_.size(), s_.size(), kNone, false};
    if (boundaries_.empty()) return none;
    to = std::min(to, s_.size());
    for (auto at = from; at < to;) {
      const auto* dash = static_cast<const char*>(std::memchr(s_.data() + at, '-', to - at));
      if (!dash) break;
      at = std::size_t(dash - s_.data());
      bool line_begin = at == from || s_[at - 1] == '\n';
      if (!line_begin || at + 1 >= s_.size() || s_[at + 1] != '-') {
        ++at;
        continue;
      }
      auto lf = s_.find('\n', at);
      auto end = lf == s_.npos ? s_.size() : lf + 1;
      auto level = match(s_.substr(at + 2, end - at - 2));
      if (level.first != kNone) return {at, end, level.first, level.second};
      at = end;
    }
    return none;
  }

  // The level of the boundary that the line is, and whether it closes; the innermost first.
  std::pair<std::size_t, bool> match(std::string_view line) const {
    while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
    auto closed = line.ends_with("--") ? line.substr(0, line.size() - 2) : std::string_view{};
    for (auto i = boundaries_.size(); i-- > 0;) {
      if (line == boundaries_[i]) return {i, false};
      if (!closed.empty() && closed == boundaries_[i]) return {i, true};
    }
    return {kNone, false};
  }

  std::string_view s_;
  MimeLimits limits_;
  std::size_t parts_ = 0;
  std::vector<std::string> boundaries_;
  Delimiter next_;
};

}  // namespace

const std::string& Part::file_name() const {
  static const std::string kNoName;
  for (const auto* name :
       {disposition.find("filename"), type.find("name"), disposition.find("name")})
    if (name) return *name;
  return kNoName;
}

Part parse_mime(std::string_view message, MimeLimits limits) {
  return Parser(message, limits).run();
}

}  // namespace hato::message
