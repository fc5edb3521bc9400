// See import.hpp.
#include "onboard/import.hpp"

#include <set>

#include "base/problem_codes.hpp"
#include "onboard/limiter.hpp"

namespace limen::onboard {
namespace {

// What stands against inviting this row now, given what the rows before it did or would do.
std::vector<FieldError> judge(Desk& desk, const Caller& caller, const ImportRow& row,
                              std::set<std::string>& seen, std::size_t invited) {
  if (!row.is_whole) return {{"row", "columns"}};
  if (auto errors = check_invitee(row.invitee); !errors.empty()) return errors;
  const std::string email = fold_email(row.invitee.email);
  if (!seen.insert(email).second) return {{"email", "duplicate"}};
  if (!may_invite(desk, caller.tenant(), email))
    return {{"email", std::string(codes::already_invited)}};
  if (letters_left(desk, caller.tenant()) <= invited)
    return {{"email", std::string(codes::too_many_letters)}};
  return {};
}

}  // namespace

Imported import_invitations(Desk& desk, const Caller& caller, const std::vector<ImportRow>& rows,
                            Run run) {
  Imported out;
  std::set<std::string> seen;
  for (const ImportRow& row : rows) {
    // In a real run the letters of the rows before are charged already.
    const std::size_t pending = run == Run::dry ? out.invited : 0;
    auto errors = judge(desk, caller, row, seen, pending);
    if (errors.empty() && run == Run::real) {
      const auto invited = invite(desk, caller, row.invitee);
      if (!invited) errors = {{"email", std::string(invited.error().code)}};
    }
    if (errors.empty()) ++out.invited;
    else out.refused.push_back({row.line, row.invitee.email, std::move(errors)});
  }
  return out;
}

}  // namespace limen::onboard
