// What keeps the pages safe, without a store: escaping, the hand-off URL, the policy of a page and
// where it may lead. The screens are steps_test.cpp.
#include <gtest/gtest.h>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "doors/device/wire.hpp"
#include "doors/header_test.hpp"
#include "doors/pages/hand_off.hpp"
#include "doors/pages/page.hpp"
#include "doors/pages/steps.hpp"
#include "seal/digest.hpp"

namespace limen::doors::pages {
namespace {

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
      {"encoded twice", percent_encode(ours + good)},
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

Page plain_page(Powers powers) {
  Page page;
  page.title = "<Title>";
  page.body = fill("<p>x</p>");
  page.powers = powers;
  return page;
}

// The policy of a page without the digest of its style sheet, which every build may change.
std::string policy_of(const Response& response) {
  std::string policy = header_of(response, "Content-Security-Policy");
  const std::size_t at = policy.find("sha256-");
  return policy.replace(at, policy.find('\'', at) - at, "sha256-");
}

TEST(Page, every_page_has_the_headers_that_keep_it_in) {
  struct Case {
    const char* name;
    Powers powers;
    std::string_view policy, permissions;
  };
  const Case cases[] = {
      {"text", Powers::none,
       "default-src 'none'; style-src 'sha256-'; base-uri 'none'; frame-ancestors 'none'; "
       "form-action 'self'",
       "camera=(), geolocation=(), microphone=()"},
      {"script", Powers::script,
       "default-src 'none'; style-src 'sha256-'; script-src 'self'; connect-src 'self'; "
       "img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
       "camera=(), geolocation=(), microphone=()"},
      {"camera", Powers::camera,
       "default-src 'none'; style-src 'sha256-'; script-src 'self'; connect-src 'self'; "
       "img-src 'self' data: blob:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
       "camera=(self), geolocation=(), microphone=()"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = render(plain_page(c.powers));
    EXPECT_EQ(policy_of(response), c.policy);
    EXPECT_EQ(header_of(response, "Permissions-Policy"), c.permissions);
    EXPECT_EQ(header_of(response, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
    EXPECT_EQ(header_of(response, "X-Frame-Options"), "DENY");
    EXPECT_EQ(header_of(response, "Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(header_of(response, "Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_NE(response.body.find("<html lang=\"en-US\" dir=\"ltr\">"), std::string::npos);
    EXPECT_NE(response.body.find("<title>&lt;Title&gt;</title>"), std::string::npos);
    EXPECT_EQ(response.body.find("<script") != std::string::npos, c.powers != Powers::none);
  }
}

TEST(Page, its_style_sheet_is_the_one_its_policy_allows) {
  const auto response = render(plain_page(Powers::none));
  const std::size_t start = response.body.find("<style>") + 7;
  const std::string sheet = response.body.substr(start, response.body.find("</style>") - start);
  const std::string digest = base64(BytesView(seal::sha256(sheet)));
  EXPECT_NE(header_of(response, "Content-Security-Policy").find("'sha256-" + digest + "'"),
            std::string::npos);
  EXPECT_EQ(sheet.find('<'), std::string::npos);
}

TEST(Page, the_rule_of_an_own_theme_stands_behind_ours) {
  Page page = plain_page(Powers::none);
  Dress dress;
  dress.rule = ":root{--ink:#123456}";
  page.look.dress = std::make_shared<const Dress>(dress);
  const auto response = render(page);
  EXPECT_NE(response.body.find("</style>\n<style>" + dress.rule + "</style>"), std::string::npos);
  const std::string digest = base64(BytesView(seal::sha256(dress.rule)));
  EXPECT_NE(header_of(response, "Content-Security-Policy").find("'sha256-" + digest + "'"),
            std::string::npos);
}

onboard::Theme night() {
  onboard::Theme theme;
  theme.name = "default";
  theme.colours = {"#f4ecff", "#1a1026", "#261a36", "#8f7fa8", "#d7a6ff", "#1a1026", "#ff9a9c"};
  theme.radius_px = 20;
  theme.wording["en-US"]["problem.410_title"] = "The night is over";
  theme.wording["en-US"]["upload.bank_statement"] = "On its way to {organisation}";
  theme.logo_name = "3f2a.png";
  return theme;
}

TEST(Look, a_theme_is_drawn_in_the_colours_that_were_checked_and_the_browsers_own_parts_fit) {
  const std::string rule = dress_of(night(), words::Language::en_US).rule;
  EXPECT_EQ(rule,
            ":root{--ink:#f4ecff;--paper:#1a1026;--card:#261a36;--line:#8f7fa8;--act:#d7a6ff;"
            "--act-ink:#1a1026;--bad:#ff9a9c;--radius:20px;color-scheme:dark}"
            "body{--tint:var(--card);--quiet:var(--ink)}");
  onboard::Theme day = night();
  std::swap(day.colours.ink, day.colours.paper);
  EXPECT_EQ(dress_of(day, words::Language::en_US).rule.find("color-scheme"), std::string::npos);
}

TEST(Look, a_script_says_the_organisations_words_too) {
  Look look;
  wear({{}, "Bank & Co", {}, night()}, look);
  EXPECT_NE(words_block(look).text().find("On its way to {organisation}"), std::string::npos);
  look.language = words::Language::de_DE;
  wear({{}, "Bank & Co", {}, night()}, look);
  EXPECT_EQ(words_block(look).text().find("On its way"), std::string::npos);
}

TEST(Look, a_built_in_theme_is_named_and_no_rule_is_added) {
  Look look;
  wear({{}, "Bank & Co", "dark", {}}, look);
  EXPECT_EQ(look.dress, nullptr);
  EXPECT_EQ(look.theme, "dark");
}

TEST(Page, a_frame_is_named_or_there_is_none) {
  Page page = plain_page(Powers::camera);
  page.look.framed_by = "https://shop.example";
  const auto response = render(page);
  EXPECT_NE(policy_of(response).find("frame-ancestors https://shop.example;"), std::string::npos);
  EXPECT_EQ(header_of(response, "X-Frame-Options"), "");
}

TEST(Page, arabic_is_written_from_right_to_left_and_the_switch_shows_it) {
  Page page = plain_page(Powers::none);
  page.look.language = words::Language::ar_SA;
  page.look.switch_to = "/go/1";
  page.look.switch_keeps = {{"token", "\"x"}};
  const auto response = render(page);
  EXPECT_NE(response.body.find("<html lang=\"ar-SA\" dir=\"rtl\">"), std::string::npos);
  EXPECT_NE(response.body.find("<option value=\"ar-SA\" lang=\"ar-SA\" selected>"),
            std::string::npos);
  // What goes along may be a secret: it is posted.
  EXPECT_NE(response.body.find("method=\"post\" action=\"/go/1\""), std::string::npos);
  EXPECT_NE(response.body.find("name=\"token\" value=\"&quot;x\""), std::string::npos);
}

TEST(Page, the_switch_asks_by_address_when_it_has_nothing_to_take_along) {
  const auto response = render(plain_page(Powers::none));
  EXPECT_NE(response.body.find("method=\"get\" action=\"/language\""), std::string::npos);
}

TEST(Page, a_data_block_cannot_be_left) {
  const auto block = data_block("words", {{"a", "</script><script>&"}});
  EXPECT_EQ(block.text(),
            "<script type=\"application/json\" id=\"words\">"
            "{\"a\":\"\\u003c/script\\u003e\\u003cscript\\u003e\\u0026\"}</script>\n");
}

TEST(Page, leaving_names_the_host_and_staying_says_nothing) {
  const auto away = see_other({}, "https://shop.example:8443/done?x=1");
  EXPECT_EQ(header_of(away, "Location"), "https://shop.example:8443/done?x=1");
  EXPECT_NE(away.body.find("shop.example:8443"), std::string::npos);
  const auto home = see_other({}, "/go/1");
  EXPECT_EQ(home.status, 303);
  EXPECT_EQ(home.body, "");
  EXPECT_EQ(header_of(home, "Referrer-Policy"), "no-referrer");
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
    const auto response = word_page(
        {c.fault, c.code, "field", "detail <b>", "a word for the log", {}}, request, Time{});
    EXPECT_EQ(response.status, c.want) << c.name;
    EXPECT_TRUE(response.body.starts_with("<!doctype html>")) << c.name;
    for (const char* word : {"secret", "a word for the log", "<b>"})
      EXPECT_EQ(response.body.find(word), std::string::npos) << c.name << ' ' << word;
    // What the address held may be a secret all the same, and leaves it.
    EXPECT_NE(response.body.find("data-bare"), std::string::npos) << c.name;
  }
  request.query.clear();
  const auto bare = word_page({Fault::absent, codes::no_route, {}, {}, {}, {}}, request, Time{});
  EXPECT_EQ(bare.body.find("<script"), std::string::npos);
}

TEST(Problems, who_was_believed_stays_at_the_organisations_page) {
  Request request;
  request.path = "/go/1";
  const Problem over{Fault::gone, codes::session_over};
  const Brand brand{{}, "Bank & Co", {}, night()};
  const auto worn = word_page(over, request, Time{}, &brand);
  EXPECT_EQ(worn.status, 410);
  for (const char* part : {"--paper:#1a1026", "alt=\"Bank &amp; Co\"", "/assets/logo/3f2a.png",
                           "The night is over</h1>"})
    EXPECT_NE(worn.body.find(part), std::string::npos) << part;
  EXPECT_NE(policy_of(worn).find("img-src 'self'"), std::string::npos);
  const auto stranger = word_page(over, request, Time{});
  for (const char* part : {"--paper:#1a1026", "Bank", "/assets/logo/", "night"})
    EXPECT_EQ(stranger.body.find(part), std::string::npos) << part;
}

TEST(Problems, a_frame_that_was_asked_for_shows_what_went_wrong) {
  const auto is_framed = [](const Request& request) {
    const auto response =
        word_page({Fault::unauthenticated, codes::token_expired, {}, {}, {}, {}}, request, Time{});
    return policy_of(response).find("frame-ancestors *;") != std::string::npos;
  };
  Request request;
  request.path = "/web-enrolment/";
  request.query = "token=x";
  EXPECT_FALSE(is_framed(request));
  request.query = "token=x&iframe=true";
  EXPECT_TRUE(is_framed(request));
  request.path = "/mobile";
  EXPECT_FALSE(is_framed(request));
  request.path = "/web-enrolment/";
  request.query.clear();
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  request.body = "token=x&iframe=true";
  EXPECT_TRUE(is_framed(request));
}

}  // namespace
}  // namespace limen::doors::pages
