// Opening a session and the texts that lead into it.
#include "onboard/open.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "grant/engine.hpp"
#include "onboard/appearance.hpp"
#include "onboard/notices.hpp"
#include "onboard/rules.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;
using journey::Door;

namespace {

std::string_view host_of(std::string_view url) {
  std::string_view rest = url.substr(url.find("://") + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  return rest.substr(0, rest.rfind(':'));
}

// s4 D10: absolute http or https, with a host and without user info; what a browser would read
// differently is refused.
bool is_return_url(std::string_view url) {
  const std::string lower = lower_ascii(url.substr(0, 8));
  const bool is_http = lower.starts_with("http://") || lower.starts_with("https://");
  if (!is_http || url.size() > 2048 || !is_utf8(url) || has_control(url)) return false;
  constexpr std::string_view refused = "\\ \"<>^`{|}";
  const std::string_view rest = url.substr(url.find("://") + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find_first_of(refused) != std::string_view::npos) return false;
  // Braces stand for themselves nowhere (RFC 3986 section 2), so one word in them asks for the id.
  constexpr std::string_view hole = "{sessionId}";
  std::string_view tail = rest.substr(authority.size());
  for (std::size_t at = tail.find_first_of(refused); at != std::string_view::npos;
       at = tail.find_first_of(refused)) {
    if (!tail.substr(at).starts_with(hole)) return false;
    tail.remove_prefix(at + hole.size());
  }
  return !host_of(url).empty() && authority.find('@') == std::string_view::npos;
}

Result<void> check_return(const Opening& opening, const Organisation& organisation) {
  if (!is_return_url(opening.return_url))
    return bad_field("return_url", "returnUrl must be an absolute http or https URL");
  const auto& hosts = organisation.return_hosts;
  const std::string host = lower_ascii(host_of(opening.return_url));
  if (!hosts.empty() && std::find(hosts.begin(), hosts.end(), host) == hosts.end())
    return bad_field("return_url", "returnUrl must lead to a registered host");
  return {};
}

Result<void> check_enrolment(Desk& desk, const Caller& caller, const Opening& opening,
                             const Organisation& organisation) {
  const Time now = desk.at.now;
  if (!parse_id(opening.caller_id)) return bad_field("session_id", "sessionId must be a GUID");
  const bool is_invited = caller.grant.kind == Kind::connection;
  if (!is_invited || !opening.return_url.empty()) CHECK_OK(check_return(opening, organisation));
  if (!opening.theme.empty() && !is_theme(desk, organisation.id, opening.theme))
    return bad_field("theme", "webEnrolmentTheme must name a theme of this installation");
  if (!opening.applicant) return {};
  const auto& form = *opening.applicant;
  for (const auto& [field, text] :
       {std::pair{"first_name", &form.first_name}, std::pair{"last_name", &form.last_name},
        std::pair{"additional_names", &form.additional_names}}) {
    if (!is_utf8(*text) || has_control(*text) || count_points(*text) > limits::external_id_points)
      return bad_field(field,
                       "must be a name of at most 512 characters without control characters");
  }
  if (form.date_of_birth.empty()) return {};
  const auto date = parse_date(form.date_of_birth);
  if (!date || std::chrono::sys_days{*date} > now)
    return bad_field("date_of_birth", "dateOfBirth must be a past date that exists, as YYYY-MM-DD");
  return {};
}

Result<void> check_texts(const Opening& opening) {
  if (!is_utf8(opening.external_id) || has_control(opening.external_id) ||
      count_points(opening.external_id) > limits::external_id_points)
    return bad_field("external_id", "externalId must have at most 512 characters");
  if (opening.person.size() > limits::external_id_points || has_control(opening.person))
    return bad_field("tenant_user_id", "tenant_user_id must have at most 512 characters");
  if (opening.metadata.size() > limits::metadata_bytes)
    return bad_field("metadata", "metadata must have at most 16384 bytes");
  return {};
}

Bytes step_context(const Session& session, std::uint32_t position) {
  Bytes context(session.id.bytes.begin(), session.id.bytes.end());
  for (int shift = 24; shift >= 0; shift -= 8)
    context.push_back(static_cast<std::uint8_t>(position >> shift));
  return context;
}

}  // namespace

bool is_theme(Desk& desk, const TenantId& tenant, const std::string& name) {
  return is_built_in_theme(name) || desk.ledger.office().theme(tenant, name).has_value();
}

Result<Session> open_session(Desk& desk, const Caller& caller, const Opening& opening) {
  const journey::Skill* skill = desk.catalogue.find(opening.skill);
  if (skill == nullptr)
    return refuse(Fault::malformed, codes::unknown_skill, "no such skill in the catalogue",
                  "skill");
  const auto organisation = organisation_of(desk, caller.tenant());
  const auto& registered = organisation->skills;
  if (std::find(registered.begin(), registered.end(), opening.skill) == registered.end())
    return refuse(Fault::unauthenticated, codes::unregistered_skill,
                  "this organisation has not registered that skill", "skill");
  CHECK_OK(check_texts(opening));
  if (opening.door == Door::enrolment)
    CHECK_OK(check_enrolment(desk, caller, opening, *organisation));

  Session session;
  session.id = seal::draw_id(desk.at.entropy, desk.at.now);
  session.tenant = caller.tenant();
  // A skills session belongs to the client, so that its keys can be rotated while people are on
  // their way.
  session.owner = opening.door == Door::skills ? caller.grant.parent : caller.grant.id;
  session.door = opening.door;
  session.skill = opening.skill;
  session.created = session.updated = desk.at.now;
  const Seconds life =
      skill->session_life.count() > 0 ? skill->session_life : desk.settings.session_life;
  session.expires = std::min(desk.at.now + life, opening.latest);
  session.caller_id = opening.caller_id;
  session.external_id = opening.external_id;
  session.person = opening.person;
  session.return_url = opening.return_url;
  session.theme = opening.theme;
  session.metadata = opening.metadata;
  session.applicant = opening.applicant;
  session.rules = journey::digest_of(skill->rules);
  // A session is asked for by either id, so what names one is no other's name.
  const auto named = parse_id(opening.caller_id);
  const auto other = named ? desk.ledger.session(*named) : std::nullopt;
  const bool is_taken = other && other->tenant == session.tenant;
  if (is_taken || !desk.ledger.add_session(session))
    return refuse(Fault::conflict, codes::duplicate_session, "this sessionId was used before",
                  "session_id");
  pin_rules(desk, session, *skill);  // only now: a refusal leaves nothing behind (I12)
  tell(desk, session, WebhookEvent::initialized);
  return session;
}

Result<const journey::Skill*> skill_of(const Desk& desk, const Session& session) {
  const journey::Skill* skill = desk.catalogue.find(session.skill);
  bool fits = skill != nullptr && session.steps.size() <= skill->steps.size();
  for (std::size_t i = 0; fits && i < session.steps.size(); ++i)
    fits = session.steps[i].name == skill->steps[i].name;
  if (!fits)
    return refuse(Fault::gone, codes::session_over, "this session's skill is no longer offered");
  return skill;
}

seal::Secret nonce_of(const Desk& desk, const Session& session, std::uint32_t position) {
  const journey::Skill* skill = desk.catalogue.find(session.skill);
  ASSERT(skill != nullptr);  // the caller has just opened it, or asked skill_of
  const Bytes context = step_context(session, position);
  seal::Bits256 bits = desk.sealer.derive("pass", context);
  // The text names its step; the MAC of the sealed text keeps that honest.
  std::copy(context.end() - 4, context.end(), bits.end() - 4);
  return grant::text_of(desk.sealer, journey::pass_of(session, *skill, position), bits);
}

seal::Secret temp_token_of(const Desk& desk, const Session& session) {
  const seal::Bits256 bits = desk.sealer.derive("handover", session.id.view());
  return grant::text_of(desk.sealer, journey::hand_over_of(session), bits);
}

EnrolmentTokens enrolment_tokens(const Desk& desk, const Session& session) {
  EnrolmentTokens out;
  const std::int64_t starts = to_unix(desk.at.now);
  // s4's example holds exactly these claims, in this order.
  const json::object claims{{"sessionId", session.caller_id},
                            {"customer", to_string(session.tenant)},
                            {"nbf", starts},
                            {"exp", starts + grant::policy_of(Kind::enrolment).life.count()}};
  const bool is_es256 = desk.settings.enrolment_token == EnrolmentToken::es256;
  out.access_token =
      seal::Secret(is_es256 ? seal::sign_es256(*desk.signing.keys.front(), "JWT", claims)
                            : seal::sign_hs256(desk.enrolment_key, claims));
  out.reference = reference_of(desk, session);
  return out;
}

seal::Secret reference_of(const Desk& desk, const Session& session) {
  Grant reference;
  reference.id = session.id;
  reference.kind = Kind::reference;
  reference.terms.expires = session.expires;
  return grant::text_of(desk.sealer, reference, seal::draw_256(desk.at.entropy));
}

}  // namespace limen::onboard
