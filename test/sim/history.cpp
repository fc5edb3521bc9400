// Making histories from seeds, and making bad ones short.
#include "sim/history.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace limen::sim {
namespace {

struct Weight {
  std::size_t kind;
  std::uint32_t weight;
};
constexpr std::size_t of(Verb v) { return static_cast<std::size_t>(v); }
constexpr std::size_t of(Kind k) { return static_cast<std::size_t>(k); }
// Retries and forgeries are as common as honest work; what ends everything is rare.
constexpr std::array<Weight, kind_count> weights = {{
    {of(Verb::invite), 7},       {of(Verb::open), 7},
    {of(Verb::consent), 5},      {of(Verb::begin), 5},
    {of(Verb::answer), 15},      {of(Verb::attach), 7},
    {of(Verb::settle), 10},      {of(Verb::show), 3},
    {of(Verb::erase), 2},        {of(Verb::lend), 3},
    {of(Verb::begin_device), 3}, {of(Verb::begin_enrolment), 3},
    {of(Verb::answer_own), 12},  {of(Verb::attach_own), 5},
    {of(Verb::look), 4},         {of(Verb::grant_access), 1},
    {of(Verb::introspect), 1},   {of(Verb::revoke_access), 1},
    {of(Verb::people), 2},       {of(Verb::make_key), 1},
    {of(Verb::revoke), 1},       {of(Verb::revoke_invitation), 1},
    {of(Verb::resend), 2},       {of(Verb::review), 3},
    {of(Verb::offer), 5},        {of(Verb::cross), 9},
    {of(Verb::take_over), 1},    {of(Kind::again), 18},
    {of(Kind::forge), 8},        {of(Kind::guess), 4},
    {of(Kind::clock), 5},        {of(Kind::edge), 4},
    {of(Kind::sweep), 3},        {of(Kind::mail), 5},
    {of(Kind::rotate), 1},       {of(Verb::listen), 4},
    {of(Kind::tell), 6},         {of(Kind::reload), 2},
}};

Kind draw_kind(Dice& dice) {
  static constexpr std::uint32_t total = [] {
    std::uint32_t sum = 0;
    for (const Weight& w : weights) sum += w.weight;
    return sum;
  }();
  std::uint32_t left = dice.below(total);
  for (const Weight& w : weights) {
    if (left < w.weight) return static_cast<Kind>(w.kind);
    left -= w.weight;
  }
  return Kind::again;
}

Fault draw_fault(Dice& dice, std::uint32_t& at) {
  const auto fault = static_cast<Fault>(1 + dice.below(fault_count - 1));
  at = dice.below(24);
  return fault;
}

// Some who begin go on to their end at once, and are judged there, once or twice, or erased.
void walk_on(History& history, const Event& event, Dice& dice, bool has_faults) {
  constexpr Kind begin_device{of(Verb::begin_device)}, begin_enrolment{of(Verb::begin_enrolment)};
  constexpr Kind answer{of(Verb::answer_own)}, attach{of(Verb::attach_own)};
  const bool begins = event.kind == begin_device || event.kind == begin_enrolment;
  const bool decides = event.kind == Kind{of(Verb::consent)};
  if ((!begins && !decides && event.kind != answer) || dice.below(3) == 0) return;
  const bool has_files = decides || (event.kind == begin_device ? event.b : event.c) % 2 == 1;
  const std::uint32_t steps = decides ? dice.below(3) : begins ? 2 : 1;
  for (std::uint32_t i = 0; i < steps; ++i) {
    history.push_back({answer, 1, dice.below(1U << 30), 7});
    if (has_files) history.push_back({attach, 1, dice.below(1U << 30), 7});
  }
  // Whoever was invited may change their mind, which others look at and are told, or not.
  for (std::uint32_t i = decides ? dice.below(4) : 0; i > 0; --i) {
    history.push_back({event.kind, 1, dice.below(2) == 0 ? 3U : 0U, dice.below(1U << 30)});
    history.push_back({Kind{of(Verb::look)}, 1, dice.below(1U << 30), 36 * dice.below(60)});
    if (dice.below(2) == 0) history.push_back({Kind::tell});
  }
  for (std::uint32_t i = decides ? dice.below(2) : dice.below(4); i > 0; --i) {
    Event review{Kind{of(Verb::review)}, 1, dice.below(1U << 30), dice.below(5)};
    review.joins = dice.below(2) == 0;
    if (has_faults && dice.below(4) == 0) review.fault = draw_fault(dice, review.at);
    history.push_back(review);
  }
}

// Tries histories without each run of `size` events, from the end, which others depend on least.
History without_runs(History history, std::size_t size,
                     const std::function<bool(const History&)>& is_bad) {
  for (std::size_t end = history.size(); end > 0;) {
    const std::size_t begin = end > size ? end - size : 0;
    History shorter(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(begin));
    shorter.insert(shorter.end(), history.begin() + static_cast<std::ptrdiff_t>(end),
                   history.end());
    if (is_bad(shorter)) history = std::move(shorter);
    end = begin;
  }
  return history;
}

}  // namespace

std::uint64_t Dice::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

History history_of(std::uint64_t seed) {
  Dice dice(seed);
  History history;
  const std::size_t length = 6 + dice.below(dice.below(4) == 0 ? 60 : 26);
  const bool has_faults = dice.below(2) == 0;
  while (history.size() < length) {
    Event event{draw_kind(dice), dice.below(1U << 30), dice.below(1U << 30), dice.below(1U << 30)};
    event.joins = dice.below(4) == 0;
    event.may_repeat = dice.below(4) != 0;
    if (has_faults && dice.below(5) == 0) {
      event.fault = draw_fault(dice, event.at);
    }
    // A burst: the same again and again, as guessers and impatient clients do.
    const bool is_common = event.kind == Kind::guess || event.kind == Kind{of(Verb::resend)};
    const bool is_burst = dice.below(is_common ? 3 : 40) == 0;
    const bool is_attack = is_burst && event.kind == Kind::guess;
    const std::size_t times = is_burst ? 2 + dice.below(is_attack ? 18 : 10) : 1;
    for (std::size_t i = 0; i < times; ++i) {
      history.push_back(event);
      event.fault = Fault::none;
      if (event.kind == Kind::guess) event.c = dice.below(1U << 30);
    }
    walk_on(history, event, dice, has_faults);
    // And whom it was about comes, to see whether the door still opens.
    if (is_attack) history.push_back({static_cast<Kind>(Verb::open), event.a, 0, event.c});
    // A month after somebody decided, the janitor knows who agreed.
    if (event.kind == Kind{of(Verb::consent)} && dice.below(16) == 0) {
      history.push_back({Kind::clock, 13});
      history.push_back({Kind::sweep});
    }
    // The janitor seldom sleeps for long.
    if (event.kind == Kind::clock && dice.below(2) == 0) history.push_back({Kind::sweep});
  }
  return history;
}

std::string to_string(const Event& event) {
  static constexpr std::string_view names[] = {"again", "forge", "guess",  "clock", "edge",
                                               "sweep", "mail",  "rotate", "tell",  "reload"};
  const auto kind = static_cast<std::size_t>(event.kind);
  std::string text(kind < verb_count ? name_of(static_cast<Verb>(kind)) : names[kind - verb_count]);
  if (event.joins) text += " +";
  if (event.may_repeat) text += " (may repeat)";
  if (event.fault != Fault::none)
    text += " [" + std::string(name_of(event.fault)) + " at " + std::to_string(event.at) + "]";
  return text;
}

History shrink(History history, const std::function<bool(const History&)>& is_bad) {
  for (bool is_shorter = true; is_shorter;) {
    const std::size_t before = history.size();
    for (std::size_t run = std::max<std::size_t>(before / 2, 1); run > 0; run /= 2)
      history = without_runs(std::move(history), run, is_bad);
    is_shorter = history.size() < before;
  }
  for (std::size_t i = 0; i < history.size(); ++i) {
    History calmer = history;
    calmer[i].fault = Fault::none;
    if (history[i].fault != Fault::none && is_bad(calmer)) history = calmer;
    calmer = history;
    calmer[i].joins = false;
    if (history[i].joins && is_bad(calmer)) history = std::move(calmer);
  }
  return history;
}

}  // namespace limen::sim
