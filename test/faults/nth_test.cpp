// The Nth ledger call, allocation or file call of each main flow fails, for every N until nothing
// is struck any more. Each time: an outage is answered as one, what was answered holds, the same
// asked again succeeds, and the process lives, unless what failed is a sync of what answers rest
// on: that ends it. Under AddressSanitizer the loops also find what leaks.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <random>

#include "faults/faulty_ledger.hpp"
#include "faults/interpose.hpp"
#include "faults/kit.hpp"
#include "faults/sound.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace limen::faults {
namespace {

// The clean end of a flow: nothing was struck.
enum class Walk { struck, clean };

// Walks the flow and checks what it promised; what a Settled answer lost is walked anew.
void walk_and_check(const Flow& flow, Visitor& visitor, const std::function<void()>& disarm) {
  try {
    flow.walk(visitor);
  } catch (const Settled&) {
    disarm();
    flow.walk(visitor);
  }
  disarm();
  check_facts(visitor, visitor.facts(), 0);
}

class NthTest : public testing::TestWithParam<Flow> {
 protected:
  Estate estate_;
};

std::string flow_name(const testing::TestParamInfo<Flow>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(flows, NthTest, testing::ValuesIn(flows()), flow_name);

TEST_P(NthTest, ledger_call) {
  const Flow& flow = GetParam();
  FaultyLedger ledger;
  const auto lease = estate_.next();
  House house(lease,
              [&](onboard::Ledger& inner) -> onboard::Ledger& { return ledger.over(inner); });
  Visitor people(house, {}, first_person(lease));
  std::uint64_t number = 0;
  do {
    SCOPED_TRACE(number + 1);
    people.facts().clear();
    ledger.arm(++number);
    bool has_struck = false;
    try {
      walk_and_check(flow, people, [&] {
        has_struck = has_struck || ledger.has_struck();
        ledger.arm(0);
      });
    } catch (const Broken& broken) {
      FAIL() << broken.what();
    }
    if (!has_struck) break;
  } while (true);
  EXPECT_GT(number, 2U) << "nothing was struck";
  EXPECT_GE(people.outages(), 1);
}

// Only what House::ask does is struck; the flows' own memory is not the server's.
TEST_P(NthTest, allocation) {
  const Flow& flow = GetParam();
  Control& faults = control();
  const auto lease = estate_.next();
  House house(lease);
  Visitor people(house, {}, first_person(lease));
  std::uint64_t strike = 0;
  people.around([&](bool begins) { faults.allocation_strike = begins ? strike : 0; });
  std::uint64_t runs = 0;
  for (std::uint64_t number = 1;; number += share()) {
    SCOPED_TRACE(number);
    people.facts().clear();
    faults.allocations = faults.allocations_struck = 0;
    strike = number;
    bool has_struck = false;
    try {
      walk_and_check(flow, people, [&] {
        has_struck = has_struck || faults.allocations_struck > 0;
        strike = 0;
      });
    } catch (const Broken& broken) {
      FAIL() << broken.what();
    }
    ++runs;
    if (!has_struck) break;
  }
  EXPECT_GT(runs, 1U) << "nothing was struck";
}

// --- file calls: each in a process of its own, since some must end it ---

struct Fault {
  const char* name;
  Action action;
  int error;
  std::uint32_t verbs;
};
const std::vector<Fault> file_faults = {
    {"EIO", fail, EIO, any_verb},
    {"ENOSPC", fail, ENOSPC, opens | writes | truncates | renames | makes_folder | syncs},
    {"EDQUOT", fail, EDQUOT, opens | writes | truncates | renames | makes_folder | syncs},
    {"EINTR", fail, EINTR, opens | reads | writes | truncates | syncs},
    {"EMFILE", fail, EMFILE, opens},
    {"short", halve, 0, writes},
};

// Runs `what` in another process; it says what was wrong. `told` is that, `status` as of waitpid.
struct Outcome {
  int status = 0;
  std::string told;
  bool has_aborted() const { return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT; }
  bool is_good() const { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
};

Outcome in_child(const std::function<std::string()>& what) {
  int pipe[2];
  EXPECT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    std::string told;
    try {
      told = what();
    } catch (const std::exception& problem) {
      told = problem.what();
    }
#if defined(__SANITIZE_ADDRESS__)
    if (told.empty() && __lsan_do_recoverable_leak_check() != 0) told = "a leak";
#endif
    [[maybe_unused]] const auto n = ::write(pipe[1], told.data(), told.size());
    ::_exit(told.empty() ? 0 : 1);
  }
  ::close(pipe[1]);
  Outcome out;
  char buffer[4096];
  for (ssize_t n; (n = ::read(pipe[0], buffer, sizeof buffer)) > 0;)
    out.told.append(buffer, static_cast<std::size_t>(n));
  ::close(pipe[0]);
  EXPECT_EQ(::waitpid(child, &out.status, 0), child);
  return out;
}

void arm(const Fault& fault, std::uint64_t number) {
  Control& c = control();
  c.seen = c.struck = 0;
  c.struck_verb = c.struck_part = 0;
  c.action = fault.action;
  c.error = static_cast<std::uint32_t>(fault.error);
  c.verbs = fault.verbs;
  c.parts = any_part;
  c.strike = number;
}
void disarm() { control().strike = 0; }

// What answers rest on: once a sync of it has failed, nothing this process says of it is true.
bool must_end() {
  const std::uint32_t part = control().struck_part;
  return control().struck_verb == syncs && (part & (database | log | folder)) != 0;
}
// A log that could not be written is a commit in doubt, unless there was only no room for it.
bool may_end() {
  const bool is_room = control().error == ENOSPC || control().error == EDQUOT;
  const bool is_base = (control().struck_part & (database | log | memory)) != 0;
  return must_end() || (is_base && !is_room && control().action == fail);
}

void judge(const Outcome& outcome) {
  if (control().struck == 0 || !may_end()) {
    EXPECT_TRUE(outcome.is_good()) << outcome.status << ' ' << outcome.told;
    return;
  }
  EXPECT_TRUE(outcome.has_aborted() || (outcome.is_good() && !must_end()))
      << outcome.status << ' ' << outcome.told << ": it must end and say so, or live and answer";
}

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    count += entry.is_regular_file() ? 1 : 0;
  return count;
}

class NthFileTest : public testing::Test {
 public:
  explicit NthFileTest(const Flow& flow) : flow_(flow) {}
  void TestBody() override;

 private:
  const Flow& flow_;
  Estate estate_;
};

// As TEST_P, but before all others: LeakSanitizer looks, in every child, through all the process
// ever allocated, freed or not, and after other tests these loops take four times as long.
const bool is_registered = [] {
  for (const Flow& flow : flows())
    testing::RegisterTest("NthFileTest", flow.name, nullptr, nullptr, __FILE__, __LINE__,
                          [&flow] { return new NthFileTest(flow); });
  return true;
}();

void NthFileTest::TestBody() {
  std::uint64_t struck = 0, ended = 0;
  for (const Fault& fault : file_faults) {
    SCOPED_TRACE(fault.name);
    for (std::uint64_t number = 1 + struck % share();; number += share()) {
      SCOPED_TRACE(number);
      const auto lease = estate_.next();
      disarm();
      const Outcome outcome = in_child([&]() -> std::string {
        watch(estate_.folder().string());
        House house(lease);
        Visitor people(house, {}, first_person(lease));
        arm(fault, number);
        walk_and_check(flow_, people, disarm);
        return {};
      });
      judge(outcome);
      if (control().struck == 0) break;
      ++struck;
      ended += outcome.has_aborted() ? 1 : 0;
      if (testing::Test::HasFailure()) return;
    }
  }
  disarm();
  EXPECT_GT(struck, 1U);
  const auto lease = estate_.next();
  {
    House house(lease);
    Visitor people(house, {}, first_person(lease));
    EXPECT_NO_THROW(walk_and_check(flow_, people, [] {}));
  }
  EXPECT_EQ(soundness(estate_.folder() / "limen.db"), "ok");
  EXPECT_EQ(uploads_soundness(estate_.folder()), "ok");
  EXPECT_EQ(files_in(estate_.folder() / "uploads" / "incoming"), 0U);
}

}  // namespace
}  // namespace limen::faults
