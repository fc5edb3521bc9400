// Inviting a person: the invitation, its letter and its later states. Issue and letter are one
// commit; a mail outage is no failure of issuing. Opening an invitation is connect.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "onboard/caller.hpp"
#include "onboard/limiter.hpp"

namespace limen::onboard {

struct Invitee {
  std::string email, first_name, last_name;
  std::string language{};  // of the letter, a code of base/words.hpp; empty: the organisation's
};

// What is wrong with one field of an invitee. `rule` is in class-validator's words, as s1 shows
// them.
struct FieldError {
  std::string field;  // "email", "first_name", "last_name", "language"
  std::string rule;   // "isNotEmpty", "isEmail", "maxLength", "isName", "isIn"
};
// All of them at once, in the order email, first_name, last_name, language; at most one a field.
std::vector<FieldError> check_invitee(const Invitee& invitee);

// Whether that (case-folded) address may be invited now, and if it was written to before; nothing
// when it is invited or connected already.
std::optional<Addressee> may_invite(Desk& desk, const TenantId& tenant, const std::string& email);

struct Invited {
  Grant grant;
  seal::Secret code;
};
// The caller needs Scope::invite. Refuses with already_invited (A29), too_many_letters and,
// defensively, invalid_field. Writes the invitation and its letter.
Result<Invited> invite(Desk& desk, const Caller& caller, const Invitee& invitee);

std::string_view to_string(
    InvitationState state);  // "Issued", "Used", "Expired", "Revoked", "Locked"
InvitationState state_of(const Grant& invitation, Time now);

// How Grant::subject of an invitation holds its person: four lines, the case-folded address first
// (the store keys on that line), and a fifth with the language when one was chosen.
std::string subject_of(const Invitee& invitee);
Invitee invitee_of(const Grant& invitation);
std::string fold_email(std::string_view email);

// --- for operators ---
// absent for another organisation's.
Result<Grant> find_invitation(Desk& desk, const TenantId& tenant, const GrantId& id);
// Revokes; absent for another organisation's.
Result<Grant> revoke_invitation(Desk& desk, const TenantId& tenant, const GrantId& id);
// Queues the letter of an Issued or Locked invitation once more (a new letter, the same code);
// conflict otherwise, too_many_letters when the person had enough for a day.
Result<Letter> resend_invitation(Desk& desk, const TenantId& tenant, const GrantId& id);

}  // namespace limen::onboard
