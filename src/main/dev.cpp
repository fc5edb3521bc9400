// Bootstrapping runs the same use cases as an operator's calls. The store keeps digests only, so
// what dev mode must show again after a restart is kept beside the store, readable by its owner
// alone.
#include "main/dev.hpp"

#include <stdexcept>

#include "main/keys.hpp"
#include "onboard/manage.hpp"

namespace limen::main {
namespace {

using onboard::Desk;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::logic_error("bootstrap refused: " + result.error().detail);
  return std::move(*result);
}

std::string key_text(Desk& desk, const Id& tenant, const std::string& name,
                     std::vector<std::string> permissions,
                     std::optional<Id> client = std::nullopt) {
  const auto issued =
      must(onboard::create_key(desk, tenant, {name, std::move(permissions), std::nullopt, client}));
  return std::string(issued.secret.reveal());
}

json::object oauth_client(Desk& desk, const Id& tenant, const std::string& name,
                          std::vector<std::string> scopes) {
  const auto client = onboard::create_client(desk, tenant, name);
  return {{"client_id", to_string(client.id)},
          {"client_secret", key_text(desk, tenant, name, std::move(scopes), client.id)}};
}

// What an operator does under /operator/v1; inviting is a right of its own.
std::vector<std::string> operator_permissions() { return {"operator", "onboarding:write"}; }

json::object password_of(Desk& desk, const Id& tenant, const std::string& username,
                         std::vector<std::string> permissions) {
  const auto issued =
      must(onboard::create_key(desk, tenant, {username, std::move(permissions), {}, {}}));
  return {{"username", username},
          {"password", std::string(onboard::as_password(issued.secret).reveal())}};
}

json::object make_organisation(Desk& desk, const std::string& handle, const std::string& name,
                               const std::string& prefix) {
  onboard::NewOrganisation input{name, handle, prefix, {}};
  for (const auto& skill : desk.catalogue.all()) input.skills.push_back(skill.name);
  const Id tenant = must(onboard::create_organisation(desk, input)).id;
  json::object out;
  out["oauth"] = oauth_client(desk, tenant, "back end", {"onboarding:write", "user-status:read"});
  out["oauth_readonly"] = oauth_client(desk, tenant, "reader", {"user-status:read"});
  const auto skills = onboard::create_client(desk, tenant, "skills app");
  out["skills"] = {
      {"client_id", to_string(skills.id)},
      {"client_app_key", key_text(desk, tenant, "app key", {"session:open"}, skills.id)},
      {"client_secret", key_text(desk, tenant, "client secret", {"session:settle"}, skills.id)}};
  out["device"] = {{"api_key", key_text(desk, tenant, "device", {"ephemeral_device:write"})},
                   {"api_key_reader", key_text(desk, tenant, "reader", {"session_all:read"})},
                   {"api_key_without", key_text(desk, tenant, "neither", {"user-status:read"})}};
  // The usernames are chosen so that the Basic form needs padding (interface.md).
  json::object enrolment = password_of(desk, tenant, handle + "-enrol", {"enrolment:write"});
  enrolment["customer"] = to_string(tenant);
  out["enrolment"] = std::move(enrolment);
  out["operator"] = password_of(desk, tenant, handle + "-operator", operator_permissions());
  return out;
}

}  // namespace

json::object make_organisations(Desk& desk) {
  json::object organisations;
  organisations["demo"] = make_organisation(desk, "demo", "Demo Organisation", "DEM");
  organisations["other"] = make_organisation(desk, "other", "Other Organisation", "OTH");
  return organisations;
}

json::object make_operator(Desk& desk) {
  return password_of(desk, Id{}, "operator", operator_permissions());
}

json::object dev_credentials(Service& service, const std::filesystem::path& data) {
  const std::filesystem::path kept = data / "dev-credentials.json";
  json::object organisations;
  if (std::filesystem::exists(kept)) {
    auto known = parse_json(read_file(kept));
    if (!known || !known->is_object()) throw std::runtime_error(kept.string() + ": damaged");
    organisations = std::move(known->get_object());
  } else {
    service.write([&](Desk& desk) { organisations = make_organisations(desk); });
    write_durably(kept, json::serialize(organisations));
  }
  return {{"base_url", service.base_url()}, {"organisations", std::move(organisations)}};
}

bool first_operator(Service& service, const std::filesystem::path& data) {
  const std::filesystem::path file = data / "operator.json";
  bool wanted = false;
  json::object credentials;
  service.write([&](Desk& desk) {
    wanted = !desk.ledger.setting("operator_made");
    if (wanted) credentials = make_operator(desk);
  });
  if (!wanted) return false;
  credentials["base_url"] = service.base_url();
  write_durably(file, json::serialize(credentials));
  // Remembered only once the file is on disk: a crash before costs an unused key, never the
  // operator.
  service.write([](Desk& desk) { desk.ledger.set_setting("operator_made", "1"); });
  return true;
}

}  // namespace limen::main
