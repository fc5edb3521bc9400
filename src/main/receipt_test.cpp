// `limen receipt verify` on files: what it accepts, what it refuses and why, and that nothing a
// person typed steers the terminal.
#include "main/receipt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>

#include "base/text.hpp"
#include "main/commands.hpp"
#include "onboard/receipt.hpp"
#include "seal/disclosure.hpp"
#include "seal/jwt.hpp"

namespace limen::main {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class ReceiptCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "limen-receipt-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    const json::array keys{seal::SigningKey::generate()->jwk(), key_->public_half().jwk()};
    jwks_ = file("jwks.json", json::serialize(json::object{{"keys", keys}}));
    json::object claims{
        {"iss", "https://limen.test"}, {"aud", onboard::receipt_audience}, {"iat", 1'795'284'000}};
    claims["answers"] = discloser_.members("a", {{"name", json::string(value_)}, {"agreed", true}});
    claims["list"] = json::array{discloser_.element("b", json::object{{"at", 0}})};
    claims["steps"] =
        json::array{json::object{{"consent_texts_sha256", hex(seal::sha256("texts"))}},
                    json::object{{"consent_texts_sha256", nullptr}}};
    opening_ = discloser_.take();
    text_ = seal::sign_eddsa(*key_, onboard::receipt_typ, claims);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return (folder_ / name).string();
  }
  std::string answer(const json::array& texts = {}) {
    return json::serialize(json::object{
        {"receipt", text_}, {"opening", json::value_from(opening_)}, {"consentTexts", texts}});
  }
  std::string signed_text(json::object claims) {
    if (!claims.contains("aud")) claims["aud"] = onboard::receipt_audience;
    return seal::sign_eddsa(*key_, onboard::receipt_typ, claims);
  }
  int verify(const std::string& content, bool as_json = false) {
    out_.str("");
    err_.str("");
    return verify_receipt({file("receipt", content), jwks_, {}, as_json}, out_, err_);
  }
  fs::path folder_;
  std::string jwks_, text_;
  const std::string value_ =
      "A\x1b["
      "31m\x7f\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\xd8\x9c\xef\xbb\xbf\xf3\xa0\x81\x81"
      "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
  std::vector<std::string> opening_;
  std::shared_ptr<const seal::Ed25519Key> key_ = seal::Ed25519Key::from_seed(seal::sha256("key"));
  seal::Discloser discloser_{seal::sha256("seed")};
  std::ostringstream out_, err_;
};

TEST_F(ReceiptCommandTest, reads_every_form_a_receipt_has) {
  struct Case {
    std::string name, content, says;
  };
  const Case cases[] = {
      {"an answer", answer(), "3 of 3 digests"},
      {"an answer of the skills door", R"({"http":200,"result":)" + answer() + "}",
       "3 of 3 digests"},
      {"the signed text", text_ + "\n", "0 of 3 digests"},
      {"an SD-JWT without a value", text_ + "~", "0 of 3 digests"},
      {"an SD-JWT with one", text_ + "~" + opening_[1] + "~", "1 of 3 digests"},
      {"with the texts", answer({"texts"}), "are those agreed to"},
      {"null for no texts", R"({"receipt":")" + text_ + R"(","consent_texts":null})", "0 of 3"}};
  for (const Case& c : cases) {
    EXPECT_EQ(verify(c.content), exit_done) << c.name << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr(c.says)) << c.name;
    EXPECT_THAT(out_.str(), HasSubstr("genuine, signed by the keys of " + jwks_)) << c.name;
  }
}

TEST_F(ReceiptCommandTest, refuses_what_is_not_genuine_and_says_why) {
  struct Case {
    std::string name, content, why;
  };
  std::string signature = text_;
  signature.back() = signature.back() == 'A' ? 'Q' : 'A';
  const std::string foreign = seal::sign_eddsa(*seal::Ed25519Key::generate(), onboard::receipt_typ,
                                               json::object{{"iss", "https://limen.test"}});
  const std::string other_kind = seal::sign_eddsa(*key_, "at+jwt", json::object{});
  const Case cases[] = {
      {"the signature", signature, "its signature is wrong"},
      {"another key", foreign, "its key is none of that key set"},
      {"another kind", other_kind, "signed as something else"},
      {"a stranger's leaf", text_ + "~WyJzIiwieCIsMV0~", "belongs to no digest"},
      {"the texts", answer({"other texts"}), "no step shows that these texts"},
      {"an audience of another",
       seal::sign_eddsa(*key_, onboard::receipt_typ, {{"aud", "https://api.test"}}),
       "its aud is not"},
      {"no audience", seal::sign_eddsa(*key_, onboard::receipt_typ, {{"a", 1}}), "its aud is not"},
      {"a receipt beside a result", R"({"receipt":"a.b.c","result":)" + answer() + "}",
       "a receipt and a result"},
      {"two spellings", R"({"receipt":"a.b.c","consentTexts":[],"consent_texts":[]})",
       "consentTexts and consent_texts"},
      {"texts that are no list", R"({"receipt":"a.b.c","consentTexts":"texts"})",
       "no list of texts"},
      {"texts of numbers", R"({"receipt":"a.b.c","consent_texts":[1]})", "no list of texts"},
      {"a holder's proof at the end", text_ + "~" + opening_[0], "does not end as an SD-JWT"},
      {"no receipt", "{}", "there is no receipt in it"},
      {"an opening that is no list", R"({"receipt":"a.b.c","opening":1})", "is no list of texts"},
      {"an opening of numbers", R"({"receipt":"a.b.c","opening":[1]})", "is no list of texts"},
      {"broken JSON", "{", "no JSON"},
      {"nothing", "", "no signed text"}};
  for (const Case& c : cases) {
    EXPECT_EQ(verify(c.content), exit_refused) << c.name;
    EXPECT_THAT(err_.str(), HasSubstr(c.why)) << c.name;
    EXPECT_THAT(err_.str(), HasSubstr("is not believed")) << c.name;
    EXPECT_EQ(out_.str(), "") << c.name;
    EXPECT_EQ(verify(c.content, true), exit_refused) << c.name;
    EXPECT_FALSE(parse_json(out_.str())->at("ok").as_bool()) << c.name;
  }
}

TEST_F(ReceiptCommandTest, tells_a_mistake_of_the_caller_from_a_forgery) {
  const std::string receipt = file("receipt", answer());
  struct Case {
    std::string name, file, jwks;
    int want;
  };
  const Case cases[] = {
      {"no file", folder_ / "nothing", jwks_, exit_misuse},
      {"a folder", folder_, jwks_, exit_misuse},
      {"a file without end", "/dev/zero", jwks_, exit_misuse},
      {"no key set", receipt, folder_ / "nothing", exit_misuse},
      {"a key set that is a folder", receipt, folder_, exit_misuse},
      {"a key set without end", receipt, "/dev/zero", exit_misuse},
      {"a key set that is none", receipt, file("a", "[]"), exit_misuse},
      {"a key set of other keys", receipt, file("b", R"({"keys":[{"kty":"EC"},1]})"), exit_misuse},
      {"nobody answers", receipt, "http://127.0.0.1:1/jwks", exit_unavailable},
      {"a key set asked for in clear", receipt, "http://limen.test/jwks", exit_misuse},
      {"a key set of another scheme", receipt, "file:///etc/passwd", exit_misuse}};
  for (const Case& c : cases)
    EXPECT_EQ(verify_receipt({c.file, c.jwks, {}, false}, out_, err_), c.want) << c.name;
}

// Whoever owns a domain can sign a receipt and name himself in it: whom to trust is the caller's to
// say.
TEST_F(ReceiptCommandTest, believes_only_whom_its_caller_named) {
  const std::string receipt = file("receipt", answer());
  EXPECT_EQ(verify_receipt({receipt, {}, {}, false}, out_, err_), exit_misuse);
  EXPECT_THAT(err_.str(), HasSubstr("--issuer"));
  EXPECT_EQ(verify_receipt({receipt, jwks_, "https://limen.test", false}, out_, err_), exit_done);
  for (const char* other :
       {"https://other.test", "https://limen.test/", "https://limen.test.other"})
    EXPECT_EQ(verify_receipt({receipt, jwks_, other, false}, out_, err_), exit_refused) << other;
  EXPECT_THAT(err_.str(), HasSubstr("another issuer's"));
  for (const char* unsafe : {"http://limen.test", "limen.test", "https://u@limen.test",
                             "https://limen.test/?a", "https://limen.test/#a", "https://"})
    EXPECT_EQ(verify_receipt({receipt, {}, unsafe, false}, out_, err_), exit_misuse) << unsafe;
  EXPECT_EQ(verify_receipt({receipt, {}, "http://127.0.0.1:1", false}, out_, err_),
            exit_unavailable);
}

TEST_F(ReceiptCommandTest, what_a_person_typed_does_not_steer_the_terminal) {
  ASSERT_EQ(verify(answer()), exit_done) << err_.str();
  const std::string said = out_.str();
  EXPECT_THAT(said, HasSubstr("answers.name"));
  EXPECT_THAT(said,
              HasSubstr(R"("A\u001b[31m\u007f\u009b\u202e\u2066\u200b\u061c\ufeff\udb40\udc41)"
                        "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""));
  ASSERT_EQ(verify(answer(), true), exit_done);
  for (const char* raw : {"\x1b", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6",
                          "\xe2\x80\x8b", "\xd8\x9c", "\xef\xbb\xbf", "\xf3\xa0"}) {
    EXPECT_THAT(said, Not(HasSubstr(raw)));
    EXPECT_THAT(out_.str(), Not(HasSubstr(raw)));
  }
  EXPECT_EQ(parse_json(out_.str())->at("claims").at("answers").at("name"), json::string(value_));
  EXPECT_THAT(said, HasSubstr("2026-11-21T18:00:00Z"));
  EXPECT_THAT(said, HasSubstr("list[0].at"));
}

// None of these is signed by anybody: a whole file of a stranger's.
TEST_F(ReceiptCommandTest, what_a_stranger_wrote_does_not_steer_the_terminal) {
  const std::string bad =
      "\x1b[2J\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\x8b\xd8\x9c\xef\xbb\xbf"
      "\xf3\xa0\x81\x81\xc3";
  const std::string jws = base64url(as_bytes(R"({"iss":"https://\u001b[2J"})"));
  const std::string files[] = {"x." + jws + ".x",
                               text_ + "~" + bad + "~",
                               text_ + "~" + std::string(39, 'A') + "\xc3\xa9~",
                               bad,
                               "{" + bad,
                               R"({"receipt":")" + bad + "\"}",
                               R"({"receipt":"a.b.c","opening":["\u001b[2J"]})"};
  for (const std::string& content : files) {
    for (const bool as_json : {false, true}) {
      EXPECT_EQ(verify(content, as_json), exit_refused) << content;
      const std::string said = out_.str() + err_.str();
      EXPECT_TRUE(is_utf8(said)) << content;
      EXPECT_FALSE(has_control(said.substr(0, said.size() - 1))) << content;
      EXPECT_THAT(said, Not(HasSubstr("\xe2\x80\x8b")));
      EXPECT_LT(said.size(), 400U) << "of any length";
      if (as_json) {
        EXPECT_TRUE(parse_json(out_.str())) << out_.str();
      }
    }
  }
  EXPECT_EQ(verify_receipt({"/no\x1b[2J", jwks_, {}, false}, out_, err_), exit_misuse);
  EXPECT_THAT(err_.str(), Not(HasSubstr("\x1b")));
}

TEST_F(ReceiptCommandTest, no_value_is_too_large_to_be_a_moment) {
  for (const std::int64_t iat : {std::numeric_limits<std::int64_t>::max(),
                                 std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}}) {
    ASSERT_EQ(verify(signed_text({{"iat", iat}})), exit_done) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr(std::to_string(iat) + "\n"));
  }
}

TEST_F(ReceiptCommandTest, machines_get_the_claims) {
  ASSERT_EQ(verify(answer(), true), exit_done);
  const json::value said = *parse_json(out_.str());
  EXPECT_EQ(said.at("ok"), true);
  EXPECT_EQ(said.at("opened"), 3);
  EXPECT_EQ(said.at("claims").at("answers").at("agreed"), true);
}

}  // namespace
}  // namespace limen::main
