// SPDX-License-Identifier: Apache-2.0
#include "cli/mail_stream.h"

#include "base/wire.h"

namespace hato::cli {
namespace {

constexpr std::pair<store::Flag, bool message::MaildirFlags::*> kFlags[] = {
    {store::kSeen, &message::MaildirFlags::seen},
    {store::kAnswered, &message::MaildirFlags::answered},
    {store::kFlagged, &message::MaildirFlags::flagged},
    {store::kDeleted, &message::MaildirFlags::deleted},
    {store::kDraft, &message::MaildirFlags::draft}};

}  // namespace

std::string encode(const ItemHead& head) {
  return Writer()
      .u64(head.size)
      .u64(std::uint64_t(head.received))
      .u32(head.flags)
      .u32(head.uid)
      .str();
}

Result<ItemHead> decode_item(std::string_view bytes) {
  Reader in(bytes);
  ItemHead head;
  head.size = in.u64();
  head.received = Millis(in.u64());
  head.flags = in.u32();
  head.uid = in.u32();
  if (in.ok() && head.size <= kLargestMessage) return head;
  return fail(ErrorId::kInputInvalid, {{"value", "-"}, {"expected", "hato import / hato export"}});
}

std::uint32_t to_store(const message::MaildirFlags& flags) {
  std::uint32_t out = 0;
  for (const auto& [flag, member] : kFlags)
    if (flags.*member) out |= flag;
  return out;
}

message::MaildirFlags to_maildir(std::uint32_t flags) {
  message::MaildirFlags out;
  for (const auto& [flag, member] : kFlags) out.*member = (flags & flag) != 0;
  return out;
}

}  // namespace hato::cli
