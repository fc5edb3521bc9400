// Application: what the HTTP server talks to. It puts a job on the route's lane with a desk of its
// own and words what comes back. It decides nothing: handlers decide, and the tongue of the route
// says how a refusal sounds.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "doors/door.hpp"
#include "main/clock.hpp"
#include "main/metrics.hpp"
#include "main/side_lanes.hpp"
#include "store/writer.hpp"

namespace limen::main {

// Everything a desk is made of but the ledger, which each job brings.
struct Furniture {
  const Clock& clock;
  seal::Entropy& entropy;
  const seal::Sealer& sealer;
  const seal::Codes& codes;
  const seal::Hmac& enrolment_key;
  const journey::Catalogue& catalogue;
  const onboard::Settings& settings;
  onboard::Cache& cache;
  onboard::Files& files;
  doors::Operations& operations;
  // The signing keys in force now.
  std::function<std::shared_ptr<const seal::SigningKeys>()> signing;
  onboard::Presence* presence = nullptr;
  const onboard::Engine* engine = nullptr;
};

// The answer when the job threw, or its commit failed. A file that came with the request is kept
// when the row that names it may be there after all; the janitor takes it if it is not.
http::Response word_failure(const doors::Route& route, const http::Request& request,
                            const std::exception_ptr& failure, Time now);

class Application final : public http::Application {
 public:
  Application(const Furniture& furniture, store::Store& store, SideLanes& side)
      : furniture_(furniture), store_(store), side_(side) {}

  bool answer(const http::Route& route, const http::Request& request, Done done) override;
  http::Response word(const Problem& problem, const http::Request& request) override;

  // How often each budget was the reason to refuse.
  std::vector<BudgetCount> refusals() const;

  // Runs `job` with a desk over `ledger`; used for requests and for the server's own jobs alike.
  void with_desk(onboard::Ledger& ledger, const std::function<void(doors::Desk&)>& job) const;

 private:
  struct Flight;

  store::Lane& lane_of(const doors::Route& route, const http::Request& request);
  store::Job job_of(const std::shared_ptr<Flight>& flight);
  bool prepare(const std::shared_ptr<Flight>& flight);
  bool finish(const std::shared_ptr<Flight>& flight);
  void handle(Flight& flight, onboard::Ledger& ledger) const;
  http::Response word_refusal(const doors::Route& route, const Problem& problem,
                              const http::Request& request,
                              const doors::pages::Brand* brand = nullptr) const;

  const Furniture& furniture_;
  store::Store& store_;
  SideLanes& side_;
  mutable std::array<std::atomic<std::uint64_t>, onboard::budget_policies.size()> refusals_{};
};

}  // namespace limen::main
