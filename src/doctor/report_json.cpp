// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>
#include <cmath>

#include "base/text.h"
#include "doctor/view.h"

namespace hato::doctor {
namespace {
namespace json = boost::json;

json::array array(const std::vector<std::string>& list) {
  json::array out;
  for (const auto& s : list) out.emplace_back(s);
  return out;
}

double rounded(double v) { return std::round(v * 1000) / 1000; }

json::object code_object(const CodeView& c) {
  return {{"family", c.family},
          {"value", c.value},
          {"symbol", c.symbol},
          {"title", c.family_title},
          {"meanings", array(c.meanings)},
          {"source", c.source}};
}

json::object cause_object(const CauseView& c) {
  return {{"slug", c.slug},        {"confidence", rounded(c.confidence)},
          {"side", c.side},        {"title", c.title},
          {"what", c.what},        {"words", array(c.words)},
          {"user", array(c.user)}, {"admin", array(c.admin)},
          {"ask", array(c.ask)},   {"check", array(c.check)}};
}

json::value nullable(std::string_view s) { return s.empty() ? json::value() : json::value(s); }

json::object facts_object(const Facts& f) {
  json::array replies, ports;
  for (const auto& r : f.replies)
    replies.push_back(json::object{{"code", r.code}, {"status", nullable(r.status)}});
  for (auto p : f.ports) ports.emplace_back(p);
  return {{"replies", std::move(replies)},
          {"protocol", nullable(f.names.value("proto"))},
          {"stage", nullable(f.names.value("stage"))},
          {"speaker", nullable(f.names.value("speaker"))},
          {"software", nullable(f.software)},
          {"form", nullable(f.names.value("form"))},
          {"hosts", array(f.hosts)},
          {"addresses", array(f.addresses)},
          {"ips", array(f.ips)},
          {"ports", std::move(ports)},
          {"when", nullable(f.when)}};
}

}  // namespace

std::string report_json(const Diagnosis& d, Lang lang) {
  const auto v = view_of(d, lang);
  json::array causes, codes;
  for (const auto& c : v.causes) causes.push_back(cause_object(c));
  for (const auto& c : v.codes) codes.push_back(code_object(c));
  json::object out{{"happened", v.happened},
                   {"failed", v.failed},
                   {"sure", v.sure},
                   {"side", nullable(v.side)},
                   {"side_text", nullable(v.side_text)},
                   {"causes", std::move(causes)},
                   {"codes", std::move(codes)},
                   {"find_out", array(v.find_out)},
                   {"facts", facts_object(d.facts)},
                   {"cut", v.cut}};
  // Words of the evidence may begin or end within a character.
  return printable_utf8(json::serialize(out)) + '\n';
}

std::string report_line(const Diagnosis& d, std::string_view id) {
  json::array causes, codes;
  for (const auto& f : d.causes)
    causes.push_back(
        json::object{{"slug", f.cause->slug.view()}, {"confidence", rounded(f.confidence)}});
  for (const auto& c : d.facts.codes)
    codes.push_back(json::object{{"family", c.family},
                                 {"value", c.value},
                                 {"symbol", c.row ? c.row->symbol.view() : std::string_view{}}});
  json::object rest{
      {"side", nullable(d.side)}, {"causes", std::move(causes)}, {"codes", std::move(codes)}};
  return "{\"id\":" + std::string(id) + ',' + json::serialize(rest).substr(1) + '\n';
}

std::string cause_json(const catalogue::Cause& cause, Lang lang) {
  return json::serialize(cause_object(view_of(cause, lang))) + '\n';
}

}  // namespace hato::doctor
