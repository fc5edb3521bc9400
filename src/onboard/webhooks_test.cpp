// Registering webhooks: which addresses are taken, and what signs.
#include "onboard/webhooks.hpp"

#include <cstdio>
#include <set>
#include <sstream>

#include "onboard/notice_test.hpp"

namespace limen::onboard {
namespace {

class WebhooksTest : public NoticesTest {};

TEST_F(WebhooksTest, VD5_an_address_is_https_and_on_the_internet) {
  for (const char* url : {"https://shop.example.com", "https://shop.example.com/limen?code=a%20b",
                          "https://SHOP.example.com:8443/", "https://shop.example.com:443/x",
                          "https://93.184.215.14/", "https://[2606:4700::1111]/",
                          "https://xn--bcher-kva.example/", "https://a-b.c1.example/~x/$!*'(),;:@"})
    EXPECT_FALSE(refusal_of(url)) << url;
  const char* unfit[] = {
      "", "shop.example.com", "http://shop.example.com/", "HTTP://shop.example.com/",
      "ftp://shop.example.com/", "https:/shop.example.com", "https://", "https:///x",
      "https://shop.example.com:", "https://shop.example.com:0/", "https://shop.example.com:22/",
      "https://shop.example.com:80/", "https://shop.example.com:65536/",
      "https://shop.example.com:4 43/", "https://shop.example.com:+443/",
      "https://1.1.1.1%@shop.example.com/", "https://1.1.1.1%41@10.0.0.5/",
      "https://8.8.8.8%2eshop.example.com/", "https://shop%2eexample.com/",
      "https://[shop.example.com]/", "https://[1.1.1.1]/", "https://user@shop.example.com/",
      "https://user:word@shop.example.com/", "https://shop.example.com/#top",
      "https://shop.example.com\\@10.0.0.1/", "https://shop.example.com/\r\nX: y",
      "https://shop example.com/", "https://b\xC3\xBC.example/", "https://10.0.0.1/",
      "https://127.0.0.1/", "https://127.0.0.1:8443/", "https://0.0.0.0/",
      "https://169.254.169.254/latest/meta-data/", "https://192.168.1.1/", "https://100.64.0.1/",
      "https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/",
      "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
      "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[::1", "https://::1/",
      // What only some programs take for an address.
      "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/",
      "https://127.1/", "https://127.0.1/", "https://1.2.3/", "https://127.0.0.1./",
      "https://127.0.0.1.0/", "https://shop.example.0x1/", "https://1.1.1.256/",
      "https://a..example/", "https://.example/", "https://-a.example/", "https://a_b.example/",
      "https://shop.example.com./", "https://\xE2\x91\xA0.example/"};
  for (const char* url : unfit) {
    const auto refusal = refusal_of(url);
    ASSERT_TRUE(refusal) << url;
    EXPECT_EQ(refusal->field, "url") << url;
  }
  EXPECT_TRUE(refusal_of("https://a.example/" + std::string(2048, 'a')));
  settings_.webhooks = {{*parse_network("10.1.0.0/16")}, {443, 9000}};
  EXPECT_FALSE(refusal_of("https://10.1.2.3:9000/"));
  EXPECT_TRUE(refusal_of("https://10.2.2.3/"));
  EXPECT_TRUE(refusal_of("http://10.1.2.3:9000/"));
  EXPECT_TRUE(refusal_of("http://127.0.0.1:9000/"));
}

TEST_F(WebhooksTest, dev_mode_also_calls_this_machine_in_clear) {
  settings_.is_dev = true;
  for (const char* url : {"http://127.0.0.1:9000/", "http://localhost:3000/limen", "http://[::1]/",
                          "https://127.0.0.1:9443/"})
    EXPECT_FALSE(refusal_of(url)) << url;
  for (const char* url :
       {"http://shop.example.com/", "http://127.0.0.1.example.com/", "http://10.0.0.1/"})
    EXPECT_TRUE(refusal_of(url)) << url;
}

TEST_F(WebhooksTest, there_are_twenty_and_each_has_a_secret_of_its_own) {
  std::set<std::string> secrets;
  for (int i = 0; i < 20; ++i)
    secrets.insert(std::string(add("https://shop.example/")->secret.reveal()));
  EXPECT_EQ(secrets.size(), 20U);
  EXPECT_EQ(refusal_of("https://shop.example/")->code, codes::conflict);
  Desk d = desk();
  EXPECT_TRUE(register_webhook(d, theirs_, {.url = "https://shop.example/"}));
}

TEST_F(WebhooksTest, VD4_it_is_signed_with_its_secret_and_with_the_password) {
  const std::string password = "pw:" + back_end_.secret;
  const auto made = add("https://shop.example/", {.signed_with = {{"key", password}}});
  ASSERT_TRUE(made);
  const auto notice = told(open())[0];
  auto out = telling(notice);
  ASSERT_TRUE(out && out->password_signature);
  EXPECT_EQ(*out->password_signature,
            base64(seal::Hmac(as_bytes(password))({as_bytes(out->body)})));
  const std::string id = to_string(notice.id), stamp = std::to_string(to_unix(now_));
  const auto fits = [&](const seal::Secret& secret, const Telling& t) {
    const auto theirs = seal::WebhookKey::read(secret);
    return theirs->verify({id, stamp, t.key->sign(id, now_, t.body)}, t.body, now_);
  };
  EXPECT_TRUE(fits(made->secret, *out));
  // While it is rotated both fit, then only the new one.
  Desk d = desk();
  const auto rotated = rotate_webhook(d, ours_, made->webhook.id, 3600);
  ASSERT_TRUE(rotated);
  EXPECT_TRUE(fits(made->secret, *telling(notice)));
  EXPECT_TRUE(fits(rotated->secret, *telling(notice)));
  now_ += Seconds{3600};
  const std::string later = std::to_string(to_unix(now_));
  const auto last = *telling(notice);
  const auto verifies = [&](const seal::Secret& secret) {
    return seal::WebhookKey::read(secret)->verify({id, later, last.key->sign(id, now_, last.body)},
                                                  last.body, now_);
  };
  EXPECT_FALSE(verifies(made->secret));
  EXPECT_TRUE(verifies(rotated->secret));
  // The password stands nowhere in the clear, and is taken away again.
  const Bytes kept = ledger_->webhooks().webhook(made->webhook.id)->password;
  EXPECT_EQ(as_text(kept).find(back_end_.secret.substr(0, 20)), std::string_view::npos);
  Desk e = desk();
  ASSERT_TRUE(change_webhook(e, ours_, made->webhook.id, {.signed_with = {{"", ""}}}));
  EXPECT_FALSE(telling(notice)->password_signature);
}

TEST_F(WebhooksTest, only_a_password_of_ours_that_works_signs) {
  const auto refused = [&](const std::string& name, const std::string& password) {
    const auto added = add("https://shop.example/", {.signed_with = {{name, password}}});
    return !added && added.error().field == "password";
  };
  const Holder other = holder(theirs_, {"enrolment:write"});
  const Holder reader = holder(ours_, {"session_all:read"});
  const Holder brief = holder(ours_, {"enrolment:write"}, 60);
  EXPECT_TRUE(refused("key", back_end_.secret)) << "not as a password";
  EXPECT_TRUE(refused("nobody", "pw:" + back_end_.secret));
  EXPECT_TRUE(refused("key", "pw:" + other.secret));
  EXPECT_TRUE(refused("key", "pw:" + reader.secret));
  EXPECT_TRUE(refused("key", ""));
  EXPECT_FALSE(refused("key", "pw:" + brief.secret));
  now_ += Seconds{61};
  EXPECT_TRUE(refused("key", "pw:" + brief.secret));
}

TEST_F(WebhooksTest, webhooks_and_notices_of_others_are_nobody_s) {
  const Id id = add("https://shop.example/")->webhook.id;
  const Session session = open();
  const Id notice = told(session)[0].id;
  Desk d = desk();
  EXPECT_EQ(change_webhook(d, theirs_, id, {.is_active = false}).error().code, codes::absent);
  EXPECT_EQ(rotate_webhook(d, theirs_, id, {}).error().code, codes::absent);
  EXPECT_EQ(remove_webhook(d, theirs_, id).error().code, codes::absent);
  EXPECT_EQ(send_again(d, theirs_, notice).error().code, codes::absent);
  EXPECT_EQ(rotate_webhook(d, ours_, id, -1).error().field, "overlap");
  ASSERT_TRUE(remove_webhook(d, ours_, id));
  EXPECT_TRUE(ledger_->webhooks().webhooks(ours_).empty());
  EXPECT_FALSE(claim());
  sweep();
  EXPECT_EQ(told(session).size(), 0U);
  EXPECT_FALSE(ledger_->webhooks().webhook(id));
}

TEST_F(WebhooksTest, G10_no_spelling_of_a_forbidden_address_is_registered) {
  const char* networks[] = {"10.0.0.0/8",    "100.64.0.0/10",   "127.0.0.0/8",    "169.254.0.0/16",
                            "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.168.0.0/16",
                            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
                            "240.0.0.0/4",   "0.0.0.0/8"};
  std::size_t forms = 0;
  for (const char* network : networks)
    for (int i = 0; i < 40; ++i) {
      const Address first = parse_network(network)->first;
      const unsigned bits = parse_network(network)->bits;
      const seal::Bits256 drawn = seal::draw_256(entropy_);
      std::array<unsigned, 4> b{};
      for (std::size_t k = 0; k < 4; ++k) {
        const int left = static_cast<int>(bits) - 96 - 8 * static_cast<int>(k);
        const auto fixed = static_cast<unsigned>(std::clamp(left, 0, 8));
        const unsigned mask = 0xFF00U >> fixed & 0xFFU;
        b.at(k) = (first.bytes.at(12 + k) & mask) | (drawn.at(k) & ~mask & 0xFFU);
      }
      char text[512];
      const unsigned whole = b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
      std::snprintf(text, sizeof text,
                    "%u.%u.%u.%u %u 0x%x 0%o 0x%x.0x%x.0x%x.0x%x 0%o.0%o.0%o.0%o %u.%u.%u "
                    "[::ffff:%u.%u.%u.%u] [::ffff:%x:%x] [64:ff9b::%x:%x] [2002:%x:%x::1] "
                    "[::%u.%u.%u.%u] %u.%u.%u.%u. a@%u.%u.%u.%u 1.1.1.1%%@%u.%u.%u.%u",
                    b[0], b[1], b[2], b[3], whole, whole, whole, b[0], b[1], b[2], b[3], b[0], b[1],
                    b[2], b[3], b[0], b[1], b[2] << 8 | b[3], b[0], b[1], b[2], b[3], whole >> 16,
                    whole & 0xFFFF, whole >> 16, whole & 0xFFFF, whole >> 16, whole & 0xFFFF, b[0],
                    b[1], b[2], b[3], b[0], b[1], b[2], b[3], b[0], b[1], b[2], b[3], b[0], b[1],
                    b[2], b[3]);
      std::istringstream hosts(text);
      for (std::string host; hosts >> host; ++forms)
        ASSERT_TRUE(refusal_of("https://" + host + "/")) << host;
    }
  EXPECT_GE(forms, 5'000U);
}

TEST_F(WebhooksTest, a_second_rotation_waits_until_the_first_is_over) {
  const Id id = add("https://shop.example/")->webhook.id;
  Desk d = desk();
  ASSERT_TRUE(rotate_webhook(d, ours_, id, 60));
  EXPECT_EQ(rotate_webhook(d, ours_, id, 60).error().code, codes::conflict);
  EXPECT_TRUE(rotate_webhook(d, ours_, id, 0)) << "a leak does not wait";
  ASSERT_TRUE(rotate_webhook(d, ours_, id, 60));
  now_ += Seconds{60};
  Desk later = desk();
  EXPECT_TRUE(rotate_webhook(later, ours_, id, 60));
}

}  // namespace
}  // namespace limen::onboard
