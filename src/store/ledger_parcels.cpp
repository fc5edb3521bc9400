// Parcels and their pieces. A piece is added by compare-and-swap on what has been received, so two
// senders of the same piece cannot both be first.
#include "store/columns.hpp"
#include "store/ledger.hpp"

namespace limen::store {
namespace {

using onboard::Parcel;
using onboard::Piece;

constexpr char new_parcel[] =
    "INSERT INTO parcels (id, session, step, step_id, type, bytes, received, created_ms, "
    "expires_ms, upload, sweep_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9)";
constexpr char parcel_by_id[] =
    "SELECT id, session, step, step_id, type, bytes, received, created_ms, expires_ms, upload "
    "FROM parcels WHERE id = $1";
constexpr char grow_parcel[] =
    "UPDATE parcels SET received = received + $3 WHERE id = $1 AND received = $2 "
    "AND upload IS NULL";
constexpr char new_piece[] =
    "INSERT INTO pieces (parcel, position, bytes, file) VALUES ($1, $2, $3, $4)";
constexpr char pieces_of[] =
    "SELECT position, bytes, file FROM pieces WHERE parcel = $1 ORDER BY position";
constexpr char mark_joined[] =
    "UPDATE parcels SET received = bytes, upload = $2, step_id = $3, sweep_ms = 0 WHERE id = $1";
constexpr char give_up[] =
    "UPDATE parcels SET expires_ms = $5, sweep_ms = 0 WHERE session = $1 AND step = $2 "
    "AND step_id IS NOT DISTINCT FROM $3 AND type = $4 AND upload IS NULL";
constexpr char parcels_to_sweep[] =
    "SELECT id, expires_ms FROM parcels WHERE sweep_ms <= $1 ORDER BY sweep_ms LIMIT $2";
constexpr char parcels_of_session[] = "SELECT id FROM parcels WHERE session = $1";
constexpr char drop_pieces[] = "DELETE FROM pieces WHERE parcel = $1";
constexpr char drop_parcel[] = "DELETE FROM parcels WHERE id = $1";
constexpr char postpone[] = "UPDATE parcels SET sweep_ms = expires_ms WHERE id = $1";

}  // namespace

void SqlLedger::add_parcel(const Parcel& p) {
  connection_.exec(new_parcel,
                   {p.id, p.session, p.step, id_or_null(p.step_id), p.type,
                    static_cast<std::int64_t>(p.bytes), static_cast<std::int64_t>(p.received),
                    ms_of(p.created), ms_of(p.expires), id_or_null(p.upload)});
}

std::optional<Parcel> SqlLedger::parcel(const Id& id) {
  Rows rows = connection_.query(parcel_by_id, {id});
  if (!rows.next()) return std::nullopt;
  return Parcel{id_at(rows, 0),
                id_at(rows, 1),
                text_at(rows, 2),
                id_at(rows, 3),
                text_at(rows, 4),
                number_at<std::uint64_t>(rows, 5),
                number_at<std::uint64_t>(rows, 6),
                time_at(rows, 7),
                time_at(rows, 8),
                id_at(rows, 9)};
}

bool SqlLedger::add_piece(const Id& parcel, const Piece& piece) {
  const auto offset = static_cast<std::int64_t>(piece.offset);
  const auto bytes = static_cast<std::int64_t>(piece.bytes);
  if (connection_.exec(grow_parcel, {parcel, offset, bytes}) == 0) return false;
  connection_.exec(new_piece, {parcel, offset, bytes, piece.file});
  return true;
}

std::vector<Piece> SqlLedger::pieces(const Id& parcel) {
  std::vector<Piece> found;
  Rows rows = connection_.query(pieces_of, {parcel});
  while (rows.next())
    found.push_back(
        {number_at<std::uint64_t>(rows, 0), number_at<std::uint64_t>(rows, 1), text_at(rows, 2)});
  return found;
}

void SqlLedger::join_parcel(const Id& parcel, const Id& upload, const Id& step_id) {
  connection_.exec(mark_joined, {parcel, upload, step_id});
}

void SqlLedger::give_up_parcels(const Parcel& like, Time now) {
  connection_.exec(give_up,
                   {like.session, like.step, id_or_null(like.step_id), like.type, ms_of(now)});
}

void SqlLedger::drop_pieces_of(const Id& parcel, std::vector<std::string>& files) {
  for (Piece& piece : pieces(parcel)) files.push_back(std::move(piece.file));
  connection_.exec(drop_pieces, {parcel});
}

// What was joined stays, without its pieces, until it expires: a lost answer is given again.
std::size_t SqlLedger::sweep_parcels(Time now, std::size_t limit, std::vector<std::string>& files) {
  std::vector<std::pair<Id, Time>> over;
  {
    Rows rows = connection_.query(parcels_to_sweep, {ms_of(now), limit_of(limit)});
    while (rows.next()) over.emplace_back(id_at(rows, 0), time_at(rows, 1));
  }
  for (const auto& [id, expires] : over) {
    drop_pieces_of(id, files);
    connection_.exec(expires <= now ? drop_parcel : postpone, {id});
  }
  return over.size();
}

void SqlLedger::drop_parcels_of(const Id& session, std::vector<std::string>& files) {
  std::vector<Id> ids;
  {
    Rows rows = connection_.query(parcels_of_session, {session});
    while (rows.next()) ids.push_back(id_at(rows, 0));
  }
  for (const Id& id : ids) {
    drop_pieces_of(id, files);
    connection_.exec(drop_parcel, {id});
  }
}

}  // namespace limen::store
