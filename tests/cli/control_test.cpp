// SPDX-License-Identifier: Apache-2.0
#include "cli/control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>
#include <filesystem>
#include <thread>

namespace hato::cli {
namespace {

using testing::ElementsAre;

TEST(Frames, a_request_comes_back_as_it_went) {
  Request r{.words = {"account", "add", "", "日本"},
            .look = {.lang = Lang::kJa, .json = true, .err_tty = true, .columns = 132}};
  auto back = decode_request(encode(r));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->words, r.words);
  EXPECT_EQ(back->look.lang, Lang::kJa);
  EXPECT_TRUE(back->look.json && back->look.err_tty && !back->look.out_tty);
  EXPECT_EQ(back->look.columns, 132u);
}

TEST(Frames, damaged_requests_are_refused) {
  auto good = encode(Request{.words = {"status"}, .look = {}});
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(decode_request(good.substr(0, n))) << n;
  EXPECT_FALSE(decode_request(good + 'x'));
  good[0] = 2;  // a version that is not known
  EXPECT_FALSE(decode_request(good));
  EXPECT_FALSE(decode_request(std::string("\x01\0\x50\xff\xff\xff\xff\x0f", 8)));  // many words
}

TEST(Frames, arrive_however_they_are_cut) {
  auto bytes = encode(Frame::kOut, "hello") + encode(Frame::kExit, "\x01");
  std::string buffer;
  Frame frame;
  std::vector<std::string> got;
  for (char c : bytes) {
    buffer += c;
    if (take_frame(buffer, frame) == Framed::kDone) got.push_back(frame.type + frame.payload);
  }
  EXPECT_THAT(got, ElementsAre("Ohello", "X\x01"));
  EXPECT_TRUE(buffer.empty());
}

TEST(Frames, unknown_types_and_lengths_past_the_limit_are_broken) {
  Frame frame;
  for (std::string bad : {std::string("Q\0\0\0\0", 5), std::string("O\xff\xff\xff\xff", 5),
                          std::string("O\0\x10\0\1", 5)})
    EXPECT_EQ(take_frame(bad, frame), Framed::kBroken);
}

class Kept final : public Output {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};
class Given final : public Input {
 public:
  explicit Given(std::string t) : text(std::move(t)) {}
  std::size_t read(char* to, std::size_t room) override {
    auto n = text.copy(to, room);
    text.erase(0, n);
    return n;
  }
  std::string text;
};

class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    char name[] = "/tmp/hato-control-XXXXXX";
    folder = ::mkdtemp(name);
    path = folder + "/control.sock";
  }
  ~ControlTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<ControlServer> start(ControlServer::Run run) {
    auto server = ControlServer::start(path, std::move(run));
    EXPECT_TRUE(server);
    return server ? std::move(*server) : nullptr;
  }
  std::optional<int> call(std::vector<std::string> words, std::string input = {}) {
    auto socket = connect_control(path);
    if (!socket) return {};
    Given in(std::move(input));
    return run_remote(*socket, {std::move(words), {}}, in, out, err);
  }

  std::string folder, path;
  Kept out, err;
};

TEST_F(ControlTest, words_input_output_and_exit_code_cross_the_socket) {
  auto server = start([](const Request& r, Input& in, Output& to, Output& wrong, const auto&) {
    std::string all;
    char part[1000];
    for (std::size_t n; (n = in.read(part, sizeof part)) > 0;) all.append(part, n);
    to.write(r.words[0] + std::to_string(all.size()));
    to.write(std::string(300'000, 'x'));  // several frames
    wrong.write("oh");
    return 42;
  });
  EXPECT_EQ(call({"count"}, std::string(200'000, 'i')), 42);
  EXPECT_EQ(out.text, "count200000" + std::string(300'000, 'x'));
  EXPECT_EQ(err.text, "oh");
}

TEST_F(ControlTest, only_the_owner_may_connect) {
  auto server = start([](auto&&...) { return 0; });
  struct stat st{};
  ASSERT_EQ(::stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
}

TEST_F(ControlTest, a_client_that_goes_away_ends_its_command) {
  std::mutex mutex;
  std::condition_variable wake;
  bool began = false, ended = false;
  auto server = start([&](const auto&, auto&, auto&, auto&, const auto& cancelled) {
    std::unique_lock lock(mutex);
    began = true;
    wake.notify_all();
    while (!cancelled()) wake.wait_for(lock, std::chrono::milliseconds(1));
    ended = true;
    wake.notify_all();
    return 0;
  });
  auto socket = connect_control(path);
  ASSERT_TRUE(socket);
  socket->send(Frame::kRequest, encode(Request{.words = {"x"}, .look = {}}));
  std::unique_lock lock(mutex);
  wake.wait(lock, [&] { return began; });
  socket.reset();
  wake.wait(lock, [&] { return ended; });
}

TEST_F(ControlTest, stopping_ends_commands_and_takes_the_socket_away) {
  std::atomic<bool> began = false;
  auto server = start([&](const auto&, Input& in, auto&, auto&, const auto&) {
    began = true;
    char c;
    while (in.read(&c, 1)) {  // waits for input that never comes
    }
    return 0;
  });
  auto socket = connect_control(path);
  ASSERT_TRUE(socket);
  socket->send(Frame::kRequest, encode(Request{.words = {"x"}, .look = {}}));
  ASSERT_TRUE(socket->receive());  // the wish for input
  EXPECT_TRUE(began);
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(connect_control(path));
}

TEST_F(ControlTest, what_is_no_request_is_hung_up_on) {
  auto server = start([](auto&&...) { return 0; });
  for (auto bytes : {encode(Frame::kInput, "x"), encode(Frame::kRequest, "nonsense"),
                     std::string("GET / HTTP/1.1\r\n\r\n")}) {
    auto socket = connect_control(path);
    ASSERT_TRUE(socket);
    ASSERT_EQ(::write(socket->fd(), bytes.data(), bytes.size()), ssize_t(bytes.size()));
    EXPECT_FALSE(socket->receive());
  }
}

}  // namespace
}  // namespace hato::cli
