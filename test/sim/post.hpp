// The relay of the simulation: takes, refuses or loses letters as told, and counts what arrived.
// Whoever gets a letter learns its code, whether or not the inviting back end was ever answered.
#pragma once

#include <map>
#include <set>

#include "sim/world.hpp"
#include "store/ledger.hpp"

namespace limen::sim {

struct World::Post final : outbox::Transport {
  explicit Post(World& house) : world(house) {}

  struct Mail {
    int arrived = 0, ambiguous = 0;
  };
  World& world;
  std::uint32_t choices = 0;   // what happens to the next letters, three bits each
  std::map<Id, Mail> mails;    // by letter
  std::set<std::string> told;  // codes the clients know

  void relay(std::uint32_t script) { choices = script; }
  outbox::Delivery send(const outbox::Envelope& envelope, const outbox::Message& message) override;
  Millis longest() const override { return Millis{0}; }
  // What arrived and was not recorded may arrive once more.
  void note_death(store::Connection& connection);
};

}  // namespace limen::sim
