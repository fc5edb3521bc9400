// The two rights that live in a session's own row (Law 12): the pass of each step and the hand-over
// of the finished journey, rebuilt from the session whenever they are shown. Storage grows with
// sessions, never with tokens. Whether they are live is judged by grant/; secrets are drawn
// elsewhere.
#include "journey/session.hpp"

#include "base/limits.hpp"
#include "grant/kinds.hpp"

namespace limen::journey {
namespace {

grant::Grant derived(const Session& session, grant::Kind kind, std::uint32_t part) {
  const grant::Policy& policy = grant::policy_of(kind);
  grant::Grant out;
  out.id = session.id;
  out.kind = kind;
  out.tenant = session.tenant;
  out.parent = session.owner;
  out.terms.may = policy.may;
  out.terms.once = policy.once;
  out.terms.misses = policy.misses;
  out.terms.bond = {session.id, part};
  return out;
}

}  // namespace

// "nonce expires in 30 minutes": from when it was handed out, which is when the session began or
// when the step before it was submitted.
grant::Grant pass_of(const Session& session, const Skill& skill, std::uint32_t position) {
  grant::Grant out = derived(session, grant::Kind::pass, position);
  const std::size_t submitted = session.steps.size();
  const bool is_handed_out = position <= submitted && position < skill.steps.size();
  // A pass nobody was given is one whose time is over: a genuine text can name a position beyond
  // the session only after the store went back to an older backup.
  if (!is_handed_out) {
    out.terms.expires = out.created;
    return out;
  }
  out.created = position == 0 ? session.created : session.steps[position - 1].submitted;
  out.terms.expires = out.created + skill.pass_life;
  if (submitted > position) {
    const Step& step = session.steps[position];
    out.spent = grant::Scope::submit;
    out.spent_request = step.request;
    out.spent_at = step.submitted;
  }
  // Law 8: the memory of a pass ends when what it led to is first used: the next pass, or for the
  // last step the hand-over.
  const bool is_last = std::size_t{position} + 1 == skill.steps.size();
  out.followed = submitted > std::size_t{position} + 1 || (is_last && session.settled.has_value());
  return out;
}

// A session that is not completed has handed out nothing, so its hand-over is one whose time is
// over.
grant::Grant hand_over_of(const Session& session) {
  grant::Grant out = derived(session, grant::Kind::hand_over, 0);
  out.terms.expires = out.created;
  if (!session.completed) return out;
  out.created = *session.completed;
  out.terms.expires = out.created + limits::hand_over_life;
  if (session.settled) {
    out.spent = grant::Scope::settle;
    out.spent_request = session.settle_request;
    out.spent_at = session.settled;
  }
  return out;
}

}  // namespace limen::journey
