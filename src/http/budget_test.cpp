// Who gets how much of what all uploads may weigh together.
#include "http/budget.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace limen::http {
namespace {

using Shares = std::vector<std::unique_ptr<Budget::Share>>;

Budget::Share& open(Shares& shares, Budget& budget, const std::string& sender) {
  shares.push_back(std::make_unique<Budget::Share>(budget, *parse_address(sender)));
  return *shares.back();
}

// How much a share gets that asks byte by byte.
std::uint64_t take_all(Budget::Share& share) {
  std::uint64_t held = 0;
  while (share.grow_to(held + 1)) ++held;
  return held;
}

TEST(budget, one_sender_gets_half) {
  Budget budget(100);
  Shares shares;
  EXPECT_TRUE(open(shares, budget, "192.0.2.1").grow_to(30));
  EXPECT_TRUE(shares[0]->grow_to(20)) << "less is no change";
  Budget::Share& second = open(shares, budget, "192.0.2.1");
  EXPECT_FALSE(second.has_room(21));
  EXPECT_FALSE(second.grow_to(21));
  EXPECT_TRUE(second.has_room(20));
  EXPECT_EQ(take_all(second), 20);
  shares[0]->shrink_to(40);
  EXPECT_FALSE(second.has_room(21)) << "more is no change";
  shares[0]->shrink_to(20);
  EXPECT_TRUE(second.has_room(30));
  EXPECT_FALSE(second.has_room(31));
  shares.erase(shares.begin());
  EXPECT_TRUE(shares[0]->grow_to(50));
  shares.clear();
  EXPECT_TRUE(open(shares, budget, "192.0.2.1").has_room(50));
  EXPECT_FALSE(shares[0]->has_room(51));
}

// However greedy they are and however many uploads each has, as much stays free as one of them has.
TEST(budget, senders_that_take_all_they_get_leave_room_for_one_more) {
  for (unsigned senders : {1U, 2U, 3U, 9U, 99U}) {
    Budget budget(1'000'000);
    Shares shares;
    for (unsigned i = 0; i < 3 * senders; ++i)
      open(shares, budget, "192.0.2." + std::to_string(i % senders));
    // Turn by turn, until nobody gets a byte more.
    std::vector<std::uint64_t> held(shares.size());
    for (bool grew = true; grew;) {
      grew = false;
      for (std::size_t i = 0; i < shares.size(); ++i)
        if (shares[i]->grow_to(held[i] + 100)) held[i] += 100, grew = true;
    }
    const std::uint64_t part = 1'000'000 / (senders + 1);
    Budget::Share& late = open(shares, budget, "198.51.100.1");
    EXPECT_TRUE(late.has_room(part / 2)) << senders;
    std::uint64_t all = 0;
    for (const std::uint64_t bytes : held) all += bytes;
    EXPECT_LE(all, 1'000'000 - part) << senders;
    EXPECT_GE(all, 1'000'000 - part - 100 * senders) << senders;
  }
}

TEST(budget, a_sender_is_an_ipv4_address_or_an_ipv6_block) {
  const auto left = [](const std::string& other) {
    Budget budget(120);
    Shares shares;
    EXPECT_EQ(take_all(open(shares, budget, "2001:db8:1:2::3")), 60);
    return take_all(open(shares, budget, other));
  };
  EXPECT_EQ(left("2001:db8:1:ffff::1"), 0);
  EXPECT_EQ(left("2001:db8:2:2::3"), 30);
  EXPECT_EQ(left("192.0.2.1"), 30);
  EXPECT_EQ(left("::ffff:192.0.2.1"), 30);
}

}  // namespace
}  // namespace limen::http
