// Who is on the way: sessions, their files, and a person's word on them.
#include <algorithm>

#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operations.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/evidence_view.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/wire.hpp"
#include "doors/session_view.hpp"
#include "onboard/inspect.hpp"
#include "onboard/settle.hpp"
#include "onboard/staff.hpp"

namespace limen::doors::operators {
namespace {

using onboard::Session;

std::string file_root(const Desk& desk) {
  return desk.settings.base_url + "/operator/v1/sessions/";
}

// A session decided by a person is completed too; say which of the two stands in the way.
Problem in_own_words(Problem problem, const Session& session) {
  if (problem.code == codes::conflict && session.review) problem.detail = "already reviewed";
  return problem;
}

constexpr std::pair<std::string_view, onboard::SessionStatus> statuses[] = {
    {"PENDING", onboard::SessionStatus::pending},
    {"EXPIRED", onboard::SessionStatus::expired},
    {"WAITING_FOR_MANUAL_APPROVE", onboard::SessionStatus::waiting_for_manual_approve},
    {"AUTO_APPROVED", onboard::SessionStatus::auto_approved},
    {"MANUAL_APPROVED", onboard::SessionStatus::manual_approved},
    {"AUTO_REJECTED", onboard::SessionStatus::auto_rejected},
    {"MANUAL_REJECTED", onboard::SessionStatus::manual_rejected},
};
constexpr std::pair<std::string_view, journey::Level> levels[] = {
    {"HIGH", journey::Level::high},
    {"MEDIUM", journey::Level::medium},
    {"LOW", journey::Level::low}};
constexpr std::pair<std::string_view, journey::Door> door_words[] = {
    {"skills", journey::Door::skills},
    {"device", journey::Door::device},
    {"enrolment", journey::Door::enrolment}};

// Whoever may fetch the pictures may see what was read in them, and nobody else.
bool sees_pictures(const Acting& by) {
  return !by.present || onboard::may(by.present->member.role, onboard::Duty::handle);
}

void add_what_was_seen(json::object& out, const Session& session, const Desk& desk) {
  static const journey::Skill none;
  const journey::Skill* skill = desk.catalogue.find(session.skill);
  const Time when = session.decision ? session.decision->at : desk.at.now;
  add_evidence(out, session, skill ? *skill : none, when);
}

// ?name= as one of `words`; invalid_field for another.
template <class T, std::size_t N>
Result<std::optional<T>> word_query(const Request& request, std::string_view name,
                                    const std::pair<std::string_view, T> (&words)[N]) {
  const auto given = request.query_value(name);
  if (!given || given->empty()) return std::nullopt;
  for (const auto& [word, value] : words)
    if (word == *given) return value;
  return refuse(invalid(name, std::string(name) + " must be one of the words of this call"));
}

Result<onboard::SessionSearch> sessions_searched(const Request& request) {
  onboard::SessionSearch search;
  const auto text = [&](std::string_view name) -> std::optional<std::string> {
    auto given = request.query_value(name);
    if (given && given->empty()) return std::nullopt;
    return given;
  };
  search.external_id = text("externalId");
  search.prefix = text("q");
  search.skill = text("skill");
  search.status = TRY(word_query(request, "status", statuses));
  search.level = TRY(word_query(request, "level", levels));
  search.door = TRY(word_query(request, "door", door_words));
  search.from = TRY(time_query(request, "from"));
  search.to = TRY(time_query(request, "to"));
  return search;
}

// As the list was before the console: oldest first, by external id alone.
Result<Response> oldest_first(const Request& request, Desk& desk, const Acting& by,
                              const onboard::Page& page) {
  onboard::SessionFilter filter;
  filter.external_id = request.query_value("externalId");
  auto rows = onboard::sessions(desk, by.tenant, filter, with_one_more(page));
  const json::value next = cut_page(rows, page);
  json::array items;
  for (const Session& row : rows) items.push_back(operator_session_json(row, desk.at.now));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", next}});
}

}  // namespace

Result<Response> get_sessions(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  const auto order = request.query_value("order");
  if (order && *order != "newest" && *order != "oldest")
    return refuse(invalid("order", "order must be newest or oldest"));
  if (order != "newest") return oldest_first(request, desk, by, page);
  const onboard::SessionSearch search = TRY(sessions_searched(request));
  const auto found =
      desk.ledger.survey().sessions(by.tenant, search, desk.at.now, {page.limit, page.after});
  json::array items;
  for (const Id& id : found.ids)
    if (const auto session = desk.ledger.session(id))
      items.push_back(operator_session_json(*session, desk.at.now));
  return json_response(200,
                       json::object{{"items", std::move(items)}, {"next", id_or_null(found.next)}});
}

Result<Response> get_session(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  json::object out = session_json(session, View::full, file_root(desk));
  for (const auto& [name, value] : operator_session_json(session, desk.at.now))
    out.insert_or_assign(name, value);
  out["duplicates"] = duplicates_json(session);
  out["rules"] = rules_json(desk, session);
  out["hasReceipt"] = session.decision && desk.ledger.receipt_seed(session.id);
  if (sees_pictures(by)) add_what_was_seen(out, session, desk);
  return json_response(200, out);
}

Result<Response> get_file(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  const journey::Upload upload = TRY(find_upload(session, request));
  return file_response(desk, upload);
}

// What the back end gets, as a file to keep: `limen receipt verify` reads it.
Result<Response> get_receipt(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  const onboard::Receipt receipt = TRY(onboard::receipt_of(desk, session));
  Response response = json_response(200, receipt_json(receipt));
  set_header(response, "Content-Disposition",
             "attachment; filename=\"receipt-" + to_string(session.id) + ".json\"");
  set_header(response, "Cache-Control", "no-store");
  return response;
}

// VD8: an operator approves or rejects a MEDIUM; the reason stays with the session.
Result<Response> post_review(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  const json::object body = TRY(json_body(request));
  const std::string verdict = TRY(required_text(body, "verdict"));
  std::string reason = TRY(required_text(body, "reason"));
  if (verdict != "approve" && verdict != "reject")
    return refuse(invalid("verdict", "verdict must be approve or reject"));
  const auto after = onboard::review_session(desk, by.tenant, session.id, verdict == "approve",
                                             by.name, std::move(reason));
  if (!after) return refuse(in_own_words(after.error(), session));
  onboard::note(desk, by.tenant, by.who, onboard::session_reviewed, to_string(session.id),
                verdict + ", decided " + std::string(journey::to_string(session.decision->level)));
  return json_response(200, operator_session_json(*after, desk.at.now));
}

// For an operator's eyes: a picture drawn anew is none of the sender's bytes.
Result<Response> get_copy(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  const journey::Upload upload = TRY(find_upload(session, request));
  const std::string size = request.query_value("size").value_or("full");
  if (size != "full" && size != "thumb")
    return refuse(invalid("size", "size must be thumb or full"));
  desk.ledger.let_go();
  const Bytes bytes = desk.files.read(upload.file);
  const auto copy = desk.operations.redraw(bytes, {size == "thumb" ? 320U : 1600U});
  if (!copy)
    return refuse(Fault::malformed, codes::unreadable_upload, "this picture cannot be read");
  Response response;
  response.body = std::string(as_text(*copy));
  response.headers = {{"Content-Type", "image/jpeg"},
                      {"Content-Disposition", "inline"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Content-Security-Policy", "default-src 'none'; sandbox"},
                      {"Cross-Origin-Resource-Policy", "same-origin"},
                      {"Cache-Control", "no-store"}};
  return response;
}

// A person asked to be forgotten: what the session holds goes with the next sweep.
Result<Response> delete_session(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  CHECK_OK(onboard::erase_session(desk, session));
  onboard::note(desk, by.tenant, by.who, "session_erased", to_string(session.id));
  return no_content();
}

// Somebody who was invited asked to be forgotten, or to withdraw and has no token any more.
Result<Response> delete_person(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto id = parse_id(request.params.find("id")->second);
  if (!id) return refuse(Fault::absent, codes::absent, "no such person");
  CHECK_OK(onboard::erase_person(desk, by.tenant, *id));
  onboard::note(desk, by.tenant, by.who, "person_erased", to_string(*id));
  return no_content();
}

}  // namespace limen::doors::operators
