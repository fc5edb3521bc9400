// What keeps the pages safe, without a store: escaping, the hand-off URL, the policy of a page, the
// way to returnUrl, and forms read back.
#include <gtest/gtest.h>

#include "base/problem_codes.hpp"
#include "doors/device/wire.hpp"
#include "doors/pages/form.hpp"
#include "doors/pages/hand_off.hpp"
#include "doors/pages/page.hpp"
#include "doors/pages/steps.hpp"
#include "journey/advance.hpp"

namespace limen::doors::pages {
namespace {

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

TEST(Html, hostile_strings_are_inert_in_text_and_attributes) {
  struct Case {
    const char* name;
    std::string_view given, want;
  };
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"script", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
      {"attribute", "\" onfocus=\"x", "&quot; onfocus=&quot;x"},
      {"single quote", "' onclick='x", "&#39; onclick=&#39;x"},
      {"entity", "&lt;b&gt;", "&amp;lt;b&amp;gt;"},
      {"back quote", "`x`", "&#96;x&#96;"},
      {"comment", "--><!--", "--&gt;&lt;!--"},
      {"nul", "a\0b"sv,
       "a\xEF\xBF\xBD"
       "b"},
      {"escape", "\x1B[31m", "\xEF\xBF\xBD[31m"},
      {"new line stays", "a\nb", "a\nb"},
      {"umlaut stays", "J\xC3\xBCrg", "J\xC3\xBCrg"},
      {"pattern", "{} {0}", "{} {0}"},
  };
  for (const auto& c : cases) EXPECT_EQ(escape(c.given), c.want) << c.name;
}

TEST(Html, only_markup_is_taken_as_it_is) {
  const Markup inner = fill("<b>{}</b>", "<i>");
  EXPECT_EQ(inner.text(), "<b>&lt;i&gt;</b>");
  EXPECT_EQ(fill("<p title=\"{}\">{}</p>", "\"", inner).text(),
            "<p title=\"&quot;\"><b>&lt;i&gt;</b></p>");
  EXPECT_EQ(fill("<p>{}</p>", "{}").text(), "<p>{}</p>");
}

constexpr std::string_view base = "https://id.example:8443";

TEST(HandOff, accepts_the_url_that_s3_builds) {
  const std::string built = device::hand_off_url(std::string(base), "lmn_device_A-b_c", "7489");
  const std::string start = std::string(base) + "/capture?";
  ASSERT_TRUE(built.starts_with(start));
  Request request;
  request.query = built.substr(start.size());
  const auto url = request.query_value("url");
  ASSERT_TRUE(url.has_value());
  const auto link = hand_off_at(*url, base);
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(*link, (HandOff{"lmn_device_A-b_c", "7489"}));
}

TEST(HandOff, accepts_what_a_caller_may_write) {
  struct Case {
    const char* name;
    std::string_view query;
    HandOff want;
  };
  const Case cases[] = {
      {"plain", "authorization=T&sessionId=S", {"T", "S"}},
      {"other order", "sessionId=S&authorization=T", {"T", "S"}},
      {"further parameters", "locale=en&authorization=T&sessionId=S&x=1", {"T", "S"}},
      {"reserved, escaped", "authorization=a%2Bb%2Fc%3D%26d&sessionId=S", {"a+b/c=&d", "S"}},
      {"reserved, as they are", "authorization=a+b/c==&sessionId=S", {"a+b/c==", "S"}},
      {"scheme with a space", "authorization=Token T&sessionId=S", {"T", "S"}},
      {"scheme, escaped", "authorization=token%20T&sessionId=S", {"T", "S"}},
      {"scheme with a plus", "authorization=Token+T&sessionId=S", {"T", "S"}},
  };
  for (const auto& c : cases) {
    const auto link = hand_off_at(std::string(base) + "/mobile?" + std::string(c.query), base);
    ASSERT_TRUE(link.has_value()) << c.name;
    EXPECT_EQ(*link, c.want) << c.name;
  }
  EXPECT_TRUE(hand_off_at("HTTPS://ID.Example:8443/mobile?authorization=T&sessionId=S", base));
}

TEST(HandOff, refuses_every_other_url) {
  const std::string good = "/mobile?authorization=T&sessionId=S";
  const std::string ours(base);
  struct Case {
    const char* name;
    std::string url;
  };
  const Case cases[] = {
      {"nothing", ""},
      {"base only", ours},
      {"relative", good},
      {"scheme-relative", "//id.example:8443" + good},
      {"foreign host", "https://evil.example" + good},
      {"foreign port", "https://id.example:9443" + good},
      {"no port", "https://id.example" + good},
      {"longer port", "https://id.example:84430" + good},
      {"other scheme", "http://id.example:8443" + good},
      {"javascript", "javascript:alert(1)//" + good},
      {"data", "data:text/html,x"},
      {"user info", "https://id.example:8443@evil.example" + good},
      {"user info before us", "https://x@id.example:8443" + good},
      {"back slash host", "https://id.example:8443\\@evil.example" + good},
      {"back slash path", ours + "\\mobile?authorization=T&sessionId=S"},
      {"back slash in query", ours + good + "\\"},
      {"longer host", "https://id.example.evil.example:8443" + good},
      {"leading blank", " " + ours + good},
      {"new line", ours + "/mo\nbile?authorization=T&sessionId=S"},
      {"new line in query", ours + good + "\n"},
      {"escaped new line", ours + "/mobile?authorization=T%0A&sessionId=S"},
      {"other page", ours + "/invite?authorization=T&sessionId=S"},
      {"page below", ours + "/mobile/x?authorization=T&sessionId=S"},
      {"slash behind", ours + "/mobile/?authorization=T&sessionId=S"},
      {"dots", ours + "/x/../mobile?authorization=T&sessionId=S"},
      {"upper-case path", ours + "/MOBILE?authorization=T&sessionId=S"},
      {"fragment", ours + good + "#x"},
      {"encoded twice", http::percent_encode(ours + good)},
      {"no query", ours + "/mobile"},
      {"empty query", ours + "/mobile?"},
      {"no token", ours + "/mobile?sessionId=S"},
      {"no session", ours + "/mobile?authorization=T"},
      {"empty token", ours + "/mobile?authorization=&sessionId=S"},
      {"a scheme and no token", ours + "/mobile?authorization=Token%20&sessionId=S"},
      {"empty session", ours + "/mobile?authorization=T&sessionId="},
      {"token twice", ours + good + "&authorization=U"},
      {"session twice", ours + good + "&sessionId=U"},
      {"bad escape", ours + "/mobile?authorization=%zz&sessionId=S"},
      {"nul", ours + "/mobile?authorization=%00&sessionId=S"},
      {"not utf-8", ours + "/mobile?authorization=%FF&sessionId=S"},
  };
  for (const auto& c : cases) {
    const auto link = hand_off_at(c.url, base);
    ASSERT_FALSE(link.has_value()) << c.name;
    EXPECT_EQ(link.error().fault, Fault::malformed) << c.name;
    EXPECT_EQ(link.error().detail.find("evil"), std::string::npos) << c.name;
  }
  EXPECT_FALSE(hand_off_at(good, "").has_value());
}

TEST(Page, every_page_has_the_headers_that_keep_it_in) {
  const auto response = render({200, "<Title>", fill("<p>x</p>"), {}, {}});
  EXPECT_EQ(header_of(response, "Content-Security-Policy"),
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            "form-action 'self'");
  EXPECT_EQ(header_of(response, "Referrer-Policy"), "no-referrer");
  EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  EXPECT_EQ(header_of(response, "Cross-Origin-Opener-Policy"), "same-origin");
  EXPECT_EQ(header_of(response, "Cross-Origin-Resource-Policy"), "same-origin");
  EXPECT_NE(header_of(response, "Permissions-Policy"), "");
  EXPECT_NE(response.body.find("<html lang=\"en\">"), std::string::npos);
  EXPECT_NE(response.body.find("<title>&lt;Title&gt;</title>"), std::string::npos);
  EXPECT_EQ(response.body.find("<script"), std::string::npos);
}

TEST(Page, origin_of_a_return_url_cannot_widen_the_policy) {
  struct Case {
    const char* name;
    std::string_view url, want;
  };
  const Case cases[] = {
      {"plain", "https://shop.example/done?x=1", "https://shop.example"},
      {"port", "http://shop.example:8081/", "http://shop.example:8081"},
      {"no path", "https://shop.example", "https://shop.example"},
      {"query only", "https://shop.example?x", "https://shop.example"},
      {"upper case", "HTTPS://Shop.Example/", "https://Shop.Example"},
      {"semicolon", "https://shop.example; script-src */x", "https:"},
      {"star", "https://*/x", "https:"},
      {"blank", "https://a b/x", "https:"},
      {"quote", "https://'self'/x", "https:"},
      {"ipv6", "http://[::1]:80/x", "http:"},
      {"letters in port", "https://shop.example:80a/", "https:"},
      {"not ascii", "https://m\xC3\xBCnchen.example/", "https:"},
      {"javascript", "javascript:alert(1)", ""},
      {"nothing", "", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(origin_of(c.url), c.want) << c.name;
}

TEST(Problems, pages_say_what_a_stranger_may_know) {
  struct Case {
    const char* name;
    Fault fault;
    std::string_view code;
    int want;
  };
  const Case cases[] = {
      {"forged", Fault::unauthenticated, codes::unauthenticated, 404},
      {"expired", Fault::unauthenticated, codes::token_expired, 410},
      {"session expired", Fault::gone, codes::session_over, 410},
      {"foreign", Fault::forbidden, codes::not_yours, 403},
      {"unknown", Fault::absent, codes::unknown_session, 404},
      {"no route", Fault::absent, codes::no_route, 404},
      {"bad link", Fault::malformed, codes::malformed_request, 400},
      {"ours", Fault::unavailable, codes::internal, 500},
      {"busy", Fault::unavailable, codes::busy, 503},
  };
  Request request;
  request.path = "/mobile";
  request.query = "authorization=secret";
  for (const auto& c : cases) {
    const auto response =
        word_page({c.fault, c.code, "field", "detail <b>", "note", {}}, request, Time{});
    EXPECT_EQ(response.status, c.want) << c.name;
    EXPECT_TRUE(response.body.starts_with("<!doctype html>")) << c.name;
    for (const char* word : {"secret", "note", "<b>"})
      EXPECT_EQ(response.body.find(word), std::string::npos) << c.name << ' ' << word;
  }
}

journey::Skill identity() {
  journey::Skill skill;
  skill.name = "identity";
  journey::Field type{.name = "document_type", .one_of = {"passport", "id_card"}};
  journey::Field country{.name = "country", .type = journey::FieldType::country};
  journey::Field mrz{.name = "mrz", .type = journey::FieldType::mrz, .required = false};
  journey::Field agrees{.name = "agrees", .type = journey::FieldType::boolean};
  skill.steps.push_back(
      {"document", {type, country, mrz, agrees}, {{"front", true}, {"back", false}}});
  skill.steps.push_back({"face", {}, {{"face", true}}});
  return skill;
}

TEST(Form, answers_come_back_in_the_types_of_the_step) {
  Request request;
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  request.body = "document_type=passport&country=+ro+&mrz=P%3CROU%0D%0AABC%0D%0A&other=1";
  const auto form = Form::read(request);
  ASSERT_TRUE(form.has_value());
  const journey::Answers want = {{"document_type", "passport"},
                                 {"country", "RO"},
                                 {"mrz", std::vector<std::string>{"P<ROU", "ABC"}},
                                 {"agrees", false}};
  EXPECT_EQ(answers_in(*form, identity().steps[0]), want);
}

TEST(Form, no_skill_can_name_a_field_of_ours) {
  EXPECT_EQ(input_name({.name = "document_type"}), "document_type");
  EXPECT_EQ(input_name({.name = "token"}), "data.token");
  EXPECT_EQ(input_name({.name = "step"}), "data.step");
}

TEST(Form, what_is_no_form_is_refused) {
  Request request;
  request.headers = {{"content-type", "application/json"}};
  EXPECT_EQ(Form::read(request).error().code, codes::wrong_media_type);
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  request.body = "a=1&a=2";
  EXPECT_EQ(Form::read(request).error().code, codes::malformed_request);
  request.body = "a=%zz";
  EXPECT_EQ(Form::read(request).error().code, codes::malformed_request);
}

TEST(Steps, tokens_stand_in_hidden_fields_only_and_are_escaped) {
  journey::Session session;
  session.theme = "white";
  session.return_url = "https://shop.example/done";
  const Way way{"/web-enrolment/", {{"token", "T\"><script>"}}};
  const auto response = show_journey(session, identity(), way, nullptr);
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("name=\"token\" value=\"T&quot;&gt;&lt;script&gt;\""),
            std::string::npos);
  EXPECT_NE(response.body.find("<body class=\"theme-white\">"), std::string::npos);
  EXPECT_NE(response.body.find("name=\"document_type\""), std::string::npos);
  EXPECT_NE(header_of(response, "Content-Security-Policy").find("'self' https://shop.example"),
            std::string::npos);
  EXPECT_EQ(response.body.find("href=\"/web"), std::string::npos);
}

TEST(Steps, a_submitted_step_asks_for_its_pictures_then_the_next_comes) {
  journey::Session session;
  journey::Step document;
  document.name = "document";
  session.steps.push_back(document);
  const Way way{"/mobile", {}};
  const auto pending = show_journey(session, identity(), way, nullptr);
  EXPECT_NE(pending.body.find("name=\"stepId\""), std::string::npos);
  EXPECT_NE(pending.body.find("value=\"front\""), std::string::npos);
  EXPECT_NE(pending.body.find("value=\"back\""), std::string::npos);
  EXPECT_EQ(pending.body.find("name=\"step\""), std::string::npos);

  journey::Upload front;
  front.type = "front";
  session.steps[0].uploads.push_back(front);
  const auto next = show_journey(session, identity(), way, nullptr);
  EXPECT_NE(next.body.find("name=\"step\" value=\"face\""), std::string::npos);
  EXPECT_NE(next.body.find("You may still add"), std::string::npos);
  EXPECT_EQ(next.body.find("value=\"front\""), std::string::npos);
}

TEST(Steps, a_finished_enrolment_leads_to_its_return_url) {
  journey::Session session;
  session.state = journey::State::completed;
  session.caller_id = "AD90C821-e5ea-4385-be5b-4fc9f9ea24ee";
  session.return_url = "https://shop.example/done";
  const auto response = show_journey(session, identity(), {"/web-enrolment/", {}}, nullptr);
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(header_of(response, "Location"), "https://shop.example/done");
  session.return_url.clear();
  EXPECT_EQ(show_journey(session, identity(), {"/mobile", {}}, nullptr).status, 200);
}

TEST(Steps, a_complaint_keeps_what_was_typed) {
  Request request;
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  request.body = "country=%3Cx%3E";
  const auto form = Form::read(request);
  const Complaint complaint{400, "Country: <must> be a country.", &*form};
  const auto response = show_journey({}, identity(), {"/mobile", {}}, &complaint);
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("role=\"alert\""), std::string::npos);
  EXPECT_NE(response.body.find("Country: &lt;must&gt; be a country."), std::string::npos);
  EXPECT_NE(response.body.find("value=\"&lt;x&gt;\""), std::string::npos);
}

}  // namespace
}  // namespace limen::doors::pages
