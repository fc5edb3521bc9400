// Pictures: whatever bytes come, a decoder refuses or gives as many pixels as it says, within the
// caps, and grey and colour are of one size. The first byte says how small the grey one may be.
#include "evidence/decode.hpp"

#include "base/result.hpp"
#include "fuzz/fuzz.hpp"

namespace limen::evidence {
namespace {

FUZZ(decode) {
  const std::uint32_t side = std::uint32_t{fuzz::take_byte(input)} * 8;
  const auto small = decode_grey(as_bytes(input), side);
  const auto grey = decode_grey(as_bytes(input));
  const auto colour = decode_colour(as_bytes(input));
  ASSERT(small.has_value() == grey.has_value());
  if (grey) {
    ASSERT(!grey->is_empty() && !small->is_empty());
    ASSERT(small->width() <= grey->width() && small->height() <= grey->height());
  }
  if (!colour) return;
  const std::uint64_t pixels = std::uint64_t{colour->width} * colour->height;
  ASSERT(pixels > 0 && pixels <= picture_pixels_max && colour->rgba.size() == 4 * pixels);
  if (!grey) return;
  ASSERT(static_cast<std::uint32_t>(grey->width()) == colour->width);
  ASSERT(static_cast<std::uint32_t>(grey->height()) == colour->height);
}

}  // namespace
}  // namespace limen::evidence
