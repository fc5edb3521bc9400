// The engine's result. Any text has an answer; what is taken keeps every rule that people who read
// it rely on.
#include "fuzz/fuzz.hpp"
#include "onboard/findings.hpp"

namespace limen::onboard {
namespace {

constexpr std::string_view id_text = "01931c1b-8d2a-7000-8000-000000000001";

void check_finding(const std::optional<journey::Finding>& finding) {
  if (!finding) return;
  ASSERT(finding->level != journey::Level::unavailable);
  ASSERT(finding->score.value_or(0) >= 0 && finding->score.value_or(0) <= 100);
  ASSERT(is_utf8(finding->explanation) && !has_control(finding->explanation));
  ASSERT(count_points(finding->explanation) <= finding_points);
  ASSERT(finding->explanation.find_first_of("<>") == std::string::npos);
}

FUZZ(findings) {
  const auto faces = read_findings(input, *parse_id(id_text));
  if (!faces) {
    ASSERT(!faces.error().code.empty());
    return;
  }
  ASSERT(input.size() <= findings_bytes);
  ASSERT(faces->state == journey::Faces::State::answered);
  ASSERT(faces->presence || faces->match || faces->liveness);
  check_finding(faces->presence);
  check_finding(faces->match);
  check_finding(faces->liveness);
}

}  // namespace
}  // namespace limen::onboard
