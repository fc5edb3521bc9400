// The words of the skills door: its bodies read and its views written. It exists apart from the
// routes so that it can be tested without a store. Which step, nonce or file is right is onboard/.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/json.hpp"
#include "doors/door.hpp"
#include "onboard/answer.hpp"
#include "onboard/attach.hpp"
#include "onboard/receipt.hpp"
#include "onboard/settle.hpp"

namespace limen::doors {

// missing_fields naming every member that is not there or an empty text. Members beyond those named
// are ignored.
Result<void> need_members(const json::object& body, std::initializer_list<std::string_view> names);
// The same, and invalid_field for the first one that is no text.
Result<void> need_texts(const json::object& body, std::initializer_list<std::string_view> names);
// The same for the fields and the file of a multipart body; wrong_media_type for another body.
Result<void> need_upload(const Request& request);

// The answers in `data`, which is there and must be an object. A value that no field can hold is
// handed on as one that every field refuses, because the contract's order of checks puts data last.
Result<journey::Answers> read_data(const json::object& body);
// pcd_data_retention: absent is 0, anything but a whole number is invalid_pcd_data_retention.
Result<std::int64_t> read_retention(const json::object& body);

json::object skills_body(const journey::Catalogue& catalogue);
json::object step_body(const onboard::StepAnswer& answer);
json::object upload_body(const onboard::Attached& attached);
json::object token_body(const onboard::Settled& settled);
struct ConsentView {
  const onboard::Enrolment& enrolment;
  std::string_view client_name;
  Time now;
};
json::object consent_body(const ConsentView& view);
json::object receipt_body(const onboard::Receipt& receipt);
json::object deleted_body(const ConsentView& view);

// Who serves a skill and where, by the catalogue's naming ("rzb_ro_aisp_sbx_#1.0": rzb, RO).
struct Originator {
  std::string servicer;
  std::string country;  // empty when the name holds none
};
Originator originator_of(std::string_view skill);

}  // namespace limen::doors
