// The Nth ledger call, allocation (SQLite's and OpenSSL's too) or file call of each main flow
// fails, for every N, or a share of them, until nothing is struck any more. Each time: an outage is
// answered as one, what was answered holds, the same asked again succeeds, and the process lives,
// unless what failed is a sync of what answers rest on: that ends it. Under AddressSanitizer the
// loops also find what leaks. LIMEN_FAULTS_SHARE=1 strikes every one, LIMEN_FAULTS_SEED others.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <random>

#include "faults/faulty_ledger.hpp"
#include "faults/interpose.hpp"
#include "faults/kit.hpp"
#include "faults/sound.hpp"
#include "seal/code.hpp"
#include "seal/ed25519.hpp"
#include "seal/jwt.hpp"
#include "seal/totp.hpp"
#include "store/sqlite.hpp"

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
  void strike_allocations(Allocator allocator, std::uint64_t share);

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
void NthTest::strike_allocations(Allocator allocator, std::uint64_t share) {
  const Flow& flow = GetParam();
  Control& faults = control();
  faults.allocator = allocator;
  struct Home {
    explicit Home(const transcripts::Lease& lease)
        : house(lease), people(house, {}, first_person(lease)) {}
    House house;
    Visitor people;
  };
  std::optional<Home> home;
  std::mt19937_64 dice(number_of("LIMEN_FAULTS_SEED", 1));
  std::uint64_t strike = 0, runs = 0;
  for (std::uint64_t number = 1;; number += 1 + dice() % (2 * share - 1)) {
    SCOPED_TRACE(number);
    // What SQLite has prepared and read it never does again: in one house only the first run would.
    if (!home || allocator == by_sqlite) home.emplace(estate_.next());
    Visitor& people = home->people;
    people.around([&](bool begins) { faults.allocation_strike = begins ? strike : 0; });
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

TEST_P(NthTest, allocation) { strike_allocations(by_new, share(1)); }
// A share, for time's sake: a house anew and thousands of allocations to fill it.
TEST_P(NthTest, allocation_of_sqlite) { strike_allocations(by_sqlite, share(40)); }
// To read a key OpenSSL tries each decoder it has, and that is what `operate` ends with.
TEST_P(NthTest, allocation_of_openssl) {
  const bool reads_key = GetParam().name == std::string_view("operate");
  strike_allocations(by_openssl, share(reads_key ? 40 : 1));
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
    for (std::uint64_t number = 1 + struck % share(1);; number += share(1)) {
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

// --- SQLite alone: what the flows are too small to meet ---

// A connection anew and `ready` for each N, then `what` without its Nth allocation.
class StoreNthTest : public testing::Test {
 protected:
  using Act = std::function<void(store::Connection&)>;

  static void strike_each(const Act& ready, const Act& what) {
    Control& faults = control();
    faults.allocator = by_sqlite;
    for (std::uint64_t number = 1;; ++number) {
      SCOPED_TRACE(number);
      test::Folder folder;
      const auto connection = store::open_sqlite(folder.path() / "limen.db", store::Role::writer);
      connection->script("CREATE TABLE things (b BLOB, t TEXT)");
      ready(*connection);
      faults.allocations = faults.allocations_struck = 0;
      faults.allocation_strike = number;
      try {
        what(*connection);
      } catch (const store::StoreError& error) {
        EXPECT_EQ(error.cause(), store::StoreError::Cause::other) << error.what();
        EXPECT_GT(faults.allocations_struck, 0U) << "what was struck before broke it for good";
      }
      faults.allocation_strike = 0;
      if (faults.allocations_struck > 0) continue;
      EXPECT_GT(number, 1U) << "nothing was struck";
      return;
    }
  }
};

// More than a page: SQLite copies it to end it with a zero, and without memory says NULL.
TEST_F(StoreNthTest, a_long_text_is_whole_or_an_outage) {
  const std::string text(10'000, 't');
  strike_each([&](store::Connection& c) { c.exec("INSERT INTO things VALUES ($1, $1)", {text}); },
              [&](store::Connection& c) {
                store::Rows rows = c.query("SELECT b, t FROM things", {});
                ASSERT_TRUE(rows.next());
                EXPECT_TRUE(rows.text(1) == text);
                EXPECT_TRUE(as_text(rows.blob(0)) == text);
              });
}

// So much that the commit maps more of the log's index. SQLite's own word for no memory there is an
// I/O error, and one of those in a commit ends the server.
TEST_F(StoreNthTest, no_memory_to_commit_is_no_broken_disk) {
  strike_each(
      [](store::Connection& c) {
        c.script("PRAGMA cache_spill=OFF");
        c.begin(store::Access::writes);
        c.exec("INSERT INTO things (b) VALUES (zeroblob($1))", {17'000'000});
      },
      [](store::Connection& c) { c.commit(); });
}

// --- OpenSSL alone: what no flow does, or only once a process ---

struct Use {
  const char* name;
  std::function<bool()> is_right;
};

std::vector<Use> uses() {
  const auto key = seal::SigningKey::generate();
  const auto receipt = seal::Ed25519Key::generate();
  const std::string pem(key->to_pem().reveal()), receipt_pem(receipt->to_pem().reveal());
  const Bytes signature = key->sign("a"), receipt_signature = receipt->sign("a");
  const auto code = seal::totp_code(as_bytes("secret"), 1);
  const auto digest = seal::sha256("a");
  const auto mac = seal::Hmac(as_bytes("key"))({as_bytes("a")});
  const auto digits = seal::Ff1(digest, 31).encrypt({}, {1, 2, 3, 4, 5, 6, 7, 8});
  return {
      {"generate", [] { return seal::SigningKey::generate() != nullptr; }},
      {"from_pem", [=] { return seal::SigningKey::from_pem(pem)->id() == key->id(); }},
      {"to_pem", [=] { return key->to_pem().reveal() == pem; }},
      {"sign", [=] { return key->sign("a").size() == 64; }},
      {"verify", [=] { return key->verify("a", signature) && !key->verify("b", signature); }},
      {"generate Ed25519", [] { return seal::Ed25519Key::generate() != nullptr; }},
      {"from_pem Ed25519",
       [=] {
         const auto again = seal::Ed25519Key::from_pem(receipt_pem);
         return again->public_half() == receipt->public_half();
       }},
      {"to_pem Ed25519", [=] { return receipt->to_pem().reveal() == receipt_pem; }},
      {"sign Ed25519", [=] { return receipt->sign("a") == receipt_signature; }},
      // OpenSSL 3.0 says of no memory what it says of a wrong signature: it may only refuse.
      {"verify Ed25519", [=] { return !receipt->public_half().verify("b", receipt_signature); }},
      {"totp", [=] { return seal::totp_code(as_bytes("secret"), 1) == code; }},
      {"sha256",
       [=] {
         seal::Sha256 some;
         some.add(as_bytes("a"));
         return some.finish() == digest;
       }},
      {"hmac", [=] { return seal::Hmac(as_bytes("key"))({as_bytes("a")}) == mac; }},
      {"ff1",
       [=] {
         return seal::Ff1(digest, 31).encrypt({}, {1, 2, 3, 4, 5, 6, 7, 8}) == digits;
       }},
  };
}

TEST(SealNthTest, without_memory_it_throws_or_is_right) {
  Control& faults = control();
  faults.allocator = by_openssl;
  for (const Use& use : uses()) {
    SCOPED_TRACE(use.name);
    for (std::uint64_t number = 1;; number += share(1)) {
      SCOPED_TRACE(number);
      faults.allocations = faults.allocations_struck = 0;
      faults.allocation_strike = number;
      try {
        EXPECT_TRUE(use.is_right());
      } catch (const std::exception&) {
        EXPECT_GT(faults.allocations_struck, 0U) << "what was struck before broke it for good";
      }
      faults.allocation_strike = 0;
      if (faults.allocations_struck > 0) continue;
      EXPECT_GT(number, 1U) << "nothing was struck";
      break;
    }
  }
}

}  // namespace
}  // namespace limen::faults
