// The audit trail: who changed what, written in the transaction of the change itself, so that one
// is never there without the other. Each row's hash covers the row before (store/office.cpp), so a
// row that was altered or taken out shows. What people do with invitations and sessions is not
// here: those rows say it themselves.
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

void note(Desk& desk, const TenantId& tenant, const Who& who, std::string_view what,
          std::string about = {}, std::string detail = {});

}  // namespace limen::onboard
