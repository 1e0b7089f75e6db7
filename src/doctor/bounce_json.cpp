// SPDX-License-Identifier: Apache-2.0
// Amazon SES and SNS: one object with notificationType (or eventType), often inside another's
// "Message" as a text.
#include <boost/json.hpp>

#include "base/text.h"
#include "doctor/bounce_formats.h"

namespace hato::doctor {
namespace {
namespace json = boost::json;

std::string_view text_of(const json::object& o, std::string_view name) {
  const auto* v = o.if_contains(name);
  const auto* s = v ? v->if_string() : nullptr;
  return s ? std::string_view(*s) : std::string_view();
}

void take_recipients(const json::object& o, std::string_view name, std::vector<Reported>& out) {
  const auto* list = o.if_contains(name);
  if (!list || !list->is_array()) return;
  for (const auto& r : list->get_array()) {
    if (out.size() == kMaxRecipients) return;
    Reported one;
    if (const auto* s = r.if_string()) one.address = std::string_view(*s);
    if (const auto* f = r.if_object()) {
      one.address = text_of(*f, "emailAddress");
      one.action = text_of(*f, "action");
      one.status = text_of(*f, "status");
      one.diagnostic = text_of(*f, "diagnosticCode");
    }
    out.push_back(std::move(one));
  }
}

}  // namespace

BounceReport::Kind read_json(std::string_view words, std::vector<Reported>& out) {
  using enum BounceReport::Kind;
  words = trim(words);
  if (!words.starts_with('{') || find_words(words, "notificationtype") == words.npos) return kNone;
  auto object = [](std::string_view text) {
    // What signs off the mail stands behind the object.
    json::stream_parser parser(json::storage_ptr(), {.max_depth = 16});
    boost::system::error_code error;
    parser.write_some(text.data(), text.size(), error);
    return error || !parser.done() ? json::value() : parser.release();
  };
  std::string joined(words);
  // Mail breaks the long line.
  std::erase_if(joined, [](char c) { return c == '\r' || c == '\n'; });
  auto value = object(joined);
  if (auto* outer = value.if_object())
    if (auto inner = text_of(*outer, "Message"); inner.starts_with('{'))
      value = object(std::string(inner));
  const auto* o = value.if_object();
  if (!o) return kNone;
  auto part = [&](std::string_view name) {
    const auto* v = o->if_contains(name);
    return v ? v->if_object() : nullptr;
  };
  if (const auto* b = part("bounce")) return take_recipients(*b, "bouncedRecipients", out), kBounce;
  if (const auto* c = part("complaint"))
    return take_recipients(*c, "complainedRecipients", out), kFeedback;
  if (const auto* d = part("delivery")) {
    take_recipients(*d, "recipients", out);
    for (auto& r : out) r.diagnostic = text_of(*d, "smtpResponse"), r.action = "delivered";
    return kDelivered;
  }
  return kNone;
}

}  // namespace hato::doctor
