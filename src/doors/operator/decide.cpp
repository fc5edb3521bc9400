// Decisions made again, in the words of the operator's surface: one session's, factor by factor,
// and those of past sessions of a skill, a page at a time. Both answer and change nothing.
#include "onboard/decide.hpp"
#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/wire.hpp"
#include "doors/session_view.hpp"
#include "onboard/inspect.hpp"
#include "onboard/rules.hpp"

namespace limen::doors::operators {
namespace {

using journey::Level;
using journey::Rules;
using onboard::Session;

// Every broken rule is worth saying, but an answer has an end.
constexpr std::size_t errors_shown = 20;

// {"rules":"the text of a rules file"}, or nothing.
Result<std::optional<Rules>> rules_in(const json::object& body) {
  const auto text = TRY(optional_text(body, "rules"));
  if (!text) return std::nullopt;
  journey::RulesFile read = journey::read_rules(*text, "rules");
  if (read.errors.empty()) return std::move(read.rules);
  std::string detail;
  for (std::size_t i = 0; i < std::min(read.errors.size(), errors_shown); ++i)
    detail += (detail.empty() ? "" : "; ") + journey::to_string(read.errors[i]);
  return refuse(invalid("rules", std::move(detail)));
}

json::object side_json(const journey::Decision& decision, const Rules& rules) {
  return {{"level", journey::to_string(decision.level)},
          {"rulesVersion", decision.rules_version},
          {"rulesSha256", hex(journey::digest_of(rules))}};
}

json::object factor_side_json(const journey::Decision& decision, const std::string& name,
                              const std::optional<Level>& level, Level counted) {
  json::object out{{"level", nullptr}, {"counts", journey::to_string(counted)}};
  if (level) out["level"] = journey::to_string(*level);
  const auto found = std::ranges::find(decision.factors, name, &journey::Factor::name);
  out["explanation"] = found == decision.factors.end()
                           ? json::value()
                           : json::value(json::string(found->explanation));
  return out;
}

json::array pairs_json(const Session& session, const onboard::DecidedAgain& again) {
  json::array out;
  for (const journey::FactorPair& pair : again.factors)
    out.push_back(json::object{
        {"name", pair.factor},
        {"differs", pair.differs()},
        {"before",
         factor_side_json(*session.decision, pair.factor, pair.before, pair.counted_before)},
        {"after", factor_side_json(again.again, pair.factor, pair.after, pair.counted_after)}});
  return out;
}

Result<onboard::Trial> trial_in(const json::object& body) {
  onboard::Trial trial;
  trial.skill = TRY(required_text(body, "skill"));
  trial.tried = TRY(rules_in(body));
  trial.from = TRY(optional_time(body, "from"));
  trial.to = TRY(optional_time(body, "to"));
  return trial;
}

Result<onboard::SearchPage> page_in(const json::object& body) {
  onboard::SearchPage page{onboard::trial_rows, {}};
  if (const auto limit = TRY(optional_integer(body, "limit"))) {
    if (*limit < 1 || std::cmp_greater(*limit, onboard::trial_rows))
      return refuse(invalid("limit", "limit must be 1 to " + std::to_string(onboard::trial_rows)));
    page.limit = static_cast<std::size_t>(*limit);
  }
  if (const auto cursor = TRY(optional_text(body, "cursor"))) {
    page.after = parse_id(*cursor);
    if (!page.after) return refuse(invalid("cursor", "cursor must be that of the page before"));
  }
  return page;
}

json::array moved_json(const onboard::TrialPage& page) {
  json::array out;
  for (std::size_t before = 0; before < page.moved.size(); ++before)
    for (std::size_t after = 0; after < page.moved.size(); ++after)
      if (const std::size_t count = page.moved[before][after]; count > 0)
        out.push_back(json::object{{"before", journey::to_string(static_cast<Level>(before))},
                                   {"after", journey::to_string(static_cast<Level>(after))},
                                   {"sessions", count}});
  return out;
}

json::array changes_json(const onboard::TrialPage& page) {
  json::array out;
  for (const onboard::TrialChange& change : page.changes)
    out.push_back(json::object{{"id", limen::to_string(change.id)},
                               {"decidedAt", iso_millis(change.at)},
                               {"before", journey::to_string(change.before)},
                               {"after", journey::to_string(change.after)},
                               {"factors", array_of(change.factors)}});
  return out;
}

}  // namespace

json::value rules_json(const Desk& desk, const Session& session) {
  const auto rules = onboard::rules_of(desk, session, desk.catalogue.find(session.skill));
  if (!rules) return nullptr;
  const std::string text = journey::to_text(*rules);
  return json::object{
      {"version", rules->version}, {"sha256", hex(journey::digest_of(*rules))}, {"text", text}};
}

Result<Response> post_decide(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  const json::object body = TRY(optional_json_body(request));
  const auto tried = TRY(rules_in(body));
  const onboard::DecidedAgain again = TRY(onboard::decide_again(desk, session, tried));
  const bool differs =
      again.again.level != session.decision->level ||
      std::ranges::any_of(again.factors, [](const auto& pair) { return pair.differs(); });
  return json_response(200, json::object{{"id", limen::to_string(session.id)},
                                         {"sessionId", public_id(session)},
                                         {"skill", session.skill},
                                         {"decidedAt", iso_millis(session.decision->at)},
                                         {"differs", differs},
                                         {"before", side_json(*session.decision, again.own)},
                                         {"after", side_json(again.again, again.tried)},
                                         {"factors", pairs_json(session, again)}});
}

Result<Response> post_trial(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const json::object body = TRY(json_body(request));
  const onboard::Trial trial = TRY(trial_in(body));
  const onboard::SearchPage page = TRY(page_in(body));
  const onboard::TrialPage found = onboard::try_rules(desk, by.tenant, trial, page);
  return json_response(200, json::object{{"seen", found.seen},
                                         {"undecided", found.undecided},
                                         {"unrepeatable", found.unrepeatable},
                                         {"levels", moved_json(found)},
                                         {"changes", changes_json(found)},
                                         {"next", id_or_null(found.next)}});
}

}  // namespace limen::doors::operators
