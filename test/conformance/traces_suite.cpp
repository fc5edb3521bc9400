// Conformance: traces of documents and pictures, found for everybody but the same person, gone with
// their session.
#include <algorithm>

#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

using journey::Session;
using onboard::Ledger;
using onboard::Trace;

onboard::TraceDigest digest(std::uint8_t n) {
  onboard::TraceDigest out{};
  out[0] = n;
  return out;
}

}  // namespace

TEST_P(SessionSuite, a_trace_is_found_for_everybody_else) {
  std::vector<Id> ids;
  write([&](Ledger& ledger) {
    for (int i = 0; i < 5; ++i) {
      const Session session = a_session(tenant_);
      ids.push_back(session.id);
      ledger.add_session(session);
    }
    // Of one document: three people, the second with two sessions; of another document: one.
    ledger.add_trace({digest(1), digest(10)}, ids[0]);
    ledger.add_trace({digest(1), digest(20)}, ids[1]);
    ledger.add_trace({digest(1), digest(20)}, ids[2]);
    ledger.add_trace({digest(1), digest(30)}, ids[3]);
    ledger.add_trace({digest(2), digest(40)}, ids[4]);
    ledger.add_trace({digest(1), digest(10)}, ids[0]);  // sent twice
  });
  const auto found = [&](std::uint8_t what, std::uint8_t who, std::size_t limit) {
    return ask<std::vector<Id>>([&](Ledger& ledger) {
      auto others = ledger.traced_to_others({digest(what), digest(who)}, now_, limit);
      std::ranges::sort(others);
      return others;
    });
  };
  const auto sorted = [](std::vector<Id> all) {
    std::ranges::sort(all);
    return all;
  };
  EXPECT_EQ(found(1, 20, 9), sorted({ids[0], ids[3]}));
  EXPECT_EQ(found(1, 10, 9), sorted({ids[1], ids[2], ids[3]}));
  EXPECT_EQ(found(1, 30, 9), sorted({ids[0], ids[1], ids[2]}));
  EXPECT_EQ(found(1, 25, 1).size(), 2U) << "one each way";
  EXPECT_EQ(found(2, 40, 9), std::vector<Id>{});
  EXPECT_EQ(found(3, 1, 9), std::vector<Id>{});
  reopen();
  EXPECT_EQ(found(2, 1, 9), std::vector<Id>{ids[4]});
}

TEST_P(SessionSuite, a_trace_is_forgotten_with_its_session) {
  Session session = a_session(tenant_);
  session.state = journey::State::completed;
  const Trace other{digest(1), digest(9)};
  write([&](Ledger& ledger) {
    ledger.add_session(session);
    ledger.add_trace({digest(1), digest(1)}, session.id);
    ledger.erase_session(session.id, now_ + Seconds{5});
  });
  const auto count = [&](Time at) {
    return ask<std::size_t>(
        [&](Ledger& ledger) { return ledger.traced_to_others(other, at, 9).size(); });
  };
  EXPECT_EQ(count(now_), 1U);
  EXPECT_EQ(count(now_ + Seconds{5}), 0U) << "the sweep has not been there yet";
  write([&](Ledger& ledger) { ledger.sweep(now_ + Seconds{5}, 10); });
  EXPECT_EQ(count(now_), 0U);
}

}  // namespace limen::test
