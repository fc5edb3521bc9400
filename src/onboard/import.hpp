// Inviting many at once, from a table. A dry run is the same walk over the same rows that stops
// before it writes: what it says is what the run would do, unless somebody invites meanwhile. One
// bad row keeps no good one back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "onboard/invite.hpp"

namespace limen::onboard {

constexpr std::size_t import_rows = 2'000;

struct ImportRow {
  std::size_t line = 0;
  Invitee invitee;
  bool is_whole = true;  // as many cells as the header names
};
struct ImportRefusal {
  std::size_t line = 0;
  std::string email;
  std::vector<FieldError> errors;  // rules as check_invitee's, and already_invited, duplicate, …
};
struct Imported {
  std::size_t invited = 0;
  std::vector<ImportRefusal> refused;
};
enum class Run : std::uint8_t { dry, real };
Imported import_invitations(Desk& desk, const Caller& caller, const std::vector<ImportRow>& rows,
                            Run run);

}  // namespace limen::onboard
