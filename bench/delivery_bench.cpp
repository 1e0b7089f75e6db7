// SPDX-License-Identifier: Apache-2.0
// What acceptance costs without a network: 10 KB messages into 100 local mailboxes on the
// embedded engine, with and without the story, at 1, 32 and 100 messages at once.
//
//   ninja -C build/release delivery_bench && build/release/delivery_bench [FOLDER]
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>

#include "delivery/delivery.h"
#include "net/testing.h"

namespace hato {
namespace {

constexpr int kAccounts = 100;
constexpr auto kTime = std::chrono::seconds(2);
using Clock = std::chrono::steady_clock;

double cpu_seconds() {
  rusage r{};
  ::getrusage(RUSAGE_SELF, &r);
  return double(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
         1e-6 * double(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

struct Bench {
  store::Store& store;
  store::MailStore mail{store};
  delivery::Queue queue{store};
  delivery::Acceptor acceptor{mail, queue};
  std::string message = "Subject: load\r\n\r\n" + std::string(10'240, 'x') + "\r\n";
  long done = 0;
  Clock::time_point end{};

  void create_accounts() {
    for (store::AccountId id = 1; id <= kAccounts; ++id) {
      std::promise<Result<>> made;
      mail.create(id, "en", [&](Result<> r) { made.set_value(std::move(r)); });
      if (!made.get_future().get()) std::abort();
    }
  }

  net::Task<void> run(story::Story* story) {
    while (Clock::now() < end) {
      account::Account account{.id = store::AccountId(1 + done % kAccounts),
                               .address = "u00001@bench.test"};
      delivery::Recipient recipient{.address = account.address};
      recipient.route = {account::Route::kLocal, {account}, {}};
      delivery::Envelope envelope{.ref = new_ref(), .sender = "sender@bench.test"};
      envelope.recipients.push_back(recipient);
      story::Trace trace{.id = envelope.ref, .session = 1, .protocol = "smtp", .peer = "::1"};
      trace.sender = envelope.sender;
      trace.recipients = {account.address};
      trace.message_id = ref_text(trace.id) + "@bench.test";
      trace.add(story::What::kSender, envelope.sender);
      trace.add(story::What::kRecipient, account.address);
      auto fates = co_await acceptor.accept(envelope, message, true);
      if (fates[0].kind != delivery::Fate::kStored) std::abort();
      trace.add(story::What::kStored, fates[0].notes[0].second);
      if (story) story->record(std::move(trace));
      ++done;
    }
  }

  void measure(int at_once, bool told) {
    auto story = told ? std::make_unique<story::Story>(store) : nullptr;
    net::TestLoop loop;
    done = 0;
    auto before = store.status();
    auto cpu = cpu_seconds();
    auto start = Clock::now();
    end = start + kTime;
    for (int i = 0; i < at_once; ++i) loop.start(run(story.get()));
    loop.run();
    story.reset();
    auto seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::printf("%3d at once, %s story: %6.0f messages/s, %5.0f us of CPU and %.3f syncs each\n",
                at_once, told ? "with   " : "without", double(done) / seconds,
                1e6 * (cpu_seconds() - cpu) / double(done),
                double(store.status().syncs - before.syncs) / double(done));
  }
};

}  // namespace
}  // namespace hato

int main(int argc, char** argv) {
  std::string folder = argc > 1 ? argv[1] : "/var/tmp/hato-delivery-bench";
  std::filesystem::remove_all(folder);
  {
    auto store = hato::store::open_rocksdb(folder, {.create = true});
    if (!store) return 1;
    hato::Bench bench{**store};
    bench.create_accounts();
    for (int at_once : {1, 32, 100})
      for (bool told : {false, true}) bench.measure(at_once, told);
  }
  std::filesystem::remove_all(folder);
}
