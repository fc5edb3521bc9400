// See flows.hpp. The words on the wire are those of test/transcripts.
#include "faults/flows.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/json.hpp"
#include "faults/sound.hpp"
#include "transcripts/pictures.hpp"

namespace limen::faults {
namespace {

const std::string aisp = "xyz_aisp_sbx_#1.0", loan = "xyz_sbx_#3.0";

void require(bool holds, const std::string& what, const Said& said) {
  if (!holds) throw Broken(what + ": " + std::to_string(said.status) + " " + said.body);
}

std::string form_of(const std::string& type, const std::string& picture) {
  return "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n" + type +
         "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
         "Content-Type: image/png\r\n\r\n" +
         transcripts::picture(picture) + "\r\n--b--\r\n";
}

// --- invitation ---

Question connect(const std::string& code, const std::string& email) {
  return {"POST", "/v1/connections",
          R"({"onboarding_token":")" + code + R"(","email":")" + email + "\"}"};
}

struct Invited {
  std::string email, code;
  std::size_t fact;
};

Invited invited(Visitor& v) {
  const std::string email = v.next_email();
  const Said said =
      v.ask({"POST", "/v1/onboarding-token",
             R"({"email":")" + email + R"(","first_name":"John","last_name":"Smith"})", v.bearer()},
            {201}, {409});
  const std::string code = said.text("onboarding_token");
  const auto fact = v.promise("the code opens", [=](Visitor& w) {
    const Said opened = w.send(connect(code, email));
    require(opened.status == 201, "an invitation is lost", opened);
  });
  return {email, code, fact};
}

void invite(Visitor& v) { invited(v); }

void agree(Visitor& v) {
  const Invited who = invited(v);
  v.end(who.fact);
  const Said opened = v.ask(connect(who.code, who.email), {201});
  v.ask({"POST", "/v1/connections/" + opened.text("connection_id") + "/consent",
         R"({"data_sharing_agreed":true})", "Bearer " + opened.text("connection_token")},
        {200});
  v.promise("the consent stands and the code is used", [=](Visitor& w) {
    const Said found = w.send(
        {"POST", "/v1/user-status", R"({"filters":{"email":")" + who.email + "\"}}", w.bearer()});
    require(found.body.find("\"total\":1") != std::string::npos, "a consent is lost", found);
    const Said again = w.send(connect(who.code, who.email));
    require(again.status == 404, "a code opens twice", again);
  });
}

// --- OAuth ---

std::size_t token_fact(Visitor& v, const std::string& token, const std::string& state) {
  return v.promise("the token is " + state, [=](Visitor& w) {
    const Said said = w.send({"POST", "/oauth2/introspect", "token=" + token,
                              w.basic("demo.oauth", "client_id", "client_secret"),
                              "application/x-www-form-urlencoded"});
    const std::string wanted = state == "live" ? "\"active\":true" : "{\"active\":false}";
    require(said.body.find(wanted) != std::string::npos, "a token is not " + state, said);
  });
}

void authorize(Visitor& v) { token_fact(v, v.bearer().substr(7), "live"); }

void revoke(Visitor& v) {
  const std::string token = v.bearer().substr(7);
  const std::size_t live = token_fact(v, token, "live");
  v.end(live);
  v.ask({"POST", "/oauth2/revoke", "token=" + token,
         v.basic("demo.oauth", "client_id", "client_secret"), "application/x-www-form-urlencoded"},
        {200});
  token_fact(v, token, "revoked");
}

// --- skills ---

Question step(Visitor& v, const std::string& session, const std::string& nonce,
              const std::string& skill, const std::string& name, const std::string& data) {
  return {"POST", "/sessions/" + session + "/steps",
          R"({"client_id":")" + v.of("demo.skills.client_id") + R"(","nonce":")" + nonce +
              R"(","skill":")" + skill + R"(","step":")" + name + R"(","data":)" + data + "}"};
}

Said begun(Visitor& v, const std::string& skill) {
  return v.ask({"POST", "/sessions",
                R"({"client_id":")" + v.of("demo.skills.client_id") + R"(","client_app_key":")" +
                    v.of("demo.skills.client_app_key") + R"(","skill":")" + skill + "\"}"},
               {200});
}

constexpr auto product = R"({"value":"1","currency":"EUR","period":"12"})";
constexpr auto other_product = R"({"value":"2","currency":"EUR","period":"12"})";

std::size_t begun_fact(Visitor& v, const Said& session) {
  return v.promise("the nonce steps", [=](Visitor& w) {
    const Said said = w.send(
        step(w, session.text("session_id"), session.text("nonce"), loan, "product_form", product));
    require(said.status == 200, "a session is lost", said);
  });
}

void begin(Visitor& v) { begun_fact(v, begun(v, loan)); }

// What an answered step promises: the same again, and nothing else.
void step_fact(Visitor& v, const Question& asked, const Question& other, const Said& said) {
  v.promise("the step is taken once", [=](Visitor& w) {
    const Said again = w.send(asked);
    require(again.status == 200 && again.body == said.body, "a step is lost", again);
    const Said twice = w.send(other);
    require(twice.status == 400 || twice.status == 401, "a nonce works twice", twice);
  });
}

void answer(Visitor& v) {
  const Said session = begun(v, loan);
  v.end(begun_fact(v, session));
  const auto with = [&](const char* data) {
    return step(v, session.text("session_id"), session.text("nonce"), loan, "product_form", data);
  };
  step_fact(v, with(product), with(other_product), v.ask(with(product), {200}));
}

void settle(Visitor& v) {
  const Said session = begun(v, aisp);
  const Said last = v.ask(step(v, session.text("session_id"), session.text("nonce"), aisp,
                               "consent", R"({"consent":true})"),
                          {200});
  const Question exchange{"POST", "/token",
                          R"({"client_id":")" + v.of("demo.skills.client_id") +
                              R"(","client_secret":")" + v.of("demo.skills.client_secret") +
                              R"(","temp_token":")" + last.text("temp_token") + "\"}"};
  const std::size_t open = v.promise("the temp_token exchanges", [=](Visitor& w) {
    const Said said = w.send(exchange);
    require(said.status == 200, "a temp_token is lost", said);
  });
  v.end(open);
  const Said pair = v.ask(exchange, {200});
  v.promise("the credential works and the temp_token is used", [=](Visitor& w) {
    const Said got = w.send({"POST", "/consents/get",
                             R"({"client_id":")" + w.of("demo.skills.client_id") +
                                 R"(","client_secret":")" + w.of("demo.skills.client_secret") +
                                 R"(","credentials_id":")" + pair.text("credentials_id") +
                                 R"(","access_token":")" + pair.text("access_token") + "\"}"});
    require(got.body.find("ACTIVE") != std::string::npos, "a credential is lost", got);
    Question padded = exchange;
    padded.body += " ";
    const Said twice = w.send(padded);
    require(twice.status == 401, "a temp_token works twice", twice);
  });
}

// --- capture by a device and by an enrolment ---

struct Capture {
  std::string auth, session;
  std::size_t fact;
};

Question wanted(const Capture& who) {
  return {"GET", "/api/sessions/" + who.session + "/next", {}, who.auth};
}

std::size_t capture_fact(Visitor& v, const Capture& who, const std::string& next) {
  return v.promise("the session wants " + next, [=](Visitor& w) {
    const Said said = w.send(wanted(who));
    require(said.body.find("\"step\":\"" + next + "\"") != std::string::npos, "a capture is lost",
            said);
  });
}

Said submit(Visitor& v, const Capture& who, const std::string& name, const std::string& data) {
  return v.ask({"POST", "/api/sessions/" + who.session + "/steps",
                R"({"step":")" + name + R"(","data":)" + data + "}", who.auth},
               {200});
}

void attach(Visitor& v, const Capture& who, const std::string& id, const std::string& type) {
  v.ask({"POST", "/api/sessions/" + who.session + "/steps/" + id + "/files",
         form_of(type, "tiny.png"), who.auth, "multipart/form-data; boundary=b"},
        {200, 201});
}

Capture device_session(Visitor& v) {
  const Said lent = v.ask(
      {"POST", "/api/device/ephemeral", R"({"ttl":3600})", v.of("demo.device.api_key")}, {200});
  const std::string token = "Token " + lent.text("authorization");
  const Said opened = v.ask({"POST", "/api/sessions?workflowId=identity", "{}", token}, {201});
  Capture who{token, opened.text("id"), 0};
  who.fact = capture_fact(v, who, "document");
  return who;
}

void lend(Visitor& v) { device_session(v); }

void upload_pictures(Visitor& v) {
  const Capture who = device_session(v);
  const Said document =
      submit(v, who, "document", R"({"document_type":"passport","country":"AT"})");
  v.end(who.fact);
  attach(v, who, document.text("stepId"), "document_front");
  capture_fact(v, who, "selfie");
}

// In two pieces: the first stays, and the second makes an upload of both.
void pieces(Visitor& v) {
  const Capture who = device_session(v);
  const Said document =
      submit(v, who, "document", R"({"document_type":"passport","country":"AT"})");
  v.end(who.fact);
  const std::string picture = transcripts::picture("tiny.png");
  const std::string half = std::to_string(picture.size() / 2);
  const std::string cookie = "Cookie: __Host-limen-" + who.session.substr(who.session.size() - 8) +
                             "=" + who.auth.substr(6);
  const std::string place = "/go/" + who.session + "/uploads";
  const Said announced =
      v.ask({"POST", place,
             R"({"stepId":")" + document.text("stepId") + R"(","type":"document_front","bytes":)" +
                 std::to_string(picture.size()) + "}",
             cookie},
            {201});
  const std::string parcel = place + "/" + announced.text("upload");
  const auto piece = [&](const std::string& from, const std::string& bytes) {
    return Question{"PATCH", parcel + "?offset=" + from, bytes, cookie, "application/octet-stream"};
  };
  v.ask(piece("0", picture.substr(0, picture.size() / 2)), {200}, {409});
  const Question rest = piece(half, picture.substr(picture.size() / 2));
  const std::size_t waiting = v.promise("the piece waits for the other", [=](Visitor& w) {
    const Said said = w.send({"GET", parcel, {}, cookie});
    require(said.body == "{\"offset\":" + half + "}", "a piece is lost", said);
    const Said whole = w.send(rest);
    require(whole.status == 201, "a piece cannot be joined", whole);
  });
  v.end(waiting);
  v.ask(rest, {201}, {404});
  capture_fact(v, who, "selfie");
}

// --- what back ends are told ---

// One webhook for all: an organisation has twenty at most.
void listen(Visitor& v) {
  const auto key = v.basic("demo.operator", "username", "password");
  const Said there = v.ask({"GET", "/operator/v1/webhooks", {}, key}, {200});
  if (there.body.find("\"id\"") == std::string::npos)
    v.ask({"POST", "/operator/v1/webhooks", R"({"url":"https://shop.example.com/limen"})", key},
          {201});
}

std::size_t told_fact(Visitor& v, const std::string& session, std::vector<std::string> events) {
  return v.promise("what became of it is told once", [=](Visitor& w) {
    const Said said = w.send({"GET",
                              "/operator/v1/notices?session=" + session,
                              {},
                              w.basic("demo.operator", "username", "password")});
    for (const std::string& event : events) {
      const std::string text = "\"event\":\"" + event + "\"";
      const std::size_t at = said.body.find(text);
      const bool is_there = at != std::string::npos;
      require(is_there && said.body.find(text, at + 1) == std::string::npos,
              event + " is told not once", said);
    }
  });
}

void notice(Visitor& v) {
  listen(v);
  const std::string id = v.next_uuid();
  const Said made =
      v.ask({"POST", "/api/v1/enrolment/initialize",
             R"({"sessionId":")" + id + R"(","returnUrl":"https://app.example.com/waiting"})",
             v.basic("demo.enrolment", "username", "password")},
            {200}, {409});
  told_fact(v, id, {"INITIALIZED"});
  const Capture who{"Bearer " + made.text("accessToken"), id, 0};
  submit(v, who, "document", R"({"document_type":"passport","country":"AT"})");
  told_fact(v, id, {"INITIALIZED", "STARTED"});
}

void enrol(Visitor& v) {
  const std::string id = v.next_uuid();
  const auto key = v.basic("demo.enrolment", "username", "password");
  const Said made =
      v.ask({"POST", "/api/v1/enrolment/initialize",
             R"({"sessionId":")" + id + R"(","returnUrl":"https://app.example.com/waiting"})", key},
            {200}, {409});
  Capture who{"Bearer " + made.text("accessToken"), id, 0};
  who.fact = capture_fact(v, who, "document");
  const Said document =
      submit(v, who, "document", R"({"document_type":"passport","country":"AT"})");
  v.end(who.fact);
  attach(v, who, document.text("stepId"), "document_front");
  const std::size_t half = capture_fact(v, who, "face");
  v.end(half);
  const Said face = submit(v, who, "face", "{}");
  attach(v, who, face.text("stepId"), "face");
  v.promise("the enrolment has its result", [=](Visitor& w) {
    const Said said = w.send({"GET",
                              "/api/v1/data/" + id + "/decision/results",
                              {},
                              w.basic("demo.enrolment", "username", "password")});
    require(said.status == 200 && said.body.find("trustFactors") != std::string::npos,
            "an enrolment is lost", said);
  });
}

// --- the operator's, and the server's own ---

void operate(Visitor& v) {
  const auto key = v.basic("operator", "username", "password");
  v.house().advance(Seconds{1});  // a backup is named by its moment
  const Said copy = v.ask({"POST", "/operator/v1/backups", "{}", key}, {201});
  const std::string name = copy.text("file").substr(8);
  v.promise("the backup is whole", [=](Visitor& w) {
    const std::string said = soundness(w.house().lease().folder / name);
    if (said != "ok") throw Broken("a backup is lost: " + said);
  });
  v.ask({"POST", "/operator/v1/signing-keys", "{}", key}, {201});
}

void keep_house(Visitor& v) {
  const Said lent =
      v.ask({"POST", "/api/device/ephemeral", R"({"ttl":60})", v.of("demo.device.api_key")}, {200});
  const Invited who = invited(v);
  v.end(who.fact);
  v.house().advance(Seconds{61});
  v.house().sweep();
  v.house().sweep();  // what failed is tried again at the next turn
  v.promise("the letter arrives and the token is over", [=](Visitor& w) {
    w.house().advance(Seconds{900});  // beyond what a claim postpones
    const Said inbox = w.send({"GET", "/dev/inbox"});
    require(inbox.body.find(who.email) != std::string::npos, "a letter is lost", inbox);
    const Said over = w.send(
        {"POST", "/api/sessions?workflowId=identity", "{}", "Token " + lent.text("authorization")});
    require(over.status == 401, "a token lives on", over);
  });
  v.facts().back().moves_clock = true;
}

}  // namespace

std::string Said::text(std::string_view member) const {
  const auto read = parse_json(body);
  if (!read || !read->is_object()) return {};
  const auto* value = read->get_object().if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

Said Visitor::send(const Question& question) {
  std::string head =
      question.method + " " + question.path + " HTTP/1.1\r\nHost: id.example.com\r\n";
  const bool is_cookie = question.auth.starts_with("Cookie: ");
  if (!question.auth.empty()) head += (is_cookie ? "" : "Authorization: ") + question.auth + "\r\n";
  if (!question.body.empty())
    head += "Content-Type: " + question.type +
            "\r\nContent-Length: " + std::to_string(question.body.size()) + "\r\n";
  head += "\r\n";
  Said said;
  if (around_) around_(true);
  try {
    http::Response response = house_.ask(head, question.body);
    said.status = response.status;
    said.body = std::move(response.body);
  } catch (const std::exception&) {
    said.status = 500;  // as http/connection.cpp: it costs one connection
  }
  if (around_) around_(false);
  return said;
}

Said Visitor::ask(const Question& question, std::vector<int> wanted, std::vector<int> done) {
  const auto is_in = [](const std::vector<int>& list, int status) {
    return std::find(list.begin(), list.end(), status) != list.end();
  };
  Said said = send(question);
  if (said.status >= 500) {
    ++outages_;
    house_.advance(Seconds{1});
    said = send(question);
    if (is_in(done, said.status)) throw Settled{};
    require(said.status < 500, "still out of order: " + question.path, said);
  }
  require(is_in(wanted, said.status), "refused: " + question.path, said);
  return said;
}

std::size_t Visitor::promise(std::string what, std::function<void(Visitor&)> check) {
  facts_.push_back({std::move(what), std::move(check), now()});
  return facts_.size() - 1;
}

std::string Visitor::next_uuid() {
  char text[64];
  std::snprintf(text, sizeof text, "0c5b1d0e-52d1-4d4c-9d43-%012d", ++number_);
  return text;
}

std::string Visitor::of(std::string_view path) const {
  const json::value* value = nullptr;
  const json::object* object = &house_.credentials();
  while (true) {
    const std::size_t dot = path.find('.');
    value = &object->at(path.substr(0, dot));
    if (dot == std::string_view::npos) return std::string(value->as_string());
    object = &value->as_object();
    path.remove_prefix(dot + 1);
  }
}

std::string Visitor::basic(const std::string& who, const char* user, const char* password) const {
  return "Basic " + base64(as_bytes(of(who + "." + user) + ":" + of(who + "." + password)));
}

std::string Visitor::bearer() {
  const Said said =
      ask({"POST", "/v1/oauth/token",
           R"({"grant_type":"client_credentials","client_id":")" + of("demo.oauth.client_id") +
               R"(","client_secret":")" + of("demo.oauth.client_secret") + "\"}"},
          {200});
  return "Bearer " + said.text("access_token");
}

const std::vector<Flow>& flows() {
  static const std::vector<Flow> all = {{"invite", invite},
                                        {"agree", agree},
                                        {"authorize", authorize},
                                        {"revoke", revoke},
                                        {"begin", begin},
                                        {"answer", answer},
                                        {"upload", upload_pictures},
                                        {"pieces", pieces},
                                        {"notice", notice},
                                        {"settle", settle},
                                        {"lend", lend},
                                        {"enrol", enrol},
                                        {"operate", operate},
                                        {"keep_house", keep_house}};
  return all;
}

}  // namespace limen::faults
