// The screens of a journey, without a store: every field from its rule alone, forms read back,
// what is said of what is wrong, and where it ends.
#include <gtest/gtest.h>

#include "base/problem_codes.hpp"
#include "doors/header_test.hpp"
#include "doors/pages/device.hpp"
#include "doors/pages/fields.hpp"
#include "doors/pages/steps.hpp"
#include "journey/advance.hpp"

namespace limen::doors::pages {
namespace {

using journey::FieldType;

bool has(const Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

const journey::Skill& identity() {
  static const journey::Skill skill = [] {
    journey::Skill out;
    out.name = "identity";
    journey::Field type{.name = "document_type", .one_of = {"passport", "id_card"}};
    journey::Field country{.name = "country", .type = FieldType::country};
    journey::Field born{.name = "born", .type = FieldType::date, .must_be_past = true};
    born.required = false;
    journey::Field mrz{.name = "mrz", .type = FieldType::mrz, .required = false};
    journey::Field agrees{.name = "agrees", .type = FieldType::boolean};
    journey::UploadRule front{"front", true, journey::Shows::document};
    out.steps.push_back({"document", {type, country, born, mrz, agrees}, {front, {"back", false}}});
    out.steps.push_back({"face", {}, {{"face", true, journey::Shows::face}}});
    return out;
  }();
  return skill;
}

Request form_request(std::string body) {
  Request request;
  request.method = "POST";
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  request.body = std::move(body);
  return request;
}

Visit visit_of(journey::Session session, Way way) {
  Visit visit;
  visit.session = std::move(session);
  visit.skill = &identity();
  visit.organisation = "Bank & Co";
  visit.way = std::move(way);
  visit.base_url = "https://id.example";
  visit.look.theme = visit.session.theme;
  return visit;
}

Way by_cookie() { return {"/go/1", {}, true}; }

TEST(Form, answers_come_back_in_the_types_of_the_step) {
  const auto form = Form::read(form_request(
      "document_type=passport&country=+ro+&mrz=P%3CROU%0D%0AABC%0D%0A&other=1&born.day=1"
      "&born.month=02&born.year=1990"));
  ASSERT_TRUE(form.has_value());
  const journey::Answers want = {{"document_type", "passport"},
                                 {"country", "RO"},
                                 {"born", "1990-02-01"},
                                 {"mrz", std::vector<std::string>{"P<ROU", "ABC"}},
                                 {"agrees", false}};
  EXPECT_EQ(answers_in(*form, identity().steps[0]), want);
}

TEST(Form, a_date_is_taken_whole_or_in_three_parts) {
  struct Case {
    const char* name;
    const char* body;
    std::string_view want;
  };
  const Case cases[] = {
      {"whole", "d=1990-12-31", "1990-12-31"},
      {"parts", "d.day=31&d.month=12&d.year=1990", "1990-12-31"},
      {"short parts", "d.day=3&d.month=4&d.year=1990", "1990-04-03"},
      {"blanks", "d.day=+3+&d.month=04&d.year=1990+", "1990-04-03"},
      {"nothing", "d.day=&d.month=&d.year=", ""},
      {"Arabic digits", "d.day=%D9%A3&d.month=04&d.year=%D9%A1%D9%A9%D9%A9%D9%A0", "1990-04-03"},
      {"Persian digits, whole", "d=%DB%B1%DB%B9%DB%B9%DB%B0-12-%DB%B3%DB%B1", "1990-12-31"},
      {"no month", "d.day=3&d.year=1990", "1990--03"},
      {"two digits of a year stay what they are", "d.day=3&d.month=4&d.year=90", "90-04-03"},
  };
  for (const auto& c : cases) {
    const auto form = Form::read(form_request(c.body));
    EXPECT_EQ(date_in(*form, "d"), c.want) << c.name;
  }
}

TEST(Form, digits_are_ours_where_only_digits_are_asked_for) {
  const journey::StepRule rule{
      "amount", {{.name = "text"}, {.name = "number", .digits_only = true}}, {}};
  const auto form = Form::read(form_request("text=%D9%A3&number=%D9%A0%D9%A9%DB%B0%DB%B97"));
  const journey::Answers want = {{"text", "\xD9\xA3"}, {"number", "09097"}};
  EXPECT_EQ(answers_in(*form, rule), want);
}

TEST(Form, no_skill_can_name_a_field_of_ours) {
  EXPECT_EQ(input_name({.name = "document_type"}), "document_type");
  for (const char* name : {"token", "step", "lang", "device", "iframe"})
    EXPECT_EQ(input_name({.name = name}), "data." + std::string(name));
}

TEST(Form, what_is_no_form_is_refused) {
  Request request = form_request({});
  request.headers = {{"content-type", "application/json"}};
  EXPECT_EQ(Form::read(request).error().code, codes::wrong_media_type);
  for (const char* body : {"a=1&a=2", "a=%zz"})
    EXPECT_EQ(Form::read(form_request(body)).error().code, codes::malformed_request) << body;
}

TEST(Fields, each_follows_from_its_rule) {
  struct Case {
    const char* name;
    journey::Field field;
    std::vector<std::string_view> want;
  };
  journey::Field digits{.name = "pin"};
  digits.digits_only = true;
  digits.points_max = 6;
  journey::Field name{.name = "first_name"};
  name.autofill = "given-name";
  journey::Field phone{.name = "phone"};
  phone.autofill = "tel";
  journey::Field born{.name = "born", .type = FieldType::date};
  born.autofill = "bday";
  journey::Field terms{.name = "terms", .type = FieldType::boolean, .must_be_true = true};
  const Case cases[] = {
      {"digits", digits, {"inputmode=\"numeric\"", "maxlength=\"6\"", "id=\"pin-hint\""}},
      {"autofill", name, {"autocomplete=\"given-name\"", "<label for=\"first_name\">"}},
      {"telephone", phone, {"inputmode=\"tel\" autocapitalize=\"none\" dir=\"ltr\""}},
      {"choice",
       {.name = "kind", .one_of = {"passport"}},
       {"<select id=\"kind\"", "<option value=\"passport\">Passport</option>"}},
      {"date",
       born,
       {"<fieldset", "name=\"born.day\"", "<select id=\"born.month\"",
        "<option value=\"02\">February</option>", "autocomplete=\"bday-year\""}},
      {"country",
       {.name = "country", .type = FieldType::country},
       {"<option value=\"RO\">Romania</option>"}},
      {"zone", {.name = "mrz", .type = FieldType::mrz}, {"<textarea id=\"mrz\"", "dir=\"ltr\""}},
      {"consent", terms, {"type=\"checkbox\"", " required"}},
  };
  for (const auto& c : cases) {
    const std::string text = field_row({}, c.field, {}).text();
    for (const auto part : c.want)
      EXPECT_NE(text.find(part), std::string::npos) << c.name << ": " << part << "\n" << text;
  }
}

TEST(Fields, a_hint_stands_only_where_it_is_true) {
  const auto has_hint = [](const journey::Field& field, bool has_document = true) {
    const Filled filled{.has_document = has_document};
    return field_row({}, field, filled).text().find("class=\"hint\"") != std::string::npos;
  };
  EXPECT_FALSE(has_hint({.name = "born", .type = FieldType::date}));
  EXPECT_TRUE(has_hint({.name = "country", .type = FieldType::country}));
  EXPECT_FALSE(has_hint({.name = "country", .type = FieldType::country}, false));
  journey::Field home{.name = "home", .type = FieldType::country};
  home.autofill = "country";
  EXPECT_FALSE(has_hint(home));
}

TEST(Fields, the_parts_of_a_date_stand_in_the_order_of_the_language) {
  const journey::Field born{.name = "born", .type = FieldType::date};
  Look look;
  EXPECT_EQ(first_part(look, "born"), "born.day");
  look.language = words::Language::hu_HU;
  EXPECT_EQ(first_part(look, "born"), "born.year");
  const std::string text = field_row(look, born, {}).text();
  EXPECT_LT(text.find("born.year"), text.find("born.day"));
}

TEST(Fields, everything_that_is_wrong_is_said_at_once_beside_its_field) {
  const auto form = Form::read(form_request("country=XX&born.day=31&born.month=02&born.year=1990"));
  const auto flaws = flaws_in({}, identity().steps[0], *form, Date{});
  ASSERT_EQ(flaws.size(), 3U);
  EXPECT_EQ(flaws[0].target, "document_type");
  EXPECT_EQ(flaws[1].target, "country");
  EXPECT_EQ(flaws[2].target, "born.day");
  const Filled filled{&*form, &flaws, true};
  const std::string text = field_row({}, identity().steps[0].fields[1], filled).text();
  EXPECT_NE(text.find("aria-invalid=\"true\""), std::string::npos);
  EXPECT_NE(text.find("aria-describedby=\"country-hint country-wrong\""), std::string::npos);
}

TEST(Fields, an_answer_is_read_back_in_words) {
  const auto& fields = identity().steps[0].fields;
  EXPECT_EQ(answer_text({}, fields[0], "id_card"),
            words::label(words::fallback, "option", "id_card"));
  EXPECT_EQ(answer_text({}, fields[1], "ROU"), "Romania");
  EXPECT_EQ(answer_text({}, fields[2], "1990-02-01"), "1 February 1990");
  EXPECT_EQ(answer_text({}, fields[3], std::vector<std::string>{"A", "B"}), "A\nB");
  EXPECT_EQ(answer_text({}, fields[4], true), "Yes");
}

TEST(Steps, tokens_stand_in_hidden_fields_only_and_are_escaped) {
  journey::Session session;
  session.theme = "white";
  session.return_url = "https://shop.example/done";
  const Way way{"/web-enrolment/", {{"token", "T\"><script>"}}, false};
  const auto response = show_journey(visit_of(session, way), nullptr);
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(has(response, "name=\"token\" value=\"T&quot;&gt;&lt;script&gt;\""));
  EXPECT_TRUE(has(response, " class=\"theme-white\">"));
  EXPECT_TRUE(has(response, "Bank &amp; Co"));
  EXPECT_TRUE(has(response, "name=\"document_type\""));
  EXPECT_NE(header_of(response, "Content-Security-Policy").find("'self' https://shop.example"),
            std::string::npos);
  EXPECT_FALSE(has(response, "href=\"/web"));
}

TEST(Steps, by_cookie_no_form_carries_a_secret_and_pictures_may_come_in_pieces) {
  journey::Session session;
  journey::Step document;
  document.name = "document";
  session.steps.push_back(document);
  const auto response = show_journey(visit_of(session, by_cookie()), nullptr);
  EXPECT_FALSE(has(response, "name=\"token\""));
  EXPECT_TRUE(has(response, "data-uploads=\"/go/1/uploads\""));
  EXPECT_TRUE(has(response,
                  "data-capture=\"front\" data-shows=\"document\" "
                  "data-facing=\"environment\""));
  EXPECT_TRUE(has(response, "<progress value=\"0\" max=\"2\""));
  EXPECT_TRUE(has(response, "href=\"/go/1/sent\""));
}

TEST(Steps, a_submitted_step_asks_for_its_pictures_then_the_next_comes) {
  journey::Session session;
  journey::Step document;
  document.name = "document";
  session.steps.push_back(document);
  const Way way{"/mobile", {}, false};
  const auto pending = show_journey(visit_of(session, way), nullptr);
  EXPECT_TRUE(has(pending, "name=\"stepId\""));
  EXPECT_TRUE(has(pending, "value=\"front\""));
  EXPECT_TRUE(has(pending, "value=\"back\""));
  EXPECT_FALSE(has(pending, "name=\"step\""));
  EXPECT_FALSE(has(pending, "data-frame"));
  session.steps[0].answers = {{"document_type", std::string("passport")}};
  EXPECT_TRUE(has(show_journey(visit_of(session, way), nullptr), "data-frame=\"passport\""));

  journey::Upload front;
  front.type = "front";
  session.steps[0].uploads.push_back(front);
  const auto next = show_journey(visit_of(session, way), nullptr);
  EXPECT_TRUE(has(next, "name=\"step\" value=\"face\""));
  EXPECT_TRUE(has(next, "data-facing=\"user\""));
  EXPECT_TRUE(has(next, "You may still add"));
  EXPECT_FALSE(has(next, "value=\"front\""));
}

TEST(Steps, a_finished_enrolment_leads_to_its_return_url) {
  journey::Session session;
  session.state = journey::State::completed;
  session.decision.emplace();
  session.caller_id = "AD90C821-e5ea-4385-be5b-4fc9f9ea24ee";
  session.return_url = "https://shop.example/done";
  const auto response = show_journey(visit_of(session, by_cookie()), nullptr);
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(header_of(response, "Location"), "https://shop.example/done");
  EXPECT_NE(header_of(response, "Set-Cookie").find("Max-Age=0"), std::string::npos);
  session.return_url.clear();
  EXPECT_EQ(show_journey(visit_of(session, {"/mobile", {}, false}), nullptr).status, 200);
}

TEST(Steps, what_waits_for_its_decision_asks_again_by_the_right_it_has) {
  journey::Session session;
  session.state = journey::State::completed;
  const auto by_itself = show_journey(visit_of(session, by_cookie()), nullptr);
  EXPECT_TRUE(has(by_itself, "data-page=\"deciding\""));
  EXPECT_EQ(header_of(by_itself, "Refresh"), "5");
  EXPECT_FALSE(has(by_itself, "action=\"/go/1\""));
  // The address of a frame tells nothing: asked for without its form, it is nobody's.
  const Way way{"/web-enrolment/", {{"token", "T"}, {"iframe", "true"}}, false};
  const auto framed = show_journey(visit_of(session, way), nullptr);
  EXPECT_EQ(header_of(framed, "Refresh"), "");
  EXPECT_TRUE(has(framed, "<form method=\"post\" action=\"/web-enrolment/\">"));
  EXPECT_TRUE(has(framed, "name=\"token\" value=\"T\""));
  EXPECT_TRUE(has(framed, "name=\"iframe\" value=\"true\""));
}

TEST(Steps, the_session_id_goes_along_only_where_the_return_url_asks) {
  struct Case {
    const char* name;
    std::string_view url, want;
  };
  const Case cases[] = {
      {"exactly as given", "https://a.example/d?x=1&y=%20", "https://a.example/d?x=1&y=%20"},
      {"in the query", "https://a.example/?id={sessionId}", "https://a.example/?id=AD90"},
      {"escaped", "https://a.example/%7BsessionId%7D#%7bsessionId%7d",
       "https://a.example/AD90#AD90"},
      {"never in the host", "https://%7BsessionId%7D.example", "https://%7BsessionId%7D.example"},
  };
  for (const auto& c : cases) {
    journey::Session session;
    session.caller_id = "AD90";
    session.return_url = c.url;
    EXPECT_EQ(return_url(session), c.want) << c.name;
  }
}

TEST(Steps, a_complaint_keeps_what_was_typed_and_leads_to_the_field) {
  const auto form = Form::read(form_request("mrz=%3Cx%3E"));
  const Complaint complaint{400, {{"Zone: <must> be right.", "mrz"}}, &*form};
  const auto response = show_journey(visit_of({}, {"/mobile", {}, false}), &complaint);
  EXPECT_EQ(response.status, 400);
  EXPECT_TRUE(has(response, "role=\"alert\""));
  EXPECT_TRUE(has(response, "<a href=\"#mrz\">Zone: &lt;must&gt; be right.</a>"));
  EXPECT_TRUE(has(response, ">&lt;x&gt;</textarea>"));
}

TEST(Devices, to_go_on_here_is_the_first_form_unless_only_a_phone_will_do) {
  const Visit visit = visit_of({}, by_cookie());
  const auto both = show_devices(visit, {}, nullptr);
  EXPECT_LT(both.body.find("data-continue"), both.body.find("data-hand-over"));
  Wish wish;
  wish.is_only_mobile = true;
  EXPECT_FALSE(has(show_devices(visit, wish, nullptr), "data-continue"));
}

TEST(Devices, a_qr_code_is_one_path_with_a_quiet_zone) {
  const Drawing qr = qr_code("https://id.example/continue?token=x");
  EXPECT_GT(qr.size, 21 + 8);
  EXPECT_TRUE(qr.path.starts_with("M4 4h7v1h-7z"));
  EXPECT_EQ(qr.path.find_first_not_of("M hvz-0123456789"), std::string::npos);
}

TEST(Devices, desktops_are_told_from_phones) {
  struct Case {
    const char* name;
    const char* header;
    const char* value;
    bool want;
  };
  const Case cases[] = {
      {"hint: desktop", "sec-ch-ua-mobile", "?0", true},
      {"hint: phone", "sec-ch-ua-mobile", "?1", false},
      {"Windows", "user-agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", true},
      {"Linux", "user-agent", "Mozilla/5.0 (X11; Linux x86_64)", true},
      {"Android", "user-agent", "Mozilla/5.0 (Linux; Android 14) Mobile", false},
      {"iPhone", "user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)", false},
      {"a program", "user-agent", "curl/8.0", false},
      {"nothing", "accept", "*/*", false},
  };
  for (const auto& c : cases) {
    Request request;
    request.headers = {{c.header, c.value}};
    EXPECT_EQ(is_desktop(request), c.want) << c.name;
  }
}

TEST(Rights, the_cookie_is_bound_to_the_host_and_named_for_the_session) {
  const Id id = *parse_id("01a1ff43-dd00-7829-b6b0-cf6770453979");
  const RightCookie safe("https://id.example", id);
  EXPECT_EQ(safe.name(), "__Host-limen-70453979");
  EXPECT_EQ(safe.give("T", from_ms(60'000), from_ms(0)),
            "__Host-limen-70453979=T; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(RightCookie("http://127.0.0.1:8080", id).name(), "__Host-limen-70453979");
  EXPECT_EQ(RightCookie("http://192.168.0.2:8080", id).name(), "limen-70453979");
  EXPECT_NE(safe.take().find("Max-Age=0"), std::string::npos);
}

TEST(Rights, a_form_of_another_site_is_cross_site) {
  struct Case {
    const char* name;
    std::vector<std::pair<std::string, std::string>> headers;
    bool want;
  };
  const Case cases[] = {
      {"our page", {{"sec-fetch-site", "same-origin"}, {"origin", "null"}}, true},
      {"reloaded", {{"sec-fetch-site", "none"}}, true},
      {"a neighbour", {{"sec-fetch-site", "same-site"}}, false},
      {"a stranger", {{"sec-fetch-site", "cross-site"}, {"origin", "https://id.example"}}, false},
      {"an old browser", {{"origin", "https://ID.example"}}, true},
      {"an old browser elsewhere", {{"origin", "https://evil.example"}}, false},
      {"no-referrer", {{"origin", "null"}}, true},
      {"neither", {}, true},
  };
  for (const auto& c : cases) {
    Request request;
    request.headers = c.headers;
    const auto checked = check_origin(request, "https://id.example");
    EXPECT_EQ(checked.has_value(), c.want) << c.name;
    if (!c.want) {
      ASSERT_FALSE(checked.has_value());
      EXPECT_EQ(checked.error().code, codes::cross_site);
    }
  }
}

}  // namespace
}  // namespace limen::doors::pages
