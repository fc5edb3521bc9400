// Whatever ends a check goes through end_check: facts, decision and check in one commit, guarded by
// the session's version and by the check's own state.
#include "onboard/checks.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/problem_codes.hpp"
#include "journey/advance.hpp"
#include "onboard/audit.hpp"
#include "onboard/findings.hpp"
#include "onboard/notices.hpp"
#include "onboard/onward.hpp"
#include "onboard/rules.hpp"

namespace limen::onboard {
namespace {

using journey::Faces;
using journey::Shows;
using State = journey::Faces::State;

constexpr auto until_tried_again = std::chrono::minutes{1};

// The newest of each type: who sends a second picture means that one.
std::vector<Picture> pictures_of(const Session& session, const std::vector<journey::Asked>& asked,
                                 bool with_documents) {
  std::vector<Picture> out;
  for (const journey::Step& step : session.steps) {
    const auto wanted = std::ranges::find(asked, step.name, &journey::Asked::step);
    if (wanted == asked.end()) continue;
    const auto add = [&](Shows shows, const std::vector<std::string>& types) {
      for (const std::string& type : types) {
        const auto newest = std::find_if(step.uploads.rbegin(), step.uploads.rend(),
                                         [&](const auto& given) { return given.type == type; });
        if (newest != step.uploads.rend())
          out.push_back({shows, type, newest->media_type, newest->file, newest->sha256});
      }
    };
    if (with_documents) add(Shows::document, wanted->documents);
    add(Shows::face, wanted->faces);
  }
  return out;
}

void count(const Desk& desk, State state) {
  CheckCounters* counters = desk.engine == nullptr ? nullptr : desk.engine->counters;
  if (counters == nullptr) return;
  if (state == State::answered) ++counters->answered;
  else if (state == State::late) ++counters->late;
  else if (state == State::withdrawn) ++counters->withdrawn;
  else ++counters->refused;
}

// Refuses when the session cannot be decided now.
Result<void> end_check(Desk& desk, Check check, Faces faces, const Digest& answer) {
  const auto session = desk.ledger.session(check.session);
  const State how = faces.state;
  if (session && session->faces && session->faces->state == State::waiting) {
    const auto rules = rules_of(desk, *session, desk.catalogue.find(session->skill));
    ASSERT(rules);  // pinned when it was completed, if not before
    const Session after = journey::looked_at(*session, std::move(faces), *rules, desk.at.now);
    if (!desk.ledger.save_session(*session, after))
      return refuse(Fault::unavailable, codes::busy, "the session changed meanwhile, try again");
    note_decision(desk, after, *rules);
    tell_change(desk, *session, after);
  }
  check.state = CheckState::done;
  check.answer = answer;
  desk.ledger.checks().save(check);
  count(desk, how);
  log::Line(log::Level::info, "check_ended")
      .with("check", to_string(check.id))
      .with("how", journey::to_string(how))
      .with("attempts", std::int64_t{check.attempts})
      .with("why", check.error);
  return {};
}

Result<void> end_without(Desk& desk, const Check& check, State how) {
  Faces faces;
  faces.state = how;
  return end_check(desk, check, std::move(faces), {});
}

// Whether the check is over by its time, and was ended. A session that cannot be decided now is
// looked at again.
bool is_ended_late(Desk& desk, Check& check) {
  if (desk.at.now < check.deadline) return false;
  if (end_without(desk, check, State::late)) return true;
  check.due = desk.at.now + until_tried_again;
  desk.ledger.checks().save(check);
  return true;
}

void give_up(Desk& desk, Check check, const std::string& why) {
  check.error = why;
  if (end_without(desk, check, State::refused)) return;
  check.due = desk.at.now + until_tried_again;
  desk.ledger.checks().save(check);
}

}  // namespace

std::optional<Faces> faces_of(const Desk& desk, const Session& session,
                              const journey::Skill& skill) {
  if (!skill.has_uploads()) return std::nullopt;
  Faces out;
  if (desk.engine == nullptr) return out;
  auto asked = journey::asked_by(skill);
  const bool has_face = !pictures_of(session, asked, false).empty();
  out.state = has_face ? State::waiting : State::no_face;
  if (has_face) out.asked = std::move(asked);
  return out;
}

void queue_check(Desk& desk, const Session& session) {
  ASSERT(desk.engine != nullptr);
  Check check;
  check.id = seal::draw_id(desk.at.entropy, desk.at.now);
  check.tenant = session.tenant;
  check.session = session.id;
  check.due = desk.at.now;
  check.deadline = desk.at.now + desk.engine->deadline;
  desk.ledger.checks().add(check);
}

Result<void> withdraw_check(Desk& desk, const SessionId& session) {
  const auto check = desk.ledger.checks().check_of(session);
  if (!check || check->state == CheckState::done) return {};
  return end_without(desk, *check, State::withdrawn);
}

std::optional<Errand> errand_of(Desk& desk, const Check& check) {
  ASSERT(desk.engine != nullptr);
  const auto session = desk.ledger.session(check.session);
  if (!session || !session->faces) return std::nullopt;
  if (!is_shared(desk, *session)) return std::nullopt;  // A27: no picture of who has withdrawn
  return Errand{check, pictures_of(*session, session->faces->asked, desk.engine->wants_documents)};
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
    // A proxy's page, or an engine's slip: asked again, for its author may mend it in time. Only
    // the code: the name of a member is the engine's text.
    check->error = faces ? "not recorded" : "no result: " + std::string(faces.error().code);
    reply = Reply::later;
  }
  if (reply == Reply::refused) return give_up(desk, *check, attempt.why);
  if (reply == Reply::accepted) check->state = CheckState::accepted;
  check->due = std::min(attempt.next, check->deadline);
  desk.ledger.checks().save(*check);
  if (reply != Reply::later) return;
  if (desk.engine != nullptr && desk.engine->counters != nullptr) ++desk.engine->counters->retried;
  log::Line(log::Level::warning, "check_repeated")
      .with("check", to_string(id))
      .with("attempts", std::int64_t{check->attempts})
      .with("why", check->error);
}

void end_late(Desk& desk, const Id& id) {
  auto check = desk.ledger.checks().check(id);
  if (check && check->state != CheckState::done) is_ended_late(desk, *check);
}

void postpone_check(Desk& desk, const Id& id) {
  auto check = desk.ledger.checks().check(id);
  if (!check || check->state == CheckState::done) return;
  check->due = desk.at.now + until_tried_again;
  desk.ledger.checks().save(*check);
}

Result<void> answer_check(Desk& desk, std::string_view id_text, const seal::WebhookHead& head,
                          std::string_view body) {
  const auto unknown = [] {
    return refuse(Fault::unauthenticated, codes::unauthenticated,
                  "unknown check, or not signed by its engine");
  };
  // Before the signature is computed over it, on the one thread that writes.
  if (body.size() > findings_bytes)
    return refuse(Fault::malformed, codes::too_large, "a result has at most 16384 bytes");
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
  if (desk.at.now >= check->deadline) {
    CHECK_OK(end_without(desk, *check, State::late));
    return refuse(Fault::conflict, codes::conflict, "this check is over");
  }
  return end_check(desk, *check, std::move(faces), digest);
}

}  // namespace limen::onboard
