// The secrets are made by the doors themselves, by the requests a client would send, so that they
// are what clients hold.
#include "fuzz/doors_house.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/problem_codes.hpp"
#include "fuzz/fuzz.hpp"
#include "http/multipart.hpp"
#include "onboard/manage.hpp"
#include "store/migrate.hpp"

namespace limen::fuzz {
namespace {

namespace fs = std::filesystem;

journey::Catalogue samples() {
  std::vector<journey::Skill> skills;
  for (const auto& entry : fs::directory_iterator(LIMEN_SKILLS)) {
    std::ifstream in(entry.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    journey::SkillFile file = journey::read_skills(text, entry.path().filename().string());
    ASSERT(file.errors.empty());
    std::ranges::move(file.skills, std::back_inserter(skills));
  }
  std::ranges::sort(skills, {}, &journey::Skill::name);
  return journey::Catalogue(std::move(skills));
}

struct Parts final : http::MultipartSink {
  explicit Parts(http::Request& request) : into(request) {}
  void field(std::string name, std::string value) override {
    into.fields[std::move(name)] = std::move(value);
  }
  void file_begin(http::FilePart part) override {
    into.file.emplace();
    into.file->name = "file";
    into.file->field = part.field;
    into.file->client_name = part.client_name;
    into.file->media_type = part.media_type;
    into.file->sha256 = Bytes(32);
  }
  void file_bytes(std::string_view bytes) override {
    into.file->bytes += bytes.size();
    const BytesView all = as_bytes(bytes);
    const std::size_t room = 64 - into.file->head.size();
    into.file->head.insert(into.file->head.end(), all.begin(),
                           all.begin() + static_cast<std::ptrdiff_t>(std::min(room, all.size())));
  }
  void file_end() override {}
  http::Request& into;
};

bool read_parts(std::string_view body, http::Request& request) {
  request.headers.emplace_back("content-type", "multipart/form-data; boundary=B");
  Parts sink(request);
  http::Multipart parser("B", http::MultipartLimits(), sink);
  return !parser.push(body) && !parser.finish();
}

}  // namespace

DoorsHouse::DoorsHouse()
    : catalogue_(samples()),
      connection_(store::open_sqlite_in_memory()),
      routes_(doors::all_routes(true)) {
  store::migrate(*connection_, store::migrations());
  ledger_ = std::make_unique<store::SqlLedger>(*connection_);
  settings_.base_url = settings_.issuer = "https://id.example.com";
  settings_.is_dev = true;
  settings_.password_cost = {8, 1};
  std::vector<const http::Route*> rows;
  for (const auto& route : routes_) rows.push_back(&route);
  router_ = std::make_unique<http::Router>(rows);
  connection_->begin(store::Access::writes);
  make_keys();
  make_secrets();
}

doors::Desk DoorsHouse::desk() {
  return {{*ledger_,
           {now_, entropy_},
           sealer_,
           codes_,
           signing_,
           enrolment_key_,
           catalogue_,
           settings_,
           cache_,
           files_},
          operations_};
}

void DoorsHouse::make_keys() {
  doors::Desk d = desk();
  onboard::NewOrganisation input{"Demo", "demo", "DEM", {}};
  for (const auto& skill : catalogue_.all()) input.skills.push_back(skill.name);
  const Id tenant = onboard::create_organisation(d, input)->id;
  const Id client = onboard::create_client(d, tenant, "client").id;
  const auto key = [&](const Id& of, const char* name, std::vector<std::string> permissions) {
    return onboard::create_key(d, of, {name, std::move(permissions), {}, client})->secret;
  };
  const auto put = [&](const char* word, const seal::Secret& secret) {
    words_[word] = secret.reveal();
  };
  words_["client"] = to_string(client);
  put("app_key", key(tenant, "app", {"session:open"}));
  put("secret", key(tenant, "secret", {"session:settle"}));
  put("oauth", key(tenant, "oauth", {"onboarding:write", "user-status:read"}));
  put("api_key", key(tenant, "device", {"ephemeral_device:write"}));
  put("reader", key(tenant, "reader", {"session_all:read"}));
  const auto password = [&](const Id& of, const char* name, std::vector<std::string> permissions) {
    const auto issued = onboard::create_key(d, of, {name, std::move(permissions), {}, {}});
    const std::string pair =
        std::string(name) + ":" + std::string(onboard::as_password(issued->secret).reveal());
    words_[name] = base64(as_bytes(pair));
  };
  password(tenant, "enrol", {"enrolment:write"});
  password(tenant, "operator", {"operator", "onboarding:write"});
  password(Id{}, "house", {"operator", "onboarding:write"});
  cache_.next_epoch();
}

json::object DoorsHouse::post(std::string_view line, std::string_view body) {
  http::Request request;
  ASSERT(read_request(*this, std::string(line) + " json\n" + std::string(body), request));
  const http::Response response = answer(request);
  cache_.next_epoch();
  ASSERT(response.status < 300);
  return parse_json(response.body)->get_object();
}

void DoorsHouse::make_secrets() {
  const auto keep = [this](const char* word, const json::object& from, std::string_view name) {
    words_[word] = text_member(from, name);
  };
  keep(
      "access",
      post("POST /oauth2/token none", R"({"grant_type":"client_credentials","client_id":"$client",)"
                                      R"("client_secret":"$oauth"})"),
      "access_token");
  const std::string open = R"({"client_id":"$client","client_app_key":"$app_key","skill":")";
  json::object made = post("POST /sessions none", open + R"(xyz_sbx_#3.0"})");
  keep("session", made, "session_id");
  keep("nonce", made, "nonce");
  made = post("POST /sessions none", open + R"(xyz_aisp_sbx_#1.0"})");
  words_["done"] = text_member(made, "session_id");
  words_["done_nonce"] = text_member(made, "nonce");
  made = post("POST /api/device/ephemeral key", "{}");
  keep("device", made, "authorization");
  keep("device_session", post("POST /api/sessions?workflowId=identity device", "{}"), "sessionId");
  made = post("POST /api/v1/enrolment/initialize enrol",
              R"({"sessionId":"ad90c821-e5ea-4385-be5b-4fc9f9ea24ee",)"
              R"("returnUrl":"https://app.example.com/waiting"})");
  keep("enrolment_session", made, "sessionId");
  keep("enrolment", made, "accessToken");
  const std::string_view url = text_member(made, "webEnrolmentUrl");
  words_["page"] = url.substr(url.find("token=") + 6);
  post("POST /v1/onboarding-token access",
       R"({"email":"person@example.com","first_name":"A","last_name":"B"})");
  doors::Desk d = desk();
  const auto invited = d.ledger.latest_invitation(onboard::organisation_by_handle(d, "demo")->id,
                                                  "person@example.com");
  ASSERT(invited);
  words_["code"] = codes_.code("DEM", invited->tenant, invited->serial);
  words_["invitation"] = to_string(invited->id);
}

std::string DoorsHouse::header_of(std::string_view who) const {
  static constexpr std::pair<std::string_view, std::string_view> forms[] = {
      {"access", "Bearer $access"}, {"key", "$api_key"},
      {"reader", "ApiKey $reader"}, {"device", "Token $device"},
      {"enrol", "Basic $enrol"},    {"operator", "Basic $operator"},
      {"house", "Basic $house"},    {"enrolment", "Bearer $enrolment"}};
  const auto* form =
      std::ranges::find(forms, who, &std::pair<std::string_view, std::string_view>::first);
  return form == std::end(forms) ? std::string() : filled_in(form->second);
}

std::string DoorsHouse::filled_in(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    const std::size_t mark = std::min(text.find('$'), text.size());
    out += text.substr(0, mark);
    text.remove_prefix(mark);
    if (text.empty()) break;
    std::size_t end = 1;
    while (end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') || text[end] == '_')) ++end;
    const auto word = words_.find(text.substr(1, end - 1));
    out += word == words_.end() ? text.substr(0, end) : std::string_view(word->second);
    text.remove_prefix(end);
  }
  return out;
}

http::Response DoorsHouse::answer(http::Request& request) {
  http::Match match = router_->find(request.method, request.path);
  if (match.found != http::Found::row) {
    Problem problem{Fault::absent, codes::no_route, {}, {}, {}, {}};
    if (match.found == http::Found::bad_escape)
      problem = {Fault::malformed, codes::malformed_request, {}, {}, {}, {}};
    return doors::word(doors::tongue_of(request.path), problem, request, now_);
  }
  const auto& route = static_cast<const doors::Route&>(*match.route);
  request.params = std::move(match.params);
  doors::Desk d = desk();
  std::unique_ptr<doors::Prepared> prepared;
  if (doors::is_prepared(route, request, sealer_, now_)) {
    auto first = route.prepare(request, d);
    if (!first) {
      check_problem(first.error());
      return doors::word(route.tongue, first.error(), request, now_);
    }
    prepared = std::move(*first);
  }
  d.prepared = prepared.get();
  auto result = route.handler(request, d);
  if (result) return std::move(*result);
  check_problem(result.error());
  return doors::word(route.tongue, result.error(), request, now_, d.brand.get());
}

http::Response DoorsHouse::ask(http::Request& request) {
  entropy_ = seal::SeededEntropy(2);
  connection_->savepoint();
  http::Response response = answer(request);
  connection_->rollback_to_savepoint();
  cache_.next_epoch();
  return response;
}

bool read_request(const DoorsHouse& house, std::string_view input, http::Request& request) {
  std::string_view line = take_until(input, '\n');
  request.method = take_until(line, ' ');
  const std::string target = house.filled_in(take_until(line, ' '));
  const std::string who = house.header_of(take_until(line, ' '));
  if (!target.starts_with('/') || has_control(request.method) || has_control(target)) return false;
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.target = target;
  request.path = target.substr(0, mark);
  request.query = target.substr(std::min(mark + 1, target.size()));
  request.id = "01a1ff43-dd00-78d1-a1ae-c181a74b694f";
  request.peer = "192.0.2.1";
  if (!who.empty()) request.headers.emplace_back("authorization", who);
  const std::string body = house.filled_in(input);
  if (line == "parts") return read_parts(body, request);
  request.body = body;
  request.headers.emplace_back(
      "content-type", line == "form" ? "application/x-www-form-urlencoded" : "application/json");
  return true;
}

}  // namespace limen::fuzz
