// Grey pictures that may hold a bar code: the first byte is the width, the second how many pixels
// stand for one of the rest, which are grey values. What is found is bounded.
#include "evidence/barcode.hpp"

#include "base/result.hpp"
#include "evidence/quality.hpp"
#include "fuzz/fuzz.hpp"

namespace limen::evidence {
namespace {

FUZZ(barcode) {
  const int width = fuzz::take_byte(input) + 1, zoom = fuzz::take_byte(input) % 4 + 1;
  const int height = static_cast<int>(std::min<std::size_t>(input.size(), 40'000)) / width;
  if (height == 0) return;
  Grey picture(width * zoom, height * zoom);
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x)
      picture.set(
          x, y,
          static_cast<std::uint8_t>(input[static_cast<std::size_t>(y / zoom * width + x / zoom)]));
  const auto codes = read_codes(picture, zoom % 2 == 0 ? Expect::any : Expect::pdf417);
  ASSERT(codes.size() <= codes_max);
  for (const Code& code : codes) ASSERT(!code.bytes.empty() && code.bytes.size() <= code_bytes_max);
  for (const TraitScore& score : judge_quality(picture))
    ASSERT(score.score >= 0 && score.score <= 100);
}

}  // namespace
}  // namespace limen::evidence
