// The verbs of every secret: issue, present, redeem, revoke. Pure decisions (judge, attenuate,
// redeem_value) stand apart from the few functions that also touch the ledger. No clock, no
// randomness, no JSON, no throw: time and entropy are given (Law 9).
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "grant/grant.hpp"
#include "grant/kinds.hpp"
#include "grant/ledger.hpp"
#include "seal/entropy.hpp"
#include "seal/sealer.hpp"

namespace limen::grant {

enum class Verdict : std::uint8_t { live, beyond, expired, spent, revoked, locked, misbound };

// Whether `grant` may do `wanted` for `bond` at `now`. Pure.
Verdict judge(const Grant& grant, Scope wanted, const Bond& bond, Time now);

// What a child asking for `asked` gets under `parent`: the meet of both (Law 2). Pure.
Terms attenuate(const Terms& parent, Terms asked);

enum class Use : std::uint8_t {
  first,    // this request is the one use
  again,    // the same request once more, within its memory: give the same answer, do nothing
  refused,  // see verdict
  alarm,    // refused, and somebody else holds the secret: another request had used it
};
struct Redemption {
  Use use;
  Verdict verdict;
};
// Whether `request` may use the once parts of `wanted`. Pure; the caller writes what it decides.
Redemption redeem_value(const Grant& grant, Scope wanted, const Bond& bond, const Digest& request,
                        Time now);

// A new grant of `kind` under `parent` (nullptr: a root), with its defaults from kinds.hpp narrowed
// by `asked` and the parent. Not stored yet; `id` is freshly drawn.
struct Blank {
  Kind kind;
  TenantId tenant;
  std::string subject;
  Terms asked;
};
Grant draft(const Blank& blank, const Grant* parent, const Id& id, Time now);

struct Issued {
  Grant grant;
  seal::Secret secret;  // the only moment it is in clear (Law 5)
};
// Drafts, draws the secret, stores the digest. For kinds whose shape is `stored`.
Issued issue(Ledger& ledger, const seal::Sealer& sealer, const Blank& blank, const Grant* parent,
             seal::Entropy& entropy, Time now);

// The text of a grant whose bits are known (derived or drawn).
seal::Secret text_of(const seal::Sealer& sealer, const Grant& grant, const seal::Bits256& bits);
// What the ledger keeps of the bits.
Digest digest_of(const seal::Bits256& bits);

// Reads a sealed text of `kind` without I/O: unauthenticated when forged, token_expired when its
// time is over (Laws 7 and 11).
Result<seal::Sealed> unseal(const seal::Sealer& sealer, Kind kind, std::string_view text, Time now);

// A stored grant shown by its text: unsealed, found, compared, judged. Spends nothing. `wanted`
// beyond it is `insufficient_scope`; every other refusal looks the same to a stranger.
Result<Grant> present(Ledger& ledger, const seal::Sealer& sealer, Kind kind, std::string_view text,
                      Scope wanted, const Bond& bond, Time now);

// The refusal a verdict becomes; never called with live.
Problem refusal(Verdict verdict);

}  // namespace limen::grant
