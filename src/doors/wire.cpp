// Bodies in and out, as every door reads and writes them. It exists so that the same bytes get the
// same verdict at every endpoint. What a member means is the door's, whether it is allowed is the
// use case's.
#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "doors/door.hpp"

namespace limen::doors {
namespace {

std::unexpected<Problem> wrong_media_type(std::string detail) {
  return refuse(Fault::malformed, codes::wrong_media_type, std::move(detail));
}

Result<json::object> object_in(std::string_view body) {
  json::value value = TRY(parse_json(body));
  if (!value.is_object())
    return refuse(Fault::malformed, codes::malformed_json, "the body must be a JSON object");
  return std::move(value.get_object());
}

std::unexpected<Problem> wrong_type(std::string_view name, std::string_view rule) {
  std::string field = shown(name);
  std::string detail = field + ' ' + std::string(rule);
  return refuse(Fault::malformed, codes::invalid_field, std::move(detail), std::move(field));
}

}  // namespace

Result<json::object> json_body(const Request& request) {
  if (request.media_type() != "application/json")
    return wrong_media_type("the body must be application/json");
  return object_in(request.body);
}

Result<json::object> optional_json_body(const Request& request) {
  if (request.body.empty()) return json::object{};
  return json_body(request);
}

std::string_view TextFields::get(std::string_view name) const {
  const auto found = std::ranges::find(
      pairs, name, [](const auto& pair) -> std::string_view { return pair.first; });
  return found == pairs.end() ? std::string_view() : std::string_view(found->second);
}

Result<TextFields> text_fields(const Request& request) {
  const std::string type = request.media_type();
  TextFields fields;
  if (type == "application/x-www-form-urlencoded") {
    auto pairs = http::parse_form(request.body);
    if (!pairs)
      return refuse(Fault::malformed, codes::malformed_request,
                    "the form is not percent-encoded UTF-8");
    fields.pairs = std::move(*pairs);
    return fields;
  }
  if (type != "application/json")
    return wrong_media_type("the body must be application/json or a form");
  const json::object body = TRY(object_in(request.body));
  fields.pairs.reserve(body.size());
  for (const auto& [name, value] : body) {
    if (!value.is_string()) return wrong_type(name, "must be a string");
    fields.pairs.emplace_back(name, value.get_string());
  }
  return fields;
}

Response json_response(int status, const json::value& body) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = json::serialize(body);
  return response;
}

std::optional<journey::Value> answer_value(const json::value& given) {
  if (const auto* text = given.if_string()) return std::string(*text);
  if (const bool* yes = given.if_bool()) return *yes;
  const json::array* items = given.if_array();
  if (items == nullptr) return std::nullopt;
  std::vector<std::string> lines;
  lines.reserve(items->size());
  for (const json::value& item : *items) {
    if (!item.is_string()) return std::nullopt;
    lines.emplace_back(item.get_string());
  }
  return lines;
}

Result<journey::Answers> answers_of(const json::object& data) {
  journey::Answers answers;
  answers.reserve(data.size());
  for (const auto& [name, given] : data) {
    auto value = answer_value(given);
    if (!value) return wrong_type(name, "must be a text, true or false, or an array of texts");
    answers.push_back({std::string(name), std::move(*value)});
  }
  return answers;
}

Address sender_address(const Request& request) {
  return parse_address(request.peer).value_or(Address{});
}

int usual_status(const Problem& problem) {
  constexpr std::pair<std::string_view, int> exact[] = {
      {codes::no_route, 404},       {codes::wrong_method, 405},      {codes::too_slow, 408},
      {codes::too_large, 413},      {codes::target_too_long, 414},   {codes::wrong_media_type, 415},
      {codes::head_too_large, 431}, {codes::wrong_expectation, 417}, {codes::not_implemented, 501},
      {codes::wrong_version, 505},  {codes::internal, 500},          {codes::repeat_differs, 422},
  };
  for (const auto& [code, status] : exact)
    if (problem.code == code) return status;
  switch (problem.fault) {
    case Fault::malformed: return 400;
    case Fault::unauthenticated: return 401;
    case Fault::forbidden: return 403;
    case Fault::absent: return 404;
    case Fault::conflict: return 409;
    case Fault::gone: return 410;
    case Fault::limited: return 429;
    case Fault::unavailable: return 503;
  }
  return 500;
}

void set_header(Response& response, std::string_view name, std::string value) {
  const bool is_there = std::ranges::any_of(response.headers, [name](const auto& header) {
    return equals_ignoring_case(header.first, name);
  });
  if (!is_there) response.headers.emplace_back(name, std::move(value));
}

}  // namespace limen::doors
