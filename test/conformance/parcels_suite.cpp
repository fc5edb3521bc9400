// Conformance: files on their way in pieces.
#include "base/limits.hpp"
#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

using onboard::Ledger;
using onboard::Parcel;
using onboard::Piece;

using MaybeParcel = std::optional<Parcel>;
using Pieces = std::vector<Piece>;
using Names = std::vector<std::string>;

}  // namespace

Parcel ParcelSuite::a_parcel(const Id& session) {
  Parcel parcel;
  parcel.id = draw();
  parcel.session = session;
  parcel.step = "document";
  parcel.type = "front";
  parcel.bytes = 10;
  parcel.created = now_;
  parcel.expires = now_ + std::chrono::hours{1};
  return parcel;
}

void ParcelSuite::add(const Parcel& parcel) {
  write([&](Ledger& ledger) { ledger.add_parcel(parcel); });
}

bool ParcelSuite::add(const Parcel& parcel, const Piece& piece) {
  bool did = false;
  write([&](Ledger& ledger) { did = ledger.add_piece(parcel.id, piece); });
  return did;
}

MaybeParcel ParcelSuite::load(const Id& id) {
  return ask<MaybeParcel>([&](Ledger& ledger) { return ledger.parcel(id); });
}

onboard::Swept ParcelSuite::sweep(Time at) {
  onboard::Swept swept;
  write([&](Ledger& ledger) { swept = ledger.sweep(at, 10); });
  return swept;
}

TEST_P(ParcelSuite, a_parcel_comes_back_as_it_was) {
  const Parcel by_name = a_parcel(draw());
  Parcel by_id = a_parcel(draw());
  by_id.step.clear();
  by_id.step_id = draw();
  add(by_name);
  add(by_id);
  reopen();
  EXPECT_EQ(load(by_name.id), by_name);
  EXPECT_EQ(load(by_id.id), by_id);
  EXPECT_EQ(load(draw()), std::nullopt);
}

TEST_P(ParcelSuite, a_piece_counts_where_it_follows) {
  const Parcel parcel = a_parcel(draw());
  add(parcel);
  EXPECT_TRUE(add(parcel, {0, 4, "a"}));
  EXPECT_FALSE(add(parcel, {0, 4, "b"})) << "again";
  EXPECT_FALSE(add(parcel, {5, 1, "b"})) << "a gap";
  EXPECT_TRUE(add(parcel, {4, 3, "c"}));
  EXPECT_EQ(load(parcel.id)->received, 7U);
  const auto pieces = ask<Pieces>([&](Ledger& ledger) { return ledger.pieces(parcel.id); });
  EXPECT_EQ(pieces, (Pieces{{0, 4, "a"}, {4, 3, "c"}}));
  const auto unknown = ask<Names>([](Ledger& ledger) { return ledger.knows_files({"a", "b"}); });
  EXPECT_EQ(unknown, Names{"b"});
}

TEST_P(ParcelSuite, what_was_joined_gives_its_pieces_back_and_is_remembered) {
  const Parcel parcel = a_parcel(draw());
  add(parcel);
  add(parcel, {0, 4, "a"});
  EXPECT_EQ(sweep(now_).rows, 0U);
  const Id upload = draw(), step = draw();
  write([&](Ledger& ledger) { ledger.join_parcel(parcel.id, upload, step); });
  EXPECT_FALSE(add(parcel, {4, 4, "b"}));
  EXPECT_EQ(sweep(now_).files, Names{"a"});
  EXPECT_EQ(sweep(now_).rows, 0U);
  EXPECT_EQ(load(parcel.id)->upload, upload);
  EXPECT_EQ(load(parcel.id)->step_id, step);
  EXPECT_EQ(load(parcel.id)->received, parcel.bytes);
  EXPECT_EQ(sweep(parcel.expires).rows, 1U);
  EXPECT_EQ(load(parcel.id), std::nullopt);
}

TEST_P(ParcelSuite, what_was_left_or_given_up_goes_with_its_pieces) {
  const Id session = draw();
  const Parcel left = a_parcel(session);
  Parcel other = a_parcel(session);
  other.type = "back";
  other.expires = now_ + std::chrono::hours{2};
  for (const Parcel& parcel : {left, other}) add(parcel);
  add(left, {0, 4, "a"});
  add(other, {0, 4, "b"});
  write([&](Ledger& ledger) { ledger.give_up_parcels(left, now_); });
  EXPECT_EQ(load(left.id)->expires, now_);
  EXPECT_EQ(load(other.id)->expires, other.expires);
  EXPECT_EQ(sweep(now_).files, Names{"a"});
  EXPECT_EQ(load(left.id), std::nullopt);
  EXPECT_EQ(sweep(other.expires).files, Names{"b"});
  EXPECT_EQ(load(other.id), std::nullopt);
}

TEST_P(ParcelSuite, a_session_that_is_erased_takes_its_parcels_along) {
  journey::Session session = a_session(tenant_);
  session.state = journey::State::completed;
  Parcel parcel = a_parcel(session.id);
  parcel.expires = now_ + std::chrono::days{400};
  write([&](Ledger& ledger) { ledger.add_session(session); });
  add(parcel);
  add(parcel, {0, 4, "a"});
  EXPECT_EQ(sweep(now_ + limits::finished_keep).files, Names{"a"});
  EXPECT_EQ(load(parcel.id), std::nullopt);
}

}  // namespace limen::test
