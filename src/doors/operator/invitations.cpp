// Who was invited: the list and its filters, one with its timeline, many at once from a table, and
// a table of those there are.
#include <algorithm>

#include "base/csv.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "doors/members.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/wire.hpp"
#include "onboard/import.hpp"
#include "onboard/invite.hpp"
#include "onboard/onward.hpp"

namespace limen::doors::operators {
namespace {

using grant::Scope;
using onboard::Grant;

constexpr std::size_t import_bytes = 1024 * 1024;
constexpr std::size_t export_rows = 10'000;

struct PreparedImport final : Prepared {
  std::vector<onboard::ImportRow> rows;
};

struct PreparedExport final : Prepared {
  std::string csv;
  std::size_t rows = 0;
  std::optional<Id> next;
};

Result<std::optional<onboard::InvitationState>> state_in(const std::optional<std::string>& word) {
  using enum onboard::InvitationState;
  if (!word || word->empty()) return std::nullopt;
  for (const auto state : {issued, used, expired, revoked, locked})
    if (onboard::to_string(state) == *word) return state;
  return refuse(invalid("state", "state must be Issued, Used, Expired, Revoked or Locked"));
}

std::optional<std::string> folded(std::optional<std::string> email) {
  if (!email || email->empty()) return std::nullopt;
  return onboard::fold_email(*email);
}

Result<onboard::InvitationSearch> search_of(const Request& request) {
  onboard::InvitationSearch search;
  search.state = TRY(state_in(request.query_value("state")));
  search.email = folded(request.query_value("email"));
  search.prefix = folded(request.query_value("q"));
  search.from = TRY(time_query(request, "from"));
  search.to = TRY(time_query(request, "to"));
  return search;
}

Result<onboard::InvitationSearch> search_in(const json::object& body) {
  onboard::InvitationSearch search;
  const auto state = TRY(optional_text(body, "state"));
  search.state = TRY(state_in(state));
  search.email = folded(TRY(optional_text(body, "email")));
  search.prefix = folded(TRY(optional_text(body, "q")));
  search.from = TRY(optional_time(body, "from"));
  search.to = TRY(optional_time(body, "to"));
  return search;
}

std::vector<Grant> rows_of(Desk& desk, const onboard::Found& found) {
  std::vector<Grant> rows;
  for (const Id& id : found.ids)
    if (auto grant = desk.ledger.grant(id)) rows.push_back(std::move(*grant));
  return rows;
}

// --- the timeline ---
struct Moment {
  std::optional<Time> at;
  json::object what;
};

Moment moment(std::optional<Time> at, std::string_view what) {
  return {at, json::object{{"at", time_or_null(at)}, {"what", what}}};
}

Moment letter_moment(Desk& desk, Time at, std::string_view what, const std::optional<Id>& id) {
  Moment out = moment(at, what);
  const auto letter = id ? desk.ledger.letter(*id) : std::nullopt;
  if (letter) out.what["letter"] = letter_json(*letter);
  return out;
}

void add_hands(Desk& desk, const Grant& invitation, std::vector<Moment>& out) {
  onboard::AuditFilter filter;
  filter.about = to_string(invitation.id);
  for (const auto& row : desk.ledger.office().audit(invitation.tenant, filter, {100, {}})) {
    if (row.what == "invitation_resent")
      out.push_back(letter_moment(desk, row.at, "resent", parse_id(row.detail)));
    else if (row.what == "invitation_revoked") out.push_back(moment(row.at, "revoked"));
    else continue;
    out.back().what["by"] = row.who_name;
  }
}

json::array timeline_of(Desk& desk, const Grant& invitation) {
  std::vector<Moment> moments;
  moments.push_back(moment(invitation.created, "created"));
  if (const auto id = desk.ledger.survey().first_letter(invitation))
    moments.push_back(letter_moment(desk, invitation.created, "letter", id));
  if (const auto connection = desk.ledger.connection_of(invitation.id)) {
    moments.push_back(moment(connection->created, "opened"));
    const bool agreed = connection->consent == onboard::Consent::agreed;
    if (connection->decided)
      moments.push_back(moment(connection->decided, agreed ? "agreed" : "withdrawn"));
  }
  add_hands(desk, invitation, moments);
  const bool has_revoked = std::ranges::any_of(
      moments, [](const Moment& one) { return text_member(one.what, "what") == "revoked"; });
  if (invitation.revoked && !has_revoked) moments.push_back(moment(invitation.revoked, "revoked"));
  std::ranges::stable_sort(moments, {}, &Moment::at);
  const auto state = onboard::state_of(invitation, desk.at.now);
  if (state == onboard::InvitationState::expired)
    moments.push_back(moment(invitation.terms.expires, "expired"));
  if (state == onboard::InvitationState::locked) moments.push_back(moment(std::nullopt, "locked"));
  json::array out;
  for (Moment& one : moments) out.push_back(std::move(one.what));
  return out;
}

// --- the table ---
// Where the columns we know stand; npos: nowhere.
struct Columns {
  std::size_t email = std::string::npos, first_name = std::string::npos,
              last_name = std::string::npos, language = std::string::npos, count = 0;
};

Result<Columns> columns_of(const CsvRow& header) {
  Columns columns;
  columns.count = header.cells.size();
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const std::string name = lower_ascii(trim(header.cells[i]));
    if (name == "email") columns.email = i;
    if (name == "first_name") columns.first_name = i;
    if (name == "last_name") columns.last_name = i;
    if (name == "language") columns.language = i;
  }
  const std::size_t last = std::max({columns.email, columns.first_name, columns.last_name});
  if (last == std::string::npos)
    return refuse(invalid("file", "the first row must name email, first_name and last_name"));
  return columns;
}

Result<std::vector<onboard::ImportRow>> rows_in(std::string_view text) {
  const auto lines = TRY(parse_csv(text, onboard::import_rows + 1));
  if (lines.empty()) return refuse(invalid("file", "the file is empty"));
  const Columns columns = TRY(columns_of(lines.front()));
  std::vector<onboard::ImportRow> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    onboard::ImportRow row;
    row.line = lines[i].line;
    row.is_whole = lines[i].cells.size() == columns.count;
    const auto cell = [&](std::size_t at) {
      return at < lines[i].cells.size() ? std::string(trim(lines[i].cells[at])) : std::string();
    };
    row.invitee = {cell(columns.email), cell(columns.first_name), cell(columns.last_name),
                   cell(columns.language)};
    rows.push_back(std::move(row));
  }
  return rows;
}

json::object refusal_json(const onboard::ImportRefusal& refusal) {
  json::array errors;
  for (const auto& error : refusal.errors)
    errors.push_back(json::object{{"field", error.field}, {"rule", error.rule}});
  return {{"line", refusal.line}, {"email", refusal.email}, {"errors", std::move(errors)}};
}

}  // namespace

Result<Response> get_invitations(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  const onboard::InvitationSearch search = TRY(search_of(request));
  const auto found =
      desk.ledger.survey().invitations(by.tenant, search, desk.at.now, {page.limit, page.after});
  json::array items;
  for (const Grant& row : rows_of(desk, found)) items.push_back(invitation_json(row, desk.at.now));
  return json_response(200,
                       json::object{{"items", std::move(items)}, {"next", id_or_null(found.next)}});
}

Result<Response> get_invitation(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such invitation")));
  const Grant invitation = TRY(onboard::find_invitation(desk, by.tenant, id));
  json::object out = invitation_json(invitation, desk.at.now);
  out["timeline"] = timeline_of(desk, invitation);
  const auto connection = desk.ledger.connection_of(invitation.id);
  const auto onward = connection ? onboard::onward_session(desk, *connection) : std::nullopt;
  out["session"] = onward ? json::value(to_string(onward->id)) : json::value();
  return json_response(200, out);
}

Result<Response> post_invitation(const Request& request, Desk& desk) {
  CHECK_OK(by_operator(request, desk));
  const json::object body = TRY(json_body(request));
  const auto organisation = TRY(optional_text(body, "organisation"));
  const Acting by = TRY(acting(request, desk, Scope::invite, organisation));
  onboard::Invitee invitee;
  invitee.email = TRY(required_text(body, "email"));
  invitee.first_name = TRY(required_text(body, "first_name"));
  invitee.last_name = TRY(required_text(body, "last_name"));
  const auto language = TRY(optional_text(body, "language"));
  if (language && language->empty()) return refuse(invalid("language", "language is no code"));
  invitee.language = language.value_or("");
  if (const auto errors = onboard::check_invitee(invitee); !errors.empty())
    return refuse(invalid(errors[0].field, errors[0].field + " breaks the rule " + errors[0].rule));
  const onboard::Invited invited = TRY(onboard::invite(desk, by.caller, invitee));
  json::object out = invitation_json(invited.grant, desk.at.now);
  out["onboarding_token"] = json::string(invited.code.reveal());
  return json_response(201, out);
}

Result<Response> delete_invitation(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such invitation")));
  CHECK_OK(onboard::revoke_invitation(desk, by.tenant, id));
  onboard::note(desk, by.tenant, by.who, "invitation_revoked", to_string(id));
  return no_content();
}

Result<Response> post_resend(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such invitation")));
  const auto letter = TRY(onboard::resend_invitation(desk, by.tenant, id));
  onboard::note(desk, by.tenant, by.who, "invitation_resent", to_string(id), to_string(letter.id));
  return json_response(202, letter_json(letter));
}

Result<std::unique_ptr<Prepared>> prepare_import(const Request& request, Desk& desk) {
  if (!request.file) return refuse(missing("file"));
  if (request.file->bytes > import_bytes)
    return refuse(Fault::malformed, codes::too_large, "the file may have 1 MiB", "file");
  const Bytes bytes = desk.files.read(request.file->name);
  auto prepared = std::make_unique<PreparedImport>();
  prepared->rows = TRY(rows_in(as_text(bytes)));
  return prepared;
}

Result<Response> post_import(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk, Scope::invite, std::nullopt));
  const auto& prepared = dynamic_cast<const PreparedImport&>(*desk.prepared);
  const bool is_dry = request.query_value("dryRun") == "true";
  const auto imported = onboard::import_invitations(
      desk, by.caller, prepared.rows, is_dry ? onboard::Run::dry : onboard::Run::real);
  if (!is_dry)
    onboard::note(desk, by.tenant, by.who, "invitations_imported", {},
                  std::to_string(imported.invited) + " of " + std::to_string(prepared.rows.size()));
  json::array refused;
  for (const auto& refusal : imported.refused) refused.push_back(refusal_json(refusal));
  return json_response(200, json::object{{"dryRun", is_dry},
                                         {"rows", prepared.rows.size()},
                                         {"invited", imported.invited},
                                         {"refused", std::move(refused)}});
}

Result<std::unique_ptr<Prepared>> prepare_export(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const json::object body = TRY(optional_json_body(request));
  const onboard::InvitationSearch search = TRY(search_in(body));
  onboard::SearchPage page{export_rows, {}};
  if (const auto cursor = TRY(optional_text(body, "cursor"))) {
    page.after = parse_id(*cursor);
    if (!page.after) return refuse(invalid("cursor", "cursor must be that of the table before"));
  }
  auto prepared = std::make_unique<PreparedExport>();
  prepared->csv = csv_line(
      {"id", "email", "first_name", "last_name", "state", "created_at", "expires_at", "used_at"});
  const auto found = desk.ledger.survey().invitations(by.tenant, search, desk.at.now, page);
  for (const Grant& row : rows_of(desk, found)) {
    const auto invitee = onboard::invitee_of(row);
    prepared->csv +=
        csv_line({to_string(row.id), invitee.email, invitee.first_name, invitee.last_name,
                  std::string(onboard::to_string(onboard::state_of(row, desk.at.now))),
                  iso_millis(row.created), iso_millis(row.terms.expires),
                  row.spent_at ? iso_millis(*row.spent_at) : std::string()});
  }
  prepared->rows = found.ids.size();
  prepared->next = found.next;
  return prepared;
}

Result<Response> post_export(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& prepared = dynamic_cast<const PreparedExport&>(*desk.prepared);
  onboard::note(desk, by.tenant, by.who, "invitations_exported", {},
                std::to_string(prepared.rows) + " rows");
  Response response;
  response.body = prepared.csv;
  response.headers = {{"Content-Type", "text/csv; charset=utf-8"},
                      {"Content-Disposition", "attachment; filename=\"invitations.csv\""},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cache-Control", "no-store"}};
  if (prepared.next) response.headers.emplace_back("Limen-Next", to_string(*prepared.next));
  return response;
}

}  // namespace limen::doors::operators
