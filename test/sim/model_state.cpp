// What the rules of the model ask of its maps, and what time alone does to them.
#include <algorithm>

#include "sim/model.hpp"

namespace limen::sim {

using journey::Door;

namespace {

bool equal_folded(const std::string& a, const std::string& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

}  // namespace

bool Model::Right::may(std::string_view scope) const {
  const std::string held = " " + scopes + " ";
  const auto holds = [&](std::string_view s) {
    return held.find(" " + std::string(s) + " ") != std::string::npos;
  };
  // Who starts enrolments reads their results.
  return scope.empty() || holds(scope) || (scope == "session_all:read" && holds("enrolment:write"));
}

// A right lives as long as everything it hangs below. One that was swept stays gone when the clock
// goes back; one that had just expired is live again.
bool Model::is_live(int right, Time now) const {
  for (int i = right; i >= 0; i = rights[std::size_t(i)].parent)
    if (const Right& r = rights[std::size_t(i)]; r.revoked || r.gone || now >= r.expires)
      return false;
  return true;
}

bool Model::is_revoked(int right) const {
  for (int i = right; i >= 0; i = rights[std::size_t(i)].parent)
    if (rights[std::size_t(i)].revoked) return true;
  return false;
}

bool Model::is_unused(const Invitation& i, Time now) const {
  return !i.used && is_live(i.right, now);
}

bool Model::is_issued(const Invitation& i, Time now) const {
  return i.missed < 10 && is_unused(i, now);
}

bool Model::may_send(const std::string& code, Time now) const {
  const auto found = secrets.find(code);
  return found != secrets.end() && found->second.cls == Class::invitation &&
         is_unused(invitations[found->second.of], now);
}

const Model::Shown* Model::shown(const std::string& text, Class cls) const {
  const auto found = secrets.find(text);
  const bool is_it =
      found != secrets.end() && found->second.cls == cls && now_ < found->second.expires;
  return is_it ? &found->second : nullptr;
}

int Model::caller(const std::string& text, std::initializer_list<Class> classes,
                  std::string_view scope) const {
  for (const Class cls : classes) {
    const Shown* found = shown(text, cls);
    if (!found || !is_live(int(found->of), now_)) continue;
    return rights[found->of].may(scope) ? int(found->of) : -1;
  }
  return -1;
}

int Model::client_of(int right) const {
  while (rights[std::size_t(right)].parent >= 0) right = rights[std::size_t(right)].parent;
  return right;
}

int Model::client_key(const Request& r, std::string_view scope) const {
  const int key = caller(r.who, {Class::key}, scope);
  return key >= 0 && rights[std::size_t(client_of(key))].id == r.client ? key : -1;
}

bool Model::is_live_client(const std::string& id, int owner) const {
  return rights[std::size_t(owner)].id == id && is_live(owner, now_);
}

// A text of one of these classes leads to its own session and no other.
std::optional<std::size_t> Model::own_session(const Request& r,
                                              std::initializer_list<Class> classes) const {
  const auto found = secrets.find(r.who);
  if (found == secrets.end() || std::ranges::count(classes, found->second.cls) == 0)
    return std::nullopt;
  const Shown& token = found->second;
  if (token.cls == Class::device || token.cls == Class::phone) {
    if (caller(r.who, {token.cls}, {}) < 0) return std::nullopt;
    const bool is_phone = token.cls == Class::phone;
    if (is_phone && !is_open_to_owner(sessions[rights[token.of].session], now_))
      return std::nullopt;
    const auto is_its = [&](std::size_t i) {
      return token.cls == Class::phone ? rights[token.of].session == i
                                       : sessions[i].owner == int(token.of);
    };
    for (std::size_t i = 0; i < sessions.size(); ++i)
      if (!sessions[i].gone && is_its(i) && sessions[i].id == r.about) return i;
    return std::nullopt;
  }
  const Session& s = sessions[token.of];
  const bool is_named = s.id == r.about || equal_folded(s.caller_id, r.about);
  if (now_ >= token.expires || s.gone || !is_open_to_owner(s, now_) || !is_named)
    return std::nullopt;
  return token.of;
}

std::optional<std::size_t> Model::session(const std::string& id, std::size_t org) const {
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const Session& s = sessions[i];
    if (s.gone || org_of(s) != org) continue;
    if (s.id == id || (!s.caller_id.empty() && equal_folded(s.caller_id, id))) return i;
  }
  return std::nullopt;
}

int Model::latest(std::size_t org, const std::string& email) const {
  for (std::size_t i = invitations.size(); i-- > 0;) {
    const Right& right = rights[std::size_t(invitations[i].right)];
    const bool is_named = !right.gone && !right.nameless && right.org == org;
    if (is_named && equal_folded(invitations[i].email, email)) return int(i);
  }
  return -1;
}

int Model::add_right(Right right) {
  const int at = int(rights.size());
  if (!by_id.emplace(right.id, at).second) wrong_ = "an id was given twice";
  rights.push_back(std::move(right));
  return at;
}

// I1, C2: nobody is ever given a text that somebody was given before.
void Model::fresh(const std::string& text, Shown what) {
  if (text.empty()) wrong_ = "an empty secret";
  if (!secrets.emplace(text, what).second) wrong_ = "a secret was given twice";
}

void Model::same(const Answer& a, const std::vector<std::string>& before) {
  if (a.ok && a.out != before) wrong_ = "another answer than before, or than had to be";
}

void Model::alarm(int org, const std::string& what, const std::string& about) {
  Alarm& it = alarms[{org, what, about}];
  ++it.count;
  it.at = now_;
}

// What is over goes: a right that is lent with its time, everything else thirty days later.
void Model::sweep(Time now) {
  const auto month = std::chrono::days{30};
  const auto is_lent = [](const Right& r) {
    return r.cls == Class::device || r.cls == Class::link || r.cls == Class::phone;
  };
  const auto lasts = [&](const Right& r) {
    return !is_lent(r) && r.cls != Class::access && !r.gone;
  };
  const auto newest = [&] {
    int last = -1;
    for (std::size_t i = 0; i < rights.size(); ++i)
      if (lasts(rights[i])) last = int(i);
    return last;
  };
  for (Right& r : rights) r.gone = r.gone || (is_lent(r) && r.expires <= now);
  const int last_invitation = newest();
  for (Right& r : rights) {
    const bool is_old = r.created <= now - month && r.expires <= now - month;
    const bool is_newest = last_invitation >= 0 && &r == &rights[std::size_t(last_invitation)];
    r.gone = r.gone || (r.cls == Class::invitation && is_old && !is_newest);
    r.nameless = r.nameless || (r.cls == Class::invitation && is_old);
  }
  for (std::size_t i = 0; i < people.size(); ++i) {
    Person& p = people[i];
    if (p.gone || p.agreed || p.updated > now - month) continue;
    p.gone = true;  // with what they went on with, and as addressee if that was their word
    const Invitation& invitation = invitations[p.invitation];
    Right& right = rights[std::size_t(invitation.right)];
    right.nameless = right.nameless || invitation.used;
    if (const int at = onward_of(i); at >= 0) sessions[std::size_t(at)].erase = now;
  }
  for (Session& s : sessions) {
    if (s.state == 0 && s.expires <= now && !s.gone) {
      s.state = 5;
      s.erase = s.erase.value_or(now + month);
    }
    s.gone = s.gone || (s.erase && *s.erase <= now);
  }
  const int last = newest();
  for (Session& s : sessions) {
    if (!s.completed || s.retention_ends > now - month || s.enrolment_gone) continue;
    const int right = s.credential.empty() ? -1 : by_id.at(s.credential.at(0));
    if (right >= 0 && right == last) continue;
    s.enrolment_gone = true;
    if (right >= 0) rights[std::size_t(right)].gone = true;
  }
  for (auto& [key, bucket] : buckets)
    if (bucket.at + bucket.level <= now) bucket.level = {}, bucket.at = {};
  std::erase_if(kept, [&](const auto& k) { return k.second.until <= now; });
  std::erase_if(alarms, [&](const auto& a) { return a.second.at <= now - month; });
}

}  // namespace limen::sim
