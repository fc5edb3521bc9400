// The text of /metrics: every counter of the server in Prometheus' format. Numbers only; no name of
// a person, client or organisation.
#pragma once

#include <string>

#include "http/server.hpp"
#include "outbox/worker.hpp"
#include "store/writer.hpp"

namespace limen::main {

std::string metrics_text(const http::Counters& http, const store::LaneCounters& writer,
                         const store::LaneCounters& reader, const outbox::Counters& outbox,
                         Time now);

// Resident memory of this process in bytes, from /proc; 0 when unknown.
std::uint64_t resident_bytes();

}  // namespace limen::main
