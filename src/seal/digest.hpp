// Digests, keyed digests and the one comparison that takes the same time whatever it finds.
// Contexts are prepared once and copied, because OpenSSL 3.0 looks algorithms up at every call
// otherwise (openssl#17064).
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "base/bytes.hpp"

struct evp_md_ctx_st;

namespace limen::seal {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(BytesView bytes);
Digest sha256(std::initializer_list<BytesView> parts);  // as one text
inline Digest sha256(std::string_view text) { return sha256(as_bytes(text)); }

// SHA-256 over a stream. Not copyable; one thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(BytesView bytes);
  Digest finish();  // once

 private:
  evp_md_ctx_st* context_;
};

// HMAC-SHA-256 (RFC 2104) under a fixed key. Immutable, so any number of threads may use one.
class Hmac {
 public:
  explicit Hmac(BytesView key);
  ~Hmac();
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  // Over the concatenation of the parts. The caller sees to it that parts cannot be shifted against
  // each other.
  Digest operator()(std::initializer_list<BytesView> parts) const;

 private:
  evp_md_ctx_st* inner_;
  evp_md_ctx_st* outer_;
};

// Law 5: looks at every byte, whatever the first ones say. False at once only for different
// lengths.
bool equal_in_time(BytesView a, BytesView b);

}  // namespace limen::seal
