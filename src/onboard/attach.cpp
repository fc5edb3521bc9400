// A file joins its step. The same file sent again (same type, same digest) is the lost answer of
// Law 8, not a second file.
#include "onboard/attach.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "grant/engine.hpp"
#include "journey/advance.hpp"
#include "onboard/inspect.hpp"
#include "onboard/passes.hpp"

namespace limen::onboard {

using grant::Scope;
using journey::Door;

namespace {

const journey::Step* step_of(const Session& session, const Id& id) {
  const auto at = std::find_if(session.steps.begin(), session.steps.end(),
                               [&](const journey::Step& s) { return s.id == id; });
  return at == session.steps.end() ? nullptr : &*at;
}

std::unexpected<Problem> unknown_step() {
  return refuse(Fault::absent, codes::unknown_step, "no such step", "step_id");
}

Attached attached_answer(Desk& desk, Session session, const Id& step, const journey::Upload& upload,
                         Keep keep) {
  Attached out{upload, step, {}, keep, false, {}};
  out.finished = session.completed.has_value();
  // temp_token comes with the upload that completed the session, and with that upload only.
  const bool completed_it = out.finished && *session.completed == upload.received;
  if (completed_it && session.door == Door::skills && !session.settled)
    out.temp_token = temp_token_of(desk, session);
  out.session = std::move(session);
  return out;
}

const journey::Upload* known_as(const journey::Step& step, const FileInput& file) {
  const auto at = std::ranges::find_if(step.uploads, [&](const journey::Upload& known) {
    return known.type == file.type && known.sha256 == file.sha256;
  });
  return at == step.uploads.end() ? nullptr : &*at;
}

Result<Attached> attach(Desk& desk, Session session, const Id& step_id, const FileInput& file) {
  const journey::Step* step = step_of(session, step_id);
  if (step == nullptr) return unknown_step();
  if (const journey::Upload* known = known_as(*step, file)) {
    const journey::Upload upload = *known;
    Session after = journey::sent_again(session, upload.id, file.reading, desk.at.now);
    if (after.version != session.version) session = TRY(save(desk, session, std::move(after)));
    return attached_answer(desk, std::move(session), step_id, upload, Keep::no);
  }
  if (file.bytes == 0)
    return refuse(Fault::malformed, codes::empty_upload, "the file is empty", "file");
  const auto media_type = sniff(file.head);
  if (!media_type)
    return refuse(Fault::malformed, codes::unreadable_upload,
                  "the file must be a JPEG, PNG or WebP picture", "file");
  if (journey::is_over(session, desk.at.now)) return refuse(journey::over(session));
  const journey::Skill* skill = TRY(skill_of(desk, session));
  const journey::Upload upload{seal::draw_id(desk.at.entropy, desk.at.now),
                               file.type,
                               file.file,
                               file.bytes,
                               file.sha256,
                               std::string(*media_type),
                               desk.at.now,
                               file.reading};
  Session after = TRY(journey::attached(session, *skill, step_id, upload, desk.at.now));
  after = TRY(save(desk, session, std::move(after)));
  return attached_answer(desk, std::move(after), step_id, upload, Keep::yes);
}

}  // namespace

Result<Place> place_by_nonce(Desk& desk, std::string_view client_id, std::string_view nonce,
                             std::string_view step_id) {
  const auto id = parse_id(step_id);
  const auto session_id = id ? desk.ledger.session_of_step(*id) : std::nullopt;
  auto session = session_id ? desk.ledger.session(*session_id) : std::nullopt;
  if (!session || session->door != Door::skills) return unknown_step();
  const auto client = live_client(desk, client_id);
  if (!client)
    return refuse(Fault::malformed, codes::unknown_client, "unknown client_id", "client_id");
  if (session->owner != client->id) return unknown_step();
  const Pass pass = TRY(read_pass(desk, nonce, {}));
  // B18: with a nonce of another session the step is as good as unknown; a nonce of another step of
  // this session is no right to it.
  if (pass.session != session->id) return unknown_step();
  const journey::Skill* skill = TRY(skill_of(desk, *session));
  const bool is_its_step =
      pass.position < session->steps.size() && session->steps[pass.position].id == *id;
  const auto right = journey::pass_of(*session, *skill, pass.position);
  const auto verdict =
      grant::judge(right, Scope::upload, {session->id, pass.position}, desk.at.now);
  if (!is_its_step || verdict != grant::Verdict::live)
    return refuse(Fault::unauthenticated, codes::invalid_nonce,
                  "this nonce is not valid for this step", "nonce");
  return Place{std::move(*session), *id};
}

Result<Attached> attach_by_nonce(Desk& desk, std::string_view client_id, std::string_view nonce,
                                 std::string_view step_id, const FileInput& file) {
  Place place = TRY(place_by_nonce(desk, client_id, nonce, step_id));
  return attach(desk, std::move(place.session), place.step_id, file);
}

std::optional<journey::Shows> shown_by(Desk& desk, const Session& session, std::string_view type) {
  const auto skill = skill_of(desk, session);
  if (!skill) return std::nullopt;
  for (const journey::StepRule& step : (*skill)->steps)
    if (const journey::UploadRule* rule = step.upload(type)) return rule->shows;
  return std::nullopt;
}

Result<Attached> attach_own(Desk& desk, const Caller& caller, std::string_view session_id,
                            std::string_view step_id, const FileInput& file) {
  Session session = TRY(find_session(desk, caller, session_id));
  const auto id = parse_id(step_id);
  if (!id) return unknown_step();
  return attach(desk, std::move(session), *id, file);
}

std::optional<std::string_view> sniff(BytesView head) {
  const auto starts = [&](std::string_view magic, std::size_t at = 0) {
    return head.size() >= at + magic.size() && as_text(head.subspan(at, magic.size())) == magic;
  };
  using namespace std::string_view_literals;
  if (starts("\xFF\xD8\xFF"sv)) return "image/jpeg";
  if (starts("\x89PNG\r\n\x1A\n"sv)) return "image/png";
  if (starts("RIFF"sv) && starts("WEBP"sv, 8)) return "image/webp";
  return std::nullopt;
}

}  // namespace limen::onboard
