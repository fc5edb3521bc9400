// All but the size is measured on one scale, so that a camera's many pixels do not make the same
// shot better or worse. Blur is measured at edges: over a step of some height, blurred by s, the
// steepest place rises by height / (s * sqrt(2 pi)) a pixel, whatever the light was.
#include "evidence/quality.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace limen::evidence {
namespace {

constexpr int working_side = 1600;
constexpr int burnt_from = 250;
constexpr int reach = 8;            // pixels to each side over which an edge's height is looked for
constexpr int cell = 8;             // of the search for glare
constexpr float spot_min = 0.001F;  // of the picture: a smaller one hides nothing

// Not larger than the working side and at least half of it, where there is that much.
Grey working(const Grey& picture) {
  Grey small = halved(picture);
  while (std::max(small.width(), small.height()) > working_side) small = halved(small);
  return small;
}

struct Light {
  float paper = 0, burnt = 0;
};

Light light_of(const Grey& picture) {
  std::array<std::uint32_t, 256> counts{};
  for (int y = 0; y < picture.height(); ++y) {
    const std::uint8_t* row = picture.row(y);
    for (int x = 0; x < picture.width(); ++x) ++counts[row[x]];
  }
  const double all = static_cast<double>(picture.width()) * picture.height();
  Light light;
  double below = 0, burnt = 0;
  for (std::size_t value = 0; value < 256; ++value) {
    if (below < 0.8 * all) light.paper = static_cast<float>(value);
    below += counts[value];
    if (value >= burnt_from) burnt += counts[value];
  }
  light.burnt = static_cast<float>(burnt / all);
  return light;
}

// Blur at edges that run across a line of pixels `step` apart, added to `blurs`. Edges are at least
// `step_min` grey levels high.
void add_blurs(const std::uint8_t* line, int length, std::size_t step, int step_min,
               std::vector<float>& blurs) {
  const auto at = [&](int i) { return static_cast<int>(line[static_cast<std::size_t>(i) * step]); };
  for (int i = reach; i < length - reach; ++i) {
    const int rise = at(i + 1) - at(i - 1);
    if (std::abs(rise) < step_min / 4) continue;
    // The steepest place of this edge only.
    const int sign = rise > 0 ? 1 : -1;
    bool is_top = true;
    for (int k = 1; k <= 3 && is_top; ++k)
      is_top = sign * (at(i + 1 + k) - at(i - 1 + k)) <= sign * rise &&
               sign * (at(i + 1 - k) - at(i - 1 - k)) < sign * rise;
    if (!is_top) continue;
    // Up to where it stops rising.
    int low = i, high = i;
    while (low > i - reach && sign * (at(low) - at(low - 1)) > 0) --low;
    while (high < i + reach - 1 && sign * (at(high + 1) - at(high)) > 0) ++high;
    const int height = sign * (at(high) - at(low));
    if (height < step_min) continue;
    blurs.push_back(static_cast<float>(2 * height) / static_cast<float>(std::abs(rise)) /
                    std::sqrt(2 * std::numbers::pi_v<float>));
  }
}

float lower_third(std::vector<float>& blurs) {
  if (blurs.size() < 50) return 1e3F;  // nothing is sharp where there is no edge
  const auto at = blurs.begin() + static_cast<long>(blurs.size() / 3);
  std::nth_element(blurs.begin(), at, blurs.end());
  return *at;
}

// In pixels of a picture working_side wide: the worse of both directions, for a hand moves in one.
float blur_of(const Grey& picture, float paper) {
  // Noise of 6 makes steps of 30; ink on paper makes more, also in the dark, which is less noisy.
  const int step_min = static_cast<int>(std::clamp(paper / 3, 8.0F, 48.0F));
  std::vector<float> across, down;
  for (int y = 0; y < picture.height(); y += 3)
    add_blurs(picture.row(y), picture.width(), 1, step_min, across);
  for (int x = 0; x < picture.width(); x += 3)
    add_blurs(picture.row(0) + x, picture.height(), static_cast<std::size_t>(picture.width()),
              step_min, down);
  const float worse = std::max(lower_third(across), lower_third(down));
  return worse * working_side / static_cast<float>(std::max(picture.width(), picture.height()));
}

// Share of the picture in connected cells that are white through and through.
float glare_of(const Grey& picture) {
  const int columns = picture.width() / cell, rows = picture.height() / cell;
  const auto index = [&](int u, int v) { return static_cast<std::size_t>(v * columns + u); };
  std::vector<bool> is_burnt(index(0, rows));
  for (int v = 0; v < rows; ++v)
    for (int u = 0; u < columns; ++u) {
      bool is_all = true;
      for (int y = v * cell; y < (v + 1) * cell && is_all; ++y)
        for (int x = u * cell; x < (u + 1) * cell && is_all; ++x)
          is_all = picture.at(x, y) >= burnt_from;
      is_burnt[index(u, v)] = is_all;
    }
  const auto least = static_cast<std::size_t>(spot_min * static_cast<float>(columns * rows)) + 1;
  std::size_t hidden = 0;
  std::vector<std::pair<int, int>> spot;
  for (int v = 0; v < rows; ++v)
    for (int u = 0; u < columns; ++u) {
      if (!is_burnt[index(u, v)]) continue;
      is_burnt[index(u, v)] = false;
      spot.assign(1, {u, v});
      for (std::size_t next = 0; next < spot.size(); ++next) {
        const auto [a, b] = spot[next];
        for (const auto& [x, y] : {std::pair{a + 1, b}, {a - 1, b}, {a, b + 1}, {a, b - 1}}) {
          if (x < 0 || y < 0 || x >= columns || y >= rows || !is_burnt[index(x, y)]) continue;
          is_burnt[index(x, y)] = false;
          spot.emplace_back(x, y);
        }
      }
      if (spot.size() >= least) hidden += spot.size();
    }
  return columns * rows > 0 ? static_cast<float>(hidden) / static_cast<float>(columns * rows) : 0;
}

}  // namespace

int score_of(const TraitRow& row, float measure) {
  // How far from `from` to `to`, 0 to 1, whichever is larger.
  const auto part = [&](float from, float to) {
    return std::clamp((measure - from) / (to - from), 0.0F, 1.0F);
  };
  const float lost = part(row.good, row.limit) + part(row.limit, row.worst);
  return static_cast<int>(std::lround(100 - 50 * lost));
}

Quality judge_quality(const Grey& picture) {
  Quality quality;
  for (std::size_t i = 0; i < traits.size(); ++i) quality[i].trait = traits[i].trait;
  if (picture.is_empty()) return quality;
  const bool is_large = std::max(picture.width(), picture.height()) > working_side &&
                        std::min(picture.width(), picture.height()) > 1;
  const Grey smaller = is_large ? working(picture) : Grey();
  const Grey& seen = smaller.is_empty() ? picture : smaller;
  const Light light = light_of(seen);
  const auto shorter = static_cast<float>(std::min(picture.width(), picture.height()));
  const float measures[] = {light.paper, light.burnt, blur_of(seen, light.paper), glare_of(seen),
                            shorter};
  for (std::size_t i = 0; i < traits.size(); ++i) {
    quality[i].measure = measures[i];
    quality[i].score = score_of(traits[i], measures[i]);
  }
  return quality;
}

}  // namespace limen::evidence
