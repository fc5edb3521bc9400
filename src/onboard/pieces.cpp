// A piece counts only where it follows what is there: one sent again is told where to go on, and
// one that was lost is simply sent. Joining and attaching are one commit with the last piece.
#include "onboard/pieces.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "journey/advance.hpp"
#include "onboard/answer.hpp"
#include "onboard/inspect.hpp"

namespace limen::onboard {
namespace {

const journey::Step* submitted(const Session& session, std::string_view name) {
  const auto at = std::ranges::find(session.steps, name, &journey::Step::name);
  return at == session.steps.end() ? nullptr : &*at;
}

std::unexpected<Problem> unknown_step() {
  return refuse(Fault::absent, codes::unknown_step, "no such step", "step_id");
}

// Puts into `parcel` which step it is for, and returns that step's name.
Result<std::string> aim(Parcel& parcel, const Session& session, const ParcelInput& input) {
  if (!input.step.empty()) {
    const journey::Step* step = submitted(session, input.step);
    if (step != nullptr) parcel.step_id = step->id;
    else parcel.step = input.step;
    return std::string(input.step);
  }
  const auto id = parse_id(input.step_id);
  const auto at =
      id ? std::ranges::find(session.steps, *id, &journey::Step::id) : session.steps.end();
  if (at == session.steps.end()) return unknown_step();
  parcel.step_id = *id;
  return at->name;
}

// The step's id; a step without fields is submitted with its first picture.
Result<Id> step_of(Desk& desk, const Caller& caller, const Session& session, const Parcel& parcel) {
  if (parcel.step.empty()) return parcel.step_id;
  if (const journey::Step* step = submitted(session, parcel.step)) return step->id;
  const std::string session_id = to_string(session.id);
  StepInput input;
  input.session_id = session_id;
  input.step = parcel.step;
  input.request = seal::sha256("parcel " + parcel.step);
  const StepAnswer answer = TRY(answer_own(desk, caller, input));
  return answer.step_id;
}

Result<Taken> attach_whole(Desk& desk, const Caller& caller, const Session& session,
                           const Parcel& parcel, const FileInput& whole) {
  const Id step_id = TRY(step_of(desk, caller, session, parcel));
  auto attached = TRY(attach_own(desk, caller, to_string(session.id), to_string(step_id), whole));
  desk.ledger.join_parcel(parcel.id, attached.upload.id, step_id);
  Taken taken;
  taken.offset = parcel.bytes;
  taken.whole = attached.keep;
  taken.upload = attached.upload.id;
  taken.step_id = step_id;
  taken.session = std::move(attached.session);
  return taken;
}

Taken where_it_stands(const Parcel& parcel) {
  Taken taken;
  taken.offset = parcel.received;
  taken.is_out_of_order = true;
  return taken;
}

}  // namespace

Result<Parcel> announce_parcel(Desk& desk, const Session& session, const ParcelInput& input) {
  if (journey::is_over(session, desk.at.now)) return refuse(journey::over(session));
  const journey::Skill* skill = TRY(skill_of(desk, session));
  Parcel parcel;
  const std::string step = TRY(aim(parcel, session, input));
  const journey::StepRule* rule = skill->step(step);
  if (rule == nullptr) return unknown_step();
  if (rule->upload(input.type) == nullptr)
    return refuse(Fault::malformed, codes::invalid_field, "the step takes no such picture", "type");
  if (input.bytes == 0)
    return refuse(Fault::malformed, codes::empty_upload, "the file is empty", "bytes");
  if (input.bytes > desk.settings.upload_bytes)
    return refuse(Fault::malformed, codes::too_large,
                  "the file may have " + std::to_string(desk.settings.upload_bytes) + " bytes",
                  "bytes");
  parcel.id = seal::draw_id(desk.at.entropy, desk.at.now);
  parcel.session = session.id;
  parcel.type = input.type;
  parcel.bytes = input.bytes;
  parcel.created = desk.at.now;
  parcel.expires = std::min<Time>(desk.at.now + limits::parcel_life, session.expires);
  desk.ledger.give_up_parcels(parcel, desk.at.now);
  desk.ledger.add_parcel(parcel);
  return parcel;
}

Result<Parcel> find_parcel(Desk& desk, const Session& session, std::string_view id) {
  const auto parsed = parse_id(id);
  auto parcel = parsed ? desk.ledger.parcel(*parsed) : std::nullopt;
  if (!parcel || parcel->session != session.id || parcel->expires <= desk.at.now)
    return refuse(Fault::absent, codes::absent, "no such upload");
  return std::move(*parcel);
}

std::optional<FileInput> join_pieces(Desk& desk, const Parcel& parcel, const Piece& last) {
  const bool is_last = last.bytes != 0 && last.offset == parcel.received &&
                       last.offset + last.bytes == parcel.bytes && !parcel.is_joined();
  if (!is_last) return std::nullopt;
  std::vector<std::string> files;
  for (Piece& piece : desk.ledger.pieces(parcel.id)) files.push_back(std::move(piece.file));
  files.push_back(last.file);
  desk.ledger.let_go();  // take_piece() asks again
  Whole whole = desk.files.join(files);
  return FileInput{parcel.type, std::move(whole.file), whole.bytes, whole.sha256,
                   std::move(whole.head)};
}

Result<Taken> take_piece(Desk& desk, const Caller& caller, const Session& session,
                         const Parcel& parcel, const Piece& piece,
                         const std::optional<FileInput>& whole) {
  if (piece.offset > parcel.bytes || piece.bytes > parcel.bytes - piece.offset)
    return refuse(Fault::malformed, codes::invalid_field, "there is more than was announced",
                  "bytes");
  const bool is_last = piece.offset + piece.bytes == parcel.bytes;
  if (parcel.is_joined()) {
    Taken taken = where_it_stands(parcel);
    if (!is_last) return taken;
    taken.is_out_of_order = false;  // its answer was lost
    taken.upload = parcel.upload;
    taken.step_id = parcel.step_id;
    return taken;
  }
  if (piece.bytes == 0)
    return refuse(Fault::malformed, codes::empty_upload, "the piece is empty", "piece");
  if (piece.offset != parcel.received) return where_it_stands(parcel);
  if (is_last) {
    // It came before the answer to the piece in front of it: it is simply sent again.
    if (!whole) return where_it_stands(parcel);
    auto taken = attach_whole(desk, caller, session, parcel, *whole);
    if (!taken) desk.ledger.give_up_parcels(parcel, desk.at.now);
    return taken;
  }
  // A file and a row each: a byte at a time would make millions of both.
  if (piece.bytes * limits::parcel_pieces < parcel.bytes)
    return bad_field("bytes", "a piece must have at least a 4096th of the whole");
  if (!desk.ledger.add_piece(parcel.id, piece)) return where_it_stands(parcel);
  Taken taken;
  taken.offset = parcel.received + piece.bytes;
  taken.piece = Keep::yes;
  return taken;
}

}  // namespace limen::onboard
