// SPDX-License-Identifier: Apache-2.0
#include "doctor/view.h"

#include <algorithm>

#include "base/text.h"

namespace hato::doctor {
namespace {

constexpr std::size_t kMaxQuote = 160, kMaxQuotes = 4;
constexpr double kLeastShown = 0.01;

std::vector<std::string> strings(const catalogue::List<catalogue::Str>& list) {
  std::vector<std::string> out;
  for (const auto& s : list) out.emplace_back(s.view());
  return out;
}

// The whole words around what matched, at most kMaxQuote bytes.
std::string quote(const Plain& plain, std::uint32_t begin, std::uint32_t end) {
  const std::string_view text = plain.text;
  if (begin >= end) return {};
  while (begin > 0 && text[begin - 1] > ' ' && end - begin < kMaxQuote) --begin;
  while (end < text.size() && text[end] > ' ' && end - begin < kMaxQuote) ++end;
  auto out = text.substr(begin, end - begin);
  while (!out.empty() && (out[0] & 0xC0) == 0x80) out.remove_prefix(1);
  if (out.size() <= kMaxQuote) return std::string(out);
  std::size_t n = kMaxQuote;
  while (n > 0 && (out[n] & 0xC0) == 0x80) --n;
  return std::string(out.substr(0, n)) + "...";
}

std::vector<std::string> words_of(const Diagnosis& d, const Finding& f) {
  std::vector<std::string> out;
  for (const auto& e : f.evidence) {
    if (e.weight <= 0 || out.size() == kMaxQuotes) continue;
    auto q = quote(d.plain, e.begin, e.end);
    if (q.empty() ||
        std::any_of(out.begin(), out.end(), [&](const auto& o) { return o.contains(q); }))
      continue;
    std::erase_if(out, [&](const auto& o) { return q.contains(o); });
    out.push_back(std::move(q));
  }
  return out;
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& s : list) out += (out.empty() ? "" : ", ") + s;
  return out;
}

void seen_facts(const Facts& facts, View& view) {
  auto add = [&](const Words& label, std::string value) {
    if (!value.empty()) view.seen.emplace_back(label, std::move(value));
  };
  add(label::kProtocol, to_upper(facts.names.value("proto")));
  add(label::kSoftware, facts.software);
  add(label::kHosts, joined(facts.hosts));
  add(label::kIps, joined(facts.ips));
  std::vector<std::string> ports;
  for (auto p : facts.ports) ports.push_back(std::to_string(p));
  add(label::kPorts, joined(ports));
  add(label::kAddresses, joined(facts.addresses));
  add(label::kWhen, facts.when);
}

}  // namespace

CodeView view_of(const SeenCode& code, Lang lang) {
  CodeView out;
  out.family = code.family;
  out.value = code.value;
  if (const auto* family = catalogue::find_family(code.family))
    out.family_title = catalogue::title(*family, lang);
  if (code.row) {
    out.symbol = code.row->symbol.view();
    out.source = code.row->source.view();
  }
  for (const auto* row : catalogue::explain_code(code.family, code.value))
    out.meanings.emplace_back(catalogue::text(*row, lang));
  if (out.meanings.empty()) out.meanings.emplace_back(label::kUnknownCode.in(lang));
  return out;
}

CauseView view_of(const catalogue::Cause& cause, Lang lang) {
  const auto& t = catalogue::text(cause, lang);
  return {.slug = std::string(cause.slug.view()),
          .title = std::string(t.title.view()),
          .what = std::string(t.what.view()),
          .side = std::string(cause.side.view()),
          .user = strings(t.user),
          .admin = strings(t.admin),
          .ask = strings(t.ask),
          .check = strings(t.check)};
}

View view_of(const Diagnosis& d, Lang lang) {
  View out;
  out.happened = happened(d, lang);
  out.side = d.side;
  out.side_text = side_text(d.side, lang);
  out.sure = d.sure();
  out.failed = d.failed && d.looked_up.empty();
  out.looked_up = !d.looked_up.empty();
  out.cut = d.plain.cut;
  for (const auto& f : d.causes) {
    if (!out.causes.empty() && f.confidence < kLeastShown) break;
    auto c = view_of(*f.cause, lang);
    c.side = f.side;
    c.confidence = f.confidence;
    c.words = words_of(d, f);
    for (auto& command : c.check) command = fill_check(command, d.facts);
    out.causes.push_back(std::move(c));
  }
  if (d.failed && !out.sure && d.looked_up.empty()) out.find_out = find_out(d, lang);
  for (const auto& code : d.facts.codes) out.codes.push_back(view_of(code, lang));
  seen_facts(d.facts, out);
  return out;
}

std::string fill_check(std::string_view command, const Facts& facts) {
  const auto first = [](const std::vector<std::string>& list) {
    return list.empty() ? std::string() : list[0];
  };
  const auto address = first(facts.addresses);
  const std::pair<std::string_view, std::string> places[] = {
      {"host", first(facts.hosts)},
      {"domain", address.empty() ? first(facts.hosts) : address.substr(address.rfind('@') + 1)},
      {"ip", first(facts.ips)},
      {"port", facts.ports.empty() ? "" : std::to_string(facts.ports[0])},
      {"address", address}};
  std::string out(command);
  for (const auto& [name, value] : places) {
    const auto place = '{' + std::string(name) + '}';
    for (auto at = out.find(place); at != out.npos; at = out.find(place, at))
      out.replace(at, place.size(), value.empty() ? to_upper(name) : value);
  }
  return out;
}

}  // namespace hato::doctor
