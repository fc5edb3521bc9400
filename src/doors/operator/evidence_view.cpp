// See evidence_view.hpp.
#include "doors/operator/evidence_view.hpp"

#include "doors/members.hpp"

namespace limen::doors::operators {

json::value reading_json(const std::optional<journey::Reading>& reading) {
  if (!reading) return nullptr;
  json::array quality;
  for (const journey::Measure& measure : reading->measures)
    quality.push_back(
        json::object{{"name", measure.name}, {"score", measure.score}, {"ok", !measure.is_bad}});
  json::value zone;
  if (reading->zone)
    zone = json::object{{"lines", array_of(reading->zone->lines)},
                        {"certain", reading->zone->is_certain}};
  return json::object{{"readable", reading->is_readable()},
                      {"width", reading->width},
                      {"height", reading->height},
                      {"quality", std::move(quality)},
                      {"zone", std::move(zone)}};
}

json::array statements_json(const std::vector<journey::Statement>& statements) {
  json::array out;
  for (const journey::Statement& statement : statements) {
    json::array fields, checks;
    for (const journey::Stated& field : statement.fields) {
      json::value likeness;
      if (field.likeness) likeness = json::string(journey::to_string(*field.likeness));
      fields.push_back(json::object{
          {"name", field.what}, {"value", field.value}, {"likeness", std::move(likeness)}});
    }
    for (const journey::MrzCheck& check : statement.checks)
      checks.push_back(json::object{{"name", check.name}, {"ok", check.holds}});
    json::value upload;
    if (statement.upload) upload = json::string(to_string(*statement.upload));
    out.push_back(json::object{{"source", journey::to_string(statement.source)},
                               {"uploadId", std::move(upload)},
                               {"certain", statement.is_certain},
                               {"counts", statement.counts},
                               {"fields", std::move(fields)},
                               {"checks", std::move(checks)}});
  }
  return out;
}

void add_evidence(json::object& out, const journey::Session& session, const journey::Skill& skill,
                  Time now) {
  std::size_t at = 0;
  json::array& files = out.at("files").as_array();
  for (const journey::Step& step : session.steps) {
    const journey::StepRule* rule = skill.step(step.name);
    for (const journey::Upload& upload : step.uploads) {
      json::object& file = files.at(at++).as_object();
      const auto* wanted = rule ? rule->upload(upload.type) : nullptr;
      file["shows"] = wanted ? json::value(journey::to_string(wanted->shows)) : json::value();
      file["reading"] = reading_json(upload.reading);
    }
  }
  out["statements"] = statements_json(journey::statements_of(session, skill, now));
}

}  // namespace limen::doors::operators
