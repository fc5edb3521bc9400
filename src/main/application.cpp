// One of the two places that catch (ADR 0003): here an outage becomes a 503 and a
// fault of ours a 500, with the reason in the log only.
#include "main/application.hpp"

#include <stdexcept>

#include "base/log.hpp"
#include "base/problem_codes.hpp"
#include "doors/operations.hpp"
#include "store/connection.hpp"

namespace limen::main {

// What travels with one request from the loop to its lane and back. All that its jobs hold: one
// pointer fits into a function without memory of its own.
struct Application::Flight {
  Application& application;
  const doors::Route& route;
  const http::Request& request;
  http::Application::Done done;
  http::Response response{};
  std::unique_ptr<doors::Prepared> prepared{};
  bool is_over = false;  // the preparation refused: `response` is the answer
};

namespace {

// Whatever was stored may hang on its file: better a file too many than one too few.
http::Response wordless() {
  http::Response response;
  response.status = 503;
  response.keep_file = true;
  return response;
}

}  // namespace

void Application::with_desk(onboard::Ledger& ledger,
                            const std::function<void(doors::Desk&)>& job) const {
  const auto signing = furniture_.signing();
  doors::Desk desk{{ledger,
                    {furniture_.clock.now(), furniture_.entropy},
                    furniture_.sealer,
                    furniture_.codes,
                    *signing,
                    furniture_.enrolment_key,
                    furniture_.catalogue,
                    furniture_.settings,
                    furniture_.cache,
                    furniture_.files,
                    furniture_.presence,
                    furniture_.engine},
                   furniture_.operations};
  job(desk);
}

void Application::handle(Flight& flight, onboard::Ledger& ledger) const {
  with_desk(ledger, [this, &flight](doors::Desk& desk) {
    desk.prepared = flight.prepared.get();
    auto result = flight.route.handler(flight.request, desk);
    flight.response =
        result ? std::move(*result)
               : word_refusal(flight.route, result.error(), flight.request, desk.brand.get());
  });
}

http::Response Application::word_refusal(const doors::Route& route, const Problem& problem,
                                         const http::Request& request,
                                         const doors::pages::Brand* brand) const {
  if (!problem.note.empty())
    log::Line(log::Level::info, "refused")
        .with("id", request.id)
        .with("code", problem.code)
        .with("note", problem.note);
  for (const auto& policy : onboard::budget_policies)
    if (problem.limit && problem.limit->policy == policy.name)
      refusals_[static_cast<std::size_t>(policy.budget)].fetch_add(1, std::memory_order_relaxed);
  return doors::word(route.tongue, problem, request, furniture_.clock.now(), brand);
}

std::vector<BudgetCount> Application::refusals() const {
  std::vector<BudgetCount> counts;
  for (const auto& policy : onboard::budget_policies)
    counts.push_back({policy.name, refusals_[static_cast<std::size_t>(policy.budget)].load()});
  return counts;
}

http::Response word_failure(const doors::Route& route, const http::Request& request,
                            const std::exception_ptr& failure, Time now) {
  Problem problem{Fault::unavailable, codes::store_unavailable, {}, {}, {}, Seconds{1}};
  bool is_in_doubt = false;
  try {
    std::rethrow_exception(failure);
  } catch (const store::StoreError& outage) {
    problem.note = outage.what();
    is_in_doubt = outage.cause() == store::StoreError::Cause::in_doubt;
  } catch (const std::logic_error& bug) {
    problem.code = codes::internal;
    problem.note = bug.what();
  } catch (const std::exception& outage) {
    problem.note = outage.what();
  }
  log::Line(log::Level::error, "failed")
      .with("id", request.id)
      .with("route", route.path)
      .with("note", problem.note);
  http::Response response = doors::word(route.tongue, problem, request, now);
  response.keep_file = is_in_doubt;
  return response;
}

store::Job Application::job_of(const std::shared_ptr<Flight>& flight) {
  store::Job job;
  job.release = [flight] { flight->done(std::move(flight->response)); };
  job.fail = [flight](const std::exception_ptr& failure) {
    try {
      const Time now = flight->application.furniture_.clock.now();
      flight->response = word_failure(flight->route, flight->request, failure, now);
    } catch (const std::exception&) {  // no memory for words either
      flight->response = wordless();
    }
    flight->done(std::move(flight->response));
  };
  return job;
}

bool Application::answer(const http::Route& row, const http::Request& request, Done done) {
  const auto& route = static_cast<const doors::Route&>(row);
  const auto flight = std::make_shared<Flight>(*this, route, request, std::move(done));
  if (doors::is_prepared(route, request, furniture_.sealer, furniture_.clock.now()))
    return prepare(flight);
  return finish(flight);
}

bool Application::finish(const std::shared_ptr<Flight>& flight) {
  const doors::Route& route = flight->route;
  store::Job job = job_of(flight);
  job.run = [flight](onboard::Ledger& ledger) { flight->application.handle(*flight, ledger); };
  if (route.needs == doors::Needs::nothing) job.during = store::During::outage;
  job.may_repeat = route.reach == doors::Reach::ledger;
  return lane_of(route, flight->request).submit(std::move(job));
}

// First on a lane aside, then, when that did not refuse, on the lane of the route.
bool Application::prepare(const std::shared_ptr<Flight>& flight) {
  store::Job job = job_of(flight);
  job.run = [flight](onboard::Ledger& ledger) {
    const Application& self = flight->application;
    self.with_desk(ledger, [&](doors::Desk& desk) {
      auto prepared = flight->route.prepare(flight->request, desk);
      flight->is_over = !prepared;
      if (prepared) flight->prepared = std::move(*prepared);
      else flight->response = self.word_refusal(flight->route, prepared.error(), flight->request);
    });
  };
  job.release = [flight] {
    Application& self = flight->application;
    // Nobody catches what a release throws.
    try {
      if (!flight->is_over && self.finish(flight)) return;
      if (!flight->is_over)
        flight->response =
            self.word_refusal(flight->route, {Fault::unavailable, codes::busy}, flight->request);
    } catch (const std::exception&) {  // no memory
      flight->response = wordless();
    }
    flight->done(std::move(flight->response));
  };
  const auto aside =
      doors::aside_of(flight->route, flight->request, furniture_.sealer, furniture_.clock.now());
  return side_.lane(aside).submit(std::move(job));
}

store::Lane& Application::lane_of(const doors::Route& route, const http::Request& request) {
  if (route.access == http::Access::writes) return store_.writer();
  if (route.needs == doors::Needs::nothing) return side_.plain();
  const auto aside = doors::aside_of(route, request, furniture_.sealer, furniture_.clock.now());
  return aside == doors::Aside::none ? store_.reader() : side_.lane(aside);
}

http::Response Application::word(const Problem& problem, const http::Request& request) {
  return doors::word(doors::tongue_of(request.path), problem, request, furniture_.clock.now());
}

}  // namespace limen::main
