// What a file sent again is: no second file, but the one that counts; and a picture that is read at
// last.
#include "onboard/attach.hpp"

#include "onboard/desk_test.hpp"

namespace limen::onboard {
namespace {

class AttachTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    catalogue_ = two_pictures();
    caller_ = holder(ours_, {"enrolment:write"}).caller;
    Desk d = desk();
    Opening opening{.door = journey::Door::enrolment, .skill = "card"};
    opening.caller_id = to_string(seal::draw_id(entropy_, now_));
    opening.return_url = "https://shop.example/done";
    session_ = open_session(d, caller_, opening)->id;
    step_ = answer_own(d, caller_, {to_string(session_), "document", {}, {}})->step_id;
  }
  static journey::Catalogue two_pictures() {
    journey::Skill card{.name = "card", .title = "Card"};
    card.steps = {{"document", {}, {{"front", true}, {"back", true}}}};
    card.pass_life = std::chrono::minutes{30};
    card.consent_life = std::chrono::days{90};
    card.retention = std::chrono::days{365};
    return journey::Catalogue({card});
  }
  Attached attach(const std::string& type, const std::string& content,
                  std::optional<journey::Reading> reading = {}) {
    Desk d = desk();
    const Bytes head = {0xFF, 0xD8, 0xFF};
    auto out = attach_own(
        d, caller_, to_string(session_), to_string(step_),
        {type, content + "-file", content.size(), seal::sha256(content), head, std::move(reading)});
    EXPECT_TRUE(out) << out.error().detail;
    return std::move(*out);
  }
  Session stored() { return *ledger_->session(session_); }
  static journey::Reading seen() {
    journey::Reading reading;
    reading.width = reading.height = 1000;
    return reading;
  }
  Caller caller_{};
  Id session_{}, step_{};
};

TEST_F(AttachTest, the_one_sent_last_counts_and_is_no_second_file) {
  const Id a = attach("front", "a").upload.id;
  EXPECT_EQ(attach("front", "a").upload.id, a) << "a lost answer";
  const Id b = attach("front", "b").upload.id;
  const auto order = [&] {
    std::vector<Id> out;
    const Session now = stored();
    for (const journey::Upload& upload : now.steps[0].uploads) out.push_back(upload.id);
    return out;
  };
  EXPECT_EQ(order(), (std::vector{a, b}));
  // By mistake b, so a again: it is a that is meant. As often as one likes, within a step's limit.
  for (int i = 0; i < 30; ++i) {
    const Attached again = attach("front", i % 2 == 0 ? "a" : "b");
    EXPECT_EQ(again.upload.id, i % 2 == 0 ? a : b);
    EXPECT_EQ(again.keep, Keep::no);
    EXPECT_EQ(order(), i % 2 == 0 ? (std::vector{b, a}) : (std::vector{a, b}));
  }
  const Attached last = attach("back", "c");
  EXPECT_TRUE(last.finished);
  // The session is over: each has its answer, and nothing moves any more.
  EXPECT_EQ(attach("front", "a").upload.id, a);
  EXPECT_EQ(order(), (std::vector{a, b, last.upload.id}));
}

TEST_F(AttachTest, a_picture_that_could_not_be_looked_at_is_when_it_comes_again) {
  struct Row {
    std::string type;
    std::optional<journey::Reading> first, second, kept;
  };
  journey::Reading better = seen();
  better.width = 2000;
  const Row rows[] = {
      {"front", journey::Reading{}, seen(), seen()},  // a process that died under us
      {"front", {}, seen(), seen()},
      {"front", seen(), better, seen()},  // once read it stays as it was read
      {"front", seen(), journey::Reading{}, seen()},
      {"front", journey::Reading{}, {}, journey::Reading{}},
  };
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    SCOPED_TRACE(i);
    const auto& [type, first, second, kept] = rows[i];
    const std::string content(1, static_cast<char>('a' + i));
    const Attached was = attach(type, content, first);
    const Attached is = attach(type, content, second);
    EXPECT_EQ(is.upload.id, was.upload.id);
    EXPECT_EQ(is.keep, Keep::no);
    ASSERT_EQ(stored().steps[0].uploads.size(), i + 1);
    EXPECT_EQ(stored().steps[0].uploads[i].reading, kept);
  }
  // When the session is over nothing changes any more.
  attach("back", "z", journey::Reading{});
  attach("back", "z", seen());
  EXPECT_EQ(stored().steps[0].uploads.back().reading, journey::Reading{});
}

}  // namespace
}  // namespace limen::onboard
