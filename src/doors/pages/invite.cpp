// The invited person's pages: code and address open the invitation, then they see who asks for what
// and decide. s0: the token "is not consent": nothing is shared before the second form says so.
#include "base/problem_codes.hpp"
#include "doors/pages/fields.hpp"
#include "doors/pages/form.hpp"
#include "doors/pages/handlers.hpp"
#include "doors/pages/right.hpp"
#include "doors/pages/steps.hpp"
#include "doors/session_view.hpp"
#include "journey/advance.hpp"
#include "onboard/connect.hpp"
#include "onboard/onward.hpp"
#include "onboard/open.hpp"
#include "seal/code.hpp"

namespace limen::doors::pages {
namespace {

using onboard::Connection;

Page page_of_invitation(const Request& request, std::string_view lang = {}) {
  Page page;
  page.look = look_of(request, lang);
  page.look.switch_to = "/invite";
  page.powers = Powers::script;
  return page;
}

struct Asked {
  int status = 200;
  std::string_view code, email;
  bool is_unknown = false;
};

Response ask_for_code(Page page, const Asked& asked) {
  const Look& look = page.look;
  page.status = asked.status;
  page.kind = "invite";
  page.title = look.say("invite.title");
  if (asked.is_unknown) page.before = error_box(look, {{look.say("invite.unknown"), "code"}});
  page.body = fill(
      "<p>{}</p>\n<form method=\"post\" action=\"/invite\" data-answers>\n"
      "<label for=\"code\">{}</label>\n<p class=\"hint\" id=\"code-hint\">{}</p>\n"
      "<input id=\"code\" name=\"code\" type=\"text\" autocomplete=\"one-time-code\" "
      "autocapitalize=\"characters\" spellcheck=\"false\" dir=\"ltr\" maxlength=\"64\" "
      "value=\"{}\" aria-describedby=\"code-hint\" required>\n"
      "<label for=\"email\">{}</label>\n"
      "<input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"email\" dir=\"ltr\" "
      "maxlength=\"254\" value=\"{}\" required>\n"
      "<button type=\"submit\">{}</button>\n</form>\n<h2>{}</h2>\n<p>{}</p>\n",
      look.say("invite.lead"), look.say("invite.code"), look.say("invite.code_hint"), asked.code,
      look.say("invite.email"), asked.email, look.say("invite.open"), look.say("invite.lost_title"),
      look.say("invite.lost"));
  page.body += words_block(look);
  return render(page);
}

struct Offer {
  const Connection& connection;
  std::string_view organisation;
  std::string_view token;  // connection_token, in the form's body only
  const journey::Skill* onward = nullptr;
  const Form* given = nullptr;
};

Markup shared_things(const Look& look, const Connection& person) {
  const auto row = [](std::string_view name, std::string_view value) {
    return fill("<div><dt>{}</dt><dd dir=\"auto\">{}</dd></div>\n", name, value);
  };
  Markup rows = row(look.say("invite.name"), person.first_name + " " + person.last_name);
  rows += row(look.say("invite.email"), person.email);
  return fill("<dl>\n{}</dl>\n", rows);
}

Response ask_for_consent(Page page, const Offer& offer) {
  const Look& look = page.look;
  const auto say = [&](words::Key key) {
    return look.say(key, {{"organisation", offer.organisation}});
  };
  page.kind = "consent";
  page.brand = offer.organisation;
  page.title = say("invite.offer_title");
  std::vector<Flaw> flaws;
  if (offer.given != nullptr) {
    page.status = 400;
    flaws = {{look.say("invite.birth_wrong"), first_part(look, "date_of_birth")}};
    page.before = error_box(look, flaws);
  }
  page.body = fill("<p>{}</p>\n<p>{}</p>\n{}<p>{}</p>\n", say("invite.why"), say("invite.offer"),
                   shared_things(look, offer.connection), say("invite.nothing_else"));
  if (offer.onward != nullptr) {
    const std::string total = std::to_string(offer.onward->steps.size());
    page.body +=
        fill("<p>{}</p>\n",
             look.say("invite.onward", {{"organisation", offer.organisation}, {"total", total}}));
  }
  const DateField birth{"date_of_birth", look.say("form.date_of_birth"),
                        look.say("invite.birth_hint"), "bday", false};
  // HTML section 4.10.22.2: Enter in a field presses the first button that submits, and nothing
  // when that one is disabled. A finished date is no consent.
  page.body += fill(
      "<form method=\"post\" action=\"/invite/consent\">\n"
      "<button type=\"submit\" disabled hidden></button>\n"
      "<input type=\"hidden\" name=\"connection_id\" value=\"{}\">\n"
      "<input type=\"hidden\" name=\"connection_token\" value=\"{}\">\n{}"
      "<button type=\"submit\" name=\"decision\" value=\"agreed\">{}</button>\n"
      "<button type=\"submit\" name=\"decision\" value=\"refused\" class=\"second\">{}</button>\n"
      "</form>\n",
      to_string(offer.connection.id), offer.token, date_row(look, birth, {offer.given, &flaws}),
      look.say("invite.agree"), look.say("invite.refuse"));
  return render(page);
}

// These pages take no file, and nobody has proved anything yet: http spools nothing for them.
Result<Form> read_form(const Request& request) {
  if (request.media_type() == "multipart/form-data")
    return refuse(Fault::malformed, codes::wrong_media_type, "this form is sent urlencoded");
  return Form::read(request);
}

std::string name_of(const Look& look, Desk& desk, const onboard::TenantId& tenant) {
  const auto organisation = desk.ledger.organisation(tenant);
  return organisation ? organisation->name : look.say("invite.organisation");
}

// The form of an enrolment's link, whose address need not be in anybody's history.
Markup way_onward(Look& look, Desk& desk, const onboard::Session& session) {
  const auto skill = onboard::skill_of(desk, session);
  const seal::Secret token = onboard::reference_of(desk, session);
  look.switch_to = "/web-enrolment/";  // another language arrives there as well
  look.switch_keeps = {{"token", std::string(token.reveal())}};
  const journey::Wanted wanted = skill ? journey::wanted(session, **skill) : journey::Wanted();
  Markup out;
  if (skill && !wanted.finished)
    out = fill("<p>{}</p>\n", look.say("arrive.next", {{"number", std::to_string(wanted.done + 1)},
                                                       {"total", std::to_string(wanted.total)},
                                                       {"step", step_text(look, wanted)}}));
  out += fill(
      "<form method=\"post\" action=\"/web-enrolment/\">\n"
      "<input type=\"hidden\" name=\"token\" value=\"{}\">\n"
      "<button type=\"submit\">{}</button>\n</form>\n",
      token.reveal(), look.say("form.continue"));
  return out;
}

// What stands after the decision, and where the code leads back to.
struct Outcome {
  bool has_agreed = false;
  const std::string& organisation;
  const std::optional<onboard::Session>& onward;
};

Response show_outcome(Page page, Desk& desk, const Outcome& outcome) {
  Look& look = page.look;
  const auto say = [&](words::Key agreed, words::Key refused) {
    return look.say(outcome.has_agreed ? agreed : refused,
                    {{"organisation", outcome.organisation}});
  };
  page.kind = outcome.onward ? "onward" : "end";
  page.brand = outcome.organisation;
  page.title = say("invite.agreed_title", "invite.refused_title");
  if (outcome.has_agreed) page.before = fill("<div class=\"sign\"></div>\n");
  page.body = fill("<p>{}</p>\n", say("invite.agreed", "invite.refused"));
  page.body += outcome.onward ? way_onward(look, desk, *outcome.onward)
                              : fill("<p>{}</p>\n", look.say("form.close_page"));
  return render(page);
}

void keep_language(Page& page, const Desk& desk) {
  if (const auto language = language_cookie(page.look, is_secure_at(desk.settings.base_url)))
    page.cookies.push_back(*language);
}

}  // namespace

// GET never consumes: it fills the code in and does not even look it up.
Result<Response> get_invite(const Request& request, Desk& desk) {
  const std::string code = request.query_value("code").value_or(std::string());
  Page page = page_of_invitation(request);
  if (!code.empty()) {
    page.look.switch_keeps = {{"code", code}};
    page.facts = fill(" data-bare");
  }
  keep_language(page, desk);
  return ask_for_code(std::move(page), {200, code, {}, false});
}

Result<Response> post_invite(const Request& request, Desk& desk) {
  const Form form = TRY(read_form(request));
  const std::string code(form.get("code")), email(form.get("email"));
  const bool is_switch = !form.get("lang").empty();
  Page page = page_of_invitation(request, form.get("lang"));
  keep_language(page, desk);
  if (!code.empty()) page.look.switch_keeps = {{"code", code}};
  // The language was switched before there was an address: nobody guessed, and no miss is counted.
  if (is_switch && email.empty()) return ask_for_code(std::move(page), {200, code, {}, false});
  const auto opened = onboard::open_invitation(desk, code, email, sender_address(request));
  if (opened) {
    page.look.switch_keeps = {{"code", seal::normalise_code(code).value_or(code)},
                              {"email", email}};
    dress(desk, {opened->connection.tenant, opened->organisation}, page.look);
    if (opened->onward)
      return show_outcome(std::move(page), desk, {true, opened->organisation, opened->onward});
    return ask_for_consent(std::move(page),
                           {opened->connection, opened->organisation, opened->token.reveal(),
                            onboard::onward_skill(desk, opened->connection)});
  }
  if (opened.error().code != codes::no_invitation) return refuse(opened.error());
  return ask_for_code(std::move(page), {404, code, email, true});
}

Result<Response> post_consent(const Request& request, Desk& desk) {
  const Form form = TRY(read_form(request));
  const std::string_view word = form.get("decision");
  if (word != "agreed" && word != "refused")
    return refuse(Fault::malformed, codes::invalid_field, "decision must be agreed or refused",
                  "decision");
  const auto decision = word == "agreed" ? onboard::Consent::agreed : onboard::Consent::withdrawn;
  onboard::ConsentInput input{form.get("connection_token"), form.get("connection_id"), decision};
  // Who refuses shares nothing, whatever stands in the form.
  if (word == "agreed") input.date_of_birth = date_in(form, "date_of_birth");
  Page page = page_of_invitation(request);
  page.look.switch_to = "/language";  // this answer cannot be asked for again
  auto end = onboard::decide_consent(desk, input);
  if (!end && end.error().code == codes::conflict) {
    // The page was left open beyond the first step, where a date counts no more.
    input.date_of_birth = {};
    end = onboard::decide_consent(desk, input);
  }
  if (end) {
    const onboard::TenantId& tenant = end->connection.tenant;
    const std::string organisation = name_of(page.look, desk, tenant);
    dress(desk, {tenant, organisation}, page.look);
    return show_outcome(std::move(page), desk, {word == "agreed", organisation, end->onward});
  }
  // Only a date that cannot be is refused as a field, and only after the token proved genuine.
  const auto id = parse_id(form.get("connection_id"));
  const auto asked = end.error().code == codes::invalid_field && id ? desk.ledger.connection(*id)
                                                                    : std::optional<Connection>{};
  if (!asked) return refuse(end.error());
  const std::string organisation = name_of(page.look, desk, asked->tenant);
  dress(desk, {asked->tenant, organisation}, page.look);
  return ask_for_consent(std::move(page), {*asked, organisation, form.get("connection_token"),
                                           onboard::onward_skill(desk, *asked), &form});
}

}  // namespace limen::doors::pages
