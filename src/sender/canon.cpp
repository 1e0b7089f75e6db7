// SPDX-License-Identifier: Apache-2.0
#include "sender/canon.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/text.h"

namespace hato::sender {
namespace {

bool blank(char c) { return c == ' ' || c == '\t'; }

// Runs of blanks as one space; folds are gone. Blanks at the end stay as one space.
std::string collapse(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\r' || c == '\n') continue;
    if (!blank(c))
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  }
  return out;
}

std::string without_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return std::string(text);
}

// SHA-256 over at most `limit` bytes, counting all. Small pieces are gathered.
class Hash {
 public:
  explicit Hash(std::optional<std::uint64_t> limit) : limit_(limit) {
    HATO_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void add(std::string_view bytes) {
    auto room = limit_ ? *limit_ - std::min(*limit_, count_) : bytes.size();
    count_ += bytes.size();
    gathered_ += bytes.substr(0, room);
    if (gathered_.size() >= kGather) flush();
  }
  std::uint64_t count() const { return count_; }
  std::string done() {
    flush();
    std::string out(32, '\0');
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr);
    return out;
  }

 private:
  static constexpr std::size_t kGather = 16 * 1024;
  struct Free {
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  };
  void flush() {
    EVP_DigestUpdate(context_.get(), gathered_.data(), gathered_.size());
    gathered_.clear();
  }
  std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
  std::optional<std::uint64_t> limit_;
  std::uint64_t count_ = 0;
  std::string gathered_;
};

void add_relaxed(Hash& hash, std::string_view line) {
  while (!line.empty() && blank(line.back())) line.remove_suffix(1);
  for (;;) {
    auto at = line.find_first_of(" \t");
    hash.add(line.substr(0, at));
    if (at == line.npos) return;
    hash.add(" ");
    line.remove_prefix(line.find_first_not_of(" \t", at));
  }
}

}  // namespace

std::string canonical(const message::Field& field, std::string_view message, Canon canon) {
  if (canon == Canon::kSimple)
    return without_end(message.substr(field.offset, field.end - field.offset)) + "\r\n";
  return to_lower(trim(field.name)) + ':' + std::string(trim(collapse(field.value))) + "\r\n";
}

std::string canonical_signature(const message::Field& field, std::string_view message,
                                Canon canon) {
  // The b= tag begins the value or follows a ";".
  std::string value(field.value);
  for (std::size_t at = 0; at < value.size();) {
    auto end = std::min(value.find(';', at), value.size());
    auto equals = value.find('=', at);
    if (equals < end && trim(std::string_view(value).substr(at, equals - at)) == "b") {
      value.erase(equals + 1, end - equals - 1);
      break;
    }
    at = end + 1;
  }
  if (canon == Canon::kRelaxed)
    return to_lower(trim(field.name)) + ':' + std::string(trim(collapse(value)));
  auto colon = message.substr(field.offset, field.end - field.offset).find(':');
  return std::string(message.substr(field.offset, colon + 1)) + without_end(value);
}

std::string body_hash(std::string_view body, Canon canon, std::optional<std::uint64_t> length,
                      std::uint64_t* whole) {
  Hash hash(length);
  std::size_t empty = 0;  // lines that count only if another follows
  while (!body.empty()) {
    auto end = body.find('\n');
    auto line = body.substr(0, end);
    body.remove_prefix(end == body.npos ? body.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    bool nothing =
        canon == Canon::kSimple ? line.empty() : line.find_first_not_of(" \t") == line.npos;
    if (nothing) {
      ++empty;
      continue;
    }
    for (; empty > 0; --empty) hash.add("\r\n");
    if (canon == Canon::kSimple)
      hash.add(line);
    else
      add_relaxed(hash, line);
    hash.add("\r\n");
  }
  if (canon == Canon::kSimple && hash.count() == 0) hash.add("\r\n");  // RFC 6376 3.4.3
  if (whole) *whole = hash.count();
  return hash.done();
}

}  // namespace hato::sender
