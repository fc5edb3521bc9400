// What the house asks for itself: an operator who makes and takes away keys, invitations and
// webhooks, and staff who decide sessions. See clients.hpp.
#include "sim/clients.hpp"

namespace limen::sim {
namespace {

constexpr std::string_view every_permission =
    "onboarding:write user-status:read session:open session:settle ephemeral_device:write "
    "session_all:read enrolment:write";
constexpr std::string_view every_event =
    "INITIALIZED STARTED WAITING_FOR_MANUAL_APPROVE AUTO_APPROVED AUTO_REJECTED MANUAL_APPROVED "
    "MANUAL_REJECTED";
constexpr std::string_view events[] = {
    every_event, "INITIALIZED MANUAL_APPROVED", "STARTED AUTO_APPROVED AUTO_REJECTED",
    "WAITING_FOR_MANUAL_APPROVE MANUAL_APPROVED MANUAL_REJECTED"};
constexpr std::string_view permissions[] = {every_permission, "session:open session:settle",
                                            "onboarding:write", "enrolment:write"};

}  // namespace

std::optional<Request> Clients::by_operator(const Event& e, Request r) const {
  r.org = e.b % 2;
  if (r.verb == Verb::make_key) {
    constexpr std::int64_t lives[] = {0, 600, 86'400};
    const Exchange* k = key(e.a);
    if (k && e.c % 2 == 0) r.about = k->answer.out[0];
    if (k && !is_odd_one(e.c, 8)) r.org = k->request.org;
    r.what = one_of(permissions, e.c / 8);
    r.number = lives[e.b / 2 % 3];
    return r;
  }
  if (r.verb == Verb::revoke) {
    const Exchange* it = pick({Verb::make_key, Verb::lend, Verb::make_key}, e.a);
    if (!it) return std::nullopt;
    const bool is_key = it->request.verb == Verb::make_key;
    if (is_key) r.org = it->request.org;
    r.about = it->answer.out[is_key && e.c % 4 != 0 ? 1 : 0];
    return r;
  }
  if (r.verb == Verb::listen) {
    const Exchange* known = is_odd_one(e.c, 2) ? pick({Verb::listen}, e.a) : nullptr;
    r.what = one_of(events, e.b / 2);
    if (!known) return r;
    constexpr std::string_view changes[] = {"pause",  "resume", "rotate", "resume",
                                            "remove", "rotate", "rotate"};
    constexpr std::int64_t overlaps[] = {0, 60, 3600, 86'400};
    if (!is_odd_one(e.c, 8)) r.what = one_of(changes, e.b / 2);
    if (r.what == "rotate") r.number = overlaps[e.c / 16 % 4];
    if (!is_odd_one(e.a, 8)) r.org = known->request.org;
    r.about = known->answer.out[0];
    return r;
  }
  const Exchange* it = r.verb == Verb::review
                           ? pick({Verb::begin, Verb::begin_device, Verb::begin_enrolment}, e.a)
                           : pick({Verb::invite}, e.a);
  if (!it) return std::nullopt;
  r.about = it->answer.out[0];
  if (r.verb != Verb::review) return r;
  // Mostly one that is finished: only those can be reviewed.
  const Exchange* finished = pick(temp_tokens_, e.a);
  if (finished && finished->request.verb == Verb::answer && e.c % 4 != 0)
    r.about = finished->request.about;
  const Exchange* own = pick(finished_, e.a);
  if (own && e.c / 5 % 2 == 0) {
    r.about = own->request.about;
    r.org = is_odd_one(e.b, 4) ? 1 : 0;
  }
  // Two members of staff, who need not agree.
  constexpr std::string_view members[] = {"Rita", "Omar"};
  constexpr std::string_view reasons[] = {"seen", "not the same face"};
  r.client = one_of(members, e.b / 4);
  r.body = one_of(reasons, e.b / 8);
  constexpr std::string_view verdicts[] = {"approve", "reject", "approve", "reject", "erase"};
  r.what = one_of(verdicts, e.c);
  return r;
}

}  // namespace limen::sim
