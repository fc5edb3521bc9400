// What the clock makes of a machine whose time is set.
#include "main/clock.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace limen::main {
namespace {

TEST(Forward, small_steps_back_are_waited_out_and_long_ones_believed) {
  Forward forward;
  const Time noon = from_ms(1'800'000'000'000);
  constexpr Millis step = limits::clock_step;
  struct Case {
    Millis shown, want;
  };
  for (const Case& c : {Case{Millis{0}, Millis{0}},
                        {Millis{5}, Millis{5}},
                        {Millis{4}, Millis{5}},
                        {Millis{6}, Millis{6}},
                        {Millis{6} - step, Millis{6}},
                        {Millis{5} - step, Millis{5} - step},
                        {Millis{4} - step, Millis{5} - step},
                        {Millis{0}, Millis{0}},
                        {std::chrono::days{400}, std::chrono::days{400}}})
    EXPECT_EQ(forward.of(noon + c.shown), noon + c.want) << c.shown.count();
}

TEST(Leap, what_was_put_ahead_waits_an_hour_or_until_it_is_put_right) {
  const Time noon = from_ms(1'800'000'000'000);
  const Steady start{};
  constexpr Seconds hour{3600}, year{365 * 86'400};
  struct Case {
    const char* name;
    Seconds shown, passed;
    std::optional<Seconds> ahead;
    bool is_fresh;
  };
  const auto run = [&](const std::vector<Case>& cases) {
    Leap leap;
    for (const Case& c : cases) {
      EXPECT_EQ(leap.look(noon + c.shown, start + c.passed), c.ahead) << c.name;
      EXPECT_EQ(leap.is_fresh(start + c.passed), c.is_fresh) << c.name;
    }
  };
  const Seconds none{0}, turn{5};
  run({{"the start", none, none, {}, false},
       {"as it should be", turn, turn, {}, false},
       {"a time server's step", 2 * turn + hour, 2 * turn, {}, false},
       {"a year", year, 3 * turn, year - hour - 3 * turn, true},
       {"still wrong", year + hour - turn, 2 * turn + hour, {}, true},
       {"nobody put it right", year + hour, 3 * turn + hour, {}, false}});
  run({{"the start", none, none, {}, false},
       {"a year", year + turn, turn, year, true},
       {"put right", 2 * turn, 2 * turn, {}, false},
       {"again", year + 3 * turn, 3 * turn, year, true}});
}

}  // namespace
}  // namespace limen::main
