// How good a photograph of a document is, from its grey values: light, blur, glare, size. The words
// are those of the page that takes it (web/src/page/quality.ts), which looks before it is sent;
// this looks at what came. Every score is 0 to 100, and below the limit of its row it counts as
// bad. Whether edges are cut is edges.hpp's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "evidence/picture.hpp"

namespace limen::evidence {

enum class Trait : std::uint8_t { dark, bright, blurred, glare, closer, cut };

// How a measure becomes a score: 100 at `good` or beyond, 50 at `limit`, 0 at `worst` or beyond;
// straight between. The limit of every score is 50, so the middle column says what is bad.
struct TraitRow {
  Trait trait;
  std::string_view word;
  float good, limit, worst;
};

// dark     grey value below which four fifths of the picture lie: paper, where there is paper
// bright   share of pixels of 250 and more
// blurred  standard deviation of the blur of its edges, in pixels of a picture 1600 wide
// glare    share of the picture in spots without drawing of 250 and more
// closer   pixels of the shorter side
constexpr std::array<TraitRow, 5> traits = {{
    {Trait::dark, "dark", 130, 50, 15},
    {Trait::bright, "bright", 0.15F, 0.4F, 0.8F},
    {Trait::blurred, "blurred", 1.2F, 3.0F, 6.0F},
    {Trait::glare, "glare", 0.0F, 0.025F, 0.15F},
    {Trait::closer, "far", 1200, 600, 200},
}};
constexpr int score_limit = 50;

struct TraitScore {
  Trait trait = Trait::dark;
  float measure = 0;
  int score = 0;
  bool is_bad() const { return score < score_limit; }
};
using Quality = std::array<TraitScore, traits.size()>;  // in the order of `traits`

// Of an empty picture all scores are 0.
Quality judge_quality(const Grey& picture);

// Which way is good is read from the row.
int score_of(const TraitRow& row, float measure);

}  // namespace limen::evidence
