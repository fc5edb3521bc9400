// Session: one person's journey through a skill. A value; saving it is a compare-and-swap on
// `version`. It is reached through grants; its id is public and opens nothing. Its passes (nonces)
// and its hand-over (temp_token) are computed from it, so they need no rows (Law 12).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grant/grant.hpp"
#include "journey/decision.hpp"
#include "journey/duplicates.hpp"
#include "journey/faces.hpp"
#include "journey/reading.hpp"
#include "journey/skill.hpp"

namespace limen::journey {

using SessionId = Id;
using grant::Digest;

struct Upload {
  Id id;
  std::string type;
  std::string file;  // name in the blob folder
  std::uint64_t bytes = 0;
  Digest sha256{};
  std::string media_type;  // sniffed: image/jpeg, image/png, image/webp
  Time received;
  std::optional<Reading> reading{};  // nothing when nobody has looked at it
  friend bool operator==(const Upload&, const Upload&) = default;
};

// A submitted step.
struct Step {
  Id id;
  std::string name;
  Answers answers{};
  Digest request{};  // of the body that submitted it (Law 8)
  Time submitted;
  std::vector<Upload> uploads{};
  Digest consent_texts{};  // of the texts its answers agreed to, as they stood then
  friend bool operator==(const Step&, const Step&) = default;
};

enum class State : std::uint8_t { open, completed, approved, rejected, abandoned, expired };
// Which door it came through: decides nothing here, but lists and sweeps tell them apart.
enum class Door : std::uint8_t { skills, device, enrolment };

struct Applicant {
  std::string first_name, last_name, additional_names, date_of_birth;  // dateOfBirth as YYYY-MM-DD
  bool skip_integrity_check = false;
  friend bool operator==(const Applicant&, const Applicant&) = default;
};

// Who decided by hand, and why.
struct Review {
  std::string by, reason;
  Time at;
  friend bool operator==(const Review&, const Review&) = default;
};

struct Session {
  SessionId id;
  grant::TenantId tenant;
  grant::GrantId owner;  // client, device grant, enrolment key or connection that opened it
  Door door = Door::skills;
  std::string skill;
  State state = State::open;
  std::uint32_t version = 0;  // counts saves
  Time created, updated, expires;
  std::vector<Step> steps{};  // submitted ones, in order
  std::string caller_id{};    // s4: the GUID the customer chose, as sent
  std::string external_id{};
  std::string person{};  // tenant_user_id
  std::string return_url{};
  std::string theme{};
  std::string metadata{};  // JSON text, for the back end's eyes
  std::optional<Applicant> applicant{};
  std::optional<Time> completed{};
  std::optional<Decision> decision{};
  std::optional<Review> review{};
  std::optional<Time> settled{};  // its hand-over was exchanged
  Digest settle_request{};
  // Names the rules it is decided by (rules.hpp): those in force when it began.
  Digest rules{};
  // What other sessions had in common with it when it was completed; nothing when nobody looked.
  std::optional<Duplicates> duplicates{};
  // What an engine said about its faces; nothing where no upload is wanted, and in sessions
  // completed before there were engines.
  std::optional<Faces> faces{};

  friend bool operator==(const Session&, const Session&) = default;
};

// The pass that submits step number `position` (0-based) and uploads to it; its expiry runs from
// when it was handed out.
grant::Grant pass_of(const Session& session, const Skill& skill, std::uint32_t position);
// The hand-over of a completed session.
grant::Grant hand_over_of(const Session& session);

}  // namespace limen::journey
