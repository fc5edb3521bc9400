// Ed25519 (RFC 8032) as JOSE writes it (RFC 8037): the key that signs receipts, and its public
// half, which is all that a verifier has. It exists beside the P-256 keys of jwt.hpp because a
// receipt is read years later: the same state must give the same signature, and the key must be a
// few letters that can be published for ever. It knows no claims; jwt.hpp writes and reads the
// tokens.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "seal/digest.hpp"
#include "seal/secret.hpp"

struct evp_pkey_st;

namespace limen::seal {

// What a verifier has. A value.
struct Ed25519Public {
  std::array<std::uint8_t, 32> bytes{};

  // Nothing unless it is a key of this curve for signatures: kty OKP, crv Ed25519, x of 32 bytes
  // that are no point of small order, and alg and use, where they stand, say the same. `kid` is not
  // believed: id() computes it.
  static std::optional<Ed25519Public> from_jwk(const json::object& jwk);
  json::object jwk() const;
  // JWK thumbprint (RFC 7638, RFC 8037 appendix A.3), the key's `kid`.
  std::string id() const;
  bool verify(std::string_view text, BytesView signature) const;

  friend bool operator==(const Ed25519Public&, const Ed25519Public&) = default;
};

// A key pair. Immutable; signing is thread-safe, and deterministic.
class Ed25519Key {
 public:
  static std::shared_ptr<const Ed25519Key> generate();
  // From the 32 bytes that RFC 8032 calls the private key. Throws std::runtime_error for another
  // length.
  static std::shared_ptr<const Ed25519Key> from_seed(BytesView seed);
  // PKCS#8 PEM. Throws std::runtime_error when it is no Ed25519 private key.
  static std::shared_ptr<const Ed25519Key> from_pem(std::string_view pem);
  explicit Ed25519Key(evp_pkey_st* key);
  ~Ed25519Key();
  Ed25519Key(const Ed25519Key&) = delete;
  Ed25519Key& operator=(const Ed25519Key&) = delete;

  Secret to_pem() const;
  const Ed25519Public& public_half() const { return public_; }
  Bytes sign(std::string_view text) const;  // 64 bytes

 private:
  evp_pkey_st* key_;
  Ed25519Public public_;
};

}  // namespace limen::seal
