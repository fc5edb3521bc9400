// Attaching a file to a submitted step. The bytes are on disk and fsynced before this runs; here
// only the row is written. When the use case refuses, the caller removes the file.
#pragma once

#include <string_view>

#include "onboard/answer.hpp"

namespace limen::onboard {

struct FileInput {
  std::string type;  // document_front, selfie, …
  std::string file;  // name in the blob folder
  std::uint64_t bytes = 0;
  Digest sha256{};
  Bytes head;  // first bytes, for sniffing
  std::optional<journey::Reading> reading{};
};

enum class Keep : std::uint8_t { yes, no };
struct Attached {
  journey::Upload upload;
  Id step_id;
  Session session;
  Keep keep;  // no: the identical file was attached before; this copy is not needed
  bool finished = false;
  seal::Secret temp_token;  // skills door, when this file completed the session
};

// Where a file of the skills door would go.
struct Place {
  Session session;
  Id step_id;
};
// Whose nonce it is and whether it is one of that step; writes nothing. Refuses as attach_by_nonce.
Result<Place> place_by_nonce(Desk& desk, std::string_view client_id, std::string_view nonce,
                             std::string_view step_id);

// What a picture of that type is to show by the session's skill; nothing when it takes none.
std::optional<journey::Shows> shown_by(Desk& desk, const Session& session, std::string_view type);

// Skills door. Order: step exists (unknown_step), client, nonce (its step, not another), type,
// content. Refuses also with empty_upload, unreadable_upload, session_over.
Result<Attached> attach_by_nonce(Desk& desk, std::string_view client_id, std::string_view nonce,
                                 std::string_view step_id, const FileInput& file);
// Device and enrolment doors.
Result<Attached> attach_own(Desk& desk, const Caller& caller, std::string_view session_id,
                            std::string_view step_id, const FileInput& file);

// "image/jpeg", "image/png", "image/webp", or nothing: by content, never by declaration.
std::optional<std::string_view> sniff(BytesView head);

}  // namespace limen::onboard
