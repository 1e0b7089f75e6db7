// SPDX-License-Identifier: Apache-2.0
#include "cli/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "delivery/queue_format.h"
#include "store/mail_format.h"

namespace hato::cli {
namespace {
namespace fs = std::filesystem;

using testing::AnyOf;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string body_of(int number) {
  return "Subject: message " + std::to_string(number) + "\r\n\r\n" +
         std::string(3000, char('a' + number)) + "\r\n";
}

class VerifyTest : public testing::Test {
 protected:
  VerifyTest() {
    char name[] = "/tmp/hato-verify-XXXXXX";
    folder = ::mkdtemp(name);
    config.hostname = "mx.hato.test";
    config.file = folder + "/hato.toml";
  }
  ~VerifyTest() override { fs::remove_all(folder); }

  std::unique_ptr<Services> open(bool create = false) {
    auto services = open_services(config, {.create = create});
    return services ? std::move(*services) : nullptr;
  }

  // Three messages of taro, one of which hanako has too, and one that waits to go out.
  void fill() {
    auto s = open(true);
    ASSERT_TRUE(s);
    ASSERT_TRUE(s->directory.add_domain({.name = "hato.test"}));
    std::vector<store::AccountId> ids;
    for (auto* name : {"taro@hato.test", "hanako@hato.test"}) {
      auto account = s->directory.add_account({.address = name}, "secret");
      ASSERT_TRUE(account);
      ids.push_back(account->id);
      ASSERT_TRUE(wait_for<void>([&](auto done) { s->mail.create(account->id, "en", done); }));
    }
    for (int i = 0; i < 4; ++i) {
      auto blob = new_uuid();
      s->store->blob_put(blob, body_of(i), now_ms() + 60'000, {});
      if (i == 3) {
        delivery::QueueItem item{.id = new_ref(), .blob = blob, .size = body_of(i).size()};
        item.envelope.recipients.push_back({.address = "bob@example.com"});
        ASSERT_TRUE(wait_for<void>([&](auto done) { s->queue.add(item, done); }));
        queued = ref_text(item.id);
        continue;
      }
      for (auto id : ids) {
        if (id != ids[0] && i != 2) continue;
        store::NewMessage m{.blob = blob, .blob_size = body_of(i).size()};
        ASSERT_TRUE(wait_for<store::Appended>([&](auto done) { s->mail.append(id, m, done); }));
      }
    }
  }

  struct Outcome {
    std::vector<Damage> damages;
    Result<Walked> walked;
  };
  Outcome verify(Services& services) {
    Outcome out;
    out.walked =
        verify_store(services, {.damage = [&](const Damage& d) { out.damages.push_back(d); },
                                .progress = [](auto, auto) {},
                                .cancelled = [] { return false; }});
    return out;
  }

  void flip(const std::string& file, std::uint64_t at) {
    std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
    f.seekg(std::streamoff(at));
    char c = char(f.get() ^ 0x40);
    f.seekp(std::streamoff(at));
    f.put(c);
  }

  // Flips a byte of the body wherever it lies in the store.
  void flip_body(int number) {
    auto text = std::string(2000, char('a' + number));
    bool found = false;
    for (const auto& item : fs::directory_iterator(config.store_folder())) {
      std::ifstream in(item.path(), std::ios::binary);
      std::stringstream bytes;
      bytes << in.rdbuf();
      auto at = bytes.view().find(text);
      if (at == std::string_view::npos) continue;
      flip(item.path().string(), at + 1000);
      found = true;
    }
    ASSERT_TRUE(found);
  }

  std::string folder, queued;
  Config config;
};

TEST_F(VerifyTest, a_whole_store_has_no_damage) {
  fill();
  auto s = open();
  auto out = verify(*s);
  ASSERT_TRUE(out.walked);
  EXPECT_THAT(out.damages, IsEmpty());
  EXPECT_EQ(out.walked->bodies, 4u);
  EXPECT_GT(out.walked->rows, 8u);
}

TEST_F(VerifyTest, a_damaged_body_is_named_as_the_message_of_everyone_who_has_it) {
  fill();
  flip_body(2);
  auto s = open();
  ASSERT_TRUE(s);
  auto out = verify(*s);
  std::vector<std::string> hit;
  for (const auto& d : out.damages)
    if (d.kind == "message")
      hit.push_back(d.account + ' ' + d.mailbox + ' ' + std::to_string(d.uid));
  EXPECT_THAT(hit,
              testing::UnorderedElementsAre("taro@hato.test INBOX 3", "hanako@hato.test INBOX 1"));
}

TEST_F(VerifyTest, a_damaged_body_of_the_queue_is_named_by_its_id) {
  fill();
  flip_body(3);
  auto s = open();
  ASSERT_TRUE(s);
  auto out = verify(*s);
  EXPECT_TRUE(std::ranges::any_of(
      out.damages, [&](const Damage& d) { return d.kind == "queue" && d.what == queued; }));
}

TEST_F(VerifyTest, a_message_whose_body_is_gone_is_named) {
  fill();
  auto s = open();
  auto account = s->directory.account("taro@hato.test");
  ASSERT_TRUE(account && *account);
  auto entry = s->mail.entry((*account)->id, store::kInbox, 1);
  ASSERT_TRUE(entry);
  // The row of an entry that never had a body.
  entry->uid = 9;
  entry->blob = new_uuid();
  auto head = s->store->open({store::PartId::kAccount, (*account)->id});
  store::Commit commit{.id = new_uuid(), .expect = head->seq, .header = head->header};
  commit.muts.push_back({store::kEntrySpace, store::entry_key(store::kInbox, 9), encode(*entry)});
  ASSERT_TRUE(wait_for<store::Seq>([&](auto done) {
    s->store->commit({store::PartId::kAccount, (*account)->id}, commit, done);
  }));
  auto out = verify(*s);
  ASSERT_THAT(out.damages, SizeIs(1));
  EXPECT_EQ(out.damages[0].uid, 9u);
  EXPECT_EQ(out.damages[0].error.id(), ErrorId::kBlobMissing);
}

TEST_F(VerifyTest, cancelling_ends_it) {
  fill();
  auto s = open();
  auto walked = verify_store(
      *s,
      {.damage = [](auto&) {}, .progress = [](auto, auto) {}, .cancelled = [] { return true; }});
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().id(), ErrorId::kCancelled);
}

// Any byte of any file: either the store says on opening that it is damaged, or verify finds it.
TEST_F(VerifyTest, no_flipped_byte_goes_unnoticed) {
  fill();
  auto store = config.store_folder(), kept = folder + "/kept";
  fs::copy(store, kept, fs::copy_options::recursive);
  std::mt19937 random(7);
  for (const auto& item : fs::directory_iterator(kept)) {
    auto size = item.file_size();
    for (int i = 0; i < 3 && size > 0; ++i) {
      fs::remove_all(store);
      fs::copy(kept, store, fs::copy_options::recursive);
      auto name = item.path().filename().string();
      auto at = random() % size;
      flip(store + '/' + name, at);
      auto s = open();
      if (!s) continue;
      EXPECT_THAT(verify(*s).damages, Not(IsEmpty())) << name << " byte " << at;
    }
  }
}

}  // namespace
}  // namespace hato::cli
