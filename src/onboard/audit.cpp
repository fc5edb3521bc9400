// See audit.hpp.
#include "onboard/audit.hpp"

namespace limen::onboard {

void note(Desk& desk, const TenantId& tenant, const Who& who, std::string_view what,
          std::string about, std::string detail) {
  AuditRow row;
  row.id = seal::draw_id(desk.at.entropy, desk.at.now);
  row.tenant = tenant;
  row.at = desk.at.now;
  row.actor = who.actor;
  row.who = who.id;
  row.who_name = who.name;
  row.what = what;
  row.about = std::move(about);
  row.detail = std::move(detail);
  desk.ledger.office().add_audit(row);
}

}  // namespace limen::onboard
