// The roster: rounds that miss nobody, whoever leaves meanwhile.
#include "http/roster.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace limen::http::testing {
namespace {

using Seen = std::vector<int>;

Seen some(Roster<int>& roster, std::size_t most) {
  Seen seen;
  roster.some(most, [&](const int* member) { seen.push_back(*member); });
  return seen;
}

TEST(roster, a_round_goes_on_where_it_stopped) {
  std::array<int, 5> members{0, 1, 2, 3, 4};
  Roster<int> roster;
  for (int& member : members) roster.enter(&member);
  EXPECT_EQ(some(roster, 2), (Seen{0, 1}));
  EXPECT_EQ(some(roster, 2), (Seen{2, 3}));
  EXPECT_EQ(some(roster, 2), (Seen{4, 0}));
  EXPECT_EQ(some(roster, 100), (Seen{1, 2, 3, 4, 0}));  // nobody twice
}

// However many come: they are last.
TEST(roster, who_comes_keeps_nobody_waiting) {
  std::array<int, 8> members{0, 1, 2, 3, 4, 5, 6, 7};
  Roster<int> roster;
  for (int i = 0; i < 3; ++i) roster.enter(&members[static_cast<std::size_t>(i)]);
  EXPECT_EQ(some(roster, 1), (Seen{0}));
  Seen seen;
  for (int i = 3; i < 8; ++i) {
    roster.enter(&members[static_cast<std::size_t>(i)]);
    const Seen more = some(roster, 1);
    seen.insert(seen.end(), more.begin(), more.end());
  }
  EXPECT_EQ(seen, (Seen{1, 2, 0, 3, 1}));
}

TEST(roster, who_leaves_takes_nobody_else_along) {
  std::array<int, 4> members{0, 1, 2, 3};
  Roster<int> roster;
  std::vector<Roster<int>::Place> places;
  for (int& member : members) places.push_back(roster.enter(&member));
  EXPECT_EQ(some(roster, 1), (Seen{0}));
  roster.leave(places[1]);  // the next one
  EXPECT_EQ(some(roster, 1), (Seen{2}));
  roster.leave(places[3]);  // the next one, and the last
  EXPECT_EQ(some(roster, 2), (Seen{0, 2}));
}

TEST(roster, who_comes_when_all_were_seen_is_next) {
  std::array<int, 2> members{0, 1};
  Roster<int> roster;
  EXPECT_EQ(some(roster, 3), Seen{});
  const auto first = roster.enter(&members[0]);
  EXPECT_EQ(some(roster, 3), (Seen{0}));
  roster.enter(&members[1]);
  EXPECT_EQ(some(roster, 1), (Seen{0}));  // the round begins anew
  EXPECT_EQ(some(roster, 1), (Seen{1}));
  roster.leave(first);
  EXPECT_EQ(some(roster, 3), (Seen{1}));
}

}  // namespace
}  // namespace limen::http::testing
