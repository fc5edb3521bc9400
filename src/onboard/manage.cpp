// Making and taking away organisations, clients and keys.
#include "onboard/manage.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "grant/engine.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;

namespace {

bool is_handle(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_prefix(std::string_view text) {
  return text.size() >= 2 && text.size() <= 4 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_name(std::string_view text) {
  return !trim(text).empty() && is_utf8(text) && !has_control(text) && count_points(text) <= 128;
}

Result<void> check_skills(const Desk& desk, const std::vector<std::string>& skills) {
  for (const auto& skill : skills)
    if (desk.catalogue.find(skill) == nullptr)
      return refuse(Fault::malformed, codes::unknown_skill,
                    "no skill " + skill + " in the catalogue", "skills");
  return {};
}

bool has_skill(const Organisation& organisation, const std::string& skill) {
  return std::ranges::find(organisation.skills, skill) != organisation.skills.end();
}

Result<Scope> scopes_of(const std::vector<std::string>& permissions) {
  if (permissions.empty()) return bad_field("permissions", "permissions must name at least one");
  Scope may = Scope::none;
  for (const auto& name : permissions) {
    const auto scope = scope_of(name);
    if (!scope) return bad_field("permissions", "unknown permission " + shown(name));
    may = may | *scope;
  }
  return may;
}

}  // namespace

Result<Organisation> create_organisation(Desk& desk, const NewOrganisation& input) {
  if (!is_name(input.name)) return bad_field("name", "name must have 1 to 128 characters");
  if (!is_handle(input.handle)) return bad_field("handle", "handle must be 1 to 32 of a-z 0-9 - _");
  if (!is_prefix(input.prefix)) return bad_field("prefix", "prefix must be 2 to 4 of A-Z");
  CHECK_OK(check_skills(desk, input.skills));
  if (desk.ledger.organisation_by_handle(input.handle))
    return refuse(Fault::conflict, codes::conflict, "this handle is taken", "handle");
  if (desk.ledger.organisation_by_prefix(input.prefix))
    return refuse(Fault::conflict, codes::conflict, "this prefix is taken", "prefix");
  Organisation organisation;
  organisation.id = seal::draw_id(desk.at.entropy, desk.at.now);
  organisation.name = input.name;
  organisation.handle = input.handle;
  organisation.prefix = input.prefix;
  organisation.skills = input.skills;
  organisation.created = desk.at.now;
  desk.ledger.add_organisation(organisation);
  return organisation;
}

Result<Organisation> register_skills(Desk& desk, const TenantId& tenant,
                                     const std::vector<std::string>& skills) {
  CHECK_OK(check_skills(desk, skills));
  auto organisation = desk.ledger.organisation(tenant);
  if (!organisation) return refuse(Fault::absent, codes::absent, "no such organisation");
  organisation->skills = skills;
  if (!has_skill(*organisation, organisation->invited_skill)) organisation->invited_skill.clear();
  desk.ledger.save_organisation(*organisation);
  return std::move(*organisation);
}

Result<Organisation> restrict_returns(Desk& desk, const TenantId& tenant,
                                      const std::vector<std::string>& hosts) {
  for (const auto& host : hosts) {
    const bool is_plain =
        !host.empty() && host.size() <= 253 && host == lower_ascii(host) &&
        host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
    if (!is_plain) return bad_field("return_hosts", "a host must be a name in lower case");
  }
  auto organisation = desk.ledger.organisation(tenant);
  if (!organisation) return refuse(Fault::absent, codes::absent, "no such organisation");
  organisation->return_hosts = hosts;
  desk.ledger.save_organisation(*organisation);
  return std::move(*organisation);
}

Result<Organisation> choose_invited_skill(Desk& desk, const TenantId& tenant,
                                          const std::string& skill) {
  auto organisation = desk.ledger.organisation(tenant);
  if (!organisation) return refuse(Fault::absent, codes::absent, "no such organisation");
  if (!skill.empty() && !has_skill(*organisation, skill))
    return bad_field("invited_skill",
                     "invitedSkill must be a skill that this organisation has registered");
  organisation->invited_skill = skill;
  desk.ledger.save_organisation(*organisation);
  return std::move(*organisation);
}

Result<Organisation> choose_language(Desk& desk, const TenantId& tenant, const std::string& code) {
  if (!words::language_of(code)) return bad_field("language", "language must be a code like de-DE");
  auto organisation = desk.ledger.organisation(tenant);
  if (!organisation) return refuse(Fault::absent, codes::absent, "no such organisation");
  organisation->language = code;
  desk.ledger.save_organisation(*organisation);
  return std::move(*organisation);
}

std::optional<Organisation> organisation_by_handle(Desk& desk, std::string_view handle) {
  return desk.ledger.organisation_by_handle(std::string(handle));
}

Grant create_client(Desk& desk, const TenantId& tenant, const std::string& name) {
  grant::Terms asked;
  asked.may = Scope::operate;  // only so that keys may hang below it; nobody can present a client
  Grant client = grant::draft({Kind::key, tenant, name, asked}, nullptr,
                              seal::draw_id(desk.at.entropy, desk.at.now), desk.at.now);
  client.serial = desk.ledger.add(client);
  return client;
}

namespace {

Result<grant::Issued> issue_key(Desk& desk, const TenantId& tenant, const NewKey& input) {
  grant::Terms asked;
  asked.may = TRY(scopes_of(input.permissions));
  if (input.ttl) {
    constexpr std::int64_t longest = 10LL * 365 * 86'400;
    if (*input.ttl < 1 || *input.ttl > longest)
      return bad_field("ttl", "ttl must be a whole number of seconds from 1 to 315360000");
    asked.expires = desk.at.now + Seconds{*input.ttl};
  }
  std::optional<Grant> client;
  if (input.client) {
    client = desk.ledger.grant(*input.client);
    const bool is_client = client && client->kind == Kind::key && client->parent.is_nil() &&
                           client->tenant == tenant && !client->revoked;
    if (!is_client) return refuse(Fault::absent, codes::absent, "no such client", "client_id");
    client->terms.may =
        client->terms.may | asked.may;  // an operator decides; the client bounds only time
  } else {
    client = create_client(desk, tenant, input.name);
    client->terms.may = client->terms.may | asked.may;
  }
  return grant::issue(desk.ledger, desk.sealer, {Kind::key, tenant, input.name, asked}, &*client,
                      desk.at.entropy, desk.at.now);
}

}  // namespace

Result<grant::Issued> create_key(Desk& desk, const TenantId& tenant, const NewKey& input) {
  // RFC 7617 section 2: a username with a colon cannot be sent.
  if (!is_name(input.name) || input.name.contains(':'))
    return bad_field("name", "name must have 1 to 128 characters and no colon");
  return issue_key(desk, tenant, input);
}

Result<Rotated> rotate_key(Desk& desk, const TenantId& tenant, const GrantId& id,
                           const Rotation& rotation) {
  constexpr std::int64_t usual = 86'400, longest = 30 * 86'400;
  const std::int64_t overlap = rotation.overlap.value_or(usual);
  if (overlap < 0 || overlap > longest)
    return bad_field("overlap", "overlap must be a whole number of seconds from 0 to 2592000");
  auto old = desk.ledger.grant(id);
  const bool is_key =
      old && old->kind == Kind::key && old->tenant == tenant && !old->parent.is_nil();
  if (!is_key) return refuse(Fault::absent, codes::absent, "no such key");
  if (grant::judge(*old, Scope::none, old->terms.bond, desk.at.now) != grant::Verdict::live)
    return refuse(Fault::conflict, codes::conflict, "this key works no more");
  NewKey input{old->subject, {}, rotation.ttl, old->parent};
  // As long as the old one was given, unless something else is asked: no key becomes everlasting.
  if (!input.ttl && old->terms.expires != never)
    input.ttl = std::chrono::duration_cast<Seconds>(old->terms.expires - old->created).count();
  for (const auto& [name, scope] : scope_names())
    if (grant::is_within(scope, old->terms.may)) input.permissions.emplace_back(name);
  Rotated out{TRY(issue_key(desk, tenant, input)), std::move(*old)};
  const Time ends = desk.at.now + Seconds{overlap};
  desk.ledger.shorten(id, ends);
  out.replaced.terms.expires = std::min(out.replaced.terms.expires, ends);
  return out;
}

seal::Secret as_password(const seal::Secret& key) { return key.with_prefix("pw:"); }

std::vector<Grant> keys(Desk& desk, const TenantId& tenant, const Page& page) {
  return desk.ledger.grants(tenant, Kind::key, page);
}

Result<int> revoke_grant(Desk& desk, const TenantId& tenant, const GrantId& id) {
  const auto grant = desk.ledger.grant(id);
  const bool is_ours =
      grant && grant->tenant == tenant && (grant->kind == Kind::key || grant->kind == Kind::device);
  if (!is_ours) return refuse(Fault::absent, codes::absent, "no such key");
  return desk.ledger.revoke(id, desk.at.now);
}

}  // namespace limen::onboard
