// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"

#include <openssl/rand.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"

namespace hato {

std::string random_bytes(std::size_t n) {
  std::string out(n, '\0');
  HATO_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), int(n)) == 1);
  return out;
}

std::uint64_t random_u64() {
  std::uint64_t v = 0;
  HATO_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(&v), sizeof v) == 1);
  return v;
}

std::optional<Uuid> Uuid::from(std::string_view s) {
  if (s.size() != 16) return {};
  Uuid id;
  std::copy(s.begin(), s.end(), id.bytes.begin());
  return id;
}

Uuid new_uuid() {
  // One random prefix a process and a counter: unique without a call to the generator each time.
  static const std::uint64_t salt = random_u64();
  static std::atomic<std::uint64_t> counter{0};
  std::uint64_t n = counter.fetch_add(1, std::memory_order_relaxed);
  std::uint64_t high = std::uint64_t(now_ms()) << 16 | (n & 0xffff);
  std::uint64_t low = salt + (n >> 16) * 0x9e3779b97f4a7c15ull;
  Uuid id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[i] = std::uint8_t(high >> (56 - 8 * i));
    id.bytes[8 + i] = std::uint8_t(low >> (56 - 8 * i));
  }
  return id;
}

namespace {
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::int64_t kRefEpoch = 1'700'000'000;  // seconds; 31 bits last until 2091
constexpr int kRefCounterBits = 19;
}  // namespace

RefId new_ref() {
  static std::atomic<std::uint64_t> last{0};
  std::uint64_t base = std::uint64_t(now_ms() / 1000 - kRefEpoch) << kRefCounterBits;
  std::uint64_t seen = last.load(std::memory_order_relaxed);
  // A fresh second starts at a random place, so two processes hardly ever meet.
  std::uint64_t fresh = base | (random_u64() & 0xffff);
  for (;;) {
    std::uint64_t next = seen + 1 > base ? seen + 1 : fresh;
    if (last.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return next;
  }
}

std::string ref_text(RefId id) {
  std::string out(10, '0');
  for (std::size_t i = 10; i-- > 0; id >>= 5) out[i] = kCrockford[id & 31];
  return out;
}

std::optional<RefId> parse_ref(std::string_view text) {
  if (text.size() != 10) return {};
  RefId id = 0;
  for (char c : text) {
    c = ascii_upper(c);
    if (c == 'I' || c == 'L') c = '1';
    if (c == 'O') c = '0';
    auto at = kCrockford.find(c);
    if (at == kCrockford.npos) return {};
    id = id << 5 | at;
  }
  return id;
}

std::int64_t ref_time_ms(RefId id) {
  return (std::int64_t(id >> kRefCounterBits) + kRefEpoch) * 1000;
}

}  // namespace hato
