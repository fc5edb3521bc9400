// `limen receipt verify` on files: what it accepts, what it refuses and why, and that nothing a
// person typed steers the terminal.
#include "main/receipt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

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
    json::object claims{{"iss", "https://limen.test"}, {"iat", 1'795'284'000}};
    claims["answers"] = discloser_.members("a", {{"name", json::string(value_)}, {"agreed", true}});
    claims["list"] = json::array{discloser_.element("b", json::object{{"at", 0}})};
    claims["consent_texts_sha256"] = hex(seal::sha256("texts"));
    opening_ = discloser_.take();
    text_ = seal::sign_eddsa(*key_, onboard::receipt_typ, claims);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return (folder_ / name).string();
  }
  std::string answer(std::string_view texts = {}) {
    return json::serialize(json::object{
        {"receipt", text_}, {"opening", json::value_from(opening_)}, {"consentTexts", texts}});
  }
  int verify(const std::string& content, bool as_json = false) {
    out_.str("");
    err_.str("");
    return verify_receipt({file("receipt", content), jwks_, as_json}, out_, err_);
  }
  fs::path folder_;
  std::string jwks_, text_;
  const std::string value_ = "A\x1b[31m\x7f\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xc3\xa9\xe2\x82\xac";
  std::vector<std::string> opening_;
  std::shared_ptr<const seal::Ed25519Key> key_ = seal::Ed25519Key::from_seed(seal::sha256("key"));
  seal::Discloser discloser_{seal::sha256("seed")};
  std::ostringstream out_, err_;
};

TEST_F(ReceiptCommandTest, reads_every_form_a_receipt_has) {
  struct Case {
    std::string name, content, says;
  };
  const Case cases[] = {{"an answer", answer(), "3 of 3 digests"},
                        {"an answer of the skills door",
                         R"({"http":200,"result":)" + answer() + "}", "3 of 3 digests"},
                        {"the signed text", text_ + "\n", "0 of 3 digests"},
                        {"an SD-JWT without a value", text_ + "~", "0 of 3 digests"},
                        {"an SD-JWT with one", text_ + "~" + opening_[1] + "~", "1 of 3 digests"},
                        {"with the texts", answer("texts"), "are those agreed to"},
                        {"without them", answer(), "are not in the file"}};
  for (const Case& c : cases) {
    EXPECT_EQ(verify(c.content), exit_done) << c.name << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr(c.says)) << c.name;
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
      {"the texts", answer("other texts"), "not the texts"},
      {"a holder's proof at the end", text_ + "~" + opening_[0], "does not end as an SD-JWT"},
      {"no receipt", "{}", "there is no receipt in it"},
      {"an opening that is no list", R"({"receipt":"a.b.c","opening":1})", "is no list"},
      {"an opening of numbers", R"({"receipt":"a.b.c","opening":[1]})", "is no text"},
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
      {"no key set", receipt, folder_ / "nothing", exit_misuse},
      {"a key set that is none", receipt, file("a", "[]"), exit_misuse},
      {"a key set of other keys", receipt, file("b", R"({"keys":[{"kty":"EC"},1]})"), exit_misuse},
      {"nobody answers", receipt, "http://127.0.0.1:1/jwks", exit_unavailable},
      {"it names a server that is asked in clear",
       file("c", seal::sign_eddsa(*key_, onboard::receipt_typ, {{"iss", "http://a.test"}})), "",
       exit_refused},
      {"it names none", file("d", "a.b.c"), "", exit_refused}};
  for (const Case& c : cases)
    EXPECT_EQ(verify_receipt({c.file, c.jwks}, out_, err_), c.want) << c.name;
}

TEST_F(ReceiptCommandTest, what_a_person_typed_does_not_steer_the_terminal) {
  ASSERT_EQ(verify(answer()), exit_done) << err_.str();
  const std::string said = out_.str();
  EXPECT_THAT(said, HasSubstr("answers.name"));
  EXPECT_THAT(said, HasSubstr(R"("A\u001b[31m\u007f\u009b\u202e\u2066)"
                              "\xc3\xa9\xe2\x82\xac\""));
  for (const char* raw : {"\x1b", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6"})
    EXPECT_THAT(said, Not(HasSubstr(raw)));
  EXPECT_THAT(said, HasSubstr("2026-11-21T18:00:00Z"));
  EXPECT_THAT(said, HasSubstr("list[0].at"));
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
