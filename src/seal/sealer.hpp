// Secrets in and out of text. A sealed text names what it is, carries its own id, expiry and 256
// secret bits, and a MAC under a key that is not in the database, so a forged, foreign or expired
// text is refused before any I/O (Law 11).
//
//   lmn_<label>_<96 letters of base64url>      72 bytes: id 16, expiry ms 8, bits 32, MAC 16
//
// 72 bytes are 96 letters with no spare bits: one secret has one spelling. What a label means is
// grant/kinds.hpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/time.hpp"
#include "seal/digest.hpp"
#include "seal/entropy.hpp"
#include "seal/secret.hpp"

namespace limen::seal {

struct Sealed {
  Id id;
  Time expires = never;
  Bits256 bits{};

  friend bool operator==(const Sealed&, const Sealed&) = default;
};

// All keys of one installation, derived from one 32-byte root by HKDF-like expansion (HMAC over a
// label). Immutable and thread-safe.
class Sealer {
 public:
  explicit Sealer(const Digest& root);
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // `label`: lower-case letters, at most 16.
  Secret seal(std::string_view label, const Sealed& what) const;
  // The content if `text` is genuine and of that label; nothing otherwise. Does not look at the
  // expiry.
  std::optional<Sealed> unseal(std::string_view label, std::string_view text) const;

  // Bits that anyone with the root can compute again: successors are derived, never stored (Law 8).
  // `context` must be unambiguous for its label.
  Bits256 derive(std::string_view label, BytesView context) const;

  // A key of its own for another mechanism, e.g. "hs256/enrolment".
  Digest key_for(std::string_view label) const;

 private:
  std::unique_ptr<const Hmac> root_, mac_, derive_;
};

}  // namespace limen::seal
