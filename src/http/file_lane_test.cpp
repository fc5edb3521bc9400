// Who waits for whom at the disk.
#include "http/file_lane.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string>

namespace limen::http {
namespace {

// Some work of one sender, done while its lane is held up; what was done, in order.
class Held {
 public:
  Held() {
    lane_->submit({}, [this] { go_on_.get_future().wait(); });
  }
  void submit(const char* sender, char name) {
    lane_->submit(*parse_address(sender), [this, name] { done_ += name; });
  }
  std::string done() {
    go_on_.set_value();
    lane_.reset();
    return done_;
  }

 private:
  std::promise<void> go_on_;
  std::string done_;
  std::unique_ptr<FileLane> lane_ = std::make_unique<FileLane>();
};

TEST(file_lane, senders_take_turns_and_keep_their_order) {
  Held held;
  for (const char name : {'a', 'b', 'c', 'd'}) held.submit("192.0.2.1", name);
  for (const char name : {'A', 'B'}) held.submit("192.0.2.2", name);
  held.submit("2001:db8:1:2::3", '1');
  held.submit("2001:db8:1:f::4", '2');  // the same block
  EXPECT_EQ(held.done(), "aA1bB2cd");
}

TEST(file_lane, what_was_handed_over_is_done_before_it_ends) {
  Held held;
  for (int i = 0; i < 100; ++i) held.submit("192.0.2.1", 'x');
  held.submit("192.0.2.1", 'y');
  EXPECT_EQ(held.done(), std::string(100, 'x') + 'y');
}

}  // namespace
}  // namespace limen::http
