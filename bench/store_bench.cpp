// store_bench: onboarding tokens a second through the real writer, without HTTP. Each job does what
// onboard/invite does: looks up the person and the organisation, adds the invitation and its
// letter; it counts when its commit is durable. GROUP jobs are kept in flight, so the writer
// commits in groups of about that size. It tells the store's cost from the rest; bench/run measures
// the server.
//   store_bench NEW_FOLDER SECONDS GROUP   ->   one line "pairs=N micros=N batches=N per_second=N"
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>

#include "seal/entropy.hpp"
#include "store/writer.hpp"

using namespace limen;

namespace {

using Clock = std::chrono::steady_clock;

struct Load {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t done = 0;
};

void invite(onboard::Ledger& ledger, const Id& tenant, const Id& parent, std::size_t number,
            Time now, seal::Entropy& entropy) {
  const std::string email = "bench.person." + std::to_string(number) + "@example.com";
  if (ledger.latest_invitation(tenant, email)) std::abort();
  if (!ledger.organisation(tenant)) std::abort();
  grant::Grant g;
  g.id = seal::draw_id(entropy, now);
  g.kind = grant::Kind::invitation;
  g.tenant = tenant;
  g.parent = parent;
  g.subject = email;
  g.created = now;
  g.terms = {now + limits::invitation_life, grant::Scope{0x13}, grant::Scope::complete, 10, {}};
  g.serial = ledger.add(g);
  onboard::Letter letter;
  letter.id = seal::draw_id(entropy, now);
  letter.tenant = tenant;
  letter.invitation = g.id;
  letter.to = email;
  letter.first_name = "Ada";
  letter.last_name = "Lovelace";
  letter.created = letter.due = now;
  ledger.add_letter(letter);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fputs("usage: store_bench NEW_FOLDER SECONDS GROUP\n", stderr), 2;
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  const double seconds = std::atof(argv[2]);
  const auto group = static_cast<std::size_t>(std::atoi(argv[3]));
  seal::KernelEntropy entropy;
  seal::SeededEntropy ids(static_cast<std::uint64_t>(group) + 1);
  const Time base = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  const Id tenant = seal::draw_id(entropy, base);
  const Id parent = seal::draw_id(entropy, base);
  const auto store = store::Store::open(folder / "limen.db", 1, {});
  store->writer().submit(
      {[&](onboard::Ledger& ledger) {
         ledger.add_organisation({tenant, "Demo", "demo", "DEM", {"identity_check"}, {}, base});
       },
       {},
       {}});
  Load load;
  const auto start = Clock::now();
  std::size_t sent = 0;
  while (std::chrono::duration<double>(Clock::now() - start).count() < seconds) {
    std::size_t missing = 0;
    {
      // Refilled in halves, as a server refills the queue while the writer waits for the disk.
      std::unique_lock lock(load.mutex);
      load.changed.wait(lock, [&] { return sent - load.done <= group / 2; });
      missing = group - (sent - load.done);
    }
    for (std::size_t i = 0; i < missing; ++i, ++sent) {
      store::Job job;
      job.run = [&, number = sent](onboard::Ledger& ledger) {
        const Time now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
        invite(ledger, tenant, parent, number, now, ids);
      };
      job.release = [&load] {
        const std::lock_guard lock(load.mutex);
        ++load.done;
        load.changed.notify_one();
      };
      job.fail = [](std::exception_ptr) { std::abort(); };
      if (!store->writer().submit(std::move(job))) return 1;
    }
  }
  store->stop();
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
  std::printf("pairs=%zu micros=%lld batches=%llu per_second=%.0f\n", load.done,
              static_cast<long long>(micros),
              static_cast<unsigned long long>(store->writer().counters().batches.load()),
              1e6 * static_cast<double>(load.done) / static_cast<double>(micros));
  return 0;
}
