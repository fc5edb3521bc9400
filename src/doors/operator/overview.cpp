// The console's first page in figures, and what the screens of a skill ask. The counting is the
// survey's; here are its words.
#include <algorithm>

#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/wire.hpp"
#include "doors/session_view.hpp"

namespace limen::doors::operators {
namespace {

using onboard::Figures;
using onboard::InvitationState;
using onboard::SessionStatus;

template <class Key>
std::size_t count_of(const std::map<Key, std::size_t>& counts, Key key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

Result<onboard::Window> window_of(const Request& request, Time now) {
  constexpr std::pair<std::string_view, std::int64_t> spans[] = {
      {"1", 1}, {"7", 7}, {"30", 30}, {"90", 90}};
  const std::string given = request.query_value("days").value_or("7");
  for (const auto& [word, days] : spans) {
    if (word != given) continue;
    // Whole buckets, the present one the last.
    const Seconds bucket = days > 7 ? Seconds{std::chrono::days{1}} : Seconds{3600};
    const auto past = to_unix(now) / bucket.count() * bucket.count() + bucket.count();
    return onboard::Window{from_unix(past - days * 86'400), now, bucket};
  }
  return refuse(invalid("days", "days must be 1, 7, 30 or 90"));
}

json::object invitations_json(const Figures& figures) {
  std::size_t invited = 0;
  for (const auto& [state, count] : figures.invitations) invited += count;
  return {{"invited", invited},
          {"opened", figures.opened},
          {"agreed", figures.agreed},
          {"expired", count_of(figures.invitations, InvitationState::expired)},
          {"revoked", count_of(figures.invitations, InvitationState::revoked)},
          {"locked", count_of(figures.invitations, InvitationState::locked)}};
}

json::array skills_json(const Desk& desk, const Figures& figures) {
  json::array out;
  for (const auto& [name, funnel] : figures.skills) {
    const auto* skill = desk.catalogue.find(name);
    const std::size_t known = skill != nullptr ? skill->steps.size() : 0;
    json::array steps;
    for (std::size_t i = 0; i < std::max(known, funnel.submitted.size()); ++i) {
      const std::string step = i < known ? skill->steps[i].name : std::to_string(i + 1);
      const std::size_t reached = i < funnel.submitted.size() ? funnel.submitted[i] : 0;
      steps.push_back(json::object{{"step", step}, {"reached", reached}});
    }
    out.push_back(json::object{{"skill", name},
                               {"begun", funnel.begun},
                               {"steps", std::move(steps)},
                               {"completed", funnel.completed}});
  }
  return out;
}

json::object sessions_json(const Desk& desk, const Figures& figures) {
  std::size_t begun = 0, completed = 0;
  for (const auto& [name, funnel] : figures.skills) {
    begun += funnel.begun;
    completed += funnel.completed;
  }
  json::object statuses{
      {"PENDING", count_of(figures.sessions, SessionStatus::pending)},
      {"EXPIRED", count_of(figures.sessions, SessionStatus::expired)},
      {"WAITING_FOR_MANUAL_APPROVE",
       count_of(figures.sessions, SessionStatus::waiting_for_manual_approve)},
      {"AUTO_APPROVED", count_of(figures.sessions, SessionStatus::auto_approved)},
      {"MANUAL_APPROVED", count_of(figures.sessions, SessionStatus::manual_approved)},
      {"AUTO_REJECTED", count_of(figures.sessions, SessionStatus::auto_rejected)},
      {"MANUAL_REJECTED", count_of(figures.sessions, SessionStatus::manual_rejected)}};
  const auto level = [&](journey::Level one) { return count_of(figures.levels, one); };
  const std::size_t rated =
      level(journey::Level::high) + level(journey::Level::medium) + level(journey::Level::low);
  json::object levels{{"HIGH", level(journey::Level::high)},
                      {"MEDIUM", level(journey::Level::medium)},
                      {"LOW", level(journey::Level::low)},
                      {"NONE", completed - std::min(completed, rated)}};
  return {
      {"begun", begun},
      {"completed", completed},
      {"statuses", std::move(statuses)},
      {"levels", std::move(levels)},
      {"waitingForReview", count_of(figures.sessions, SessionStatus::waiting_for_manual_approve)},
      {"skills", skills_json(desk, figures)}};
}

json::array rate_json(const Figures& figures, const onboard::Window& window) {
  json::array out;
  Time at = window.from;
  for (const auto& bucket : figures.buckets) {
    out.push_back(json::object{{"at", iso_millis(at)},
                               {"invited", bucket.invited},
                               {"begun", bucket.begun},
                               {"completed", bucket.completed}});
    at += window.bucket;
  }
  return out;
}

// The smallest value that at least that share of all is no greater than.
json::value percentile(const std::vector<std::int64_t>& ascending, std::size_t percent) {
  if (ascending.empty()) return nullptr;
  const std::size_t rank = (ascending.size() * percent + 99) / 100;
  return ascending[std::max<std::size_t>(rank, 1) - 1];
}

json::object finish_json(const std::vector<std::int64_t>& seconds) {
  return {{"p50", percentile(seconds, 50)},
          {"p90", percentile(seconds, 90)},
          {"p99", percentile(seconds, 99)},
          {"count", seconds.size()}};
}

json::object letters_json(const Figures& figures) {
  json::object out;
  for (const auto state :
       {onboard::LetterState::queued, onboard::LetterState::sent, onboard::LetterState::dead})
    out[to_string(state)] = count_of(figures.letters, static_cast<std::uint8_t>(state));
  out["bounced"] = nullptr;  // bounces come back to the sender's mailbox, which nobody here reads
  return out;
}

}  // namespace

Result<Response> get_overview(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Window window = TRY(window_of(request, desk.at.now));
  const Figures figures = desk.ledger.survey().figures(by.tenant, window);
  return json_response(200,
                       json::object{{"from", iso_millis(window.from)},
                                    {"to", iso_millis(window.to)},
                                    {"bucketSeconds", window.bucket.count()},
                                    {"isPartial", figures.is_partial},
                                    {"invitations", invitations_json(figures)},
                                    {"sessions", sessions_json(desk, figures)},
                                    {"rate", rate_json(figures, window)},
                                    {"secondsToFinish", finish_json(figures.seconds_to_finish)},
                                    {"letters", letters_json(figures)},
                                    {"alarms", figures.alarms}});
}

Result<Response> get_skill(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto* skill = desk.catalogue.find(request.params.find("skill")->second);
  if (skill == nullptr) return refuse(absent("no such skill in the catalogue"));
  const auto organisation = desk.ledger.organisation(by.tenant);
  const bool is_registered = organisation && std::ranges::find(organisation->skills, skill->name) !=
                                                 organisation->skills.end();
  json::array steps;
  for (const auto& step : skill->steps) {
    json::array uploads;
    for (const auto& upload : step.uploads)
      uploads.push_back(json::object{{"type", upload.type}, {"required", upload.required}});
    steps.push_back(json::object{
        {"name", step.name}, {"fields", fields_json(step)}, {"uploads", std::move(uploads)}});
  }
  return json_response(200, json::object{{"skill", skill->name},
                                         {"title", skill->title},
                                         {"registered", is_registered},
                                         {"required_factors", array_of(skill->rules.required)},
                                         {"steps", std::move(steps)}});
}

}  // namespace limen::doors::operators
