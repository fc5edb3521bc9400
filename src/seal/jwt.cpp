// JWS compact form over OpenSSL EVP. Signatures travel as r||s, OpenSSL speaks DER; the two
// conversions are here.
#include "seal/jwt.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "seal/openssl.hpp"

namespace limen::seal {
namespace {

using OwnedContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using OwnedSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using OwnedNumber = Owned<BIGNUM, BN_free>;

// The key's owner becomes the SigningKey, once there is one.
std::shared_ptr<const SigningKey> make_key(OwnedKey key) {
  auto made = std::make_shared<const SigningKey>(key.get());
  static_cast<void>(key.release());
  return made;
}

std::string coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &number) == 1, "not an EC key");
  std::array<std::uint8_t, 32> bytes{};
  const int size = BN_bn2binpad(number, bytes.data(), 32);
  BN_free(number);
  require(size == 32, "not a P-256 key");
  return base64url(bytes);
}

// What OpenSSL has just written (RFC 3279 section 2.2.3: a SEQUENCE of two INTEGERs) as r||s of 32
// bytes each. Its own reader would make five objects of it.
Bytes raw_signature(BytesView der) {
  constexpr auto wrong = "OpenSSL wrote no signature";
  Bytes out(64);
  std::size_t at = 2;  // tag and length are a byte each: 70 bytes follow at most
  for (const std::size_t end : {32U, 64U}) {
    // cover: OpenSSL writes nothing else
    require(at + 2 <= der.size() && der[at] == 2, wrong);
    std::size_t size = der[at + 1];
    at += 2;
    if (size == 33) ++at, --size;  // a zero in front, lest the number be negative
    // cover: as above; a number of the curve has 32 bytes at most
    require(size <= 32 && at + size <= der.size(), wrong);
    std::ranges::copy(der.subspan(at, size), out.data() + (end - size));
    at += size;
  }
  require(at == der.size(), wrong);
  return out;
}

// Cuts header.payload.signature; nothing unless there are exactly three non-empty parts.
struct Parts {
  std::string_view header, payload, signature, signed_text;
};
std::optional<Parts> split(std::string_view token) {
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

std::optional<json::object> decode_object(std::string_view part) {
  const auto bytes = from_base64url(part);
  if (!bytes) return std::nullopt;
  auto value = parse_json(as_text(*bytes));
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(value->get_object());
}

std::string signing_input(std::string_view header, const json::object& payload) {
  const std::string claims = json::serialize(payload);
  std::string text;
  // RFC 4648 section 5: four letters for three bytes; and room for two dots and a signature.
  text.reserve((header.size() + claims.size()) * 4 / 3 + 100);
  text += base64url(as_bytes(header));
  text += '.';
  text += base64url(as_bytes(claims));
  return text;
}

std::string header_of(std::string_view alg, std::string_view typ, std::string_view kid) {
  std::string header;
  header.reserve(30 + alg.size() + typ.size() + kid.size());
  header.append(R"({"alg":")").append(alg).append(R"(","typ":")").append(typ);
  header.append(R"(","kid":")").append(kid).append("\"}");
  return header;
}

std::string with_signature(std::string text, BytesView signature) {
  text += '.';
  text += base64url(signature);
  return text;
}

}  // namespace

SigningKey::SigningKey(evp_pkey_st* key)
    : key_(key),
      x_(coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X)),
      y_(coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y)) {
  // RFC 7638 section 3: required members in lexicographic order, no white space.
  id_ = base64url(sha256(R"({"crv":"P-256","kty":"EC","x":")" + x_ + R"(","y":")" + y_ + "\"}"));
}
SigningKey::~SigningKey() {
  for (EVP_PKEY_CTX* context : idle_) EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(key_);
}

EVP_PKEY_CTX* SigningKey::take_context() const {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      EVP_PKEY_CTX* context = idle_.back();
      idle_.pop_back();
      return context;
    }
  }
  OwnedContext context(EVP_PKEY_CTX_new(key_, nullptr));
  require(EVP_PKEY_sign_init(context.get()) == 1,
          "OpenSSL could not sign");  // refuses nullptr, too
  return context.release();
}

std::shared_ptr<const SigningKey> SigningKey::generate() {
  OwnedKey key(EVP_EC_gen("P-256"));
  require(key != nullptr, "OpenSSL could not make a P-256 key");
  return make_key(std::move(key));
}

std::shared_ptr<const SigningKey> SigningKey::from_pem(std::string_view pem) {
  OwnedKey key = private_key_of(pem);
  std::array<char, 32> group{};
  const bool is_p256 =
      EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) == 1 &&
      std::string_view(group.data()) == "prime256v1";
  require(is_p256, "not a P-256 private key");
  return make_key(std::move(key));
}

Secret SigningKey::to_pem() const { return pem_of(key_); }

json::object SigningKey::jwk() const {
  return {{"kty", "EC"}, {"crv", "P-256"}, {"x", x_},     {"y", y_},
          {"kid", id_},  {"alg", "ES256"}, {"use", "sig"}};
}

Bytes SigningKey::sign(std::string_view text) const {
  const Digest digest = sha256(text);
  std::array<std::uint8_t, 80> der{};
  std::size_t size = der.size();
  OwnedContext context(take_context());
  const int ok = EVP_PKEY_sign(context.get(), der.data(), &size, digest.data(), digest.size());
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(context.get());
    static_cast<void>(context.release());
  }
  require(ok == 1, "OpenSSL could not sign");
  // Without memory for the DER, OpenSSL 3.0 says that it has signed, and a size of -1.
  require(size <= der.size(), "OpenSSL could not sign");
  return raw_signature(BytesView(der).first(size));
}

bool SigningKey::verify(std::string_view text, BytesView signature) const {
  if (signature.size() != 64) return false;  // RFC 7518 section 3.4
  const OwnedSignature parts(ECDSA_SIG_new());
  require(parts != nullptr, "OpenSSL could not verify");
  OwnedNumber r(BN_bin2bn(signature.data(), 32, nullptr));
  OwnedNumber s(BN_bin2bn(signature.data() + 32, 32, nullptr));
  require(ECDSA_SIG_set0(parts.get(), r.get(), s.get()) == 1,
          "OpenSSL could not verify");  // refuses nullptr, too
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  std::array<std::uint8_t, 80> der{};
  std::uint8_t* cursor = der.data();
  const int size = i2d_ECDSA_SIG(parts.get(), &cursor);
  require(size > 0, "OpenSSL could not verify");
  const Digest digest = sha256(text);
  const OwnedContext context(EVP_PKEY_CTX_new(key_, nullptr));
  require(EVP_PKEY_verify_init(context.get()) == 1,
          "OpenSSL could not verify");  // refuses nullptr, too
  const int verdict = EVP_PKEY_verify(context.get(), der.data(), static_cast<std::size_t>(size),
                                      digest.data(), digest.size());
  require(verdict >= 0, "OpenSSL could not verify");  // 0: it could, and the signature is wrong
  return verdict == 1;
}

json::object SigningKeys::jwks() const {
  json::array list;
  for (const auto& key : keys) list.push_back(key->jwk());
  for (const Ed25519Public& key : receipts) list.push_back(key.jwk());
  return {{"keys", std::move(list)}};
}

std::string sign_es256(const SigningKey& key, std::string_view typ, const json::object& payload) {
  std::string text = signing_input(header_of("ES256", typ, key.id()), payload);
  const Bytes signature = key.sign(text);
  return with_signature(std::move(text), signature);
}

std::optional<json::object> verify_es256(const SigningKeys& keys, std::string_view typ,
                                         std::string_view token, const IsWorthIt& is_worth_it) {
  const auto parts = split(token);
  if (!parts) return std::nullopt;
  const auto header = decode_object(parts->header);
  if (!header || header->contains("crit")) return std::nullopt;
  if (text_member(*header, "alg") != "ES256" || text_member(*header, "typ") != typ)
    return std::nullopt;
  const auto kid = text_member(*header, "kid");
  const auto key = std::find_if(keys.keys.begin(), keys.keys.end(),
                                [&](const auto& k) { return k->id() == kid; });
  const auto signature = from_base64url(parts->signature);
  if (key == keys.keys.end() || !signature) return std::nullopt;
  auto claims = decode_object(parts->payload);
  if (!claims || (is_worth_it && !is_worth_it(*claims))) return std::nullopt;
  if (!(*key)->verify(parts->signed_text, *signature)) return std::nullopt;
  return claims;
}

std::string sign_eddsa(const Ed25519Key& key, std::string_view typ, const json::object& payload) {
  std::string text = signing_input(header_of("EdDSA", typ, key.public_half().id()), payload);
  const Bytes signature = key.sign(text);
  return with_signature(std::move(text), signature);
}

std::expected<json::object, JwsFault> verify_eddsa(std::span<const Ed25519Public> keys,
                                                   std::string_view typ, std::string_view token) {
  const auto parts = split(token);
  const auto header = parts ? decode_object(parts->header) : std::nullopt;
  const auto signature = header ? from_base64url(parts->signature) : std::nullopt;
  if (!signature) return std::unexpected(JwsFault::malformed);
  if (header->contains("crit") || text_member(*header, "alg") != "EdDSA" ||
      text_member(*header, "typ") != typ)
    return std::unexpected(JwsFault::wrong_kind);
  const auto kid = text_member(*header, "kid");
  const auto key = std::ranges::find_if(keys, [&](const auto& k) { return k.id() == kid; });
  if (key == keys.end()) return std::unexpected(JwsFault::unknown_key);
  if (!key->verify(parts->signed_text, *signature))
    return std::unexpected(JwsFault::wrong_signature);
  auto payload = decode_object(parts->payload);
  if (!payload) return std::unexpected(JwsFault::malformed);
  return std::move(*payload);
}

std::string sign_hs256(const Hmac& key, const json::object& payload) {
  std::string text = signing_input(R"({"alg":"HS256","typ":"JWT"})", payload);
  const Digest mac = key({as_bytes(text)});
  return with_signature(std::move(text), mac);
}

std::optional<json::object> verify_hs256(const Hmac& key, std::string_view token) {
  const auto parts = split(token);
  if (!parts) return std::nullopt;
  const auto header = decode_object(parts->header);
  if (!header || header->contains("crit") || text_member(*header, "alg") != "HS256")
    return std::nullopt;
  const auto signature = from_base64url(parts->signature);
  const Digest mac = key({as_bytes(parts->signed_text)});
  if (!signature || !equal_in_time(*signature, mac)) return std::nullopt;
  return decode_object(parts->payload);
}

std::optional<std::int64_t> date_claim(const json::object& payload, std::string_view name) {
  const auto* value = member(payload, name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  const std::int64_t seconds = value->get_int64();
  if (seconds < 0 || seconds > to_unix(never)) return std::nullopt;
  return seconds;
}

}  // namespace limen::seal
