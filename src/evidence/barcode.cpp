// ZXing follows a code that lies straight; a few degrees of rotation cost it half of all PDF417
// codes. So the parts that look like a code are cut out upright first, in several sizes and with
// more or less noise and blur taken away, the most promising way first. Which ways in which order
// was found on rendered licences (docs/evidence.md).
#include "evidence/barcode.hpp"

#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <functional>

#include "evidence/texture.hpp"

namespace limen::evidence {
namespace {

constexpr int coarse_side = 2048;  // at which parts are looked for
constexpr std::size_t patches_max = 4;
constexpr std::int64_t effort_max = 12'000'000;  // pixels ZXing is shown

struct Way {
  int width;         // pixels the part is made wide
  int smoothing;     // pixels above and below
  float sharpening;  // below 0: as it is
  float turn;        // radians, of a part whose direction is not known
};
constexpr Way ways[] = {{1000, 0, -1, 0},    {1400, 2, -1, 0.26F}, {1000, 0, 2, -0.26F},
                        {1400, 0, -1, 0.5F}, {2000, 2, 2, -0.5F},  {700, 0, -1, 0.78F},
                        {1000, 1, -1, 0.1F}, {1400, 0, 1, -0.1F}};

struct Format {
  ZXing::BarcodeFormat theirs;
  CodeForm ours;
};
constexpr Format formats[] = {{ZXing::BarcodeFormat::PDF417, CodeForm::pdf417},
                              {ZXing::BarcodeFormat::QRCode, CodeForm::qr},
                              {ZXing::BarcodeFormat::Aztec, CodeForm::aztec},
                              {ZXing::BarcodeFormat::DataMatrix, CodeForm::data_matrix}};

using Place = std::function<CodeCorner(float x, float y)>;  // from the part to the picture

class Search {
 public:
  Search(const Grey& picture, Expect expected) : pyramid_(picture, 6), expected_(expected) {}

  std::vector<Code> run() {
    int level = 0;
    while (level < pyramid_.last() && longest(pyramid_.level(level)) > coarse_side) ++level;
    const Grey& coarse = pyramid_.level(level);
    const auto by = static_cast<float>(1 << level);
    std::vector<Patch> patches = find_patches(coarse, patches_max);
    for (Patch& patch : patches) {
      patch.x = by * patch.x + (by - 1) / 2;
      patch.y = by * patch.y + (by - 1) / 2;
      patch.half_width *= by;
      patch.half_height *= by;
    }
    for (const Way& way : ways) {
      for (const Patch& patch : patches) try_patch(patch, way);
      // A code that no part is, such as one on a busy ground, or as large as the picture.
      if (&way == ways) try_whole(coarse, by);
      if (is_done()) break;
    }
    return std::move(codes_);
  }

 private:
  static int longest(const Grey& picture) { return std::max(picture.width(), picture.height()); }

  bool is_done() const {
    if (effort_ >= effort_max) return true;
    if (expected_ == Expect::any) return !codes_.empty();
    return std::ranges::any_of(codes_, [](const Code& c) { return c.form == CodeForm::pdf417; });
  }

  void try_patch(Patch patch, const Way& way) {
    if (is_done()) return;
    if (!patch.has_direction) patch.angle = way.turn;
    const int most = static_cast<int>(std::min(1e4F, 8 * patch.half_width));
    const int width = std::min(way.width, most);
    Grey part = cut_patch(pyramid_, patch, width);
    if (part.is_empty()) return;
    if (way.smoothing > 0) part = smoothed_down(part, way.smoothing);
    if (way.sharpening >= 0) part = evened(part, way.sharpening);
    const float scale = 2 * patch.half_width / static_cast<float>(width);
    const float c = std::cos(patch.angle) * scale, s = std::sin(patch.angle) * scale;
    const float u = static_cast<float>(part.width() - 1) / 2;
    const float v = static_cast<float>(part.height() - 1) / 2;
    look(part, way.sharpening >= 0, [&](float x, float y) {
      return CodeCorner{static_cast<int>(std::lround(patch.x + (x - u) * c - (y - v) * s)),
                        static_cast<int>(std::lround(patch.y + (x - u) * s + (y - v) * c))};
    });
  }

  void try_whole(const Grey& coarse, float by) {
    if (is_done()) return;
    look(coarse, false, [&](float x, float y) {
      return CodeCorner{static_cast<int>(by * x), static_cast<int>(by * y)};
    });
  }

  // `is_even`: 128 divides black and white everywhere.
  void look(const Grey& part, bool is_even, const Place& place) {
    effort_ += std::int64_t{part.width()} * part.height();
    ZXing::DecodeHints hints;
    ZXing::BarcodeFormats wanted;
    for (const Format& format : formats) wanted |= format.theirs;
    hints.setFormats(wanted).setTryDownscale(false).setMaxNumberOfSymbols(codes_max);
    hints.setBinarizer(is_even ? ZXing::Binarizer::FixedThreshold : ZXing::Binarizer::LocalAverage);
    try {
      const ZXing::ImageView view(part.row(0), part.width(), part.height(),
                                  ZXing::ImageFormat::Lum);
      for (const ZXing::Result& result : ZXing::ReadBarcodes(view, hints)) keep(result, place);
    } catch (const std::exception&) {  // of its parsers, for a code that contradicts itself
    }
  }

  void keep(const ZXing::Result& result, const Place& place) {
    const auto* format = std::ranges::find(formats, result.format(), &Format::theirs);
    if (format == std::end(formats) || !result.isValid() || codes_.size() >= codes_max) return;
    Code code;
    code.form = format->ours;
    const auto& bytes = result.bytes();
    if (bytes.empty() || bytes.size() > code_bytes_max) return;
    code.bytes.assign(bytes.begin(), bytes.end());
    for (const Code& known : codes_)
      if (known.form == code.form && known.bytes == code.bytes) return;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto& corner = result.position()[i];
      code.corners[i] = place(static_cast<float>(corner.x), static_cast<float>(corner.y));
    }
    codes_.push_back(std::move(code));
  }

  Pyramid pyramid_;
  Expect expected_;
  std::int64_t effort_ = 0;
  std::vector<Code> codes_{};
};

}  // namespace

std::vector<Code> read_codes(const Grey& picture, Expect expected) {
  if (picture.is_empty()) return {};
  return Search(picture, expected).run();
}

}  // namespace limen::evidence
