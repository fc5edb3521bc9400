// The trust factors that can be computed without looking at a picture, and what they fold into. A
// factor is either computed from what the session holds or says that it was not: nothing here is
// ever HIGH by default. Explanations name fields, never their values; they are read by reviewers
// and land in answers.
#include "journey/decision.hpp"

#include <algorithm>
#include <utility>

#include "journey/mrz.hpp"
#include "journey/names.hpp"
#include "journey/session.hpp"

namespace limen::journey {
namespace {

using Lines = std::vector<std::string>;

constexpr int score_high = 100, score_medium = 50, score_low = 0;

// What the answers of all steps say about the document.
struct Facts {
  const Lines* lines = nullptr;        // as the app read them; nothing without
  std::optional<Mrz> mrz{};            // when they can be read
  std::string_view type{}, country{};  // as the person chose
  Date today{};
};

Facts facts_of(const Session& session, Time now) {
  Facts out;
  out.today = date_of(now);
  for (const Step& step : session.steps) {
    for (const Answer& answer : step.answers)
      if (const auto* lines = std::get_if<Lines>(&answer.value); lines && !out.lines)
        out.lines = lines;
    if (out.type.empty()) out.type = text_of(step.answers, "document_type");
    if (out.country.empty()) out.country = text_of(step.answers, "country");
  }
  if (out.lines == nullptr) return out;
  if (auto mrz = read_mrz(*out.lines, out.today)) out.mrz = std::move(*mrz);
  return out;
}

Factor factor(std::size_t which, Level level, std::string explanation) {
  std::optional<int> score;
  if (level == Level::high) score = score_high;
  if (level == Level::medium) score = score_medium;
  if (level == Level::low) score = score_low;
  return {std::string(factor_names[which]), level, score, std::move(explanation)};
}

// What every factor that needs the zone says when there is none, or nothing.
std::optional<Factor> without_zone(std::size_t which, const Facts& facts) {
  if (facts.lines == nullptr)
    return factor(which, Level::unavailable,
                  "No machine-readable zone was sent, so there is nothing to compute this from.");
  if (!facts.mrz)
    return factor(which, Level::unknown,
                  "The machine-readable zone that was sent cannot be read as one.");
  return std::nullopt;
}

// The form's date against the zone's six positions, so that no guess about the century matters.
Likeness compare_birth(const std::string& typed, const MrzDate& birth) {
  if (typed.empty()) return Likeness::same;
  const auto date = parse_date(typed);
  if (!date || !birth.is_readable) return Likeness::unreadable;
  if (birth.is_unknown()) return Likeness::unstated;
  const std::string text = typed.substr(2, 2) + typed.substr(5, 2) + typed.substr(8, 2);
  bool is_partial = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (birth.text[i] == '<') is_partial = true;
    else if (birth.text[i] != text[i]) return Likeness::different;
  }
  return is_partial ? Likeness::part : Likeness::same;
}

// The parts of the form that compared as `wanted`, as a list of words.
struct Compared {
  std::string_view part;
  Likeness likeness;
};
template <std::size_t N>
std::string parts_that(const std::array<Compared, N>& all, Likeness wanted) {
  std::string out;
  for (const auto& [part, likeness] : all)
    if (likeness == wanted) out.append(out.empty() ? "" : ", ").append(part);
  return out;
}

// What is said of parts that are neither the document's nor plainly others, and so are MEDIUM: the
// kind of difference and the parts, never what stands there.
constexpr std::pair<Likeness, std::string_view> doubts[] = {
    {Likeness::spelling, "Maybe the same in another spelling: "},
    {Likeness::slip, "One letter differs: "},
    {Likeness::part, "The form agrees with the document only in part in: "},
    {Likeness::order, "The same names stand in another order or another field: "},
    {Likeness::unstated, "The document does not state: "},
};

// "these fields should be compared with the document fields during the session" (s4,
// applicantForm). A different last name, first name or date of birth is LOW; what may have an
// innocent reason is MEDIUM (names.hpp has the rules).
Factor applicant_integrity(const Applicant& form, const Facts& facts) {
  constexpr std::size_t which = 0;
  if (auto none = without_zone(which, facts)) return *none;
  if (form.first_name.empty() && form.last_name.empty() && form.date_of_birth.empty())
    return factor(which, Level::unavailable, "The applicant form holds nothing to compare.");
  const Mrz& mrz = *facts.mrz;
  const NameLikeness names = compare_names({form.first_name, form.last_name, form.additional_names},
                                           {mrz.primary, mrz.secondary, mrz.names_are_cut});
  const std::array<Compared, 3> heavy = {
      {{"last name", names.last},
       {"first name", names.first},
       {"date of birth", compare_birth(form.date_of_birth, mrz.birth)}}};
  const std::array<Compared, 1> light = {{{"additional names", names.additional}}};
  if (const std::string parts = parts_that(heavy, Likeness::different); !parts.empty())
    return factor(which, Level::low, "The form differs from the document in: " + parts + ".");
  std::string parts = parts_that(heavy, Likeness::unreadable);
  if (parts.empty()) parts = parts_that(light, Likeness::unreadable);
  if (!parts.empty())
    return factor(which, Level::unknown, "The form cannot be compared in: " + parts + ".");
  std::string said;
  for (const auto& [likeness, sentence] : doubts)
    if (parts = parts_that(heavy, likeness); !parts.empty())
      said.append(said.empty() ? "" : " ").append(sentence).append(parts).append(".");
  if (!said.empty()) return factor(which, Level::medium, said);
  if (light[0].likeness == Likeness::different)
    return factor(which, Level::medium, "Only the additional names differ from the document.");
  return factor(which, Level::high, "What the form states agrees with the document.");
}

// "The check digits permit readers to verify that data in the MRZ is correctly interpreted." (ICAO
// Doc 9303 part 3, 4.9)
Factor check_digits(const Facts& facts) {
  constexpr std::size_t which = 1;
  if (auto none = without_zone(which, facts)) return *none;
  std::string wrong;
  for (const MrzCheck& check : facts.mrz->checks)
    if (!check.holds) wrong.append(wrong.empty() ? "" : ", ").append(check.name);
  if (wrong.empty())
    return factor(which, Level::high, "Every check digit of the machine-readable zone is right.");
  return factor(which, Level::low, "Check digits that do not fit their fields: " + wrong + ".");
}

Factor expiry(const Facts& facts) {
  constexpr std::size_t which = 2;
  if (auto none = without_zone(which, facts)) return *none;
  const auto date = facts.mrz->expiry.date;
  if (!date)
    return factor(which, Level::unknown, "The document states no complete date of expiry.");
  if (*date < facts.today) return factor(which, Level::low, "The document has expired.");
  return factor(which, Level::high, "The document has not expired.");
}

// Part 3, section 5: ISO 3166-1 alpha-3 with a few codes more; these stand for a state that has
// one.
std::string_view state_of(std::string_view issuer) {
  if (issuer == "D") return "DEU";
  for (const std::string_view british : {"GBD", "GBN", "GBO", "GBP", "GBS"})
    if (issuer == british) return "GBR";
  return issuer;
}

// Whether a document of that code is what the person chose; nothing for a choice of the skill's
// own.
std::optional<bool> is_chosen_type(std::string_view type, std::string_view code) {
  const auto begins_with_one_of = [&](std::string_view letters) {
    return code.find_first_of(letters) == 0;
  };
  if (type == "passport") return begins_with_one_of("P");
  if (type == "id_card") return begins_with_one_of("IAC");
  if (type == "driving_licence") return begins_with_one_of("D");
  return std::nullopt;
}

Factor type_and_country(const Facts& facts) {
  constexpr std::size_t which = 3;
  if (auto none = without_zone(which, facts)) return *none;
  const auto is_type = is_chosen_type(facts.type, facts.mrz->code);
  const std::string_view country = alpha3_of(facts.country);
  if (!is_type && country.empty())
    return factor(which, Level::unavailable, "No document type or country was chosen to compare.");
  std::string parts;
  if (is_type && !*is_type) parts = "type";
  if (!country.empty() && country != state_of(facts.mrz->issuer))
    parts += parts.empty() ? "country" : ", country";
  if (parts.empty())
    return factor(which, Level::high, "The document is of the type and country that were chosen.");
  return factor(which, Level::medium, "The document is not what was chosen in: " + parts + ".");
}

bool has_uploads(const Skill& skill) {
  return std::ranges::any_of(skill.steps, [](const StepRule& s) { return !s.uploads.empty(); });
}
bool has_zone(const Skill& skill) {
  return std::ranges::any_of(skill.steps, [](const StepRule& step) {
    return std::ranges::find(step.fields, FieldType::mrz, &Field::type) != step.fields.end();
  });
}

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::high: return "HIGH";
    case Level::medium: return "MEDIUM";
    case Level::low: return "LOW";
    case Level::unavailable: return "UNAVAILABLE";
    case Level::unknown: break;
  }
  return "UNKNOWN";
}

Decision decide(const Session& session, const Skill& skill, Time now) {
  const Facts facts = facts_of(session, now);
  Decision out;
  out.rules_version = skill.rules_version;
  out.at = now;
  if (session.applicant && !session.applicant->skip_integrity_check)
    out.factors.push_back(applicant_integrity(*session.applicant, facts));
  if (has_uploads(skill) || has_zone(skill)) {
    out.factors.push_back(check_digits(facts));
    out.factors.push_back(expiry(facts));
    out.factors.push_back(type_and_country(facts));
  }
  if (has_uploads(skill)) {
    out.factors.push_back(
        factor(4, Level::unavailable,
               "No engine reads documents here; nobody has looked at the pictures "
               "of the document."));
    out.factors.push_back(factor(5, Level::unavailable,
                                 "No engine compares faces here; whether the document shows the "
                                 "person was not checked."));
    out.factors.push_back(factor(6, Level::unavailable,
                                 "No engine tells a live face from a picture of one here; this was "
                                 "not checked."));
  }
  out.level = fold(out.factors, skill.required_factors);
  return out;
}

Level fold(const std::vector<Factor>& factors, const std::vector<std::string>& required) {
  const auto has = [&](Level level) {
    return std::ranges::find(factors, level, &Factor::level) != factors.end();
  };
  if (has(Level::low)) return Level::low;
  if (has(Level::medium) || has(Level::unknown)) return Level::medium;
  for (const std::string& name : required) {
    const auto found = std::ranges::find(factors, name, &Factor::name);
    if (found == factors.end() || found->level == Level::unavailable) return Level::medium;
  }
  return Level::high;
}

}  // namespace limen::journey
