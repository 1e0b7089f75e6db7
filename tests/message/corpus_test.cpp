// SPDX-License-Identifier: Apache-2.0
// Every header case of tests/corpora/headers gives the result that stands there, or is named in
// kDifferences with the reason why it does not.
#include <gtest/gtest.h>
#include <algorithm>

#include <boost/json/src.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "base/text.h"
#include "message/address.h"
#include "message/content_type.h"
#include "message/date.h"
#include "message/header.h"
#include "message/lists.h"
#include "message/received.h"

namespace hato::message {
namespace {

namespace json = boost::json;

struct Difference {
  std::string_view file;
  std::size_t number;  // of the case, from 0
  std::string_view why;
} constexpr kDifferences[] = {
    {"address", 9,
     "a fold goes before a quoted pair is read (5322 2.2.3): what it quotes is a blank"},
    {"address", 13, "the route of old and blanks around dots are no part of an address (5322 4.4)"},
    {"address", 14, "blanks around dots are no part of an address (5322 4.4)"},
    {"content_type", 34,
     "blanks between encoded words are not shown, in quotes neither (2047 6.2)"},
    {"content_type", 61, "nonsense on purpose: each attribute keeps what is before its section"},
    {"received", 6, "a user's name may hold a slash"},
    {"received", 13, "ctime's order is read"},
    {"received", 28, "an id may hold a slash"},
    {"received", 29, "the same"},
    {"received", 30, "the same"},
    {"received", 39, "what RFC 1413 says may hold a slash"},
    {"received", 65, "who the server names comes before the sender of the envelope"},
    {"received", 67, "PST is a known zone (5322 4.3)"},
    {"received", 89, "two digits of a year mean this century (5322 4.3)"},
    {"received", 90, "the same"},
    {"received", 116, "what RFC 1413 says may hold a slash"},
    {"received", 117, "ctime's order is read"},
    {"received", 118, "the same"},
    {"received", 123, "the first that received it counts"},
    {"received", 125, "a name is kept whole"},
    {"received", 128, "two digits of a year mean this century (5322 4.3)"},
    {"received", 144, "seconds with a fraction are read"},
    {"received", 151, "ctime's order is read; the envelope's sender is no login"},
    {"received", 155, "no server says with what it received it"},
    {"received", 163, "PDT is a known zone (5322 4.3)"},
    {"received", 165, "the network is no host"},
    {"received", 171, "a user id is no host"},
    {"unstructured", 21, "no blank is shown that is not there, as other mail programs do"},
    {"unstructured", 22, "the same"},
    {"unstructured", 27, "the same"},
    {"unstructured", 28, "the same"},
};

std::string text_of(const json::value& v) {
  return v.is_null() ? "" : std::string(std::string_view(v.as_string()));
}

// --- what the corpus expects, as one line ---

std::string expected_list(const json::array& list) {
  std::string out;
  for (const auto& m : list)
    out += "[" + text_of(m.at("name")) + "] " + text_of(m.at("address")) + ", ";
  return out;
}

std::string expected_address(const json::value& v) {
  if (v.is_null()) return "";
  const auto& o = v.as_object();
  if (const auto* list = o.if_contains("List")) return expected_list(list->as_array());
  std::string out;
  for (const auto& g : o.at("Group").as_array())
    out += "{" + text_of(g.at("name")) + ": " + expected_list(g.at("addresses").as_array()) + "} ";
  return out;
}

std::string expected_type(const json::value& v) {
  if (v.is_null()) return "-";
  std::string out = text_of(v.at("c_type")) + "/" + text_of(v.at("c_subtype"));
  std::map<std::string, std::string> parameters;
  const auto* list = v.as_object().if_contains("attributes");
  if (list && list->is_array())
    for (const auto& p : list->as_array()) parameters[text_of(p.at(0))] = text_of(p.at(1));
  for (const auto& [name, value] : parameters) out += "; " + name + "=" + value;
  return out;
}

std::string expected_date(const json::value& v) {
  if (v.is_null()) return "-";
  auto n = [&](const char* key) { return v.at(key).to_number<int>(); };
  char out[80];
  std::snprintf(out, sizeof out, "%04d-%02d-%02d %02d:%02d:%02d %c%02d%02d", n("year"), n("month"),
                n("day"), n("hour"), n("minute"), n("second"),
                v.at("tz_before_gmt").as_bool() && n("tz_hour") + n("tz_minute") ? '-' : '+',
                n("tz_hour"), n("tz_minute"));
  return out;
}

std::string expected_words(const json::value& v) {
  std::string out;
  if (v.is_array())
    for (const auto& w : v.as_array()) out += text_of(w) + "|";
  return out;
}

std::string expected_received(const json::value& v) {
  std::string out;
  const auto& o = v.as_object();
  for (auto key : {"from", "by", "helo"})
    if (const auto* host = o.if_contains(key))
      out += key + ("=" + text_of(host->as_object().begin()->value())) + "; ";
  for (auto key : {"from_ip", "from_iprev", "ident", "via", "id", "for_"})
    if (const auto* text = o.if_contains(key)) out += key + ("=" + text_of(*text)) + "; ";
  for (auto key : {"with", "tls_version", "tls_cipher", "helo_cmd"})
    if (const auto* text = o.if_contains(key)) {
      auto upper = to_upper(text_of(*text));
      std::ranges::replace(upper, '_', key == std::string_view("tls_version") ? '.' : '_');
      out += key + ("=" + upper) + "; ";
    }
  const auto* date = o.if_contains("date");
  return out + expected_date(date ? *date : json::value());
}

// --- what we read ---

std::string own_list(const std::vector<Mailbox>& list) {
  std::string out;
  for (const auto& m : list) out += "[" + m.name + "] " + m.address + ", ";
  return out;
}

// Where a group is in it, the corpus makes what stands outside one nameless groups.
std::string own_address(std::string_view value) {
  auto list = parse_address_list(value);
  if (std::ranges::none_of(list, &Mailbox::is_group)) return own_list(list);
  std::vector<Mailbox> groups;
  bool open = false;
  for (auto& m : list) {
    if (!m.is_group && !open) groups.push_back({.is_group = true});
    open = !m.is_group;
    if (m.is_group)
      groups.push_back(m);
    else
      groups.back().members.push_back(m);
  }
  std::string out;
  for (const auto& g : groups) out += "{" + g.name + ": " + own_list(g.members) + "} ";
  return out;
}

std::string own_type(std::string_view value) {
  auto t = parse_content_type(value);
  if (t.type.empty()) return "-";
  std::map<std::string, std::string> parameters;
  for (const auto& p : t.parameters) {
    parameters[p.name] = p.value;
    if (!p.language.empty()) parameters[p.name + "-language"] = p.language;
  }
  std::string out = t.type + "/" + t.subtype;
  for (const auto& [name, text] : parameters) out += "; " + name + "=" + text;
  return out;
}

std::string own_date(const std::optional<Date>& d) {
  if (!d) return "-";
  auto text = iso8601(d->time + d->zone * 60'000);
  char zone[16];
  std::snprintf(zone, sizeof zone, " %c%02d%02d", d->zone < 0 ? '-' : '+', std::abs(d->zone) / 60,
                std::abs(d->zone) % 60);
  return text.substr(0, 10) + " " + text.substr(11, 8) + zone;
}

std::string own_words(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) out += w + "|";
  return out;
}

std::string own_received(std::string_view value) {
  auto r = parse_received(value);
  std::pair<const char*, std::string> parts[] = {
      {"from", r.from},
      {"by", r.by},
      {"helo", r.helo},
      {"from_ip", r.from_ip},
      {"from_iprev", r.from_name},
      {"ident", r.ident},
      {"via", r.via},
      {"id", r.id},
      {"for_", r.recipient},
      {"with", r.with},
      {"tls_version", to_upper(r.tls_version)},
      {"tls_cipher", to_upper(r.tls_cipher)},
      {"helo_cmd", r.helo_command},
  };
  std::string out;
  for (const auto& [key, text] : parts)
    if (!text.empty()) out += key + ("=" + text) + "; ";
  return out + own_date(r.date);
}

using Expected = std::string (*)(const json::value&);
using Own = std::string (*)(std::string_view);

void run(std::string_view file, Expected expected, Own own) {
  std::ifstream in(std::string(HATO_TESTS_DIR) + "/corpora/headers/" + std::string(file) + ".json");
  std::stringstream bytes;
  bytes << in.rdbuf();
  auto cases = json::parse(bytes.str());
  ASSERT_GT(cases.as_array().size(), 5u);
  for (std::size_t n = 0; n < cases.as_array().size(); ++n) {
    const auto& c = cases.as_array()[n];
    auto header = "X:" + text_of(c.at("header"));
    auto fields = parse_fields(header);
    ASSERT_FALSE(fields.empty());
    auto got = own(fields[0].value);
    auto want = expected(c.at("expected"));
    auto known =
        std::ranges::any_of(kDifferences, [&](auto& d) { return d.file == file && d.number == n; });
    if (known) {
      EXPECT_NE(got, want) << file << " " << n << " is no difference any more";
    } else {
      EXPECT_EQ(got, want) << file << " " << n << ": " << header;
    }
  }
}

TEST(HeaderCorpus, UnstructuredText) {
  run("unstructured", text_of, [](std::string_view v) { return decode_text(v); });
}
TEST(HeaderCorpus, Addresses) { run("address", expected_address, own_address); }
TEST(HeaderCorpus, ContentTypes) { run("content_type", expected_type, own_type); }
TEST(HeaderCorpus, Dates) {
  run("date", expected_date, [](std::string_view v) { return own_date(parse_date(v)); });
}
TEST(HeaderCorpus, MessageIds) {
  run("id", expected_words, [](std::string_view v) { return own_words(parse_ids(v)); });
}
TEST(HeaderCorpus, Lists) {
  run("list", expected_words, [](std::string_view v) { return own_words(parse_words(v)); });
}
TEST(HeaderCorpus, Received) { run("received", expected_received, own_received); }

}  // namespace
}  // namespace hato::message
