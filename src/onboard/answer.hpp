// Submitting a step. One rule for every door: the right to submit is judged by grant/, the order by
// journey/; here they meet, and what they decide is written. A refused submission changes nothing
// but alarms.
#pragma once

#include <string_view>

#include "onboard/open.hpp"

namespace limen::onboard {

struct StepInput {
  std::string_view session_id;  // UUID text, or the customer's GUID with an enrolment accessToken
  std::string_view step;
  journey::Answers answers;
  Digest request;  // of the body, byte for byte (Law 8)
};

struct StepAnswer {
  Session session;
  Id step_id;
  bool finished = false;  // the journey ended with this request (or its first sending)
  seal::Secret
      nonce;  // for the next step; empty when finished or waiting for uploads of the last step
  seal::Secret temp_token;  // skills door, when finished
};

// Skills door. Order of checks (contract, "Order of checks"): session, client, nonce, skill, step,
// data. Refuses with unknown_session, unknown_client, invalid_nonce, unknown_skill, invalid_step,
// missing_upload, missing_fields, unknown_fields, invalid_field, session_over.
struct ByNonce {
  std::string_view client_id, nonce, skill;
};
Result<StepAnswer> answer_by_nonce(Desk& desk, const ByNonce& holder, const StepInput& input);

// Device and enrolment doors: the holder continues its own session. Refuses with unknown_session,
// not_yours (another's) and as above. Sending the last step's identical body again gives the same
// answer.
Result<StepAnswer> answer_own(Desk& desk, const Caller& caller, const StepInput& input);

}  // namespace limen::onboard
