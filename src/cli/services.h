// SPDX-License-Identifier: Apache-2.0
// What commands and the server work on: the store of one data folder and what stands on it. One
// process has it at a time; its members may be used by any thread.
#pragma once
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "account/directory.h"
#include "cli/config.h"
#include "delivery/delivery.h"
#include "net/runtime.h"
#include "store/mail.h"
#include "store/store.h"
#include "story/story.h"

namespace hato::cli {

// What is known of the server where a command runs in one.
struct Running {
  Millis since = 0;
  std::vector<std::pair<std::string, net::Endpoint>> listeners;
  const net::Runtime* runtime = nullptr;
};

struct Services {
  Services(Config c, std::unique_ptr<store::Store> s, std::string_view key)
      : config(std::move(c)),
        store(std::move(s)),
        mail(*store),
        directory(*store, key),
        queue(*store),
        story(*store, config.story) {}

  const Config config;
  const std::unique_ptr<store::Store> store;
  store::MailStore mail;
  account::Directory directory;
  delivery::Queue queue;
  story::Story story;
  Running running;
};

// Errors: store-missing, store-locked, store-newer and others of opening; key-unusable.
Result<std::unique_ptr<Services>> open_services(Config config, store::OpenOptions options = {});

// Where this process is root's and the folder is not: becomes the folder's owner for good, so
// that no file appears that the server cannot open. Error: user-unknown.
Result<> become_owner(const std::string& folder);
Result<> become_user(const std::string& name);

// Waits for a call that tells its outcome later.
template <class T, class F>
Result<T> wait_for(F&& start) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto result = promise->get_future();
  start([promise](Result<T> r) { promise->set_value(std::move(r)); });
  return result.get();
}

}  // namespace hato::cli
