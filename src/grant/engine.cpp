// The rules of every secret. About a hundred lines; the laws they keep are named where they act and
// tested in engine_test.cpp.
#include "grant/engine.hpp"

#include <algorithm>
#include <utility>

#include "base/problem_codes.hpp"

namespace limen::grant {
namespace {

// Law 7: every refusal a stranger can get is this one; `note` is for the log, which tells them
// apart.
Problem stranger(std::string note) {
  return {Fault::unauthenticated, codes::unauthenticated, {}, {}, std::move(note), {}};
}

}  // namespace

Verdict judge(const Grant& grant, Scope wanted, const Bond& bond, Time now) {
  // Law 7: a stranger cannot tell these apart; the order only serves the log.
  if (grant.revoked) return Verdict::revoked;
  if (now >= grant.terms.expires) return Verdict::expired;
  if (grant.terms.misses > 0 && grant.missed >= grant.terms.misses) return Verdict::locked;
  if (grant.terms.bond != bond) return Verdict::misbound;
  if (!is_within(wanted, grant.terms.may)) return Verdict::beyond;
  if (intersects(wanted & grant.terms.once, grant.spent)) return Verdict::spent;
  return Verdict::live;
}

Terms attenuate(const Terms& parent, Terms asked) {
  asked.expires = std::min(asked.expires, parent.expires);  // Law 2
  asked.may = asked.may & parent.may;
  asked.once = asked.once & asked.may;
  return asked;
}

Redemption redeem_value(const Grant& grant, Scope wanted, const Bond& bond, const Digest& request,
                        Time now) {
  const Verdict verdict = judge(grant, wanted, bond, now);
  if (verdict == Verdict::live) return {Use::first, verdict};
  if (verdict != Verdict::spent) return {Use::refused, verdict};
  // Law 8: the same secret with the same request is a client that lost our answer.
  if (!seal::equal_in_time(grant.spent_request, request)) return {Use::alarm, verdict};
  const Memory memory = policy_of(grant.kind).memory;
  const bool remembered = (memory == Memory::until_followed && !grant.followed) ||
                          (memory == Memory::seconds_60 && grant.spent_at &&
                           now - *grant.spent_at < limits::hand_over_replay);
  if (remembered) return {Use::again, verdict};
  return {memory == Memory::seconds_60 ? Use::alarm : Use::refused, verdict};
}

Grant draft(const Blank& blank, const Grant* parent, const Id& id, Time now) {
  const Policy& policy = policy_of(blank.kind);
  Grant grant;
  grant.id = id;
  grant.kind = blank.kind;
  grant.tenant = blank.tenant;
  grant.subject = blank.subject;
  grant.created = now;
  grant.terms = blank.asked;
  // Law 3: what a child may be comes from kinds.hpp; asking can only narrow it. Keys and access
  // tokens alone are given their scope by name.
  if (policy.may != Scope::none)
    grant.terms.may = blank.asked.may == Scope::none ? policy.may : blank.asked.may & policy.may;
  grant.terms.once = policy.once & grant.terms.may;
  grant.terms.misses = policy.misses;
  if (blank.asked.expires == never && policy.life.count() > 0)
    grant.terms.expires = now + policy.life;
  if (parent != nullptr) {
    ASSERT(parent->tenant == blank.tenant);           // Law 10
    ASSERT(is_within(policy.by, parent->terms.may));  // Law 2: the use case has judged it
    grant.parent = parent->id;
    Terms bound = parent->terms;
    bound.may = bound.may | policy.may;  // the right to issue a kind covers what the kind may do
    grant.terms = attenuate(bound, grant.terms);  // Law 2
  }
  return grant;
}

Digest digest_of(const seal::Bits256& bits) { return seal::sha256(bits); }

seal::Secret text_of(const seal::Sealer& sealer, const Grant& grant, const seal::Bits256& bits) {
  const seal::Sealed sealed{grant.id, grant.terms.expires, bits};
  return sealer.seal(policy_of(grant.kind).label, sealed);
}

Issued issue(Ledger& ledger, const seal::Sealer& sealer, const Blank& blank, const Grant* parent,
             seal::Entropy& entropy, Time now) {
  ASSERT(policy_of(blank.kind).shape == Shape::stored);
  Issued out{draft(blank, parent, seal::draw_id(entropy, now), now), {}};
  const seal::Bits256 bits = seal::draw_256(entropy);
  out.grant.digest = digest_of(bits);  // Law 5: only the digest is stored
  out.grant.serial = ledger.add(out.grant);
  out.secret = text_of(sealer, out.grant, bits);
  return out;
}

Result<seal::Sealed> unseal(const seal::Sealer& sealer, Kind kind, std::string_view text,
                            Time now) {
  const auto sealed = sealer.unseal(policy_of(kind).label, text);
  if (!sealed) return refuse(stranger("forged"));  // Law 11
  if (now >= sealed->expires)
    return refuse(Fault::unauthenticated, codes::token_expired, "this token has expired");
  return *sealed;
}

Result<Grant> present(Ledger& ledger, const seal::Sealer& sealer, Kind kind, std::string_view text,
                      Scope wanted, const Bond& bond, Time now) {
  const seal::Sealed sealed = TRY(unseal(sealer, kind, text, now));
  std::optional<Grant> grant = ledger.grant(sealed.id);
  const bool is_right =
      grant && grant->kind == kind && seal::equal_in_time(digest_of(sealed.bits), grant->digest);
  if (!is_right) return refuse(stranger("unknown"));
  const Verdict verdict = judge(*grant, wanted, bond, now);
  if (verdict != Verdict::live) return std::unexpected(refusal(verdict));
  return std::move(*grant);
}

Problem refusal(Verdict verdict) {
  static constexpr std::string_view notes[] = {"live",    "beyond", "expired", "spent",
                                               "revoked", "locked", "misbound"};
  const std::string note(notes[static_cast<std::size_t>(verdict)]);
  if (verdict == Verdict::beyond)
    return {Fault::forbidden,
            codes::insufficient_scope,
            {},
            "this credential may not do that",
            note,
            {}};
  if (verdict == Verdict::expired)
    return {Fault::unauthenticated, codes::token_expired, {}, "this token has expired", note, {}};
  return stranger(note);
}

}  // namespace limen::grant
