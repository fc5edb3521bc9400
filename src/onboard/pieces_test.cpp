// Pictures in pieces: what is taken where, what is told to whoever is out of step, and that the
// whole is an upload like any other.
#include "onboard/pieces.hpp"

#include <map>

#include "onboard/desk_test.hpp"

namespace limen::onboard {
namespace {

// Files by name, in memory; joining makes a new one.
class MemoryFiles final : public Files {
 public:
  Bytes read(const std::string& name) override { return contents.at(name); }
  void remove(const std::string& name) noexcept override { contents.erase(name); }
  Whole join(const std::vector<std::string>& names) override {
    Whole whole{"whole-" + std::to_string(++joined), 0, {}, {}};
    Bytes& content = contents[whole.file];
    for (const std::string& name : names) {
      const Bytes& piece = contents.at(name);
      content.insert(content.end(), piece.begin(), piece.end());
    }
    whole.bytes = content.size();
    whole.sha256 = seal::sha256(as_text(content));
    whole.head.assign(
        content.begin(),
        content.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(content.size(), 64)));
    return whole;
  }
  std::map<std::string, Bytes> contents;
  int joined = 0;
};

class PiecesTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    key_ = holder(ours_, {"enrolment:write"});
    Desk d = desk();
    const Holder app = holder(ours_, {"session:open"});
    const Opening opening{.door = journey::Door::skills, .skill = "card"};
    const auto opened = open_session(d, app.caller, opening);
    ASSERT_TRUE(opened);
    session_ = *opened;
  }
  Desk files_desk() {
    return {*ledger_,       {now_, entropy_}, sealer_,   codes_, signing_,
            enrolment_key_, catalogue_,       settings_, cache_, memory_};
  }
  Session now() { return *ledger_->session(session_.id); }
  Result<Parcel> announce(std::uint64_t bytes, std::string_view step = "document",
                          std::string type = "front") {
    Desk d = files_desk();
    return announce_parcel(d, now(), {step, {}, std::move(type), bytes});
  }
  // As a request does it: prepared first, then taken.
  Result<Taken> send(const Id& id, std::uint64_t offset, std::string_view content) {
    Desk d = files_desk();
    const auto parcel = find_parcel(d, now(), to_string(id));
    if (!parcel) return std::unexpected(parcel.error());
    const Piece piece{offset, content.size(), "piece-" + std::to_string(++sent_)};
    const BytesView bytes = as_bytes(content);
    memory_.contents[piece.file] = Bytes(bytes.begin(), bytes.end());
    const auto whole = join_pieces(d, *parcel, piece);
    return take_piece(d, key_.caller, now(), *parcel, piece, whole);
  }

  static constexpr std::string_view picture{"\x89PNG\r\n\x1A\nand more", 16};
  Holder key_;
  Session session_;
  MemoryFiles memory_;
  int sent_ = 0;
};

TEST_F(PiecesTest, become_an_upload_like_any_other) {
  const auto parcel = announce(picture.size());
  ASSERT_TRUE(parcel);
  const auto first = send(parcel->id, 0, picture.substr(0, 7));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->offset, 7U);
  EXPECT_EQ(first->piece, Keep::yes);
  EXPECT_FALSE(first->upload);
  EXPECT_TRUE(now().steps.empty()) << "nothing is submitted before the picture is there";
  EXPECT_EQ(memory_.joined, 0);
  const auto last = send(parcel->id, 7, picture.substr(7));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->piece, Keep::no);
  EXPECT_EQ(last->whole, Keep::yes);
  const Session done = now();
  ASSERT_EQ(done.steps.size(), 1U);
  ASSERT_EQ(done.steps[0].uploads.size(), 1U);
  EXPECT_EQ(done.steps[0].id, last->step_id);
  EXPECT_EQ(done.steps[0].uploads[0].id, *last->upload);
  EXPECT_EQ(done.steps[0].uploads[0].media_type, "image/png");
  EXPECT_EQ(done.steps[0].uploads[0].sha256, seal::sha256(picture));
  EXPECT_EQ(done.steps[0].uploads[0].bytes, picture.size());
  EXPECT_TRUE(done.completed);
  // The answer was lost: it is given again, and nothing happens twice.
  const auto again = send(parcel->id, 7, picture.substr(7));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->upload, last->upload);
  EXPECT_EQ(again->step_id, last->step_id);
  EXPECT_EQ(again->whole, Keep::no);
  // So it is to whoever lost it and asks from the end.
  EXPECT_EQ(send(parcel->id, picture.size(), "")->upload, last->upload);
  EXPECT_EQ(now(), done);
}

TEST_F(PiecesTest, out_of_step_are_told_where_to_go_on) {
  const auto parcel = announce(picture.size());
  ASSERT_TRUE(parcel);
  ASSERT_TRUE(send(parcel->id, 0, picture.substr(0, 4)));
  struct Case {
    const char* name;
    std::uint64_t offset;
    std::string_view content;
  };
  const Case cases[] = {
      {"one sent again", 0, picture.substr(0, 4)},
      {"one that was lost in between", 8, picture.substr(8, 4)},
      {"the last one before its time", 8, picture.substr(8)},
      {"one that overlaps", 2, picture.substr(2, 4)},
  };
  for (const Case& c : cases) {
    const auto taken = send(parcel->id, c.offset, c.content);
    ASSERT_TRUE(taken) << c.name;
    EXPECT_TRUE(taken->is_out_of_order) << c.name;
    EXPECT_EQ(taken->offset, 4U) << c.name;
    EXPECT_EQ(taken->piece, Keep::no) << c.name;
  }
  EXPECT_EQ(ledger_->pieces(parcel->id).size(), 1U);
  EXPECT_TRUE(send(parcel->id, 4, picture.substr(4))->upload);
}

// A file and a row each: crumbs would make millions of both.
TEST_F(PiecesTest, crumbs_are_refused_and_change_nothing) {
  const auto parcel = announce(16 * 4096 + 1);
  ASSERT_TRUE(parcel);
  const auto crumb = send(parcel->id, 0, picture);
  ASSERT_FALSE(crumb);
  EXPECT_EQ(crumb.error().code, codes::invalid_field);
  EXPECT_EQ(crumb.error().field, "bytes");
  EXPECT_TRUE(ledger_->pieces(parcel->id).empty());
  EXPECT_TRUE(send(parcel->id, 0, std::string(picture) + "x"));
}

TEST_F(PiecesTest, a_last_piece_that_nobody_joined_is_sent_again) {
  const auto parcel = announce(picture.size());
  Desk d = files_desk();
  const Piece whole{0, picture.size(), "piece"};
  const auto taken = take_piece(d, key_.caller, now(), *parcel, whole, std::nullopt);
  ASSERT_TRUE(taken);
  EXPECT_TRUE(taken->is_out_of_order);
  EXPECT_EQ(taken->offset, 0U);
}

TEST_F(PiecesTest, are_refused_beyond_what_was_announced) {
  const auto parcel = announce(4);
  EXPECT_EQ(send(parcel->id, 0, "12345").error().code, codes::invalid_field);
  EXPECT_EQ(send(parcel->id, 5, "1").error().code, codes::invalid_field);
  EXPECT_EQ(send(parcel->id, ~std::uint64_t{0}, "1").error().code, codes::invalid_field);
  EXPECT_EQ(send(parcel->id, 0, "").error().code, codes::empty_upload);
}

TEST_F(PiecesTest, what_is_no_picture_is_given_up) {
  const auto parcel = announce(9);
  ASSERT_TRUE(send(parcel->id, 0, "<scri"));
  const auto refused = send(parcel->id, 5, "pt/>");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, codes::unreadable_upload);
  EXPECT_EQ(send(parcel->id, 5, "pt/>").error().code, codes::absent);
  const auto next = announce(picture.size());  // its step is submitted by now
  ASSERT_TRUE(next);
  EXPECT_EQ(next->step_id, now().steps.at(0).id);
  EXPECT_TRUE(send(next->id, 0, picture)->upload);
}

TEST_F(PiecesTest, are_announced_for_what_the_skill_asks) {
  struct Case {
    const char* name;
    std::uint64_t bytes;
    std::string_view step;
    std::string type;
    std::string_view code;
  };
  const Case cases[] = {
      {"no such step", 9, "other", "front", codes::unknown_step},
      {"no such picture", 9, "document", "side", codes::invalid_field},
      {"empty", 0, "document", "front", codes::empty_upload},
      {"too large", limits::upload_file_bytes + 1, "document", "front", codes::too_large},
  };
  for (const Case& c : cases) {
    const auto refused = announce(c.bytes, c.step, c.type);
    ASSERT_FALSE(refused) << c.name;
    EXPECT_EQ(refused.error().code, c.code) << c.name;
  }
  Desk d = files_desk();
  EXPECT_EQ(announce_parcel(d, session_, {{}, "nonsense", "front", 9}).error().code,
            codes::unknown_step);
  EXPECT_TRUE(announce(limits::upload_file_bytes));
  settings_.upload_bytes = 8;
  EXPECT_EQ(announce(9).error().code, codes::too_large);
}

TEST_F(PiecesTest, a_later_one_takes_the_place_of_one_that_was_left) {
  const auto left = announce(picture.size());
  ASSERT_TRUE(send(left->id, 0, picture.substr(0, 4)));
  const auto later = announce(picture.size());
  EXPECT_EQ(send(left->id, 4, picture.substr(4)).error().code, codes::absent);
  EXPECT_TRUE(send(later->id, 0, picture)->upload);
  const Swept swept = ledger_->sweep(now_, 10);
  EXPECT_EQ(swept.files, std::vector<std::string>{"piece-1"});
}

TEST_F(PiecesTest, belong_to_their_session_and_end_with_their_time) {
  const auto parcel = announce(picture.size());
  Desk d = files_desk();
  Session other = session_;
  other.id = ours_;
  EXPECT_EQ(find_parcel(d, other, to_string(parcel->id)).error().code, codes::absent);
  EXPECT_EQ(find_parcel(d, session_, "nonsense").error().code, codes::absent);
  advance(limits::parcel_life);
  EXPECT_EQ(send(parcel->id, 0, picture).error().code, codes::absent);
  advance(std::chrono::days{14});
  EXPECT_EQ(announce(9).error().code, codes::session_over);
}

}  // namespace
}  // namespace limen::onboard
