// The back ends of the simulation that hear of their sessions: they take a notice, fail, or take it
// and are not heard. They know each other by their secrets, and hold what comes against what the
// model says they are to hear. What never came is found in audit.cpp.
#pragma once

#include <map>

#include "sim/world.hpp"

namespace limen::sim {

struct World::Receivers final : outbox::NoticeLine {
  explicit Receivers(World& house) : world(house) {}

  struct Heard {
    std::size_t notice;  // of the model
    int taken = 0;
    int doubts = 0;  // how often the server could not know that
  };
  struct Failing {
    int times = 0;
    Time last{};
  };
  World& world;
  std::uint32_t choices = 0;                // what becomes of the next calls, four bits each
  std::map<std::string, Heard> heard;       // by webhook-id
  std::map<std::size_t, Failing> failures;  // by webhook, taken or not
  std::map<std::size_t, std::size_t> said;  // by webhook that is gone: when that notice came
  int rivals = 0;  // how often the other thread has its turn while a call lasts
  Millis lasts{};  // so long that takes; longer than `longest` when the process was stopped
  bool is_troubled = false;             // a job of the house fails in this event
  std::map<std::size_t, Time> calling;  // by webhook: until when nobody else may call it
  onboard::NoticeCounters counters;

  outbox::PostReply send(const std::string& url, const std::vector<std::string>& headers,
                         const std::string& body) override;
  Millis longest() const override { return std::chrono::seconds{30}; }
  void note_failure(std::size_t hook);
  // The server may have lost what came of a call: what was taken may come once more.
  void note_trouble();
  bool has_taken(std::size_t notice) const;
  // Who said to be gone is believed as soon as that is on record, which is when `world` can know.
  void note_gone();
  // After four days of failing, says the contract; of a failure nobody is sure but its receiver.
  bool may_be_given_up(const Model::Notice& notice) const;

 private:
  Heard* listen(const std::vector<std::string>& headers, const std::string& body);
  bool is_heard(std::size_t notice) const;
  bool is_overtaken(std::size_t hook);
};

}  // namespace limen::sim
