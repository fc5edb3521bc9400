// Every member is known by name and checked; whatever is more is refused, so that an engine's
// author finds a slip at once and nothing unknown is kept.
#include "onboard/findings.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace limen::onboard {
namespace {

using journey::Faces;
using journey::Finding;
using journey::Level;

constexpr std::pair<std::string_view, Level> level_words[] = {{"HIGH", Level::high},
                                                              {"MEDIUM", Level::medium},
                                                              {"LOW", Level::low},
                                                              {"UNKNOWN", Level::unknown}};

std::unexpected<Problem> wrong(const std::string& field, std::string rule) {
  return refuse(Fault::malformed, codes::invalid_field, std::move(rule), field);
}

template <std::size_t N>
Result<void> check_members(const json::object& object, const std::string& root,
                           const std::array<std::string_view, N>& known) {
  for (const auto& [name, value] : object)
    if (std::ranges::find(known, std::string_view(name)) == known.end())
      return refuse(Fault::malformed, codes::unknown_fields, "there is no such member",
                    root + shown(name));
  return {};
}

Result<Level> read_level(const json::object& object, const std::string& field) {
  const json::value* level = member(object, "level");
  if (level == nullptr) return refuse(Fault::malformed, codes::missing_fields, "is missing", field);
  if (level->is_string())
    for (const auto& [word, value] : level_words)
      if (level->get_string() == word) return value;
  return wrong(field, "must be HIGH, MEDIUM, LOW or UNKNOWN");
}

Result<std::optional<int>> read_score(const json::object& object, const std::string& field) {
  const json::value* score = member(object, "score");
  if (score == nullptr || score->is_null()) return std::nullopt;
  if (!score->is_int64() || score->get_int64() < 0 || score->get_int64() > 100)
    return wrong(field, "must be a whole number from 0 to 100");
  return static_cast<int>(score->get_int64());
}

// Shown to people: one line of plain text. An angle bracket is nobody's explanation.
Result<std::string> read_explanation(const json::object& object, const std::string& field) {
  const json::value* given = member(object, "explanation");
  if (given == nullptr || given->is_null()) return std::string();
  if (!given->is_string()) return wrong(field, "must be a text");
  std::string text(given->get_string());
  const bool is_plain = !has_control(text) && text.find_first_of("<>") == text.npos &&
                        count_points(text) <= finding_points && single_line(text) == text;
  if (!is_plain) return wrong(field, "must be plain text of at most 200 characters on one line");
  return text;
}

Result<std::optional<Finding>> read_finding(const json::object& faces, std::string_view name) {
  const json::value* given = member(faces, name);
  if (given == nullptr || given->is_null()) return std::nullopt;
  const std::string root = "faces." + std::string(name);
  if (!given->is_object()) return wrong(root, "must be an object");
  const json::object& object = given->get_object();
  CHECK_OK(check_members(object, root + ".",
                         std::array<std::string_view, 3>{"level", "score", "explanation"}));
  Finding out;
  out.level = TRY(read_level(object, root + ".level"));
  out.score = TRY(read_score(object, root + ".score"));
  out.explanation = TRY(read_explanation(object, root + ".explanation"));
  return out;
}

}  // namespace

Result<Faces> read_findings(std::string_view text, const Id& check) {
  if (text.size() > findings_bytes)
    return refuse(Fault::malformed, codes::too_large, "a result has at most 16384 bytes");
  const json::value value = TRY(parse_json(text));
  if (!value.is_object())
    return refuse(Fault::malformed, codes::malformed_json, "the result must be a JSON object");
  const json::object& object = value.get_object();
  CHECK_OK(check_members(object, "", std::array<std::string_view, 2>{"check", "faces"}));
  // Its signature does not cover the address it is sent to.
  const json::value* id = member(object, "check");
  if (id == nullptr || !id->is_string() || id->get_string() != to_string(check))
    return wrong("check", "must be the id of the check");
  const json::value* given = member(object, "faces");
  if (given == nullptr || !given->is_object()) return wrong("faces", "must be an object");
  const json::object& faces = given->get_object();
  CHECK_OK(check_members(faces, "faces.",
                         std::array<std::string_view, 3>{"presence", "match", "liveness"}));
  Faces out;
  out.state = Faces::State::answered;
  out.presence = TRY(read_finding(faces, "presence"));
  out.match = TRY(read_finding(faces, "match"));
  out.liveness = TRY(read_finding(faces, "liveness"));
  if (!out.presence && !out.match && !out.liveness)
    return wrong("faces", "must say at least one of presence, match and liveness");
  return out;
}

}  // namespace limen::onboard
