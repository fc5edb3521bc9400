// The invited person's pages: code and address open the invitation, then they see who asks for what
// and decide. s0: the token "is not consent": nothing is shared before the second form says so.
#include "base/problem_codes.hpp"
#include "doors/pages/form.hpp"
#include "doors/pages/handlers.hpp"
#include "doors/pages/page.hpp"
#include "onboard/connect.hpp"

namespace limen::doors::pages {
namespace {

using onboard::Connection;

struct Asked {
  int status = 200;
  std::string_view code, email, complaint;
};

Response ask_for_code(const Asked& asked) {
  Markup body;
  if (!asked.complaint.empty()) body += error_box(asked.complaint);
  body += fill(
      "<p>Please enter the code from your invitation, and the e-mail address it was sent to.</p>\n"
      "<form method=\"post\" action=\"/invite\">\n"
      "<label for=\"code\">Code</label>\n"
      "<input id=\"code\" name=\"code\" type=\"text\" autocomplete=\"one-time-code\" "
      "autocapitalize=\"characters\" spellcheck=\"false\" maxlength=\"64\" value=\"{}\" required>\n"
      "<label for=\"email\">E-mail address</label>\n"
      "<input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"email\" maxlength=\"254\" "
      "value=\"{}\" required>\n"
      "<button type=\"submit\">Open the invitation</button>\n</form>\n",
      asked.code, asked.email);
  return render({asked.status, "Open your invitation", body, {}, {}});
}

struct Offer {
  const Connection& connection;
  std::string_view organisation;
  std::string_view token;  // connection_token, in the form's body only
  std::string_view complaint{};
  std::string_view date_of_birth{};
};

Response ask_for_consent(const Offer& offer) {
  const Connection& person = offer.connection;
  Page page;
  page.title = std::string(offer.organisation) + " invites you";
  if (!offer.complaint.empty()) {
    page.status = 400;
    page.body += error_box(offer.complaint);
  }
  page.body += fill(
      "<p>If you agree, {} may see the following:</p>\n"
      "<dl>\n<dt>Name</dt>\n<dd>{} {}</dd>\n<dt>E-mail address</dt>\n<dd>{}</dd>\n"
      "<dt>Verification</dt>\n<dd>The state and the results of your identity check</dd>\n</dl>\n",
      offer.organisation, person.first_name, person.last_name, person.email);
  page.body += fill(
      "<form method=\"post\" action=\"/invite/consent\">\n"
      "<input type=\"hidden\" name=\"connection_id\" value=\"{}\">\n"
      "<input type=\"hidden\" name=\"connection_token\" value=\"{}\">\n"
      "<label for=\"date_of_birth\">Date of birth (optional)</label>\n"
      "<p class=\"hint\">Year-month-day, for example 1990-12-31. Shared as well if you give "
      "it.</p>\n"
      "<input id=\"date_of_birth\" name=\"date_of_birth\" type=\"date\" value=\"{}\">\n"
      "<button type=\"submit\" name=\"decision\" value=\"agreed\">I agree</button>\n"
      "<button type=\"submit\" name=\"decision\" value=\"refused\" class=\"second\">I do not "
      "agree</button>\n</form>\n",
      to_string(person.id), offer.token, offer.date_of_birth);
  return render(page);
}

// These pages take no file, and nobody has proved anything yet: http spools nothing for them.
Result<Form> read_form(const Request& request) {
  if (request.media_type() == "multipart/form-data")
    return refuse(Fault::malformed, codes::wrong_media_type, "this form is sent urlencoded");
  return Form::read(request);
}

std::string name_of(Desk& desk, const onboard::TenantId& tenant) {
  const auto organisation = desk.ledger.organisation(tenant);
  return organisation ? organisation->name : std::string("The organisation");
}

Response decided(const std::string& organisation, onboard::Consent decision) {
  const bool has_agreed = decision == onboard::Consent::agreed;
  const Markup body =
      has_agreed
          ? fill("<p>{} may now see what you agreed to share. You can close this page.</p>\n",
                 organisation)
          : fill("<p>Nothing is shared with {}. You can close this page.</p>\n", organisation);
  return render({200, has_agreed ? "You are connected" : "You did not agree", body, {}, {}});
}

}  // namespace

// GET never consumes: it fills the code in and does not even look it up.
Result<Response> get_invite(const Request& request, Desk&) {
  const std::string code = request.query_value("code").value_or(std::string());
  return ask_for_code({200, code, {}, {}});
}

Result<Response> post_invite(const Request& request, Desk& desk) {
  const Form form = TRY(read_form(request));
  const auto opened =
      onboard::open_invitation(desk, form.get("code"), form.get("email"), sender_address(request));
  if (opened)
    return ask_for_consent({opened->connection, opened->organisation, opened->token.reveal()});
  if (opened.error().code != codes::no_invitation) return refuse(opened.error());
  return ask_for_code({404, form.get("code"), form.get("email"),
                       "We know no open invitation with this code and address. Please check both. "
                       "A code works until it is used or expires."});
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
  if (word == "agreed") input.date_of_birth = std::string(form.get("date_of_birth"));
  const auto connection = onboard::decide_consent(desk, input);
  if (connection) return decided(name_of(desk, connection->tenant), decision);
  // Only a date that cannot be is refused as a field, and only after the token proved genuine.
  const auto id = parse_id(form.get("connection_id"));
  const auto asked = connection.error().code == codes::invalid_field && id
                         ? desk.ledger.connection(*id)
                         : std::optional<Connection>{};
  if (!asked) return refuse(connection.error());
  return ask_for_consent({*asked, name_of(desk, asked->tenant), form.get("connection_token"),
                          "The date of birth must be a date in the past, as year-month-day.",
                          form.get("date_of_birth")});
}

}  // namespace limen::doors::pages
