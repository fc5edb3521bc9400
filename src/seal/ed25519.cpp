// See ed25519.hpp. OpenSSL hashes by itself here (there is no prehash in RFC 8037), so a signature
// is one call.
#include "seal/ed25519.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "seal/openssl.hpp"

namespace limen::seal {
namespace {

using OwnedDigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

constexpr std::size_t signature_bytes = 64;

std::shared_ptr<const Ed25519Key> pair_of(OwnedKey key) {
  auto made = std::make_shared<const Ed25519Key>(key.get());
  static_cast<void>(key.release());
  return made;
}

Ed25519Public public_of(const EVP_PKEY* key) {
  Ed25519Public out;
  std::size_t size = out.bytes.size();
  require(EVP_PKEY_get_raw_public_key(key, out.bytes.data(), &size) == 1, "not an Ed25519 key");
  require(size == out.bytes.size(), "not an Ed25519 key");
  return out;
}

// The points of order 1, 2, 4 and 8 in every way they can be written, but for the sign: under such
// a key one signature is right for many texts (RFC 7748 section 6.1 warns of the same points).
bool is_of_small_order(std::array<std::uint8_t, 32> point) {
  constexpr std::array<std::string_view, 7> points = {
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
  point.back() &= 0x7F;
  return std::ranges::find(points, hex(point)) != points.end();
}

// A member that need not be there, but if it is must be this.
bool says(const json::object& jwk, std::string_view name, std::string_view want) {
  return member(jwk, name) == nullptr || text_member(jwk, name) == want;
}

}  // namespace

std::optional<Ed25519Public> Ed25519Public::from_jwk(const json::object& jwk) {
  const bool is_ours = text_member(jwk, "kty") == "OKP" && text_member(jwk, "crv") == "Ed25519" &&
                       says(jwk, "alg", "EdDSA") && says(jwk, "use", "sig");
  const auto x = is_ours ? from_base64url(text_member(jwk, "x")) : std::nullopt;
  Ed25519Public out;
  if (!x || x->size() != out.bytes.size()) return std::nullopt;
  std::ranges::copy(*x, out.bytes.begin());
  if (is_of_small_order(out.bytes)) return std::nullopt;
  return out;
}

json::object Ed25519Public::jwk() const {
  return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", base64url(bytes)},
          {"kid", id()},  {"alg", "EdDSA"},   {"use", "sig"}};
}

std::string Ed25519Public::id() const {
  // RFC 7638 section 3: required members in lexicographic order, no white space.
  return base64url(sha256(R"({"crv":"Ed25519","kty":"OKP","x":")" + base64url(bytes) + "\"}"));
}

bool Ed25519Public::verify(std::string_view text, BytesView signature) const {
  if (signature.size() != signature_bytes) return false;
  const OwnedKey key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
  const OwnedDigestContext context(EVP_MD_CTX_new());
  require(key != nullptr, "OpenSSL could not verify");
  require(context != nullptr, "OpenSSL could not verify");
  require(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1,
          "OpenSSL could not verify");
  const BytesView message = as_bytes(text);
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

Ed25519Key::Ed25519Key(EVP_PKEY* key) : key_(key), public_(public_of(key)) {}
Ed25519Key::~Ed25519Key() { EVP_PKEY_free(key_); }

std::shared_ptr<const Ed25519Key> Ed25519Key::generate() {
  OwnedKey key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  require(key != nullptr, "OpenSSL could not make an Ed25519 key");
  return pair_of(std::move(key));
}

std::shared_ptr<const Ed25519Key> Ed25519Key::from_seed(BytesView seed) {
  OwnedKey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  require(key != nullptr, "an Ed25519 private key has 32 bytes");
  return pair_of(std::move(key));
}

std::shared_ptr<const Ed25519Key> Ed25519Key::from_pem(std::string_view pem) {
  OwnedKey key = private_key_of(pem);
  require(EVP_PKEY_is_a(key.get(), "ED25519") == 1, "not an Ed25519 private key");
  return pair_of(std::move(key));
}

Secret Ed25519Key::to_pem() const { return pem_of(key_); }

Bytes Ed25519Key::sign(std::string_view text) const {
  const OwnedDigestContext context(EVP_MD_CTX_new());
  const BytesView message = as_bytes(text);
  Bytes signature(signature_bytes);
  std::size_t size = signature.size();
  require(context != nullptr, "OpenSSL could not sign");
  require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_) == 1,
          "OpenSSL could not sign");
  require(
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1,
      "OpenSSL could not sign");
  require(size == signature_bytes, "OpenSSL could not sign");
  return signature;
}

}  // namespace limen::seal
