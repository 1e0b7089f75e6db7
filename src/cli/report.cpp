// SPDX-License-Identifier: Apache-2.0
#include "cli/report.h"

#include <algorithm>

#include "base/text.h"

namespace hato::cli {
namespace {

constexpr std::size_t kBlock = 1000;  // rows whose widths are settled together

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

std::string one_line(std::string_view text) {
  auto out = printable_utf8(text);
  for (char& c : out)
    if (c == '\n' || c == '\t') c = ' ';
  return out;
}

std::string joined(const std::vector<std::string>& list, std::string_view by) {
  std::string out;
  for (const auto& item : list) out += (out.empty() ? "" : std::string(by)) + item;
  return out;
}

std::string object(const std::vector<Part>& parts) {
  std::string out = "{";
  for (const auto& p : parts)
    out += (out.size() > 1 ? ", " : "") + json_string(p.key) + ": " + cell_json(p.value);
  return out + "}";
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (unsigned char c : is_utf8(text) ? std::string(text) : printable_utf8(text)) {
    if (c == '"' || c == '\\') {
      out += '\\', out += char(c);
    } else if (c < 0x20) {
      out += "\\u00" + to_hex(std::string(1, char(c)));
    } else {
      out += char(c);
    }
  }
  return out + '"';
}

std::string cell_text(const Cell& cell, Lang lang) {
  return std::visit(
      Overloaded{
          [](std::monostate) { return std::string("-"); },
          [&](bool b) {
            return std::string((b ? Text{"yes", "はい"} : Text{"no", "いいえ"}).in(lang));
          },
          [](std::uint64_t n) { return std::to_string(n); },
          [](const std::string& s) { return s.empty() ? "-" : one_line(s); },
          [](Time t) { return t.at ? local_time(t.at) : std::string("-"); },
          [](Size s) { return format_size(s.bytes); },
          [](const std::vector<std::string>& l) {
            return l.empty() ? std::string("-") : one_line(joined(l, ", "));
          },
      },
      cell);
}

std::string cell_json(const Cell& cell) {
  return std::visit(Overloaded{
                        [](std::monostate) { return std::string("null"); },
                        [](bool b) { return std::string(b ? "true" : "false"); },
                        [](std::uint64_t n) { return std::to_string(n); },
                        [](const std::string& s) { return json_string(s); },
                        [](Time t) { return t.at ? json_string(iso8601(t.at)) : "null"; },
                        [](Size s) { return std::to_string(s.bytes); },
                        [](const std::vector<std::string>& l) {
                          std::vector<std::string> items;
                          for (const auto& item : l) items.push_back(json_string(item));
                          return '[' + joined(items, ", ") + ']';
                        },
                    },
                    cell);
}

Table::Table(Call& call, std::vector<Column> columns, Text when_empty)
    : call_(call), columns_(std::move(columns)), when_empty_(when_empty) {
  for (const auto& c : columns_) widths_.push_back(display_width(call.text(c.title)));
}

Table::~Table() {
  if (call_.look.json)
    call_.out.write(rows_ ? "\n]\n" : "[]\n");
  else if (rows_)
    show_block();
  else if (!when_empty_.en.empty())
    call_.out.write(std::string(call_.text(when_empty_)) + '\n');
}

void Table::row(std::vector<Cell> cells) {
  HATO_ASSERT(cells.size() == columns_.size());
  if (call_.look.json) {
    std::vector<Part> parts;
    for (std::size_t i = 0; i < cells.size(); ++i)
      parts.push_back({columns_[i].key, {}, std::move(cells[i])});
    call_.out.write((rows_++ ? ",\n  " : "[\n  ") + object(parts));
    return;
  }
  ++rows_;
  auto& texts = block_.emplace_back();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    texts.push_back(cell_text(cells[i], call_.look.lang));
    if (!titled_) widths_[i] = std::max(widths_[i], display_width(texts[i]));
  }
  if (block_.size() >= kBlock) show_block();
}

void Table::show_block() {
  if (block_.empty()) return;
  auto line = [&](const std::vector<std::string>& texts) {
    std::string out;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      bool last = i + 1 == texts.size();
      auto width = last && columns_[i].align == Align::kLeft ? 0 : widths_[i];
      out += padded(texts[i], width, columns_[i].align) + (last ? "" : "  ");
    }
    return out;
  };
  std::string out;
  if (!std::exchange(titled_, true)) {
    std::vector<std::string> titles;
    for (const auto& c : columns_) titles.emplace_back(call_.text(c.title));
    out += bold(call_.look, line(titles)) + '\n';
  }
  for (const auto& texts : block_) out += line(texts) + '\n';
  call_.out.write(out);
  block_.clear();
}

void show(Call& call, const std::vector<Part>& parts) {
  if (call.look.json) return call.out.write(object(parts) + '\n');
  std::size_t width = 0;
  for (const auto& p : parts) width = std::max(width, display_width(call.text(p.title)));
  std::string out;
  for (const auto& p : parts)
    out += bold(call.look, padded(call.text(p.title), width)) + "  " +
           cell_text(p.value, call.look.lang) + '\n';
  call.out.write(out);
}

void done(Call& call, const std::string& sentence, const std::vector<Part>& parts) {
  if (!call.look.json) return call.out.write(sentence + '\n');
  std::vector<Part> all = {{"done", {}, true}};
  all.insert(all.end(), parts.begin(), parts.end());
  call.out.write(object(all) + '\n');
}

Progress::Progress(Call& call, Text what, std::uint64_t total)
    : call_(call), what_(what), total_(total) {}

Progress::~Progress() {
  if (shown_) call_.err.write("\r\x1b[K");
}

void Progress::at(std::uint64_t done, std::string_view detail) {
  auto now = now_ms();
  if (!call_.look.err_tty || call_.look.json || now - shown_ < 100) return;
  shown_ = now;
  std::string line(call_.text(what_));
  if (total_) {
    constexpr std::size_t kWidth = 24;
    auto full = std::size_t(double(std::min(done, total_)) / double(total_) * kWidth);
    line += " [" + std::string(full, '#') + std::string(kWidth - full, '.') + "] " +
            std::to_string(std::min(done, total_) * 100 / total_) + "%";
    if (done && now - began_ > 2000) {
      auto left = std::uint64_t(now - began_) * (total_ - std::min(done, total_)) / done / 1000;
      line += ' ' + std::to_string(left / 60) + (left % 60 < 10 ? ":0" : ":") +
              std::to_string(left % 60);
    }
  }
  if (!detail.empty()) line += ' ' + one_line(detail);
  if (line.size() >= call_.look.columns && is_ascii(line)) line.resize(call_.look.columns - 1);
  call_.err.write("\r\x1b[K" + line);
}

std::string bold(const Look& look, std::string_view text) {
  if (!look.colours) return std::string(text);
  return "\x1b[1m" + std::string(text) + "\x1b[0m";
}

std::string padded(std::string_view text, std::size_t width, Align align) {
  auto have = display_width(text);
  std::string blanks(width > have ? width - have : 0, ' ');
  return align == Align::kRight ? blanks + std::string(text) : std::string(text) + blanks;
}

std::string fill(std::string_view text, const std::vector<std::string>& values) {
  std::string out;
  for (const auto& value : values) {
    auto place = text.find("{}");
    if (place == text.npos) break;
    out += std::string(text.substr(0, place)) + value;
    text.remove_prefix(place + 2);
  }
  return out + std::string(text);
}

}  // namespace hato::cli
