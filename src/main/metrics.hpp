// The text of /metrics: every counter of the server in Prometheus' format. Numbers only; no name of
// a person, client or organisation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.hpp"
#include "onboard/checks.hpp"
#include "onboard/notices.hpp"
#include "outbox/worker.hpp"
#include "store/writer.hpp"

namespace limen::main {

// Requests refused because that budget (onboard/budgets.hpp) was used up.
struct BudgetCount {
  std::string_view budget;
  std::uint64_t refused;
};

std::string metrics_text(const http::Counters& http, const store::LaneCounters& writer,
                         const store::LaneCounters& reader, const outbox::Counters& outbox,
                         const std::vector<BudgetCount>& budgets, Time now, Seconds since_sweep,
                         const onboard::NoticeCounters& notices,
                         const onboard::CheckCounters* checks = nullptr);  // null: no engine

// Resident memory of this process in bytes, from /proc; 0 when unknown.
std::uint64_t resident_bytes();

}  // namespace limen::main
