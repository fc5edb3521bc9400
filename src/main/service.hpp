// Service: the whole server, assembled. The only place that constructs store, keys, outbox and HTTP
// server and gives them to each other; `limen serve` and `limen dev` differ only in the Config they
// bring. It holds no rule.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "doors/door.hpp"
#include "main/clock.hpp"
#include "main/config.hpp"
#include "store/writer.hpp"

namespace limen::main {

class Service {
 public:
  // Opens everything and the listening socket; answers nothing yet. Throws std::runtime_error or
  // std::system_error with a sentence that names the file or the address.
  explicit Service(Config config);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  std::uint16_t port() const;
  const std::string& base_url() const;

  // Runs `job` on the writer and waits for its commit; throws when it failed. For bootstrapping,
  // before run().
  void write(const std::function<void(onboard::Desk&)>& job);

  // Serves until stop(); the calling thread becomes the loop thread. Returns after everything in
  // hand is answered and flushed.
  void run();
  void stop();        // from any thread
  void reload_tls();  // from any thread

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limen::main
