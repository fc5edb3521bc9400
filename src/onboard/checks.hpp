// Asking an engine of the operator's about faces: the check is queued in the commit that completes
// the session, which is decided when the check ends: answered, refused or too late, whichever comes
// first. Of any number of answers one counts. Nothing here speaks HTTP.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "onboard/desk.hpp"
#include "seal/webhook.hpp"

namespace limen::onboard {

// For /metrics, readable from any thread.
struct CheckCounters {
  std::atomic<std::uint64_t> attempts{0}, answered{0}, late{0}, refused{0};
  std::atomic<std::uint64_t> withdrawn{0}, retried{0}, waiting{0};
};

// The engine an operator configured; a desk without one has none.
struct Engine {
  std::shared_ptr<const seal::WebhookKey> key;
  Seconds deadline{};
  bool wants_documents = true;  // their pictures too, to compare the face with
  CheckCounters* counters = nullptr;
};

// What stands in a session that has just been completed, before it is decided; `waiting` when its
// check is to be queued. Nothing for a skill that wants no upload.
std::optional<journey::Faces> faces_of(const Desk& desk, const Session& session,
                                       const journey::Skill& skill);
// Beside the session, in its commit.
void queue_check(Desk& desk, const Session& session);

// The session's data is to be deleted: nothing more of it leaves, and what waits is decided
// without.
Result<void> withdraw_check(Desk& desk, const SessionId& session);

// --- the worker's side ---
struct Picture {
  journey::Shows shows;
  std::string type, media_type, file;
  Digest sha256{};
};
struct Errand {
  Check check;
  std::vector<Picture> pictures;
};
// Of a check that was claimed, in a job of its own: what throws here must not undo the claim.
// Nothing while there is nobody to ask about, or who there is has withdrawn; it comes again, or its
// deadline.
std::optional<Errand> errand_of(Desk& desk, const Check& check);

enum class Reply : std::uint8_t {
  answered,  // with a result
  accepted,  // it will be sent
  later,     // busy, down or silent: the errand is run again
  refused,   // for good
};
struct Attempt {
  Reply reply = Reply::later;
  std::string body{};  // of a result
  std::string why{};   // "timeout", "status 503"
  Time next;           // of the attempt after a reply of `later` or `accepted`
  Time at{};           // when the reply came: recorded later than the deadline it still counts
};
void note_attempt(Desk& desk, const Id& check, const Attempt& attempt);

// --- the house's side ---
// The session of a check whose time is over is decided without it.
void end_late(Desk& desk, const Id& check);
// One that cannot be ended now is looked at again in a minute.
void postpone_check(Desk& desk, const Id& check);

// --- the door's side ---
// The engine's result, signed. The same one again is taken and changes nothing; another one, or one
// that comes too late, is a conflict. A wrong signature and an unknown check look the same:
// unauthenticated.
Result<void> answer_check(Desk& desk, std::string_view id, const seal::WebhookHead& head,
                          std::string_view body);

}  // namespace limen::onboard
