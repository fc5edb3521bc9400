// See lend.hpp.
#include "onboard/lend.hpp"

#include "base/problem_codes.hpp"

namespace limen::onboard {

Result<grant::Issued> lend(Desk& desk, const Caller& caller, std::optional<std::int64_t> ttl) {
  const std::int64_t seconds = ttl.value_or(limits::device_life.count());
  if (seconds < 1 || seconds > limits::device_life_max.count())
    return refuse(Fault::malformed, codes::invalid_field,
                  "ttl must be a whole number of seconds from 1 to 2592000", "ttl");
  grant::Terms asked;
  asked.expires = desk.at.now + Seconds{seconds};
  return grant::issue(desk.ledger, desk.sealer, {grant::Kind::device, caller.tenant(), {}, asked},
                      &caller.grant, desk.at.entropy, desk.at.now);
}

}  // namespace limen::onboard
