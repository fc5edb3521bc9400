// See repeat.hpp. The row's name and the digest it is compared with are keyed hashes: neither the
// client's key nor a guess at what was asked can be checked against a stolen database.
#include "onboard/repeat.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "seal/vault.hpp"

namespace limen::onboard {
namespace {

// The draft, section 2.5: keys are told apart by client. An access token and a key stand for the
// client they hang below; a device's token has no other back end behind it than itself.
Id owner_of(const Grant& grant) {
  const bool is_of_client = grant.kind == grant::Kind::access || grant.kind == grant::Kind::key;
  return is_of_client && !grant.parent.is_nil() ? grant.parent : grant.id;
}

Digest row_of(const Desk& desk, const Caller& caller, const Repeat& repeat) {
  const Id owner = owner_of(caller.grant);
  Bytes context(owner.bytes.begin(), owner.bytes.end());
  context.insert(context.end(), repeat.route.begin(), repeat.route.end());
  context.push_back(0);
  context.insert(context.end(), repeat.key.begin(), repeat.key.end());
  return desk.sealer.derive("repeat", context);
}

Digest mark_of(const Desk& desk, const Repeat& repeat) {
  return desk.sealer.derive("repeat/request", repeat.request);
}

}  // namespace

Result<std::optional<Bytes>> answer_before(Desk& desk, const Caller& caller, const Repeat& repeat) {
  const Digest row = row_of(desk, caller, repeat);
  const auto kept = desk.ledger.answer(row);
  if (!kept || kept->until <= desk.at.now) return std::optional<Bytes>{};
  if (kept->request != mark_of(desk, repeat))
    return refuse(Fault::conflict, codes::repeat_differs,
                  "this Idempotency-Key was used with another request", "Idempotency-Key");
  auto answer = seal::unlock(desk.sealer.key_for("repeat/answer"), kept->locked, row);
  ASSERT(answer);  // locked under the same root, or the row would have another name
  return answer;
}

void keep_answer(Desk& desk, const Caller& caller, const Repeat& repeat, BytesView answer) {
  const Digest row = row_of(desk, caller, repeat);
  desk.ledger.keep_answer(
      {row, mark_of(desk, repeat),
       seal::lock_away(desk.sealer.key_for("repeat/answer"), answer, row, desk.at.entropy),
       desk.at.now + limits::repeat_life});
}

}  // namespace limen::onboard
