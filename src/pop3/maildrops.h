// SPDX-License-Identifier: Apache-2.0
// Who of this server has a maildrop open, and who opened one last when: what the exclusive setting
// and LOGIN-DELAY (RFC 2449 6.5) ask. One for all POP3 sessions of a server; any thread. Nothing
// of it is on disk, so nothing stays locked.
#pragma once
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/time.h"
#include "store/mail.h"

namespace hato::pop3 {

class Maildrops {
 public:
  // Open for as long as it lives.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& o) noexcept : all_(std::exchange(o.all_, nullptr)), account_(o.account_) {}
    Ticket& operator=(Ticket&& o) noexcept {
      std::swap(all_, o.all_);
      std::swap(account_, o.account_);
      return *this;
    }
    ~Ticket() {
      if (all_) all_->close(account_);
    }

   private:
    friend class Maildrops;
    Ticket(Maildrops* all, store::AccountId account) : all_(all), account_(account) {}
    Maildrops* all_ = nullptr;
    store::AccountId account_ = 0;
  };

  struct Rules {
    bool exclusive = false;
    Millis delay = 0;  // between one login and the next
  };
  // Errors: maildrop-in-use, login-delay.
  Result<Ticket> open(store::AccountId account, const Rules& rules, Millis now);

 private:
  struct Use {
    unsigned sessions = 0;
    Millis opened = 0, delay = 0;
  };
  void close(store::AccountId account);

  std::mutex mutex_;
  std::unordered_map<store::AccountId, Use> uses_;
};

}  // namespace hato::pop3
