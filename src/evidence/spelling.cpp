// A check digit is a sum modulo 10, so all texts fall into 10 classes per digit, and 100 with the
// composite digit beside it. Going along the watched places with a table of these 100 sums weighs
// every text of the form exactly; going back from the end gives each character's share.
#include "evidence/spelling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace limen::evidence {
namespace {

constexpr double doubt = 1e-4;  // nothing is impossible: the network has not seen everything
constexpr std::array<int, 3> factors = {7, 3, 1};

using Chances = std::array<double, glyphs.size()>;

int value_of(std::size_t glyph) { return glyph == 0 ? 0 : static_cast<int>(glyph) - 1; }

// What may stand there, as probabilities with a sum of 1.
Chances chances_of(const Scores& scores, char kind) {
  Chances chances{};
  double sum = 0;
  for (std::size_t g = 0; g < glyphs.size(); ++g) {
    if (!may_stand(kind, glyphs[g])) continue;
    chances[g] = std::exp(static_cast<double>(scores[g]));
    sum += chances[g];
  }
  double rest = 0;
  for (std::size_t g = 0; g < glyphs.size(); ++g) {
    if (!may_stand(kind, glyphs[g])) continue;
    chances[g] = chances[g] / std::max(sum, 1e-12) + doubt;
    rest += chances[g];
  }
  for (double& chance : chances) chance /= rest;
  return chances;
}

// One watched place, in the order of the walk.
struct Place {
  std::size_t line, column;
  int own, all;           // what the character counts in its span's sum, and in the composite's
  bool begins, is_digit;  // first of its span; the check digit that must equal the span's sum
  bool is_last;           // the composite digit
};

std::vector<Place> places_of(const FormOfZone& form) {
  std::vector<Place> places;
  std::size_t counted = 0;
  for (const Span& span : form.spans) {
    for (std::size_t i = 0; i < span.size; ++i) {
      const bool is_digit = span.is_checked && i + 1 == span.size;
      const int all = form.has_composite ? factors[counted++ % 3] : 0;
      places.push_back({span.line, span.at + i, factors[i % 3], all, i == 0, is_digit, false});
    }
  }
  if (form.has_composite) places.push_back({1, form.width - 1, 0, 0, true, false, true});
  return places;
}

constexpr std::size_t states = 100;  // ten times the composite's sum, plus the span's
using Table = std::array<double, states>;

struct Next {
  std::size_t state;
  bool may;
};

// Where a character leads from a pair of sums.
Next after(const Place& place, std::size_t state, std::size_t glyph) {
  const int value = value_of(glyph), own = place.begins ? 0 : static_cast<int>(state % 10);
  const int all = static_cast<int>(state / 10);
  if (place.is_last) return {0, value == all};
  // A filler for the digit of an empty element counts as the nought it stands for.
  if (place.is_digit && value != own) return {0, false};
  const int sum = place.is_digit ? 0 : (own + place.own * value) % 10;
  return {static_cast<std::size_t>((all + place.all * value) % 10 * 10 + sum), true};
}

class Weighing {
 public:
  Weighing(const ScoresOfLines& cells, const FormOfZone& form) : places_(places_of(form)) {
    for (const Place& place : places_)
      chances_.push_back(
          chances_of(cells[place.line][place.column], form.places[place.line][place.column]));
    walk();
  }

  double total() const { return std::accumulate(ahead_.back().begin(), ahead_.back().end(), 0.0); }

  // The most probable text's glyphs, and the share of each.
  void read(Spelling& into) const {
    const double all = total();
    std::size_t state = 0;
    std::vector<Table> best = best_from_end();
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const std::size_t glyph = best_glyph(i, state, best);
      const Place& place = places_[i];
      into.lines[place.line][place.column] = glyphs[glyph];
      into.confidences[place.line][place.column] =
          static_cast<float>(all > 0 ? share(i, glyph) / all : 0);
      state = after(place, state, glyph).state;
    }
  }

 private:
  template <typename Each>
  void for_each_step(std::size_t i, Each&& each) const {
    for (std::size_t s = 0; s < states; ++s) {
      for (std::size_t g = 0; g < glyphs.size(); ++g) {
        if (chances_[i][g] <= 0) continue;
        const Next next = after(places_[i], s, g);
        if (next.may) each(s, g, next.state);
      }
    }
  }

  // ahead_[i]: weight of all beginnings that reach a state before place i; behind_[i]: of all ends
  // from a state before place i.
  void walk() {
    ahead_.assign(places_.size() + 1, Table{});
    behind_.assign(places_.size() + 1, Table{});
    ahead_[0][0] = 1;
    behind_.back().fill(1);
    for (std::size_t i = 0; i < places_.size(); ++i)
      for_each_step(i, [&](std::size_t s, std::size_t g, std::size_t next) {
        ahead_[i + 1][next] += ahead_[i][s] * chances_[i][g];
      });
    for (std::size_t i = places_.size(); i-- > 0;)
      for_each_step(i, [&](std::size_t s, std::size_t g, std::size_t next) {
        behind_[i][s] += behind_[i + 1][next] * chances_[i][g];
      });
  }

  std::vector<Table> best_from_end() const {
    std::vector<Table> best(places_.size() + 1, Table{});
    best.back().fill(1);
    for (std::size_t i = places_.size(); i-- > 0;)
      for_each_step(i, [&](std::size_t s, std::size_t g, std::size_t next) {
        best[i][s] = std::max(best[i][s], best[i + 1][next] * chances_[i][g]);
      });
    return best;
  }

  std::size_t best_glyph(std::size_t i, std::size_t state, const std::vector<Table>& best) const {
    std::size_t found = 0;
    double most = -1;
    for (std::size_t g = 0; g < glyphs.size(); ++g) {
      const Next next = after(places_[i], state, g);
      if (!next.may || chances_[i][g] <= 0) continue;
      const double weight = best[i + 1][next.state] * chances_[i][g];
      if (weight > most) most = weight, found = g;
    }
    return found;
  }

  double share(std::size_t i, std::size_t glyph) const {
    double sum = 0;
    for (std::size_t s = 0; s < states; ++s) {
      const Next next = after(places_[i], s, glyph);
      if (next.may) sum += ahead_[i][s] * chances_[i][glyph] * behind_[i + 1][next.state];
    }
    return sum;
  }

  std::vector<Place> places_;
  std::vector<Chances> chances_{};
  std::vector<Table> ahead_{}, behind_{};
};

double mean_likelihood(const ScoresOfLines& cells, const Spelling& spelling) {
  double sum = 0, count = 0;
  for (std::size_t r = 0; r < cells.size(); ++r)
    for (std::size_t c = 0; c < cells[r].size(); ++c) {
      sum += std::max(-12.0, static_cast<double>(cells[r][c][glyph_of(spelling.lines[r][c])]));
      count += 1;
    }
  return count > 0 ? sum / count : -12;
}

}  // namespace

Spelling spell_freely(const ScoresOfLines& cells, const FormOfZone& form) {
  Spelling out;
  for (std::size_t r = 0; r < form.lines; ++r) {
    out.lines.emplace_back(form.width, '<');
    out.confidences.emplace_back(form.width, 0.0F);
    for (std::size_t c = 0; c < form.width; ++c) {
      const Chances chances = chances_of(cells[r][c], form.places[r][c]);
      const auto best = std::ranges::max_element(chances);
      out.lines[r][c] = glyphs[static_cast<std::size_t>(best - chances.begin())];
      out.confidences[r][c] = static_cast<float>(*best);
    }
  }
  out.likelihood = mean_likelihood(cells, out);
  return out;
}

Spelling spell(const ScoresOfLines& cells, const FormOfZone& form) {
  Spelling out = spell_freely(cells, form);
  const auto seen = out.lines;
  const Weighing weighing(cells, form);
  weighing.read(out);
  out.is_as_seen = out.lines == seen;
  out.consistency = weighing.total();  // the chances of each place sum to 1, so of all texts to 1
  out.likelihood = mean_likelihood(cells, out);
  return out;
}

}  // namespace limen::evidence
