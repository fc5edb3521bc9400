// The engine's door: the result of a check that was accepted before (docs/wire/engine.md). Who may
// come is shown by the signature of the call alone.
#include "base/problem_codes.hpp"
#include "doors/door.hpp"
#include "onboard/checks.hpp"

namespace limen::doors {
namespace {

std::string_view only_header(const Request& request, std::string_view name) {
  if (request.count_headers(name) != 1) return {};
  return *request.header(name);
}

Result<Response> post_result(const Request& request, Desk& desk) {
  const seal::WebhookHead head{only_header(request, "webhook-id"),
                               only_header(request, "webhook-timestamp"),
                               only_header(request, "webhook-signature")};
  CHECK_OK(onboard::answer_check(desk, request.params.find("id")->second, head, request.body));
  return json_response(200, json::object{{"taken", true}});
}

}  // namespace

std::vector<Route> engine_routes() {
  return {{{"POST", "/engine/v1/checks/{id}", Access::writes, Body::text},
           Tongue::problem,
           post_result}};
}

}  // namespace limen::doors
