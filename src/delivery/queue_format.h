// SPDX-License-Identifier: Apache-2.0
// How queue items lie in the store, to the byte: docs/formats/queue.md. Pure.
#pragma once
#include <string>
#include <string_view>

#include "delivery/delivery.h"

namespace hato::delivery {

inline constexpr store::Space kItemSpace = 'q';
inline constexpr std::uint64_t kQueueParts = 64;

store::PartId queue_part(RefId id);
std::string item_key(RefId id);
RefId parse_item_key(std::string_view key);
std::string encode(const QueueItem& item);  // without its id, which is the key
Result<QueueItem> decode_item(RefId id, std::string_view value);

}  // namespace hato::delivery
