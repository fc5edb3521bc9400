// One of the two places that catch (ADR 0003): here an outage becomes a 503 and a
// fault of ours a 500, with the reason in the log only.
#include "main/application.hpp"

#include <stdexcept>

#include "base/log.hpp"
#include "base/problem_codes.hpp"
#include "doors/operations.hpp"
#include "store/connection.hpp"

namespace limen::main {

namespace {

// What travels with one request from the loop to its lane and back.
struct Flight {
  http::Application::Done done;
  http::Response response;
};

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
                    furniture_.files},
                   furniture_.operations};
  job(desk);
}

http::Response Application::handle(const doors::Route& route, const http::Request& request,
                                   onboard::Ledger& ledger) const {
  http::Response response;
  with_desk(ledger, [&](doors::Desk& desk) {
    auto result = route.handler(request, desk);
    if (result) {
      response = std::move(*result);
      return;
    }
    const Problem& problem = result.error();
    if (!problem.note.empty())
      log::Line(log::Level::info, "refused")
          .with("id", request.id)
          .with("code", problem.code)
          .with("note", problem.note);
    for (const auto& policy : onboard::budget_policies)
      if (problem.limit && problem.limit->policy == policy.name)
        refusals_[static_cast<std::size_t>(policy.budget)].fetch_add(1, std::memory_order_relaxed);
    response = doors::word(route.tongue, problem, request, desk.at.now);
  });
  return response;
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

bool Application::answer(const http::Route& row, const http::Request& request, Done done) {
  const auto& route = static_cast<const doors::Route&>(row);
  auto flight = std::make_shared<Flight>(std::move(done), http::Response{});
  store::Job job;
  job.run = [this, &route, &request, flight](onboard::Ledger& ledger) {
    flight->response = handle(route, request, ledger);
  };
  job.release = [flight] { flight->done(std::move(flight->response)); };
  job.fail = [this, &route, &request, flight](const std::exception_ptr& failure) {
    try {
      flight->response = word_failure(route, request, failure, furniture_.clock.now());
    } catch (const std::exception&) {  // no memory for words either
      flight->response = wordless();
    }
    flight->done(std::move(flight->response));
  };
  if (route.needs == doors::Needs::nothing) job.during = store::During::outage;
  job.may_repeat = route.reach == doors::Reach::ledger;
  return lane_of(route).submit(std::move(job));
}

store::Lane& Application::lane_of(const doors::Route& route) {
  if (route.access == http::Access::writes) return store_.writer();
  if (route.needs == doors::Needs::nothing) return side_.plain();
  return doors::takes_long(route) ? side_.slow() : store_.reader();
}

http::Response Application::word(const Problem& problem, const http::Request& request) {
  return doors::word(doors::tongue_of(request.path), problem, request, furniture_.clock.now());
}

}  // namespace limen::main
