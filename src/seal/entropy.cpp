// The kernel's randomness, a seeded stand-in, and the ids drawn from either.
#include "seal/entropy.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/bytes.hpp"
#include "seal/digest.hpp"

namespace limen::seal {

void KernelEntropy::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    // cover: only a signal on a large request, or a kernel without getrandom(2), takes these
    if (n < 0 && errno == EINTR) continue;
    // cover: as above; a test cannot make the kernel refuse
    if (n <= 0) throw std::system_error(errno, std::generic_category(), "getrandom");
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

void SeededEntropy::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const std::array<std::uint64_t, 2> block{seed_, counter_++};
    const Digest bytes =
        sha256({reinterpret_cast<const std::uint8_t*>(block.data()), sizeof block});
    const std::size_t n = std::min(out.size(), bytes.size());
    std::copy_n(bytes.begin(), n, out.begin());
    out = out.subspan(n);
  }
}

Bits256 draw_256(Entropy& entropy) {
  Bits256 bits{};
  entropy.fill(bits);
  return bits;
}

namespace {

void put_time(Id& id, Time time) {
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(to_ms(time), 0));
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
}

}  // namespace

Id first_id_at(Time time) {
  Id id;
  put_time(id, time);
  return id;
}

Id draw_id(Entropy& entropy, Time now) {
  Id id;
  entropy.fill(id.bytes);
  put_time(id, now);
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x70);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

}  // namespace limen::seal
