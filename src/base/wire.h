// SPDX-License-Identifier: Apache-2.0
// The byte layout of keys and values on disk: big-endian numbers (so that keys sort by value),
// varints and length-prefixed strings. Reader never reads past its end: after the first short
// read ok() is false and everything that follows is empty or zero.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace hato {

class Writer {
 public:
  Writer& u8(std::uint8_t v) { return be(v, 1); }
  Writer& u16(std::uint16_t v) { return be(v, 2); }
  Writer& u32(std::uint32_t v) { return be(v, 4); }
  Writer& u64(std::uint64_t v) { return be(v, 8); }
  Writer& varint(std::uint64_t v) {
    for (; v >= 0x80; v >>= 7) out_ += char(v | 0x80);
    out_ += char(v);
    return *this;
  }
  Writer& bytes(std::string_view s) { return out_ += s, *this; }          // no length
  Writer& string(std::string_view s) { return varint(s.size()).bytes(s); }  // with length
  const std::string& str() const& { return out_; }
  std::string str() && { return std::move(out_); }

 private:
  Writer& be(std::uint64_t v, int n) {
    for (int i = n - 1; i >= 0; --i) out_ += char(v >> (8 * i));
    return *this;
  }
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}
  std::uint8_t u8() { return std::uint8_t(be(1)); }
  std::uint16_t u16() { return std::uint16_t(be(2)); }
  std::uint32_t u32() { return std::uint32_t(be(4)); }
  std::uint64_t u64() { return be(8); }
  std::uint64_t varint() {
    std::uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      auto c = u8();
      v |= std::uint64_t(c & 0x7f) << shift;
      if (!(c & 0x80)) return v;
    }
    ok_ = false;
    return 0;
  }
  std::string_view bytes(std::size_t n) {
    if (n > in_.size()) return ok_ = false, in_ = {}, std::string_view{};
    auto s = in_.substr(0, n);
    in_.remove_prefix(n);
    return s;
  }
  std::string_view string() { return bytes(varint()); }
  std::string_view rest() const { return in_; }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && in_.empty(); }

 private:
  std::uint64_t be(int n) {
    std::uint64_t v = 0;
    for (unsigned char c : bytes(std::size_t(n))) v = v << 8 | c;
    return v;
  }
  std::string_view in_;
  bool ok_ = true;
};

}  // namespace hato
