// The rules of the model for a second device: a link into a session works once and for minutes, and
// what it was exchanged for walks that session until the session ends or whoever made the link says
// so. A new link ends what was there. Neither is told by its id, so the model names them by text.
#include <algorithm>

#include "sim/model.hpp"

namespace limen::sim {

using namespace std::chrono_literals;

// It falls with the session and with whoever opened that: a person's agreement is no right.
void Model::add_way(Class cls, std::size_t at, const std::string& text, Time expires) {
  const Session& s = sessions[at];
  Right right{cls,  org_of(s), s.person < 0 ? s.owner : -1,
              text, now_,      std::min(expires, s.expires)};
  right.session = at;
  fresh(text, {cls, std::size_t(add_right(std::move(right)))});
}

int Model::newest_way(Class cls, std::size_t at) const {
  for (std::size_t i = rights.size(); i-- > 0;)
    if (rights[i].cls == cls && rights[i].session == at && !rights[i].gone) return int(i);
  return -1;
}

int Model::phone_state(std::size_t at) const {
  const auto is_there = [&](Class cls) {
    const int i = newest_way(cls, at);
    if (i < 0) return false;
    const Right& right = rights[std::size_t(i)];
    return !right.revoked && !right.used && now_ < right.expires;
  };
  return is_there(Class::phone) ? 2 : is_there(Class::link) ? 1 : 0;
}

// Who came by a link can neither make one nor end one.
bool Model::offer(const Request& r, const Answer& a) {
  const auto at = own_session(r, {Class::device, Class::reference});
  if (!at) return false;
  const Session& s = sessions[*at];
  const bool is_offer = r.verb == Verb::offer;
  if (is_offer && (s.state != 0 || now_ >= s.expires)) return false;
  for (Right& right : rights)
    if ((right.cls == Class::link || right.cls == Class::phone) && right.session == *at)
      right.revoked = true;
  if (!is_offer || !a.ok) return true;
  const Shown& who = secrets.at(r.who);
  const Time end = who.cls == Class::device ? rights[who.of].expires : who.expires;
  add_way(Class::link, *at, a.out.at(0), std::min(end, now_ + 10min));
  return true;
}

const Model::Shown* Model::open_link(const std::string& text) const {
  const Shown* link = shown(text, Class::link);
  if (!link || rights[link->of].used || !is_live(int(link->of), now_)) return nullptr;
  const Session& s = sessions[rights[link->of].session];
  const bool is_over = s.gone || s.state != 0 || now_ >= s.expires;
  return is_over || !is_open_to_owner(s, now_) ? nullptr : link;
}

bool Model::cross(const Request& r, const Answer& a) {
  const Shown* found = open_link(r.secret);
  if (!found) return false;
  if (!a.ok) return true;
  Right& link = rights[found->of];
  link.used = true;
  const std::size_t at = link.session;
  if (a.out.at(0) != sessions[at].id) wrong_ = "a link led into another session";
  add_way(Class::phone, at, a.out.at(1), now_ + 14 * 24h);
  return true;
}

}  // namespace limen::sim
