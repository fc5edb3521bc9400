// Whatever ends a check goes through end_check: facts, decision and check in one commit, guarded by
// the session's version and by the check's own state.
#include "onboard/checks.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/problem_codes.hpp"
#include "journey/advance.hpp"
#include "onboard/audit.hpp"
#include "onboard/findings.hpp"
#include "onboard/rules.hpp"

namespace limen::onboard {
namespace {

using journey::Faces;
using journey::Shows;
using State = journey::Faces::State;

constexpr auto without_skill = std::chrono::minutes{1};

bool has_uploads(const journey::Skill& skill) {
  return std::ranges::any_of(skill.steps, [](const auto& step) { return !step.uploads.empty(); });
}

// The newest of each type: who sends a second picture means that one.
std::vector<Picture> pictures_of(const Session& session, const journey::Skill& skill,
                                 bool with_documents) {
  std::vector<Picture> out;
  for (const journey::Step& step : session.steps) {
    const journey::StepRule* rule = skill.step(step.name);
    if (rule == nullptr) continue;
    for (const journey::UploadRule& upload : rule->uploads) {
      const bool is_wanted =
          upload.shows == Shows::face || (upload.shows == Shows::document && with_documents);
      const auto newest =
          std::find_if(step.uploads.rbegin(), step.uploads.rend(),
                       [&](const auto& given) { return given.type == upload.type; });
      if (is_wanted && newest != step.uploads.rend())
        out.push_back(
            {upload.shows, newest->type, newest->media_type, newest->file, newest->sha256});
    }
  }
  return out;
}

bool has_face(const std::vector<Picture>& pictures) {
  return std::ranges::find(pictures, Shows::face, &Picture::shows) != pictures.end();
}

std::string_view word_of(State state) {
  if (state == State::answered) return "answered";
  return state == State::late ? "late" : "refused";
}

void count(const Desk& desk, State state) {
  CheckCounters* counters = desk.engine == nullptr ? nullptr : desk.engine->counters;
  if (counters == nullptr) return;
  if (state == State::answered) ++counters->answered;
  else if (state == State::late) ++counters->late;
  else ++counters->refused;
}

// Nothing when the session cannot be decided now.
Result<void> end_check(Desk& desk, Check check, Faces faces, const Digest& answer) {
  const auto session = desk.ledger.session(check.session);
  const journey::Skill* skill = session ? desk.catalogue.find(session->skill) : nullptr;
  const bool waits = session && session->faces && session->faces->state == State::waiting;
  if (waits && skill == nullptr)
    return refuse(Fault::unavailable, codes::busy, "this session's skill is not offered now");
  const State how = faces.state;
  if (waits) {
    const auto own = with_rules_of(desk, *session, *skill);
    const Session after =
        journey::looked_at(*session, std::move(faces), own ? *own : *skill, desk.at.now);
    if (!desk.ledger.save_session(*session, after))
      return refuse(Fault::conflict, codes::conflict, "the session changed meanwhile, try again");
    note(desk, check.tenant, {Actor::server, {}, "engine"}, "faces_checked",
         to_string(check.session), std::string(word_of(how)));
    note_decision(desk, after, own ? own->rules : skill->rules);
  }
  check.state = CheckState::done;
  check.answer = answer;
  desk.ledger.checks().save(check);
  count(desk, how);
  log::Line(log::Level::info, "check_ended")
      .with("check", to_string(check.id))
      .with("how", word_of(how))
      .with("attempts", std::int64_t{check.attempts});
  return {};
}

// Whether the check is over by its time, and was ended. A session that cannot be decided now is
// looked at again.
bool is_ended_late(Desk& desk, Check& check) {
  if (desk.at.now < check.deadline) return false;
  Faces late;
  late.state = State::late;
  if (end_check(desk, check, std::move(late), {})) return true;
  check.due = desk.at.now + without_skill;
  desk.ledger.checks().save(check);
  return true;
}

void give_up(Desk& desk, Check check, const std::string& why) {
  Faces refused;
  refused.state = State::refused;
  check.error = why;
  if (end_check(desk, check, std::move(refused), {})) return;
  check.due = desk.at.now + without_skill;
  desk.ledger.checks().save(check);
}

}  // namespace

std::optional<Faces> faces_of(const Desk& desk, const Session& session,
                              const journey::Skill& skill) {
  if (!has_uploads(skill)) return std::nullopt;
  Faces out;
  if (desk.engine == nullptr) return out;
  out.state = has_face(pictures_of(session, skill, false)) ? State::waiting : State::no_face;
  return out;
}

void queue_check(Desk& desk, const Session& session) {
  ASSERT(desk.engine != nullptr);
  Check check;
  check.id = seal::draw_id(desk.at.entropy, desk.at.now);
  check.tenant = session.tenant;
  check.session = session.id;
  check.created = check.due = desk.at.now;
  check.deadline = desk.at.now + desk.engine->deadline;
  desk.ledger.checks().add(check);
}

std::string_view word_of(Shows shows) { return journey::to_string(shows); }

std::vector<Errand> take_errands(Desk& desk, Time until, std::size_t limit) {
  ASSERT(desk.engine != nullptr);
  std::vector<Errand> out;
  for (Check& check : desk.ledger.checks().claim(desk.at.now, until, limit)) {
    const auto session = desk.ledger.session(check.session);
    const journey::Skill* skill = session ? desk.catalogue.find(session->skill) : nullptr;
    if (skill == nullptr) continue;  // until its deadline
    out.push_back({check, pictures_of(*session, *skill, desk.engine->wants_documents)});
  }
  return out;
}

json::object body_of(const Errand& errand, const std::string& base_url, Time now) {
  const std::string id = to_string(errand.check.id);
  json::object data{{"check", id},
                    {"session", to_string(errand.check.session)},
                    {"callback", base_url + "/engine/v1/checks/" + id},
                    {"deadline", iso_millis(errand.check.deadline)}};
  return {{"type", "faces.check"}, {"timestamp", iso_millis(now)}, {"data", std::move(data)}};
}

void note_attempt(Desk& desk, const Id& id, const Attempt& attempt) {
  auto check = desk.ledger.checks().check(id);
  if (!check || check->state == CheckState::done) return;  // answered meanwhile, or erased
  ++check->attempts;
  check->error = attempt.why;
  Reply reply = attempt.at < check->deadline ? attempt.reply : Reply::later;
  if (reply == Reply::answered) {
    auto faces = read_findings(attempt.body, id);
    if (faces && end_check(desk, *check, std::move(*faces), seal::sha256(attempt.body))) return;
    // A proxy's page, or an engine's slip: asked again, for its author may mend it in time.
    check->error = "no result";
    if (!faces) check->error += ": " + faces.error().field + ' ' + std::string(faces.error().code);
    reply = Reply::later;
  }
  if (reply == Reply::refused) return give_up(desk, *check, attempt.why);
  if (reply == Reply::accepted) check->state = CheckState::accepted;
  check->due = std::min(attempt.next, check->deadline);
  desk.ledger.checks().save(*check);
}

void end_late(Desk& desk, const Id& id) {
  auto check = desk.ledger.checks().check(id);
  if (check && check->state != CheckState::done) is_ended_late(desk, *check);
}

void postpone_check(Desk& desk, const Id& id) {
  auto check = desk.ledger.checks().check(id);
  if (!check || check->state == CheckState::done) return;
  check->due = desk.at.now + without_skill;
  desk.ledger.checks().save(*check);
}

Result<void> answer_check(Desk& desk, std::string_view id_text, const seal::WebhookHead& head,
                          std::string_view body) {
  const auto unknown = [] {
    return refuse(Fault::unauthenticated, codes::unauthenticated,
                  "unknown check, or not signed by its engine");
  };
  // The signature first: without it nothing is read and nothing is looked up.
  if (desk.engine == nullptr || !desk.engine->key->verify(head, body, desk.at.now))
    return unknown();
  const auto id = parse_id(id_text);
  auto check = id ? desk.ledger.checks().check(*id) : std::nullopt;
  if (!check) return unknown();
  journey::Faces faces = TRY(read_findings(body, check->id));
  const Digest digest = seal::sha256(body);
  if (check->state == CheckState::done) {
    if (check->answer == digest) return {};
    return refuse(
        Fault::conflict, codes::conflict,
        check->answer == Digest{} ? "this check is over" : "this check has another result");
  }
  if (is_ended_late(desk, *check))
    return refuse(Fault::conflict, codes::conflict, "this check is over");
  return end_check(desk, *check, std::move(faces), digest);
}

}  // namespace limen::onboard
