// Proofs of identity, each ending in a grant that is judged. What is costly to verify is remembered
// by digest (cache.hpp).
#include "onboard/caller.hpp"

#include <algorithm>
#include <array>

#include "base/problem_codes.hpp"
#include "grant/engine.hpp"
#include "onboard/onward.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;
using grant::Verdict;

namespace {

// See as_password in manage.hpp.
constexpr std::string_view password_prefix = "pw:";

constexpr std::array<ScopeName, 9> names = {{
    {"onboarding:write", Scope::invite},
    {"user-status:read", Scope::query_people},
    {"session:open", Scope::open},
    {"session:settle", Scope::settle | Scope::manage_consent},
    {"ephemeral_device:write", Scope::lend},
    {"session_all:read", Scope::read_all},
    {"enrolment:write", Scope::enrol | Scope::read_all},
    {"session:read", Scope::read_own},
    {"operator", Scope::operate},
}};

std::unexpected<Problem> unauthenticated(std::string_view note) {
  return std::unexpected(Problem{
      Fault::unauthenticated, codes::unauthenticated, {}, {}, std::string(note), std::nullopt});
}

// Judges a remembered grant; `bond` is its own, because these kinds are bound by look-up, not by
// request.
Result<Caller> judged(Grant grant, Scope wanted, Time now) {
  const Verdict verdict = grant::judge(grant, wanted, grant.terms.bond, now);
  if (verdict != Verdict::live) return std::unexpected(grant::refusal(verdict));
  return Caller{std::move(grant)};
}

// A key that is judged; when it was last used is remembered where no request waits for it.
Result<Caller> seen(Desk& desk, Grant grant, Scope wanted) {
  auto caller = judged(std::move(grant), wanted, desk.at.now);
  if (caller && desk.presence != nullptr)
    desk.presence->keys.note(caller->grant.id, desk.at.now, caller->grant.parent);
  return caller;
}

Digest cache_key(std::string_view label, std::string_view text) {
  return seal::sha256({as_bytes(label), as_bytes(text)});
}

// We sign no token for later, so one whose time has not come was signed before the clock went back.
// RFC 7519, section 4.1.5: "some small leeway, usually no more than a few minutes".
bool is_early(std::int64_t starts, Time now) {
  return from_unix(starts) > now + limits::clock_step;
}

// What stands behind an access token.
struct Behind {
  Grant key, client;
};

// The key behind an access token of that name and its client, as its claims tell (Law 4): the key
// that asked for it must still stand. Claims, too, that nobody has verified.
std::optional<Behind> behind(Desk& desk, const std::optional<Id>& token,
                             const json::object& claims) {
  auto key = token ? desk.ledger.grant_by_serial(key_serial_of(desk, *token)) : std::nullopt;
  if (!key || key->kind != Kind::key) return std::nullopt;
  if (grant::judge(*key, Scope::none, {}, desk.at.now) != Verdict::live) return std::nullopt;
  auto client = live_client(desk, text_member(claims, "client_id"));
  if (!client || client->id != key->parent) return std::nullopt;
  return Behind{std::move(*key), std::move(*client)};
}

// The grant a verified access token stands for (RFC 9068 section 2.2), or nothing. Its jti is asked
// first: nobody who never held a token of ours can make one that names a key, so such forgeries do
// not cost the writer a signature's verification.
std::optional<Grant> read_access_token(Desk& desk, std::string_view text) {
  std::optional<Id> id;
  std::optional<Behind> behind_it;
  const auto claims =
      seal::verify_es256(desk.signing, "at+jwt", text, [&](const json::object& unverified) {
        id = parse_id(text_member(unverified, "jti"));
        behind_it = behind(desk, id, unverified);
        return behind_it.has_value();
      });
  if (!claims || text_member(*claims, "iss") != desk.settings.issuer) return std::nullopt;
  const auto expires = seal::date_claim(*claims, "exp");
  const auto issued = seal::date_claim(*claims, "iat");
  if (!expires || !issued || is_early(*issued, desk.at.now)) return std::nullopt;
  Grant grant;
  grant.id = *id;
  grant.kind = Kind::access;
  grant.tenant = behind_it->client.tenant;
  grant.parent = behind_it->client.id;
  grant.subject = behind_it->client.subject;
  grant.created = from_unix(*issued);
  // Law 2, also for a key whose end was brought forward since: who is believed from memory is not
  // asked for the key again.
  grant.terms.expires = std::min(from_unix(*expires), behind_it->key.terms.expires);
  std::string_view scope = text_member(*claims, "scope");
  while (!scope.empty()) {
    const std::size_t space = scope.find(' ');
    if (const auto s = scope_of(scope.substr(0, space))) grant.terms.may = grant.terms.may | *s;
    scope.remove_prefix(space == std::string_view::npos ? scope.size() : space + 1);
  }
  // A tombstone is the only row an access token ever has.
  if (const auto tombstone = desk.ledger.grant(*id)) grant.revoked = tombstone->revoked;
  return grant;
}

}  // namespace

Result<Caller> by_key(Desk& desk, std::string_view text, Scope wanted) {
  const Digest key = cache_key("key", text);
  const std::uint64_t epoch = desk.ledger.snapshot_epoch();
  if (auto known = desk.cache.find(key, epoch)) return seen(desk, std::move(*known), wanted);
  // Judged for nothing first: what it may do can differ per request, that it is genuine cannot.
  Grant grant =
      TRY(grant::present(desk.ledger, desk.sealer, Kind::key, text, Scope::none, {}, desk.at.now));
  desk.cache.remember(key, grant, epoch);
  return seen(desk, std::move(grant), wanted);
}

std::optional<Grant> live_client(Desk& desk, std::string_view client_id) {
  const auto id = parse_id(client_id);
  if (!id) return std::nullopt;
  const Digest key = cache_key("client", as_text(id->view()));
  const std::uint64_t epoch = desk.ledger.snapshot_epoch();
  if (auto known = desk.cache.find(key, epoch)) return known;
  auto client = desk.ledger.grant(*id);
  // A client is a root key: no parent, nothing to present.
  if (!client || client->kind != Kind::key || !client->parent.is_nil()) return std::nullopt;
  if (grant::judge(*client, Scope::none, {}, desk.at.now) != Verdict::live) return std::nullopt;
  desk.cache.remember(key, *client, epoch);
  return client;
}

Result<Caller> by_client(Desk& desk, const ClientProof& proof) {
  const auto client = live_client(desk, proof.client_id);
  if (!client)
    return refuse(Fault::malformed, codes::unknown_client, "unknown client_id", "client_id");
  auto caller = by_key(desk, proof.secret, proof.wanted);
  if (!caller || caller->grant.parent != client->id)
    return refuse(Fault::unauthenticated, proof.wrong_secret);
  return caller;
}

Result<Caller> by_password(Desk& desk, std::string_view username, std::string_view password,
                           Scope wanted) {
  if (!password.starts_with(password_prefix)) return unauthenticated("not a password of ours");
  Caller caller = TRY(by_key(desk, password.substr(password_prefix.size()), Scope::none));
  if (!seal::equal_in_time(as_bytes(caller.grant.subject), as_bytes(username)))
    return unauthenticated("another username");
  return judged(std::move(caller.grant), wanted, desk.at.now);
}

Result<Caller> by_access_token(Desk& desk, std::string_view text, Scope wanted) {
  const Digest key = cache_key("access", text);
  const std::uint64_t epoch = desk.ledger.snapshot_epoch();
  if (auto known = desk.cache.find(key, epoch))
    return judged(std::move(*known), wanted, desk.at.now);
  auto grant = read_access_token(desk, text);
  if (!grant) return unauthenticated("no access token of ours");
  desk.cache.remember(key, *grant, epoch);
  return judged(std::move(*grant), wanted, desk.at.now);
}

namespace {

// Half of an Id as a number, and back.
std::uint64_t half_of(const Id& id, std::size_t begin) {
  std::uint64_t half = 0;
  for (std::size_t i = begin; i < begin + 8; ++i) half = (half << 8) | id.bytes[i];
  return half;
}
void put_half(Id& id, std::size_t begin, std::uint64_t half) {
  for (std::size_t i = 0; i < 8; ++i)
    id.bytes[begin + i] = static_cast<std::uint8_t>(half >> (56 - 8 * i));
}

// Eight bytes that hide one half of a jti, made from the other.
std::uint64_t mask_of(const Desk& desk, std::string_view label, const Id& id, std::size_t begin) {
  const seal::Bits256 bits = desk.sealer.derive(label, id.view().subspan(begin, 8));
  Id mask;
  std::copy_n(bits.begin(), 8, mask.bytes.begin());
  return half_of(mask, 0);
}
constexpr std::string_view serial_mask = "access/serial";
constexpr std::string_view random_mask = "access/random";

}  // namespace

// Two rounds of Feistel's: the serial hides behind the random half, and that behind what hides the
// serial. With one, whoever has a token could turn its serial into any other by turning the same
// bits of the jti, and time which of them lives.
Id access_id(Desk& desk, std::uint64_t key_serial) {
  Id id;
  desk.at.entropy.fill(std::span(id.bytes).first(8));
  put_half(id, 8, key_serial ^ mask_of(desk, serial_mask, id, 0));
  put_half(id, 0, half_of(id, 0) ^ mask_of(desk, random_mask, id, 8));
  return id;
}

std::uint64_t key_serial_of(const Desk& desk, const Id& access) {
  Id id = access;
  put_half(id, 0, half_of(id, 0) ^ mask_of(desk, random_mask, id, 8));
  return half_of(id, 8) ^ mask_of(desk, serial_mask, id, 0);
}

Result<Caller> by_device(Desk& desk, std::string_view text, Scope wanted) {
  return Caller{
      TRY(grant::present(desk.ledger, desk.sealer, Kind::device, text, wanted, {}, desk.at.now))};
}

Result<Caller> by_enrolment_token(Desk& desk, std::string_view text, Scope wanted) {
  const bool is_es256 = desk.settings.enrolment_token == EnrolmentToken::es256;
  const auto claims = is_es256 ? seal::verify_es256(desk.signing, "JWT", text)
                               : seal::verify_hs256(desk.enrolment_key, text);
  if (!claims) return unauthenticated("no enrolment token of ours");
  const auto tenant = parse_id(text_member(*claims, "customer"));
  const auto starts = seal::date_claim(*claims, "nbf");
  const auto expires = seal::date_claim(*claims, "exp");
  if (!tenant || !starts || !expires || is_early(*starts, desk.at.now))
    return unauthenticated("claims missing or too early");
  if (desk.at.now >= from_unix(*expires))
    return refuse(Fault::unauthenticated, codes::token_expired, "this token has expired");
  const std::string name(text_member(*claims, "sessionId"));
  const auto session = desk.ledger.session_by_caller_id(*tenant, name);
  if (!session || !is_owner_live(desk, *session)) return unauthenticated("its key is gone");
  // Its claims name the session as the back end does, who may give that name again when a session
  // was erased: it was signed when its own began, under its own spelling, and no other.
  if (*starts != to_unix(session->created) || name != session->caller_id)
    return unauthenticated("its session is gone");
  Grant grant;
  grant.id = session->id;
  grant.kind = Kind::enrolment;
  grant.tenant = *tenant;
  grant.parent = session->owner;
  grant.terms.expires = from_unix(*expires);
  grant.terms.may = grant::policy_of(Kind::enrolment).may;
  grant.terms.bond = {session->id, 0};
  return judged(std::move(grant), wanted, desk.at.now);
}

bool is_owner_live(Desk& desk, const Session& session) {
  if (is_onward(session)) return is_open_to_person(desk, session);
  const auto owner = desk.ledger.grant(session.owner);
  return owner &&
         grant::judge(*owner, Scope::none, owner->terms.bond, desk.at.now) == Verdict::live;
}

Result<Caller> by_reference(Desk& desk, std::string_view text, Scope wanted) {
  const seal::Sealed sealed = TRY(grant::unseal(desk.sealer, Kind::reference, text, desk.at.now));
  const auto session = desk.ledger.session(sealed.id);
  if (!session || !is_owner_live(desk, *session)) return unauthenticated("its key is gone");
  Grant grant;
  grant.id = session->id;
  grant.kind = Kind::reference;
  grant.tenant = session->tenant;
  grant.parent = session->owner;
  grant.terms.expires = sealed.expires;
  grant.terms.may = grant::policy_of(Kind::reference).may;
  grant.terms.bond = {session->id, 0};
  return judged(std::move(grant), wanted, desk.at.now);
}

Result<Caller> by_phone(Desk& desk, std::string_view text, const SessionId& session_id,
                        Scope wanted) {
  Grant grant = TRY(grant::present(desk.ledger, desk.sealer, Kind::phone, text, wanted,
                                   {session_id, 0}, desk.at.now));
  // It hangs under the session, and the session under whoever opened it.
  const auto session = desk.ledger.session(session_id);
  if (!session || !is_owner_live(desk, *session)) return unauthenticated("its key is gone");
  return Caller{std::move(grant)};
}

std::shared_ptr<const Organisation> organisation_of(Desk& desk, const TenantId& id) {
  const std::uint64_t epoch = desk.ledger.snapshot_epoch();
  if (auto known = desk.cache.find_organisation(id, epoch)) return known;
  auto found = desk.ledger.organisation(id);
  ASSERT(found.has_value());
  auto organisation = std::make_shared<const Organisation>(std::move(*found));
  desk.cache.remember(organisation, epoch);
  return organisation;
}

std::span<const ScopeName> scope_names() { return names; }

std::string names_of(Scope may) {
  std::string out;
  for (const auto& [name, scope] : names) {
    if (!grant::is_within(scope, may)) continue;
    if (!out.empty()) out += ' ';
    out += name;
  }
  return out;
}

std::optional<Scope> scope_of(std::string_view name) {
  for (const auto& entry : names)
    if (entry.name == name) return entry.scope;
  return std::nullopt;
}

}  // namespace limen::onboard
