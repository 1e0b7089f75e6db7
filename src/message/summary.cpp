// SPDX-License-Identifier: Apache-2.0
#include "message/summary.h"

#include <algorithm>

#include "base/text.h"
#include "message/charset.h"
#include "message/content_type.h"
#include "message/encoded.h"
#include "message/header.h"
#include "message/lists.h"
#include "message/mime.h"
#include "message/preview.h"

namespace hato::message {
namespace {

constexpr std::size_t kMaxText = 2000;       // bytes of a header value that lists show
constexpr std::size_t kMaxAddresses = 1000;  // of one field
constexpr std::size_t kMaxReferences = 32;
constexpr std::size_t kMaxParameters = 50;
constexpr std::size_t kPreview = 256;            // characters
constexpr std::size_t kLookedAt = 4096;          // bytes of text for it
constexpr std::size_t kHtmlLookedAt = 64 << 10;  // much of it style

// Valid UTF-8 without NUL, of bounded size.
std::string clean(std::string s) {
  bool plain = is_utf8(s) && s.find('\0') == s.npos;
  if (!plain) {
    s = is_utf8(s) ? std::move(s) : to_utf8(s, "");
    std::erase(s, '\0');
  }
  s.resize(cut_utf8(s, kMaxText).size());
  return s;
}

void clean(std::vector<Mailbox>& list) {
  for (auto& m : list) {
    m.name = clean(std::move(m.name));
    m.address = clean(std::move(m.address));
    clean(m.members);
  }
}

void add(std::vector<Mailbox>& to, std::string_view value) {
  if (to.size() >= kMaxAddresses) return;
  auto list = parse_address_list_raw(value, kMaxAddresses - to.size());
  clean(list);
  std::ranges::move(list, std::back_inserter(to));
}

// Several To, Cc or Bcc count together, of the others the first.
Envelope envelope_of(const std::vector<Field>& fields) {
  Envelope e;
  struct {
    std::string_view name;
    std::optional<std::string> Envelope::* text = nullptr;
    std::vector<Mailbox> Envelope::* list = nullptr;
    bool all = false;
  } constexpr kFields[] = {
      {"date", &Envelope::date},
      {"subject", &Envelope::subject},
      {"in-reply-to", &Envelope::in_reply_to},
      {"message-id", &Envelope::message_id},
      {"from", nullptr, &Envelope::from},
      {"sender", nullptr, &Envelope::sender},
      {"reply-to", nullptr, &Envelope::reply_to},
      {"to", nullptr, &Envelope::to, true},
      {"cc", nullptr, &Envelope::cc, true},
      {"bcc", nullptr, &Envelope::bcc, true},
  };
  for (const auto& f : fields)
    for (const auto& k : kFields) {
      if (f.name.size() != k.name.size() || !iequals(f.name, k.name)) continue;
      if (k.text && !(e.*k.text)) e.*k.text = clean(unfold(f.value));
      if (k.list && (k.all || (e.*k.list).empty())) add(e.*k.list, f.value);
    }
  return e;
}

Body::Parameters parameters_of(const std::vector<Parameter>& list) {
  Body::Parameters out;
  for (const auto& p : list)
    if (out.size() < kMaxParameters)
      out.emplace_back(clean(p.name + (p.extended ? "*" : "")), clean(p.raw));
  return out;
}

Body body_of(const Part& p) {
  Body b{.type = clean(p.type.type), .subtype = clean(p.type.subtype)};
  b.parameters = parameters_of(p.type.parameters);
  b.id = clean(p.id);
  b.description = clean(p.description);
  b.encoding = clean(p.encoding_name);
  b.md5 = clean(p.md5);
  b.location = clean(p.location);
  b.disposition = clean(p.disposition.type);
  b.disposition_parameters = parameters_of(p.disposition.parameters);
  for (const auto& tag : p.languages) b.languages.push_back(clean(tag));
  b.begin = p.begin;
  b.header_size = p.body - p.begin;
  b.size = p.size();
  b.lines = p.lines;
  for (const auto& c : p.children) b.children.push_back(body_of(c));
  if (p.is_message) b.envelope = std::make_unique<Envelope>(envelope_of(p.children[0].fields));
  return b;
}

std::vector<std::string> references_of(const std::vector<Field>& fields) {
  std::vector<std::string> ids;
  for (auto name : {"References", "In-Reply-To"})
    if (const auto* f = find_field(fields, name); f && ids.empty()) ids = parse_ids(f->value);
  // The first begins the thread, the last are the nearest.
  if (ids.size() > kMaxReferences)
    ids.erase(ids.begin() + 1, ids.end() - std::ptrdiff_t(kMaxReferences - 1));
  for (auto& id : ids) id = clean(std::move(id));
  return ids;
}

std::string preview_of(const Body& b, std::string_view message) {
  bool html = b.subtype == "html";
  auto limit = html ? kHtmlLookedAt : kLookedAt;
  auto bytes = message.substr(b.begin + b.header_size, b.size).substr(0, 2 * limit);
  TransferDecoder transfer(parse_encoding(b.encoding));
  std::string decoded;
  transfer.push(bytes, decoded);
  transfer.finish(decoded);
  auto text = to_utf8(decoded, b.parameter("charset"), limit);
  return preview_of_text(html ? html_text(text, 4 * kPreview) : text, kPreview);
}

bool is_signature(const Body& b) {
  return b.subtype == "pgp-signature" || b.subtype.ends_with("pkcs7-signature");
}

}  // namespace

std::string Body::value_of(const Parameters& parameters, std::string_view name) {
  for (const auto& [key, raw] : parameters) {
    std::string_view bare = key;
    bool extended = bare.ends_with('*');
    if (extended) bare.remove_suffix(1);
    if (bare != name) continue;
    if (!extended) return decode_words(raw);
    auto parsed = parse_content_type("x/x; x*=" + raw);
    return parsed.parameters.empty() ? "" : parsed.parameters[0].value;
  }
  return {};
}

std::string Body::file_name() const {
  auto name = value_of(disposition_parameters, "filename");
  return name.empty() ? parameter("name") : name;
}

std::string Summary::subject() const {
  return envelope.subject ? decode_text(*envelope.subject) : "";
}

std::string Summary::message_id() const {
  auto ids = envelope.message_id ? parse_ids(*envelope.message_id, 1) : std::vector<std::string>{};
  return ids.empty() ? "" : ids[0];
}

Summary summarise(std::string_view message) {
  auto root = parse_mime(message);
  Summary s;
  s.envelope = envelope_of(root.fields);
  if (s.envelope.date) s.sent = parse_date(*s.envelope.date);
  s.references = references_of(root.fields);
  s.body = body_of(root);
  s.lines = root.header_lines + root.lines;
  auto lists = body_lists(s.body);
  s.has_attachment = std::ranges::any_of(lists.attachments, [](const Body* b) {
    return b->disposition != "inline" && !is_signature(*b);
  });
  for (const auto* b : lists.text)
    if (s.preview.empty() && b->type == "text") s.preview = preview_of(*b, message);
  return s;
}

namespace {

// RFC 8621 4.1.4, the algorithm given there.
class Sorter {
 public:
  explicit Sorter(BodyLists& out) : out_(out) {}

  void run(const std::vector<const Body*>& parts, std::string_view multipart, bool in_alternative,
           bool text, bool html) {
    auto texts = out_.text.size(), htmls = out_.html.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto& p = *parts[i];
      if (p.is_multipart()) {
        std::vector<const Body*> children;
        for (const auto& c : p.children) children.push_back(&c);
        run(children, p.subtype, in_alternative || p.subtype == "alternative", text, html);
        continue;
      }
      bool media = p.type == "image" || p.type == "audio" || p.type == "video";
      bool plain = p.type == "text" && p.subtype == "plain",
           is_html = p.type == "text" && p.subtype == "html";
      bool shown = p.disposition != "attachment" && (plain || is_html || media) &&
                   (i == 0 || (multipart != "related" && (media || p.file_name().empty())));
      if (!shown) {
        out_.attachments.push_back(&p);
      } else if (multipart == "alternative") {
        if (plain)
          out_.text.push_back(&p);
        else if (is_html)
          out_.html.push_back(&p);
        else
          out_.attachments.push_back(&p);
      } else {
        if (in_alternative && plain) html = false;
        if (in_alternative && is_html) text = false;
        if (text) out_.text.push_back(&p);
        if (html) out_.html.push_back(&p);
        if ((!text || !html) && media) out_.attachments.push_back(&p);
      }
    }
    if (multipart != "alternative" || !text || !html) return;
    // One of the two lists has nothing new: what the other has stands for both.
    if (texts == out_.text.size() && htmls != out_.html.size())
      out_.text.insert(out_.text.end(), out_.html.begin() + std::ptrdiff_t(htmls), out_.html.end());
    if (htmls == out_.html.size() && texts != out_.text.size())
      out_.html.insert(out_.html.end(), out_.text.begin() + std::ptrdiff_t(texts), out_.text.end());
  }

 private:
  BodyLists& out_;
};

}  // namespace

BodyLists body_lists(const Body& root) {
  BodyLists out;
  Sorter(out).run({&root}, "mixed", false, true, true);
  return out;
}

}  // namespace hato::message
