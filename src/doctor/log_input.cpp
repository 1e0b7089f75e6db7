// SPDX-License-Identifier: Apache-2.0
#include "doctor/log_input.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace hato::doctor {
namespace {
constexpr std::size_t kRaw = 64 << 10;
constexpr int kWindowBits = 26;  // 64 MB; zstd -19 asks 8 MB
}  // namespace

class LogInput::Unpacker {
 public:
  struct Step {
    std::size_t taken = 0, made = 0;
    bool whole = false;  // nothing is missing where the input ends here
    bool damaged = false;
  };
  virtual ~Unpacker() = default;
  virtual Step unpack(std::string_view from, char* to, std::size_t room) = 0;
};

namespace {

class Gzip final : public LogInput::Unpacker {
 public:
  Gzip() { HATO_ASSERT(inflateInit2(&z_, 16 + MAX_WBITS) == Z_OK); }
  ~Gzip() override { inflateEnd(&z_); }
  Step unpack(std::string_view from, char* to, std::size_t room) override {
    if (ended_ && !from.empty()) {
      if (from[0] == '\0') return {.taken = from.size(), .whole = true};  // padding of tapes
      inflateReset(&z_);
      ended_ = false;
    }
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
    z_.avail_in = uInt(from.size());
    z_.next_out = reinterpret_cast<Bytef*>(to);
    z_.avail_out = uInt(room);
    const int result = inflate(&z_, Z_NO_FLUSH);
    ended_ = result == Z_STREAM_END;
    return {.taken = from.size() - z_.avail_in,
            .made = room - z_.avail_out,
            .whole = ended_,
            .damaged = result != Z_OK && result != Z_BUF_ERROR && !ended_};
  }

 private:
  z_stream z_{};
  bool ended_ = false;
};

class Zstd final : public LogInput::Unpacker {
 public:
  Zstd() : z_(ZSTD_createDStream(), ZSTD_freeDStream) {
    HATO_ASSERT(z_);
    ZSTD_DCtx_setParameter(z_.get(), ZSTD_d_windowLogMax, kWindowBits);
  }
  Step unpack(std::string_view from, char* to, std::size_t room) override {
    if (ended_ && from.empty()) return {.whole = true};
    ZSTD_inBuffer in{from.data(), from.size(), 0};
    ZSTD_outBuffer out{to, room, 0};
    const auto result = ZSTD_decompressStream(z_.get(), &out, &in);
    ended_ = result == 0;
    return {
        .taken = in.pos, .made = out.pos, .whole = ended_, .damaged = bool(ZSTD_isError(result))};
  }

 private:
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> z_;
  bool ended_ = false;
};

std::unique_ptr<LogInput::Unpacker> unpacker_for(std::string_view begin) {
  if (begin.starts_with("\x1f\x8b")) return std::make_unique<Gzip>();
  if (begin.starts_with("\x28\xb5\x2f\xfd")) return std::make_unique<Zstd>();
  return nullptr;
}

}  // namespace

LogInput::LogInput(std::string name, Raw raw) : name_(std::move(name)), raw_(std::move(raw)) {}
LogInput::~LogInput() = default;

std::unexpected<Error> LogInput::unreadable(std::string reason) const {
  return fail(ErrorId::kFileUnreadable, {{"file", name_}, {"reason", std::move(reason)}});
}

// Leaves packed_ empty at the end.
Result<> LogInput::fill() {
  packed_.resize(kRaw);
  taken_ = 0;
  std::size_t have = 0;
  while (have < kRaw) {
    const auto n = raw_(packed_.data() + have, kRaw - have);
    if (n < 0) return unreadable(std::strerror(errno));
    if (n == 0) break;
    have += std::size_t(n);
  }
  packed_.resize(have);
  return {};
}

Result<std::size_t> LogInput::read(char* to, std::size_t room) {
  if (!begun_) {
    begun_ = true;
    HATO_CHECK(fill());
    unpacker_ = unpacker_for(packed_);
  }
  if (!unpacker_) {
    const auto n = std::min(room, packed_.size() - taken_);
    if (n) return packed_.copy(to, n, std::exchange(taken_, taken_ + n));
    const auto got = raw_(to, room);
    if (got < 0) return unreadable(std::strerror(errno));
    return std::size_t(got);
  }
  for (;;) {
    const auto step = unpacker_->unpack(std::string_view(packed_).substr(taken_), to, room);
    taken_ += step.taken;
    if (step.damaged) return unreadable("damaged compressed data");
    if (step.made) return step.made;
    if (taken_ < packed_.size()) continue;
    const bool whole = step.whole;
    HATO_CHECK(fill());
    if (!packed_.empty()) continue;
    if (!whole) return unreadable("the compressed data end too early");
    unpacker_.reset();
    return std::size_t(0);
  }
}

}  // namespace hato::doctor
