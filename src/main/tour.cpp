// Each flow is a straight list of calls, as an integrator would write them. Secrets are shortened
// before they are printed.
#include "main/tour.hpp"

#include <array>
#include <ostream>
#include <stdexcept>
#include <thread>

#include "base/bytes.hpp"
#include "base/text.hpp"
#include "http/message.hpp"
#include "main/client.hpp"
#include "main/commands.hpp"
#include "main/keys.hpp"
#include "seal/entropy.hpp"

namespace limen::main {
namespace {

// A picture of one white pixel: small, and a PNG that every decoder reads.
constexpr std::array<std::uint8_t, 67> one_pixel_png = {
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78,
    0xDA, 0x63, 0xF8, 0x0F, 0x00, 0x01, 0x01, 0x01, 0x00, 0x1C, 0xB0, 0x8C, 0x99, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82};

class Unreachable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Guide {
 public:
  Guide(std::string base_url, std::ostream& out) : base_url_(std::move(base_url)), out_(out) {}

  void flow(std::string_view title) { out_ << "\n== " << title << "\n"; }
  void say(std::string_view text) { out_ << "   " << text << "\n"; }

  // Prints and performs one call; throws when the status is not the expected one.
  json::value expect(int status, Exchange exchange) {
    if (!exchange.body.empty()) exchange.headers.emplace_back("Content-Type: application/json");
    const std::string path = exchange.url;
    exchange.url = base_url_ + path;
    out_ << " > " << exchange.method << ' ' << shortened(path) << ' ' << shortened(exchange.body)
         << "\n";
    return judge(status, call(exchange), exchange.method + ' ' + shortened(path));
  }
  // Performs a call without printing it, for one that is made again and again.
  json::value ask(int status, Exchange exchange) {
    const std::string path = exchange.url;
    exchange.url = base_url_ + path;
    const Answer answer = call(exchange);
    if (answer.status == status) return answer.json();
    return judge(status, answer, exchange.method + ' ' + path);
  }
  json::value expect_form(int status, Exchange exchange, const std::vector<FormPart>& parts) {
    const std::string path = exchange.url;
    exchange.url = base_url_ + path;
    out_ << " > " << exchange.method << ' ' << shortened(path) << " multipart:";
    for (const auto& part : parts)
      out_ << ' ' << part.name << '='
           << (part.file_name.empty() ? shortened(part.content) : part.file_name);
    out_ << "\n";
    return judge(status, call_form(exchange, parts), exchange.method + ' ' + shortened(path));
  }

 private:
  json::value judge(int status, const Answer& answer, const std::string& what) {
    if (answer.status == 0) throw Unreachable(base_url_ + " cannot be reached: " + answer.error);
    out_ << " < " << answer.status << ' ' << shortened(answer.body) << "\n";
    if (answer.status != status)
      throw std::runtime_error(what + ": expected " + std::to_string(status) + ", got " +
                               std::to_string(answer.status));
    return answer.json();
  }

  // Long secrets keep their first letters; long answers their beginning.
  static std::string shortened(std::string_view text) {
    std::string out;
    std::size_t run = 0;
    for (const char c : text) {
      const bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
      run = is_word ? run + 1 : 0;
      if (run == 41) out += "…";
      if (run <= 40) out += c;
    }
    if (out.size() > 600) out = out.substr(0, 600) + " …";
    return out;
  }

  std::string base_url_;
  std::ostream& out_;
};

std::string text_at(const json::value& value, std::initializer_list<std::string_view> path) {
  const json::value* at = &value;
  for (const auto name : path) {
    const auto* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains(name);
    if (at == nullptr) throw std::runtime_error("the answer has no " + std::string(name));
  }
  return std::string(at->as_string());
}

std::string picture() { return std::string(as_text(one_pixel_png)); }

std::string fresh_guid() {
  seal::KernelEntropy entropy;
  Id id;
  entropy.fill(id.bytes);
  return to_string(id);
}

void invitation_flow(Guide& guide, const json::value& organisation) {
  guide.flow("1. Onboarding token: a back end invites a person, who consents");
  const json::value token =
      guide.expect(200, {.method = "POST",
                         .url = "/v1/oauth/token",
                         .body = json::serialize(json::object{
                             {"client_id", text_at(organisation, {"oauth", "client_id"})},
                             {"client_secret", text_at(organisation, {"oauth", "client_secret"})},
                             {"grant_type", "client_credentials"}})});
  const std::string bearer = "Authorization: Bearer " + text_at(token, {"access_token"});
  const std::string email = "john." + fresh_guid().substr(0, 8) + "@example.com";
  const json::value issued = guide.expect(
      201, {.method = "POST",
            .url = "/v1/onboarding-token",
            .headers = {bearer},
            .body = R"({"email":")" + email + R"(","first_name":"John","last_name":"Smith"})"});
  guide.say(
      "waiting for the letter, which leaves after the answer (dev mode keeps it in an inbox)");
  json::value letter;
  for (int attempt = 0; attempt < 200 && letter.is_null(); ++attempt) {
    // 25 ms at a time, 5 s in all.
    if (attempt > 0) std::this_thread::sleep_for(Millis{25});
    const json::value inbox = guide.ask(200, {.url = "/dev/inbox"});
    for (const auto& message : inbox.at("messages").as_array())
      if (text_at(message, {"to"}) == email) letter = message;
  }
  if (letter.is_null()) throw std::runtime_error("no letter arrived");
  guide.expect(200, {.url = "/dev/inbox"});
  guide.say("   To: " + text_at(letter, {"to"}));
  guide.say("   Subject: " + text_at(letter, {"subject"}));
  guide.say(text_at(letter, {"text"}));
  const json::value opened = guide.expect(
      201, {.method = "POST",
            .url = "/v1/connections",
            .body = json::serialize(json::object{
                {"onboarding_token", text_at(issued, {"onboarding_token"})}, {"email", email}})});
  guide.expect(200, {.method = "POST",
                     .url = "/v1/connections/" + text_at(opened, {"connection_id"}) + "/consent",
                     .headers = {"Authorization: Bearer " + text_at(opened, {"connection_token"})},
                     .body = R"({"data_sharing_agreed":true})"});
  const json::value people =
      guide.expect(200, {.method = "POST",
                         .url = "/v1/user-status",
                         .headers = {bearer},
                         .body = R"({"filters":{"email":")" + email + R"("}})"});
  if (people.at("data").as_array().size() != 1)
    throw std::runtime_error("the consented person is missing");
}

void skills_flow(Guide& guide, const json::value& organisation) {
  guide.flow("2. Session with steps: a card application with uploads, exchanged for a credential");
  const std::string client = text_at(organisation, {"skills", "client_id"});
  const std::string skill = "card_kyc_sbx_#1.0";
  json::value answer = guide.expect(
      200, {.method = "POST",
            .url = "/sessions",
            .body = json::serialize(json::object{
                {"client_id", client},
                {"client_app_key", text_at(organisation, {"skills", "client_app_key"})},
                {"skill", skill}})});
  const std::string session = text_at(answer, {"session_id"});
  const auto step = [&](const std::string& name, const json::object& data) {
    const std::string nonce = text_at(answer, {"nonce"});
    answer = guide.expect(200, {.method = "POST",
                                .url = "/sessions/" + session + "/steps",
                                .body = json::serialize(json::object{{"client_id", client},
                                                                     {"nonce", nonce},
                                                                     {"skill", skill},
                                                                     {"step", name},
                                                                     {"data", data}})});
    return nonce;
  };
  const auto upload = [&](const std::string& nonce, const std::string& type) {
    return guide.expect_form(
        201, {.method = "POST", .url = "/steps/" + text_at(answer, {"step_id"}) + "/upload"},
        {{"client_id", client},
         {"nonce", nonce},
         {"type", type},
         {"file", picture(), type + ".png"}});
  };
  step("personal_data",
       {{"first_name", "John"}, {"last_name", "Smith"}, {"date_of_birth", "1990-01-31"}});
  upload(step("document", {{"document_type", "passport"}, {"country", "UTO"}}), "document_front");
  const json::value done = upload(step("selfie", {}), "selfie");
  guide.expect(200, {.method = "POST",
                     .url = "/token",
                     .body = json::serialize(json::object{
                         {"client_id", client},
                         {"client_secret", text_at(organisation, {"skills", "client_secret"})},
                         {"temp_token", text_at(done, {"temp_token"})}})});
}

void device_flow(Guide& guide, const json::value& organisation, const std::string& base_url) {
  guide.flow("3. Token URL: an ephemeral token starts a session that a phone continues");
  const json::value lent = guide.expect(
      200, {.method = "POST",
            .url = "/api/device/ephemeral",
            .headers = {"Authorization: " + text_at(organisation, {"device", "api_key"})},
            .body = R"({"ttl":3600})"});
  const std::string token = text_at(lent, {"authorization"});
  const std::string as_person = "Authorization: " + token;
  const json::value session =
      guide.expect(201, {.method = "POST",
                         .url = "/api/sessions?workflowId=identity",
                         .headers = {as_person},
                         .body = R"({"metadata":{"externalUserId":"42"}})"});
  const std::string id = text_at(session, {"id"});
  const std::string inner = base_url + "/mobile?authorization=" + token + "&sessionId=" + id;
  guide.say("hand-off URL for the phone: " + base_url +
            "/capture?url=" + percent_encode(inner).substr(0, 60) + "…");
  const auto step = [&](const std::string& name, const json::object& data,
                        const std::string& upload) {
    const json::value answer =
        guide.expect(200, {.method = "POST",
                           .url = "/api/sessions/" + id + "/steps",
                           .headers = {as_person},
                           .body = json::serialize(json::object{{"step", name}, {"data", data}})});
    guide.expect_form(
        201,
        {.method = "POST",
         .url = "/api/sessions/" + id + "/steps/" + text_at(answer, {"stepId"}) + "/files",
         .headers = {as_person}},
        {{"type", upload}, {"file", picture(), upload + ".png"}});
  };
  step("document", {{"document_type", "passport"}, {"country", "UTO"}}, "document_front");
  step("selfie", {}, "selfie");
  guide.expect(
      200, {.url = "/api/sessions/" + id,
            .headers = {"Authorization: " + text_at(organisation, {"device", "api_key_reader"})}});
}

void enrolment_flow(Guide& guide, const json::value& organisation) {
  guide.flow("4. Enrolment: a web page or an app captures, the back end reads HIGH, MEDIUM or LOW");
  const std::string guid = fresh_guid();
  const std::string username = text_at(organisation, {"enrolment", "username"});
  const std::string password = text_at(organisation, {"enrolment", "password"});
  const json::value started = guide.expect(
      200,
      {.method = "POST",
       .url = "/api/v1/enrolment/initialize",
       .body = json::serialize(json::object{{"sessionId", guid},
                                            {"returnUrl", "https://relying-party.example/done"},
                                            {"externalId", "53421526A"},
                                            {"webEnrolmentTheme", "white"},
                                            {"applicantForm",
                                             {{"firstName", "Anna Maria"},
                                              {"lastName", "Eriksson"},
                                              {"dateOfBirth", "1974-08-12"}}}}),
       .username = username,
       .password = password});
  const std::string as_person = "Authorization: Bearer " + text_at(started, {"accessToken"});
  const auto step = [&](const std::string& name, const json::object& data,
                        const std::string& upload) {
    const json::value answer =
        guide.expect(200, {.method = "POST",
                           .url = "/api/sessions/" + guid + "/steps",
                           .headers = {as_person},
                           .body = json::serialize(json::object{{"step", name}, {"data", data}})});
    guide.expect_form(
        201,
        {.method = "POST",
         .url = "/api/sessions/" + guid + "/steps/" + text_at(answer, {"stepId"}) + "/files",
         .headers = {as_person}},
        {{"type", upload}, {"file", picture(), upload + ".png"}});
  };
  // ICAO 9303 part 4's own example passport, of the fictitious state UTO.
  step("document",
       {{"document_type", "passport"},
        {"country", "UTO"},
        {"mrz",
         {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
          "L898902C36UTO7408122F1204159ZE184226B<<<<<10"}}},
       "document_front");
  step("face", {}, "face");
  guide.expect(
      200, {.url = "/api/v1/data/" + guid + "/status", .username = username, .password = password});
  guide.expect(200, {.url = "/api/v1/data/" + guid + "/decision/results",
                     .username = username,
                     .password = password});
  guide.say("LOW is expected: the passport is ICAO's specimen, which expired in 2012");
}

struct Start {
  std::string base_url;
  json::value demo;
};

Start read_start(const std::filesystem::path& credentials) {
  const auto file = parse_json(read_file(credentials));
  const auto inner = [](const json::value* of, std::string_view name) {
    const auto* object = of == nullptr ? nullptr : of->if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
  };
  const json::value* demo = file ? inner(inner(&*file, "organisations"), "demo") : nullptr;
  const json::value* base_url = file ? inner(&*file, "base_url") : nullptr;
  if (demo == nullptr || base_url == nullptr || !base_url->is_string())
    throw std::runtime_error(credentials.string() + " is no file that `limen dev` wrote");
  return {std::string(base_url->get_string()), *demo};
}

}  // namespace

int tour(const std::filesystem::path& credentials, std::ostream& out, std::ostream& err) {
  Start start;
  try {
    start = read_start(credentials);
  } catch (const std::exception& problem) {
    err << "limen tour: " << problem.what() << "\n";
    return exit_misuse;
  }
  try {
    Guide guide(start.base_url, out);
    out << "Limen tour of " << start.base_url << "\n";
    invitation_flow(guide, start.demo);
    skills_flow(guide, start.demo);
    device_flow(guide, start.demo, start.base_url);
    enrolment_flow(guide, start.demo);
    out << "\nAll four flows ran to their end.\n";
    return exit_done;
  } catch (const Unreachable& problem) {
    err << "limen tour: " << problem.what() << "\n";
    return exit_unavailable;
  } catch (const std::exception& problem) {
    err << "limen tour: the tour stopped: " << problem.what() << "\n";
    return exit_refused;
  }
}

}  // namespace limen::main
