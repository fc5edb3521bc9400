// What the clock makes of a machine whose time is set.
#include "main/clock.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace limen::main
