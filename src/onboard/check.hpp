// A check: an engine is asked about the faces of one session, as an event that outlives a crash.
// The port through which it is remembered is part of the ledger (ledger.hpp hands it out) and works
// in the same transaction. What an answer means is checks.hpp's; how the engine is called,
// outbox's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "seal/digest.hpp"

namespace limen::onboard {

enum class CheckState : std::uint8_t {
  queued,    // to be sent
  accepted,  // the engine has it and answers later
  done,
};
struct Check {
  Id id;  // also the webhook-id of every attempt
  Id tenant, session;
  CheckState state = CheckState::queued;
  std::uint32_t attempts = 0;
  Time due;               // of the next attempt, or the end
  Time deadline;          // then the session is decided without
  seal::Digest answer{};  // of the result that counts; none while there is none
  std::string
      error{};  // what went wrong last: a word, a status or a code, none of the engine's text
  friend bool operator==(const Check&, const Check&) = default;
};

class Checks {
 public:
  virtual ~Checks() = default;
  virtual void add(const Check& check) = 0;
  virtual bool save(const Check& check) = 0;
  virtual std::optional<Check> check(const Id& id) = 0;
  virtual std::optional<Check> check_of(const Id& session) = 0;
  // Takes those that are due, not done and in time, and postpones them to `until` or their
  // deadline, so that no second thread takes them too; a crash leaves them due then.
  virtual std::vector<Check> claim(Time now, Time until, std::size_t limit) = 0;
  // Those that are due and not done and whose time is over.
  virtual std::vector<Id> overdue(Time now, std::size_t limit) = 0;
  // When the next one that is in time is due; nothing when none is.
  virtual std::optional<Time> next_due(Time now) = 0;
  // None that is not done is over before `least`.
  virtual void put_off(Time least) = 0;
  virtual std::size_t waiting() = 0;
};

}  // namespace limen::onboard
