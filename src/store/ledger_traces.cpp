// Traces: by what a document or a picture is known again, and in whose sessions. They are digests
// under keys that are not here; who counts as another person is onboard's.
#include "store/columns.hpp"
#include "store/ledger.hpp"

namespace limen::store {
namespace {

using onboard::Trace;
using onboard::TraceDigest;

constexpr char new_trace[] =
    "INSERT INTO traces (trace, who, session) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
// Two seeks leave out everybody who is $2, however many sessions that is. What is to be erased has
// been forgotten already.
constexpr char traced_above[] =
    "SELECT m.session FROM traces m JOIN sessions s ON s.id = m.session "
    "WHERE m.trace = $1 AND m.who > $2 AND (s.erase_ms IS NULL OR s.erase_ms > $3) "
    "ORDER BY m.who LIMIT $4";
constexpr char traced_below[] =
    "SELECT m.session FROM traces m JOIN sessions s ON s.id = m.session "
    "WHERE m.trace = $1 AND m.who < $2 AND (s.erase_ms IS NULL OR s.erase_ms > $3) "
    "ORDER BY m.who DESC LIMIT $4";
constexpr char drop_traces[] = "DELETE FROM traces WHERE session = $1";

}  // namespace

void SqlLedger::add_trace(const Trace& trace, const journey::SessionId& session) {
  connection_.exec(new_trace, {BytesView(trace.what), BytesView(trace.who), session});
}

std::vector<journey::SessionId> SqlLedger::traced_to_others(const Trace& trace, Time now,
                                                            std::size_t limit) {
  std::vector<journey::SessionId> found;
  for (const char* sql : {traced_above, traced_below}) {
    Rows rows = connection_.query(
        sql, {BytesView(trace.what), BytesView(trace.who), ms_of(now), limit_of(limit)});
    while (rows.next()) found.push_back(id_at(rows, 0));
  }
  return found;
}

void SqlLedger::drop_traces_of(const Id& session) { connection_.exec(drop_traces, {session}); }

}  // namespace limen::store
