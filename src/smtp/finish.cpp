// SPDX-License-Identifier: Apache-2.0
// A message is there whole: judge it, hand it on, tell what became of it.
#include <algorithm>
#include <span>

#include "base/text.h"
#include "smtp/hop.h"
#include "smtp/session.h"

namespace hato::smtp {

using delivery::Fate;
using story::What;

namespace {

std::string_view without_brackets(std::string_view id) {
  if (id.starts_with('<') && id.ends_with('>')) return id.substr(1, id.size() - 2);
  return id;
}

// "delivered, REF" once all of it lies in mailboxes, "queued as REF" where some is still to go.
std::string success(std::span<const Fate> fates, std::string_view ref) {
  auto to_go = [](const auto& note) { return note.first == What::kQueued; };
  bool queued = std::any_of(fates.begin(), fates.end(), [&](const Fate& f) {
    return std::any_of(f.notes.begin(), f.notes.end(), to_go);
  });
  return std::string(queued ? "queued as " : "delivered, ").append(ref);
}

}  // namespace

Result<> Session::judge_content() {
  auto& content = *mail_->content;
  mail_->trace.size = content.size();
  if (content.fault()) return std::unexpected(*content.fault());
  auto& text = content.text();
  const auto head = content.head_size();
  auto fields = message::parse_fields(std::string_view(text).substr(head));
  if (auto* id = message::find_field(fields, "Message-ID"))
    mail_->trace.message_id = without_brackets(message::unfold(id->value));
  if (auto* subject = message::find_field(fields, "Subject"))
    mail_->trace.subject = message::decode_text(subject->value);
  HATO_CHECK(services_.policy.judge_message(client(), fields, mail_->trace.recipients));

  // The views of `fields` end here. RFC 8601 5: by LMTP it comes from a server that is trusted.
  auto missing = is_submission() ? missing_fields(fields, options_.hostname, mail_->envelope.ref,
                                                  mail_->envelope.received)
                                 : std::string();
  if (!is_lmtp())
    for (const auto& field : forged_results(fields, options_.hostname))
      text.erase(head + field.offset, field.end - field.offset);
  if (!missing.empty()) text.insert(head, missing);
  return {};
}

net::Task<void> Session::finish_message() {
  std::vector<Fate> fates(mail_->envelope.recipients.size());
  auto judged = judge_content();
  if (judged) {
    auto message = std::move(mail_->content->text());
    auto accepted =
        co_await services_.acceptor.accept(mail_->envelope, std::move(message), !is_lmtp());
    fates = std::move(accepted);
  } else {
    for (auto& fate : fates) fate.error = judged.error();
  }
  tell_fates(fates);
  reset();
}

// SMTP gives one answer for all, which share their fate; LMTP one for each (RFC 2033 4.2).
void Session::tell_fates(const std::vector<Fate>& fates) {
  auto& trace = mail_->trace;
  bool taken = std::any_of(fates.begin(), fates.end(), [](const Fate& f) { return !f.error; });
  if (taken) trace.add(What::kAccepted, format_size(trace.size));
  for (std::size_t i = 0; i < fates.size(); ++i)
    for (const auto& [what, text] : fates[i].notes)
      trace.add(what, text.empty() ? mail_->envelope.recipients[i].address : text);
  auto ref = ref_text(trace.id);
  if (!is_lmtp()) {
    if (taken) return reply("250 2.0.0 Ok: " + success(fates, ref));
    return refuse(*fates[0].error, "message");
  }
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const auto& address = mail_->envelope.recipients[i].address;
    if (fates[i].error)
      refuse(*fates[i].error, address);
    else
      reply("250 2.0.0 <" + address + "> Ok: " + success({&fates[i], 1}, ref));
  }
}

}  // namespace hato::smtp
