// The rule of the model for requests under an Idempotency-Key: what was answered under it is the
// answer for a day, to the same client, for the same call, for exactly what was asked; anything
// else under it is refused. A refusal is not kept, and who may not ask is refused before all that.
#include "sim/model.hpp"

namespace limen::sim {

using namespace std::chrono_literals;

// Whose keys they are: of the client that the key or access_token stands for, or of the device.
int Model::asker(const Request& r) const {
  if (r.verb == Verb::begin_device) return caller(r.who, {Class::device}, {});
  int who = -1;
  switch (r.verb) {
    case Verb::invite: who = caller(r.who, {Class::key, Class::access}, "onboarding:write"); break;
    case Verb::lend: who = caller(r.who, {Class::key}, "ephemeral_device:write"); break;
    case Verb::begin: who = client_key(r, "session:open"); break;
    default: who = caller(r.who, {Class::key}, "enrolment:write");
  }
  return who < 0 ? who : client_of(who);
}

bool Model::rule_once(const Request& r, const Answer& a) {
  const int who = asker(r);
  if (who < 0) return false;
  Kept& before = kept[{who, r.verb, r.key}];
  if (before.until > now_) {
    if (before.asked != r.asked()) {
      limited_ = "repeat_differs";
      return false;
    }
    ++repeated;
    same(a, before.out);
    return true;
  }
  const bool must = rule(r, a);
  if (must && a.ok) before = {r.asked(), a.out, now_ + 24h};
  return must;
}

std::size_t Model::answers(Time now) const {
  std::size_t count = 0;
  for (const auto& entry : kept) count += entry.second.until > now ? 1 : 0;
  return count;
}

}  // namespace limen::sim
