// The rules of the model for who was invited: agreeing leads on into a journey where the
// organisation has chosen one, which is the person's while the agreement stands and the invitation
// is not revoked, and the organisation's to see, read and hear of while it stands (A27). Agreeing
// again opens it again; a used code leads back to what is not finished.
#include <algorithm>

#include "sim/model.hpp"

namespace limen::sim {

using journey::Door;

bool Model::consent(const Request& r, const Answer& a) {
  const Shown* token = shown(r.secret, Class::connection);
  if (!token) return false;
  const std::size_t who = token->of;
  Person& p = people[who];
  Invitation& invitation = invitations[p.invitation];
  // Whoever has decided may take it back, whatever was revoked.
  const bool takes_back = invitation.used && r.what == "withdraw";
  if (p.gone || p.id != r.about || (is_revoked(invitation.right) && !takes_back)) return false;
  invitation.used = true;
  p.agreed = r.what == "agree";
  p.updated = now_;
  if (p.agreed) {
    go_on(who, a);
    return true;
  }
  same(a, {});
  if (const int at = onward_of(who); at >= 0) sessions[std::size_t(at)].was_withdrawn = true;
  return true;
}

int Model::onward_of(std::size_t person) const {
  for (std::size_t at = sessions.size(); at-- > 0;)
    if (!sessions[at].gone && sessions[at].person == int(person)) return int(at);
  return -1;
}

// One that has run out is nothing to go on with; one that is finished is shown as that.
void Model::go_on(std::size_t person, const Answer& a) {
  int at = onward_of(person);
  if (at < 0 && onward.empty()) return same(a, {});
  if (at < 0) {
    if (a.out.size() != 3) {
      wrong_ = "who agreed was not led on";
      return;
    }
    const int owner = invitations[people[person].invitation].right;
    at = int(sessions.size());
    sessions.push_back({a.out.at(0), onward, people[person].id, owner, Door::enrolment,
                        now_ + std::chrono::days{14}, rules.at(onward)});
    sessions.back().person = int(person);
    tell(std::size_t(at), "INITIALIZED");
  }
  const Session& s = sessions[std::size_t(at)];
  const bool has_run_out = s.state == 5 || (s.state == 0 && now_ >= s.expires);
  if (has_run_out) same(a, {});
  else note_way_on(std::size_t(at), a, 0);
}

// From that place of an answer on stands the way into this session.
void Model::note_way_on(std::size_t at, const Answer& a, std::size_t first) {
  const Session& s = sessions[at];
  if (a.out.size() != first + 3 || a.out[first] != s.id || a.out[first + 2] != s.skill) {
    wrong_ = "not led into the journey that was begun";
    return;
  }
  fresh(a.out[first + 1], {Class::reference, at, 0, s.expires});
}

bool Model::is_open_to_owner(const Session& s, Time now) const {
  if (s.person < 0) return is_live(s.owner, now);
  return is_shared(s) && !is_revoked(s.owner) && !rights[std::size_t(s.owner)].gone;
}

bool Model::is_shared(const Session& s) const {
  if (s.person < 0) return true;
  const Person& p = people[std::size_t(s.person)];
  return p.agreed && !p.gone;
}

bool Model::leads_back(std::size_t invitation) const {
  if (!invitations[invitation].used) return false;
  return std::ranges::any_of(sessions, [&](const Session& s) {
    const bool is_under_way = s.person >= 0 && !s.gone && s.state == 0 && now_ < s.expires;
    return is_under_way && people[std::size_t(s.person)].invitation == invitation && is_shared(s);
  });
}

}  // namespace limen::sim
