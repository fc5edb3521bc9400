// The audit trail: who changed what, written in the transaction of the change itself, so that one
// is never there without the other. Each row's hash covers the row before (store/office.cpp), so a
// row that was altered or taken out shows. What people do with invitations and sessions is not
// here, those rows say it themselves; but what became of a session is, by rules or by a reviewer.
#pragma once

#include <string>
#include <string_view>

#include "onboard/desk.hpp"

namespace limen::onboard {

// Who acts, as the trail names them.
struct Who {
  Actor actor = Actor::server;
  Id id{};
  std::string name{};
};

// The word of the trail for a decision by rules.
constexpr std::string_view session_decided = "session_decided";
// The result, the factors that made it, how asking an engine ended, and which rules those were: no
// value of a person's.
void note_decision(Desk& desk, const Session& session, const journey::Rules& rules);

void note(Desk& desk, const TenantId& tenant, const Who& who, std::string_view what,
          std::string about = {}, std::string detail = {});

// The word of the trail for a person's verdict.
constexpr std::string_view session_reviewed = "session_reviewed";
// The detail as who reads the trail is told it: that of a review goes on with the reason. A row of
// the trail stays for ever and a reason may name somebody, so it stands with the session and goes
// when that is erased.
std::string told_detail(Desk& desk, const AuditRow& row);

}  // namespace limen::onboard
