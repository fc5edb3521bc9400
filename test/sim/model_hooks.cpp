// The rules of the model for webhooks: of a session that a back end's device or enrolment began,
// each event is told to every active webhook of its organisation that wants it, in the words of the
// contract, and nothing is told of who was erased. When and how often is not said here.
#include <algorithm>

#include "sim/model.hpp"

namespace limen::sim {

using journey::Door;

bool Model::listen(const Request& r, const Answer& a) {
  if (r.about.empty()) {
    const auto is_its = [&](const Hook& h) { return h.org == r.org && !h.removed; };
    if (std::ranges::count_if(hooks, is_its) >= 20) return false;
    if (a.ok) hooks.push_back({r.org, a.out.at(0), {a.out.at(1)}, r.what});
    return true;
  }
  const auto hook = std::ranges::find(hooks, r.about, &Hook::id);
  if (hook == hooks.end() || hook->org != r.org || hook->removed) return false;
  if (r.what == "rotate") {
    // Two secrets sign at most, unless the one before is to sign no more at once.
    if (r.number < 0 || (r.number > 0 && now_ < hook->previous_until)) return false;
    if (!a.ok) return true;
    for (const Hook& any : hooks)
      if (std::ranges::count(any.secrets, a.out.at(1)) > 0) wrong_ = "a secret was given twice";
    hook->secrets.push_back(a.out.at(1));
    hook->previous_until = now_ + Seconds{r.number};
    return true;
  }
  if (r.what == "remove") hook->removed = true;
  else if (r.what == "pause" || r.what == "resume") hook->active = r.what == "resume";
  else hook->events = r.what;
  same(a, {r.about});
  return true;
}

void Model::tell(std::size_t at, const std::string& event) {
  const Session& s = sessions[at];
  if (s.door == Door::skills || s.erased) return;
  const std::size_t org = org_of(s);
  const std::string& name = s.caller_id.empty() ? s.id : s.caller_id;
  const std::string status = s.door == Door::device ? number_of(event) : "\"" + event + "\"";
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const Hook& hook = hooks[i];
    const bool is_wanted = (" " + hook.events + " ").find(" " + event + " ") != std::string::npos;
    if (hook.org != org || !hook.active || hook.removed || !is_wanted) continue;
    const auto is_that = [&](const Notice& n) {
      return n.hook == i && n.session == at && n.event == event;
    };
    if (std::ranges::any_of(notices, is_that)) continue;  // it has begun before
    notices.push_back({i, at, event,
                       "{\"sessionId\":\"" + name + "\",\"status\":" + status +
                           ",\"projectId\":\"" + organisations.at(org) + "\"}",
                       now_});
  }
}

void Model::start(const std::string& session, Time now) {
  now_ = now;
  for (std::size_t at = 0; at < sessions.size(); ++at)
    if (sessions[at].id == session && sessions[at].state == 0) tell(at, "STARTED");
}

void Model::note_gone(std::size_t notice, Time now) {
  now_ = now;
  Notice& it = notices[notice];
  it.is_refused = true;
  hooks[it.hook].active = false;
  alarm(int(hooks[it.hook].org), "webhook_gone", hooks[it.hook].id);
}

bool Model::is_due(const Notice& notice) const {
  const Session& s = sessions[notice.session];
  return !hooks[notice.hook].removed && !s.gone && !s.erased;
}

}  // namespace limen::sim
