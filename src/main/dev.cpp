// Bootstrapping runs the same use cases as an operator's calls. The store keeps digests only, so
// what dev mode must show again after a restart is kept beside the store, readable by its owner
// alone.
#include "main/dev.hpp"

#include <stdexcept>

#include "main/keys.hpp"
#include "onboard/manage.hpp"
#include "onboard/staff.hpp"
#include "seal/totp.hpp"

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

// An owner who may sign in at the console at once.
json::object console_owner(Desk& desk, const Id& tenant, const std::string& handle) {
  onboard::ReadyMember owner;
  owner.who = {"owner@" + handle + ".example", "Olive Owner", onboard::Role::owner};
  owner.password = base64url(BytesView(seal::draw_256(desk.at.entropy)).first(15));
  const seal::Bits256 seed = seal::draw_256(desk.at.entropy);
  owner.seed.assign(seed.begin(), seed.begin() + seal::totp_secret_bytes);
  onboard::add_ready_member(desk, tenant, owner);
  return {{"email", owner.who.email},
          {"password", owner.password},
          {"totp_secret", seal::base32(owner.seed)}};
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
  // The usernames are chosen so that the Basic form needs padding (D03).
  json::object enrolment = password_of(desk, tenant, handle + "-enrol", {"enrolment:write"});
  enrolment["customer"] = to_string(tenant);
  out["enrolment"] = std::move(enrolment);
  out["operator"] = password_of(desk, tenant, handle + "-operator", operator_permissions());
  return out;
}

// The store keeps digests: secrets that were never written down, or were deleted, are gone.
[[noreturn]] void refuse_lost_secrets(const std::filesystem::path& data,
                                      const std::filesystem::path& kept) {
  throw std::runtime_error(data.string() + " holds the organisation demo, but " + kept.string() +
                           " with its secrets is missing, and they cannot be read back; delete "
                           "the folder " +
                           data.string() + " and start again");
}

// The keys of operators of the installation that can still be presented.
std::vector<onboard::Grant> operator_keys(Desk& desk) {
  std::vector<onboard::Grant> found;
  onboard::Page page;
  page.limit = limits::page_rows;
  while (true) {
    const auto rows = onboard::keys(desk, Id{}, page);
    for (const auto& row : rows) {
      const bool operates = grant::is_within(grant::Scope::operate, row.terms.may);
      if (!row.parent.is_nil() && operates && !row.revoked) found.push_back(row);
    }
    if (rows.size() < page.limit) return found;
    page.after = rows.back().id;
  }
}

}  // namespace

json::object make_organisations(Desk& desk) {
  json::object organisations;
  organisations["demo"] = make_organisation(desk, "demo", "Demo Organisation", "DEM");
  organisations["other"] = make_organisation(desk, "other", "Other Organisation", "OTH");
  return organisations;
}

void make_console_owners(Desk& desk, json::object& organisations) {
  for (auto& [handle, credentials] : organisations) {
    const auto organisation = onboard::organisation_by_handle(desk, handle);
    if (organisation)
      credentials.as_object()["console"] = console_owner(desk, organisation->id, handle);
  }
}

json::object make_operator(Desk& desk) {
  return password_of(desk, Id{}, "operator", operator_permissions());
}

json::object dev_credentials(Service& service, const std::filesystem::path& data) {
  const std::filesystem::path kept = data / "dev-credentials.json";
  json::object credentials;
  // The file comes first: a crash between the two leaves one that speaks of nobody.
  bool is_made = false;
  service.write([&](Desk& desk) {
    is_made = onboard::organisation_by_handle(desk, "demo").has_value();
    if (is_made) return;
    json::object organisations = make_organisations(desk);
    credentials["installation_operator"] = make_operator(desk);
    make_console_owners(desk, organisations);
    credentials["organisations"] = std::move(organisations);
    write_durably(kept, json::serialize(credentials));
  });
  if (is_made && !std::filesystem::exists(kept)) refuse_lost_secrets(data, kept);
  if (is_made) {
    auto known = parse_json(read_file(kept));
    if (!known || !known->is_object()) throw std::runtime_error(kept.string() + ": damaged");
    credentials = std::move(known->get_object());
    if (!credentials.contains("organisations") || !credentials.contains("installation_operator"))
      throw std::runtime_error(kept.string() + ": made by another version; delete the folder " +
                               data.string() + " and start again");
  }
  credentials["base_url"] = service.base_url();
  return credentials;
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
  write_durably(file, json::serialize(credentials) + "\n");
  // Remembered only once the file is on disk: a crash before costs an unused key, never the
  // operator.
  service.write([](Desk& desk) { desk.ledger.set_setting("operator_made", "1"); });
  return true;
}

std::size_t new_operator(Service& service, const std::filesystem::path& data) {
  std::vector<onboard::Grant> older;
  json::object credentials;
  service.write([&](Desk& desk) {
    older = operator_keys(desk);
    credentials = make_operator(desk);
  });
  credentials["base_url"] = service.base_url();
  write_durably(data / "operator.json", json::serialize(credentials) + "\n");
  // The old ones go once the new one is on disk: no crash leaves an installation without any.
  service.write([&](Desk& desk) {
    for (const auto& key : older) must(onboard::revoke_grant(desk, Id{}, key.parent));
    desk.ledger.set_setting("operator_made", "1");
  });
  return older.size();
}

}  // namespace limen::main
