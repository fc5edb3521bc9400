// What must be read again and yet not stand in the database in the clear: the seeds of second
// factors. Encrypted under a key that is not in the database, with XChaCha20-Poly1305 by libsodium
// (RFC 8439 with a nonce long enough to be drawn). It keeps nothing.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "seal/digest.hpp"
#include "seal/entropy.hpp"

namespace limen::seal {

// `about` is bound to it: what was locked for one row opens for no other.
Bytes lock_away(const Digest& key, BytesView what, BytesView about, Entropy& entropy);
// Nothing when it was not locked with this key and for this.
std::optional<Bytes> unlock(const Digest& key, BytesView locked, BytesView about);

}  // namespace limen::seal
