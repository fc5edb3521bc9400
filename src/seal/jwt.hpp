// JSON Web Tokens (RFC 7519, 8725, 9068) in the shapes the contracts show: ES256 access tokens that
// a third party can verify with the published JWKS, the HS256 enrolment token of s4, and EdDSA for
// receipts. One algorithm per key, fixed by the key ring; header parameters that point elsewhere
// are never followed. RSA and "none" do not exist here.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "seal/digest.hpp"
#include "seal/ed25519.hpp"
#include "seal/secret.hpp"

struct evp_pkey_st;
struct evp_pkey_ctx_st;

namespace limen::seal {

// A P-256 key pair. Immutable; signing is thread-safe.
class SigningKey {
 public:
  static std::shared_ptr<const SigningKey> generate();
  // PKCS#8 PEM. Throws std::runtime_error when it is no P-256 private key.
  static std::shared_ptr<const SigningKey> from_pem(std::string_view pem);
  explicit SigningKey(evp_pkey_st* key);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  Secret to_pem() const;
  // JWK thumbprint (RFC 7638), the key's `kid`.
  const std::string& id() const { return id_; }
  // The public half as a JWK (RFC 7517, RFC 7518 section 6.2).
  json::object jwk() const;
  // 64 bytes r||s over SHA-256 of `text` (RFC 7518 section 3.4).
  Bytes sign(std::string_view text) const;
  bool verify(std::string_view text, BytesView signature) const;

 private:
  evp_pkey_ctx_st* take_context() const;

  evp_pkey_st* key_;
  std::string x_, y_, id_;
  // Contexts ready to sign. Setting one up costs a third of a signature (OpenSSL 3.0 looks the
  // algorithm up each time), so they are kept; there are never more than threads that sign at once.
  mutable std::mutex mutex_;
  mutable std::vector<evp_pkey_ctx_st*> idle_;
};

// The keys that sign and verify now: the first signs; the others only verify until they retire.
struct SigningKeys {
  std::vector<std::shared_ptr<const SigningKey>> keys;
  std::shared_ptr<const Ed25519Key> receipt{};  // signs receipts
  std::vector<Ed25519Public> receipts{};        // whatever ever signed one, newest first
  json::object jwks() const;
};

// A compact JWS of `payload` with header {"alg":"ES256","typ":<typ>,"kid":<id>}.
std::string sign_es256(const SigningKey& key, std::string_view typ, const json::object& payload);
// The payload when header and signature are right: alg ES256, typ as asked, kid one of ours, no
// `crit`. `is_worth_it` is asked of the claims before the signature is verified, since that costs
// more than all the rest: false refuses the token. What it looks at may be
// forged.
using IsWorthIt = std::function<bool(const json::object& claims)>;
std::optional<json::object> verify_es256(const SigningKeys& keys, std::string_view typ,
                                         std::string_view token, const IsWorthIt& is_worth_it = {});

// A compact JWS of `payload` with header {"alg":"EdDSA","typ":<typ>,"kid":<id>} (RFC 8037).
std::string sign_eddsa(const Ed25519Key& key, std::string_view typ, const json::object& payload);
// Why a text is not believed.
enum class JwsFault : std::uint8_t {
  malformed,        // not three parts of base64url, or no JSON object in the first or second
  wrong_kind,       // another alg or typ, or a `crit`
  unknown_key,      // kid is none of these
  wrong_signature,  // not signed by that key, or changed since
};
std::expected<json::object, JwsFault> verify_eddsa(std::span<const Ed25519Public> keys,
                                                   std::string_view typ, std::string_view token);

// s4's form: header exactly {"alg":"HS256","typ":"JWT"}.
std::string sign_hs256(const Hmac& key, const json::object& payload);
std::optional<json::object> verify_hs256(const Hmac& key, std::string_view token);

// A NumericDate claim as whole seconds; nothing when absent or not an integer in range (RFC 8725
// section 3.10).
std::optional<std::int64_t> date_claim(const json::object& payload, std::string_view name);

}  // namespace limen::seal
