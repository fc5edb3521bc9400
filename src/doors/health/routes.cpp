// What a supervisor asks: alive, ready, and how much. Answers are plain and hold no secret and
// nothing about a person.
#include "doors/door.hpp"
#include "doors/operations.hpp"

namespace limen::doors {
namespace {

Response text_response(std::string_view media_type, std::string body) {
  Response response;
  response.status = 200;
  response.headers.emplace_back("Content-Type", media_type);
  response.body = std::move(body);
  return response;
}

// Alive: the loop and a thread answer. It asks nothing of the store, so an outage does not restart
// us.
Result<Response> get_healthz(const Request&, Desk&) {
  return text_response("text/plain; charset=utf-8", "ok\n");
}

// Ready: store, keys and outbox can be used.
Result<Response> get_readyz(const Request&, Desk& desk) {
  json::array checks;
  bool is_ready = true;
  for (const Check& check : desk.operations.doctor()) {
    is_ready = is_ready && check.is_ok;
    checks.push_back({{"check", check.check}, {"ok", check.is_ok}, {"detail", check.detail}});
  }
  return json_response(is_ready ? 200 : 503, {{"ready", is_ready}, {"checks", std::move(checks)}});
}

Result<Response> get_metrics(const Request&, Desk& desk) {
  // The version is of the Prometheus text format.
  return text_response("text/plain; version=0.0.4; charset=utf-8", desk.operations.metrics());
}

}  // namespace

std::vector<Route> health_routes() {
  return {
      {{"GET", "/healthz", Access::reads, Body::none},
       Tongue::problem,
       get_healthz,
       Needs::nothing},
      {{"GET", "/readyz", Access::reads, Body::none}, Tongue::problem, get_readyz, Needs::nothing},
      {{"GET", "/metrics", Access::reads, Body::none},
       Tongue::problem,
       get_metrics,
       Needs::nothing},
  };
}

}  // namespace limen::doors
