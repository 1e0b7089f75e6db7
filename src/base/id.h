// SPDX-License-Identifier: Apache-2.0
// Ids that are unique without asking anybody.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hato {

// Cryptographically random bytes; aborts where the machine has none to give.
std::string random_bytes(std::size_t n);
std::uint64_t random_u64();

// 16 bytes that sort by creation time: 48 bits of milliseconds, 16 of a counter, 64 random.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), 16}; }
  static std::optional<Uuid> from(std::string_view sixteen_bytes);
};
Uuid new_uuid();

// The short id that stands in a reply and that `hato story` resolves: 10 characters of
// Crockford's base 32 (no I, L, O, U), ordered by time. Read back without regard to case,
// with I and L as 1 and O as 0.
using RefId = std::uint64_t;
RefId new_ref();
std::string ref_text(RefId id);
std::optional<RefId> parse_ref(std::string_view text);
std::int64_t ref_time_ms(RefId id);

}  // namespace hato
