// Signed calls against the vector that the libraries of Standard Webhooks share, and everything
// that must not pass for one.
#include "seal/webhook.hpp"

#include <gtest/gtest.h>

namespace limen::seal {
namespace {

// Of the specification's reference libraries.
constexpr std::string_view secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view id = "msg_p5jXN8AQM9LWM0D4loKWxJek", body = R"({"test": 2432232314})";
constexpr std::string_view right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr std::string_view stamp = "1614265330";
constexpr Time then = from_unix(1'614'265'330);

std::shared_ptr<const WebhookKey> key() { return WebhookKey::read(Secret(std::string(secret))); }

TEST(WebhookKey, signs_as_the_reference_libraries_do) {
  EXPECT_EQ(key()->sign(id, then, body), right);
  EXPECT_TRUE(key()->verify({id, stamp, right}, body, then));
}

TEST(WebhookKey, is_read_from_its_text) {
  const std::string longest = base64(Bytes(64, 7)), shortest = base64(Bytes(24, 7));
  struct Case {
    const char* name;
    std::string text;
    bool want;
  };
  const Case cases[] = {
      {"the vector's", std::string(secret), true},
      {"24 bytes", "whsec_" + shortest, true},
      {"64 bytes", "whsec_" + longest, true},
      {"23 bytes", "whsec_" + base64(Bytes(23, 7)), false},
      {"65 bytes", "whsec_" + base64(Bytes(65, 7)), false},
      {"no prefix", shortest, false},
      {"no base64", "whsec_????????????????????????????????", false},
      {"nothing", "", false},
  };
  for (const Case& c : cases)
    EXPECT_EQ(WebhookKey::read(Secret(c.text)) != nullptr, c.want) << c.name;
}

TEST(WebhookKey, may_have_a_second_while_it_is_changed) {
  const Secret old{std::string(secret)}, fresh("whsec_" + base64(Bytes(32, 7)));
  const auto both = WebhookKey::read(fresh, old), only = WebhookKey::read(fresh);
  for (const auto& theirs : {key(), only}) {
    const std::string signed_by_them = theirs->sign(id, then, body);
    EXPECT_TRUE(both->verify({id, stamp, signed_by_them}, body, then));
    EXPECT_TRUE(theirs->verify({id, stamp, both->sign(id, then, body)}, body, then));
    EXPECT_FALSE(both->verify({id, stamp, signed_by_them}, "{}", then));
  }
  EXPECT_FALSE(only->verify({id, stamp, right}, body, then));
  EXPECT_EQ(WebhookKey::read(fresh, Secret("whsec_YWJj")), nullptr);
}

TEST(WebhookKey, believes_no_other_call) {
  const std::string old = "v1a,other " + std::string(right), late = std::string(right) + " v1,x";
  struct Case {
    const char* name;
    WebhookHead head;
    std::string_view body;
    Time now;
    bool want;
  };
  const Millis five = std::chrono::minutes{5}, more = five + Millis{1};
  const std::string endless(257, 'x');
  const Case cases[] = {
      {"the right one", {id, stamp, right}, body, then, true},
      {"among others", {id, stamp, old}, body, then, true},
      {"before others", {id, stamp, late}, body, then, true},
      {"five minutes late", {id, stamp, right}, body, then + five, true},
      {"later", {id, stamp, right}, body, then + more, false},
      {"five minutes early", {id, stamp, right}, body, then - five, true},
      {"earlier", {id, stamp, right}, body, then - more, false},
      {"another body", {id, stamp, right}, "{}", then, false},
      {"another id", {"msg_x", stamp, right}, body, then, false},
      {"no id", {"", stamp, right}, body, then, false},
      {"an endless id", {endless, stamp, right}, body, then, false},
      {"another time", {id, "1614265331", right}, body, then, false},
      {"no time", {id, "", right}, body, then, false},
      {"a time before 1970", {id, "-1614265330", right}, body, then, false},
      {"no number", {id, "1614265330x", right}, body, then, false},
      {"too many digits", {id, "0001614265330", right}, body, then, false},
      {"a number beyond all", {id, "99999999999999999999", right}, body, then, false},
      {"no signature", {id, stamp, ""}, body, then, false},
      {"its beginning", {id, stamp, right.substr(0, 20)}, body, then, false},
      {"without its version", {id, stamp, right.substr(3)}, body, then, false},
      {"spaces", {id, stamp, "   "}, body, then, false},
  };
  for (const Case& c : cases) EXPECT_EQ(key()->verify(c.head, c.body, c.now), c.want) << c.name;
}

}  // namespace
}  // namespace limen::seal
