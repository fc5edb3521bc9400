// How a session looks in the JSON of the device door, and to operators: the whole of it, the part
// its own token may see, what it wants next, and its files. It exists because three doors show the
// same thing. What may be seen by whom is decided before; nothing here asks.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "doors/door.hpp"
#include "journey/session.hpp"
#include "onboard/attach.hpp"
#include "onboard/receipt.hpp"

namespace limen::doors {

// s3: "does not allow access to any data other than what has been submitted with the ephemeral
// token itself"
enum class View : std::uint8_t {
  own,   // what the session's own token submitted
  full,  // with what the back end added and what was decided
};

// The id a caller knows the session by: s4's GUID as sent, our own id otherwise.
std::string public_id(const journey::Session& session);

// s4: "contains full URL including a reference token (not an access token!)"
std::string web_enrolment_url(const Desk& desk, const seal::Secret& reference);

// `file_root` is where the files' URLs begin, up to and with "/sessions/".
json::object session_json(const journey::Session& session, View view, const std::string& file_root);
// {"sessionId","step","fields","uploads","progress"}, or {"finished":true}.
json::object next_json(const journey::Session& session, const journey::Skill& skill);
// The catalogue's definition of fields: [{"name","type","required"}].
json::array fields_json(const journey::StepRule& rule);
// {"upload_id","step_id","type","bytes","sha256"}
json::object upload_json(const journey::Upload& upload, const Id& step_id);
json::value value_json(const journey::Value& value);
// {"receipt","opening":[…],"consentTexts"}
json::object receipt_json(const onboard::Receipt& receipt);
json::array factors_json(const journey::Decision& decision);

// Of a session that has run out (onboard/inspect.hpp).
Problem run_out();

// The upload of that id, or absent.
Result<journey::Upload> find_upload(const journey::Session& session, const Request& request);
// The received file of the request in the words of the use case, with what its picture says where
// that was found out (reading.hpp). `type` is what the caller calls it. There is a file.
onboard::FileInput file_input(const Request& request, const Desk& desk, std::string type);
// The bytes as an attachment that no browser will run.
Response file_response(Desk& desk, const journey::Upload& upload);

}  // namespace limen::doors
