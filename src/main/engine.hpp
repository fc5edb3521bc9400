// The operator's engine as this process knows it: its settings for the use cases, and the threads
// that ask it. It exists so that a server without an engine has neither.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "main/config.hpp"
#include "onboard/checks.hpp"
#include "outbox/check_worker.hpp"

namespace limen::main {

class EngineRoom {
 public:
  // Throws std::runtime_error when the settings cannot be.
  explicit EngineRoom(const EngineConfig& config);

  // Null without an engine.
  const onboard::Engine* engine() const { return engine_.key == nullptr ? nullptr : &engine_; }
  const onboard::CheckCounters* counters() const {
    return engine() == nullptr ? nullptr : &counters_;
  }
  // Makes the threads' workers; none without an engine.
  void furnish(outbox::CheckPorts ports, seal::Entropy& entropy, const std::string& base_url);
  // Decides sessions whose check is over by its time; without an engine, too: it may have had one.
  void end_overdue() const { outbox::end_overdue(ports_); }
  // A server that was down asks once more before it says that an answer is late. Before the first
  // end_overdue().
  void start();
  void begin_stop();  // tells every thread; waits for none
  void stop();        // before the store stops
  void wake();

 private:
  struct Seat {
    Seat(const EngineConfig& config, const onboard::Engine& engine, outbox::CheckPorts ports,
         seal::Entropy& entropy, outbox::CheckOptions options, onboard::CheckCounters& counters)
        : line(config.settings, engine.key),
          worker(std::move(ports), line, entropy, std::move(options), counters) {}
    outbox::HttpEngine line;
    outbox::CheckWorker worker;
  };

  const EngineConfig config_;
  onboard::CheckCounters counters_;
  onboard::Engine engine_;
  outbox::CheckPorts ports_;
  std::vector<std::unique_ptr<Seat>> seats_;
};

}  // namespace limen::main
