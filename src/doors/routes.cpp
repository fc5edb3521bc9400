// The table of every route there is: each door's own table (its routes.cpp), one after the other.
// It holds no rule; two doors never share a path (http/route.cpp refuses that at start).
#include "doors/door.hpp"

namespace limen::doors {

std::vector<Route> all_routes(bool is_dev) {
  std::vector<Route> rows;
  const auto add = [&](std::vector<Route> more, Reach reach = Reach::house) {
    for (Route& row : more) row.reach = reach;
    rows.insert(rows.end(), more.begin(), more.end());
  };
  add(invitation_routes(), Reach::ledger);
  add(oauth_routes(), Reach::ledger);
  add(skills_routes(), Reach::ledger);
  add(device_routes(), Reach::ledger);
  add(enrolment_routes(), Reach::ledger);
  add(engine_routes());
  add(operator_routes());
  add(pages_routes());
  add(console_routes());
  add(assets_routes());
  add(health_routes());
  if (is_dev) add(dev_routes());
  return rows;
}

}  // namespace limen::doors
