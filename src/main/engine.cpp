// See engine.hpp.
#include "main/engine.hpp"

#include <stdexcept>
#include <utility>

namespace limen::main {

EngineRoom::EngineRoom(const EngineConfig& config) : config_(config) {
  if (!config_.is_set) return;
  auto key = outbox::engine_key(config_.settings);
  if (!key) throw std::runtime_error("engine." + key.error().field + ": " + key.error().detail);
  engine_ = {std::move(*key), config_.deadline, config_.wants_documents, &counters_};
}

void EngineRoom::furnish(outbox::CheckPorts ports, seal::Entropy& entropy,
                         const std::string& base_url) {
  ports_ = std::move(ports);
  if (engine() == nullptr) return;
  outbox::CheckOptions options;
  options.base_url = base_url;
  for (std::size_t i = 0; i < config_.parallel; ++i)
    seats_.push_back(std::make_unique<Seat>(config_, engine_, ports_, entropy, options, counters_));
}

void EngineRoom::start() {
  if (engine() == nullptr) return;
  ports_.job([this](onboard::Desk& desk) {
    desk.ledger.checks().put_off(ports_.now() + 2 * config_.settings.total_time);
  });
  for (const auto& seat : seats_) seat->worker.start();
}

void EngineRoom::begin_stop() {
  for (const auto& seat : seats_) seat->worker.begin_stop();
}

void EngineRoom::stop() {
  for (const auto& seat : seats_) seat->worker.stop();
}

void EngineRoom::wake() {
  for (const auto& seat : seats_) seat->worker.wake();
}

}  // namespace limen::main
