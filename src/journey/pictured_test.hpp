// What the tests of pictures are given: a skill of a document with two pictures and a selfie, and
// readings by what stands in them.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "journey/decision.hpp"
#include "journey/given_test.hpp"
#include "journey/session.hpp"

namespace limen::journey::pictured {

inline constexpr Level high = Level::high, medium = Level::medium, low = Level::low,
                       unknown = Level::unknown, unavailable = Level::unavailable;

inline Skill skill_with(int age_min = 0) {
  Skill skill;
  Field mrz;
  mrz.name = "mrz";
  mrz.type = FieldType::mrz;
  skill.rules.age_min = age_min;
  skill.steps = {
      {"person", {}, {}},
      {"document", {mrz}, {{"front", true, Shows::document}, {"back", false, Shows::document}}},
      {"selfie", {}, {{"selfie", true, Shows::face}}}};
  return skill;
}

inline Reading readable() {
  Reading out;
  out.width = 1600;
  out.height = 1200;
  out.measures = {{"blurred", 80, false}, {"dark", 90, false}};
  return out;
}
inline Reading with_zone(const Lines& lines, bool is_certain = true) {
  Reading out = readable();
  out.zone = ZoneRead{lines, is_certain};
  return out;
}

struct Given {
  std::vector<std::optional<Reading>> fronts{};
  std::optional<Lines> sent{};
  Answers person{};
  std::optional<Reading> selfie{};
  std::vector<std::optional<Reading>> backs{};
};

inline Session session_of(const Given& given) {
  Session out;
  out.steps.resize(3);
  out.steps[0].name = "person";
  out.steps[0].answers = given.person;
  out.steps[1].name = "document";
  if (given.sent) out.steps[1].answers = {{"mrz", *given.sent}};
  out.steps[2].name = "selfie";
  const auto add = [&](const char* type, const std::optional<Reading>& reading) {
    Upload upload;
    upload.type = type;
    upload.reading = reading;
    out.steps[1].uploads.push_back(upload);
  };
  for (const auto& reading : given.fronts) add("front", reading);
  for (const auto& reading : given.backs) add("back", reading);
  Upload selfie;
  selfie.type = "selfie";
  selfie.reading = given.selfie;
  out.steps[2].uploads.push_back(selfie);
  return out;
}

inline std::optional<Factor> factor_of(const Given& given, std::string_view name, int age_min = 0) {
  for (const Factor& factor : decide(session_of(given), skill_with(age_min), start).factors)
    if (factor.name == name) return factor;
  return std::nullopt;
}
inline Level level_of(const Given& given, std::string_view name, int age_min = 0) {
  const auto factor = factor_of(given, name, age_min);
  return factor ? factor->level : unavailable;
}

inline const Lines good = td3_of({});
inline const Lines expired = td3_of({.expiry = "201231"});
inline const Lines wrong_digit = [] {
  Lines lines = td3_of({});
  lines[1][9] = lines[1][9] == '0' ? '1' : '0';
  return lines;
}();

inline Reading with_licence(LicenceRead licence) {
  Reading out = readable();
  out.licence = std::move(licence);
  return out;
}
// Hers but for one part.
template <class Part, class Value>
Reading with_licence(Part LicenceRead::*part, Value value) {
  LicenceRead out = licence_of_anna();
  out.*part = value;
  return with_licence(out);
}

}  // namespace limen::journey::pictured
