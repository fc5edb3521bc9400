// The rules of the model for what becomes of a finished session: the rules it began under say
// whether it passes, waits for a person or fails; of all who decide it by hand the first one
// counts, whoever they are and whatever the rules said; and who may still go on is not decided and
// not erased.
#include <algorithm>

#include "sim/model.hpp"

namespace limen::sim {

bool Model::review(const Request& r, const Answer& a) {
  const auto at = session(r.about, r.org);
  if (!at || sessions[*at].id != r.about) return false;
  Session& s = sessions[*at];
  if (r.what != "erase") {
    if (s.state != 1) return false;
    s.state = r.what == "approve" ? 2 : 3;
    s.verdict = {r.what == "approve", r.client, r.body, now_};
    const std::string status = status_of(s, now_);
    tell(*at, status);
    same(a, {status});
    return true;
  }
  const bool is_shut = s.person >= 0 && !is_open_to_owner(s, now_);
  if (s.state == 0 && now_ < s.expires && !is_shut) return false;
  s.erased = true;
  if (s.state == 0) {
    s.state = 5;
    s.expires = std::min(s.expires, now_);
  }
  s.erase = now_;
  if (s.completed && !s.enrolment_gone && !s.deleted) {
    s.deleted = now_;
    s.retention_ends = std::min(s.retention_ends, now_);
  }
  return true;
}

std::string Model::status_of(const Session& s, Time now) const {
  switch (s.state) {
    case 0: return now >= s.expires ? "EXPIRED" : "PENDING";
    case 2: return "MANUAL_APPROVED";
    case 3: return "MANUAL_REJECTED";
    case 5: return "EXPIRED";
    default: break;
  }
  if (s.course == Course::passes) return "AUTO_APPROVED";
  return s.course == Course::fails ? "AUTO_REJECTED" : "WAITING_FOR_MANUAL_APPROVE";
}

// "0 not completed (at start), 1 not verified, 2 verified, 3 approved (human), 4 pending, 1000
// rejected (human)"
std::string Model::number_of(const std::string& status) {
  static const std::map<std::string, std::string> numbers = {
      {"AUTO_REJECTED", "1"},   {"AUTO_APPROVED", "2"},      {"WAITING_FOR_MANUAL_APPROVE", "4"},
      {"MANUAL_APPROVED", "3"}, {"MANUAL_REJECTED", "1000"},
  };
  const auto found = numbers.find(status);
  return found == numbers.end() ? "0" : found->second;
}

}  // namespace limen::sim
