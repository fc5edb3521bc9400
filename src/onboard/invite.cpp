// Issuing an invitation with its letter, and what an operator does with it afterwards.
#include "onboard/invite.hpp"

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "grant/engine.hpp"
#include "onboard/limiter.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;

namespace {

// A letter must not carry anybody's words (A32): a name is at most 64 code points, holds no control
// character and nothing a mail program would turn into a link. What is refused here never reaches a
// letter.
std::string_view broken_name_rule(std::string_view name) {
  if (trim(name).empty()) return "isNotEmpty";
  if (!is_utf8(name) || has_control(name)) return "isName";
  if (count_points(name) > limits::name_points) return "maxLength";
  const std::string lower = lower_ascii(name);
  for (const std::string_view mark : {"://", "www.", "@", "<", ">"})
    if (lower.find(mark) != std::string::npos) return "isName";
  return {};
}

std::string_view broken_email_rule(std::string_view email) {
  if (trim(email).empty()) return "isNotEmpty";
  if (!is_email(email)) return "isEmail";
  return {};
}

Letter letter_for(const Grant& invitation, const std::string& language_otherwise, Id id, Time now) {
  const Invitee invitee = invitee_of(invitation);
  Letter letter;
  letter.id = id;
  letter.tenant = invitation.tenant;
  letter.invitation = invitation.id;
  letter.to = invitee.email;
  letter.first_name = invitee.first_name;
  letter.last_name = invitee.last_name;
  letter.language = invitee.language.empty() ? language_otherwise : invitee.language;
  letter.created = letter.due = now;
  return letter;
}

}  // namespace

std::vector<FieldError> check_invitee(const Invitee& invitee) {
  std::vector<FieldError> errors;
  const auto note = [&](std::string field, std::string_view rule) {
    if (!rule.empty()) errors.push_back({std::move(field), std::string(rule)});
  };
  note("email", broken_email_rule(invitee.email));
  note("first_name", broken_name_rule(invitee.first_name));
  note("last_name", broken_name_rule(invitee.last_name));
  const bool is_known = invitee.language.empty() || words::language_of(invitee.language);
  note("language", is_known ? std::string_view() : "isIn");
  return errors;
}

std::string fold_email(std::string_view email) { return lower_ascii(email); }

std::string subject_of(const Invitee& invitee) {
  std::string subject = fold_email(invitee.email) + '\n' + invitee.email + '\n' +
                        invitee.first_name + '\n' + invitee.last_name;
  if (!invitee.language.empty()) subject += '\n' + invitee.language;
  return subject;
}

Invitee invitee_of(const Grant& invitation) {
  std::string_view rest = invitation.subject;
  const auto line = [&] {
    const std::size_t end = rest.find('\n');
    const std::string_view text = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return std::string(text);
  };
  line();  // the folded address
  Invitee invitee;
  invitee.email = line();
  invitee.first_name = line();
  invitee.last_name = line();
  invitee.language = line();
  return invitee;
}

std::string_view to_string(InvitationState state) {
  constexpr std::string_view names[] = {"Issued", "Used", "Expired", "Revoked", "Locked"};
  return names[static_cast<std::size_t>(state)];
}

InvitationState state_of(const Grant& invitation, Time now) {
  if (intersects(invitation.spent, Scope::complete)) return InvitationState::used;
  switch (grant::judge(invitation, Scope::complete, {}, now)) {
    case grant::Verdict::revoked: return InvitationState::revoked;
    case grant::Verdict::expired: return InvitationState::expired;
    case grant::Verdict::locked: return InvitationState::locked;
    default: return InvitationState::issued;
  }
}

// A29: one Issued invitation per organisation and address, and none for who is connected already.
// Connections outlive invitations, so each is asked for by itself.
std::optional<Addressee> may_invite(Desk& desk, const TenantId& tenant, const std::string& email) {
  const auto before = desk.ledger.latest_invitation(tenant, email);
  const auto connection = desk.ledger.latest_connection(tenant, email);
  const bool is_issued = before && state_of(*before, desk.at.now) == InvitationState::issued;
  const bool is_connected = connection && connection->consent == Consent::agreed;
  if (is_issued || is_connected) return std::nullopt;
  return before ? Addressee::known : Addressee::fresh;
}

Result<Invited> invite(Desk& desk, const Caller& caller, const Invitee& invitee) {
  if (const auto errors = check_invitee(invitee); !errors.empty())
    return refuse(Fault::malformed, codes::invalid_field, errors[0].rule, errors[0].field);
  const std::string email = fold_email(invitee.email);
  const auto addressee = may_invite(desk, caller.tenant(), email);
  if (!addressee) return refuse(Fault::conflict, codes::already_invited);
  if (auto wait = charge_letter(desk, caller.tenant(), email, *addressee))
    return refuse(std::move(*wait));
  const auto organisation = organisation_of(desk, caller.tenant());
  // The invitation hangs below the client, not below the token or key that happened to ask for it.
  Grant parent = caller.grant;
  if (!parent.parent.is_nil()) {
    parent.id = caller.grant.parent;
    parent.terms.expires = never;
  }
  grant::Terms asked;
  asked.expires = desk.at.now + desk.settings.invitation_life;
  Invited out{grant::draft({Kind::invitation, caller.tenant(), subject_of(invitee), asked}, &parent,
                           seal::draw_id(desk.at.entropy, desk.at.now), desk.at.now),
              {}};
  out.grant.serial = desk.ledger.add(out.grant);
  out.code =
      seal::Secret(desk.codes.code(organisation->prefix, organisation->id, out.grant.serial));
  desk.ledger.add_letter(letter_for(out.grant, organisation->language,
                                    seal::draw_id(desk.at.entropy, desk.at.now), desk.at.now));
  return out;
}

Result<Grant> find_invitation(Desk& desk, const TenantId& tenant, const GrantId& id) {
  auto grant = desk.ledger.grant(id);
  if (!grant || grant->kind != Kind::invitation || grant->tenant != tenant)
    return refuse(Fault::absent, codes::no_invitation);
  return std::move(*grant);
}

Result<Grant> revoke_invitation(Desk& desk, const TenantId& tenant, const GrantId& id) {
  Grant grant = TRY(find_invitation(desk, tenant, id));
  desk.ledger.revoke(id, desk.at.now);
  if (!grant.revoked) grant.revoked = desk.at.now;
  return grant;
}

Result<Letter> resend_invitation(Desk& desk, const TenantId& tenant, const GrantId& id) {
  const Grant grant = TRY(find_invitation(desk, tenant, id));
  // A locked one too: who locked it were strangers, perhaps, and its person still opens it (C7).
  const InvitationState state = state_of(grant, desk.at.now);
  if (state != InvitationState::issued && state != InvitationState::locked)
    return refuse(Fault::conflict, codes::conflict,
                  "only an Issued or Locked invitation can be sent again");
  const std::string email = fold_email(invitee_of(grant).email);
  if (auto wait = charge_letter(desk, tenant, email, Addressee::known))
    return refuse(std::move(*wait));
  const auto organisation = organisation_of(desk, tenant);
  Letter letter = letter_for(grant, organisation->language,
                             seal::draw_id(desk.at.entropy, desk.at.now), desk.at.now);
  desk.ledger.add_letter(letter);
  return letter;
}

}  // namespace limen::onboard
