// A picture that comes in pieces: announced, sent piece by piece, joined when the last one is
// there, and then attached like any other (attach.hpp). Each piece is on disk and fsynced before
// it gets here. When a use case refuses, the caller removes what it brought.
#pragma once

#include <optional>
#include <string_view>

#include "onboard/attach.hpp"

namespace limen::onboard {

// Either the step that is wanted next and has no fields, or the id of a submitted one.
struct ParcelInput {
  std::string_view step, step_id;
  std::string type;  // document_front, selfie, …
  std::uint64_t bytes = 0;
};

// Announces a file; one announced for the same picture before is given up. Refuses with
// unknown_step, invalid_field (type), empty_upload, too_large, session_over.
Result<Parcel> announce_parcel(Desk& desk, const Session& session, const ParcelInput& input);

// The parcel of that session; absent when it is another's, or over.
Result<Parcel> find_parcel(Desk& desk, const Session& session, std::string_view id);

// The whole file, when `last` is the piece that `parcel` lacks; nothing when it is not. Copies, so
// it runs where copying holds nobody up, before take_piece; writes no row. Throws when the disk
// refuses.
std::optional<FileInput> join_pieces(Desk& desk, const Parcel& parcel, const Piece& last);

struct Taken {
  std::uint64_t offset = 0;      // what has been received now
  Keep piece = Keep::no;         // whether the piece's own file is a row's now
  Keep whole = Keep::no;         // and the joined one's
  bool is_out_of_order = false;  // nothing was taken: the next piece begins at `offset`
  std::optional<Id> upload{};    // the file is complete and attached: which upload, of which step
  Id step_id{};
  std::optional<Session> session{};  // as it is now, when that changed
};
// `whole` is what join_pieces made of this very piece. Refuses with invalid_field (bytes beyond
// what was announced), empty_upload, and when the file is complete as answer_own and attach_own do;
// then the parcel is given up.
Result<Taken> take_piece(Desk& desk, const Caller& caller, const Session& session,
                         const Parcel& parcel, const Piece& piece,
                         const std::optional<FileInput>& whole);

}  // namespace limen::onboard
