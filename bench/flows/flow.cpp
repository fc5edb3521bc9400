// Each flow as an integrator's code would run it; `limen tour` prints the same calls with their
// answers.
#include "flow.hpp"

#include <cstdio>

namespace bench {
namespace {

constexpr std::string_view boundary = "limen-bench-5d1f0c2a";

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto part : parts) out += part;
  return out;
}

std::string bearer(const std::string& token) {
  return joined({"Authorization: Bearer ", token, "\r\n"});
}
std::string plain(const std::string& token) { return joined({"Authorization: ", token, "\r\n"}); }
std::string basic(const House& h) { return joined({"Authorization: Basic ", h.basic, "\r\n"}); }

void append_get(std::string& out, std::string_view path, std::string_view headers) {
  out += joined({"GET ", path, " HTTP/1.1\r\nHost: localhost\r\n", headers, "\r\n"});
}

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

void append_upload(std::string& out, const House& h, std::string_view path,
                   std::string_view headers, const Fields& fields) {
  std::string body;
  const auto part = [&](std::string_view name, std::string_view more, std::string_view content) {
    body += joined({"--", boundary, "\r\nContent-Disposition: form-data; name=\"", name, "\"", more,
                    "\r\n\r\n", content, "\r\n"});
  };
  for (const auto& [name, value] : fields) part(name, {}, value);
  part("file", "; filename=\"picture.png\"\r\nContent-Type: image/png", h.picture);
  body += joined({"--", boundary, "--\r\n"});
  out += joined(
      {"POST ", path,
       " HTTP/1.1\r\nHost: localhost\r\nContent-Type: ", "multipart/form-data; boundary=", boundary,
       "\r\nContent-Length: ", std::to_string(body.size()), "\r\n", headers, "\r\n", body});
}

void token(const House& h, const Memory&, std::string& out) {
  append_post(out, "/v1/oauth/token", {},
              joined({R"({"client_id":")", h.oauth_id, R"(","client_secret":")", h.oauth_secret,
                      R"(","grant_type":"client_credentials"})"}));
}

void onboarding_token(const House& h, const Memory& m, std::string& out) {
  append_post(out, "/v1/onboarding-token", bearer(h.access_token),
              joined({R"({"email":")", h.run, ".", std::to_string(m.number),
                      R"(@example.com","first_name":"Ada","last_name":"Lovelace"})"}));
}

void lookup(const House& h, const Memory& m, std::string& out) {
  const auto& [code, email] = h.people[m.number % h.people.size()];
  append_post(out, "/v1/connections", {},
              joined({R"({"onboarding_token":")", code, R"(","email":")", email, R"("})"}));
}

constexpr std::string_view skill = "xyz_sbx_#3.0";

void skills_session(const House& h, const Memory&, std::string& out) {
  append_post(out, "/sessions", {},
              joined({R"({"client_id":")", h.skills_id, R"(","client_app_key":")", h.app_key,
                      R"(","skill":")", skill, R"("})"}));
}

void skills_step(const House& h, const Memory& m, std::string& out, std::string_view name,
                 std::string_view data) {
  append_post(out, joined({"/sessions/", m.text[session], "/steps"}), {},
              joined({R"({"client_id":")", h.skills_id, R"(","nonce":")", m.text[nonce],
                      R"(","skill":")", skill, R"(","step":")", name, R"(","data":)", data, "}"}));
}
void product_form(const House& h, const Memory& m, std::string& out) {
  skills_step(h, m, out, "product_form", R"({"value":"250","currency":"EUR","period":"monthly"})");
}
void confirmation(const House& h, const Memory& m, std::string& out) {
  skills_step(h, m, out, "confirmation", R"({"accepted":true})");
}

void exchange(const House& h, const Memory& m, std::string& out) {
  append_post(out, "/token", {},
              joined({R"({"client_id":")", h.skills_id, R"(","client_secret":")", h.skills_secret,
                      R"(","temp_token":")", m.text[temp_token], R"("})"}));
}

void ephemeral(const House& h, const Memory&, std::string& out) {
  append_post(out, "/api/device/ephemeral", plain(h.api_key), R"({"ttl":3600})");
}
void device_session(const House&, const Memory& m, std::string& out) {
  append_post(out, "/api/sessions?workflowId=identity", plain(m.text[own_token]),
              R"({"metadata":{"externalUserId":"42"}})");
}

constexpr std::string_view passport = R"({"document_type":"passport","country":"UTO"})";
// ICAO 9303 part 4's own example passport, of the fictitious state UTO.
constexpr std::string_view passport_read =
    R"({"document_type":"passport","country":"UTO",)"
    R"("mrz":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",)"
    R"("L898902C36UTO7408122F1204159ZE184226B<<<<<10"]})";

void own_step(const Memory& m, std::string& out, const std::string& headers, std::string_view name,
              std::string_view data) {
  append_post(out, joined({"/api/sessions/", m.text[session], "/steps"}), headers,
              joined({R"({"step":")", name, R"(","data":)", data, "}"}));
}
void own_upload(const House& h, const Memory& m, std::string& out, const std::string& headers,
                std::string_view type) {
  append_upload(out, h,
                joined({"/api/sessions/", m.text[session], "/steps/", m.text[step], "/files"}),
                headers, {{"type", type}});
}

void device_document(const House&, const Memory& m, std::string& out) {
  own_step(m, out, plain(m.text[own_token]), "document", passport);
}
void device_front(const House& h, const Memory& m, std::string& out) {
  own_upload(h, m, out, plain(m.text[own_token]), "document_front");
}
void device_selfie(const House&, const Memory& m, std::string& out) {
  own_step(m, out, plain(m.text[own_token]), "selfie", "{}");
}
void device_face(const House& h, const Memory& m, std::string& out) {
  own_upload(h, m, out, plain(m.text[own_token]), "selfie");
}
void device_result(const House& h, const Memory& m, std::string& out) {
  append_get(out, joined({"/api/sessions/", m.text[session]}), plain(h.reader_key));
}

// A GUID of the customer's own, another for each flow of the run.
std::string guid_of(const House& h, const Memory& m) {
  char text[40];
  const auto mixed = (m.number + 1) * 0x9E3779B97F4A7C15ULL;
  std::snprintf(text, sizeof text, "%.8s-%04llx-4%03llx-8%03llx-%012llx", h.run.c_str(),
                static_cast<unsigned long long>(mixed >> 48U),
                static_cast<unsigned long long>(mixed >> 36U & 0xFFFU),
                static_cast<unsigned long long>(mixed >> 24U & 0xFFFU),
                static_cast<unsigned long long>(m.number & 0xFFFFFFFFFFFFULL));
  return text;
}

void initialize(const House& h, const Memory& m, std::string& out) {
  append_post(out, "/api/v1/enrolment/initialize", basic(h),
              joined({R"({"sessionId":")", guid_of(h, m),
                      R"(","returnUrl":"https://relying-party.example/done",)"
                      R"("externalId":"53421526A","applicantForm":{"firstName":"Anna Maria",)"
                      R"("lastName":"Eriksson","dateOfBirth":"1974-08-12"}})"}));
}
void enrolment_document(const House&, const Memory& m, std::string& out) {
  own_step(m, out, bearer(m.text[own_token]), "document", passport_read);
}
void enrolment_front(const House& h, const Memory& m, std::string& out) {
  own_upload(h, m, out, bearer(m.text[own_token]), "document_front");
}
void enrolment_face(const House&, const Memory& m, std::string& out) {
  own_step(m, out, bearer(m.text[own_token]), "face", "{}");
}
void enrolment_picture(const House& h, const Memory& m, std::string& out) {
  own_upload(h, m, out, bearer(m.text[own_token]), "face");
}
void decision(const House& h, const Memory& m, std::string& out) {
  append_get(out, joined({"/api/v1/data/", m.text[session], "/decision/results"}), basic(h));
}

std::vector<Flow> all() {
  return {
      {"token", {{"token", 200, false, token, {}}}},
      {"onboarding", {{"onboarding-token", 201, true, onboarding_token, {}}}},
      {"lookup", {{"connections", 201, true, lookup, {}}}},
      {"session",
       {{"sessions", 200, true, skills_session, {{session, "session_id"}, {nonce, "nonce"}}},
        {"step 1", 200, true, product_form, {{nonce, "nonce"}}},
        {"step 2", 200, true, confirmation, {{temp_token, "temp_token"}}},
        {"exchange", 200, true, exchange, {}}}},
      {"device",
       {{"ephemeral", 200, true, ephemeral, {{own_token, "authorization"}}},
        {"sessions", 201, true, device_session, {{session, "id"}}},
        {"step document", 200, true, device_document, {{step, "stepId"}}},
        {"upload document", 201, true, device_front, {}},
        {"step selfie", 200, true, device_selfie, {{step, "stepId"}}},
        {"upload selfie", 201, true, device_face, {}},
        {"result", 200, false, device_result, {}}}},
      {"enrolment",
       {{"initialize", 200, true, initialize, {{own_token, "accessToken"}, {session, "sessionId"}}},
        {"step document", 200, true, enrolment_document, {{step, "stepId"}}},
        {"upload document", 201, true, enrolment_front, {}},
        {"step face", 200, true, enrolment_face, {{step, "stepId"}}},
        {"upload face", 201, true, enrolment_picture, {}},
        {"decision", 200, false, decision, {}}}},
  };
}

}  // namespace

const std::vector<Flow>& flows() {
  static const std::vector<Flow> table = all();
  return table;
}

std::string_view member_of(std::string_view json, std::string_view name) {
  const std::string key = joined({"\"", name, "\":\""});
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = json.substr(at + key.size());
  return rest.substr(0, rest.find('"'));
}

void append_post(std::string& out, std::string_view path, std::string_view headers,
                 std::string_view body) {
  out +=
      joined({"POST ", path, " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n",
              "Content-Length: ", std::to_string(body.size()), "\r\n", headers, "\r\n", body});
}

}  // namespace bench
