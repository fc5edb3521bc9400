// See members.hpp. The sentences name the member and the rule, never the value that was given.
#include "doors/members.hpp"

#include <charconv>

#include "base/limits.hpp"
#include "base/problem_codes.hpp"

namespace limen::doors {
namespace {

// The member unless it is absent or null.
const json::value* given(const json::object& body, std::string_view name) {
  const json::value* value = member(body, name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::unexpected<Problem> ill_typed(std::string_view name, std::string_view rule) {
  return refuse(invalid(name, std::string(name) + " must be " + std::string(rule)));
}

}  // namespace

Problem missing(std::string_view name) {
  return {Fault::malformed,
          codes::missing_fields,
          std::string(name),
          std::string(name) + " is required",
          {},
          std::nullopt};
}

Problem invalid(std::string_view name, std::string detail) {
  return {Fault::malformed, codes::invalid_field, std::string(name), std::move(detail), {},
          std::nullopt};
}

Result<std::string> required_text(const json::object& body, std::string_view name) {
  auto text = TRY(optional_text(body, name));
  if (!text) return refuse(missing(name));
  return std::move(*text);
}

Result<std::optional<std::string>> optional_text(const json::object& body, std::string_view name) {
  const json::value* value = given(body, name);
  if (value == nullptr) return std::nullopt;
  const json::string* text = value->if_string();
  if (text == nullptr) return ill_typed(name, "a text");
  return std::string(*text);
}

Result<std::optional<std::int64_t>> optional_integer(const json::object& body,
                                                     std::string_view name) {
  const json::value* value = given(body, name);
  if (value == nullptr) return std::nullopt;
  const std::int64_t* number = value->if_int64();
  if (number == nullptr) return ill_typed(name, "a whole number");
  return *number;
}

Result<std::optional<Time>> optional_time(const json::object& body, std::string_view name) {
  const auto text = TRY(optional_text(body, name));
  if (!text) return std::nullopt;
  const auto time = parse_time(*text);
  if (!time) return refuse(invalid(name, std::string(name) + " must be a time, or YYYY-MM-DD"));
  return time;
}

Result<std::optional<bool>> optional_bool(const json::object& body, std::string_view name) {
  const json::value* value = given(body, name);
  if (value == nullptr) return std::nullopt;
  const bool* answer = value->if_bool();
  if (answer == nullptr) return ill_typed(name, "true or false");
  return *answer;
}

Result<std::optional<std::vector<std::string>>> optional_texts(const json::object& body,
                                                               std::string_view name) {
  const json::value* value = given(body, name);
  if (value == nullptr) return std::nullopt;
  const json::array* items = value->if_array();
  if (items == nullptr) return ill_typed(name, "an array of texts");
  std::vector<std::string> texts;
  for (const json::value& item : *items) {
    const json::string* text = item.if_string();
    if (text == nullptr) return ill_typed(name, "an array of texts");
    texts.emplace_back(*text);
  }
  return texts;
}

Result<Id> id_param(const Request& request, std::string_view name, Problem otherwise) {
  const auto at = request.params.find(name);
  const auto id = at == request.params.end() ? std::nullopt : parse_id(at->second);
  if (!id) return refuse(std::move(otherwise));
  return *id;
}

Result<onboard::Page> page_of(const Request& request) {
  onboard::Page page;
  if (const auto limit = request.query_value("limit")) {
    const char* end = limit->data() + limit->size();
    const auto [at, error] = std::from_chars(limit->data(), end, page.limit);
    const bool is_number = error == std::errc() && at == end;
    if (!is_number || page.limit < 1 || page.limit > limits::page_rows)
      return ill_typed("limit", "a whole number from 1 to 100");
  }
  if (const auto cursor = request.query_value("cursor")) {
    page.after = parse_id(*cursor);
    if (!page.after) return ill_typed("cursor", "the `next` of the page before");
  }
  return page;
}

json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::string(text);
}

json::value time_or_null(const std::optional<Time>& time) {
  if (!time) return nullptr;
  return json::string(iso_millis(*time));
}

json::array array_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const auto& text : texts) out.emplace_back(std::string_view(text));
  return out;
}

Result<std::optional<Time>> time_query(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text || text->empty()) return std::nullopt;
  const auto time = parse_time(*text);
  if (!time) return refuse(invalid(name, std::string(name) + " must be a time, or YYYY-MM-DD"));
  return time;
}

}  // namespace limen::doors
