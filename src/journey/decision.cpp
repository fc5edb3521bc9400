// The trust factors that can be computed from answers and readings, and what they fold into. A
// factor is either computed from what the session holds or says that it was not: nothing here is
// ever HIGH by default. Explanations name fields, never their values; they are read by reviewers
// and land in answers.
#include "journey/decision.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "journey/compare.hpp"
#include "journey/facts.hpp"
#include "journey/names.hpp"

namespace limen::journey {
namespace {

constexpr int score_high = 100, score_medium = 50, score_low = 0;

// Places in factor_names.
enum Which : std::size_t {
  integrity,
  checks,
  expires,
  chosen,
  crossed,
  age,
  quality,
  reading,
  face,
  liveness,
  repeated,
  presence
};

Factor factor(Which which, Level level, std::string explanation) {
  std::optional<int> score;
  if (level == Level::high) score = score_high;
  if (level == Level::medium) score = score_medium;
  if (level == Level::low) score = score_low;
  return {std::string(factor_names[which]), level, score, std::move(explanation)};
}

void list(std::string& parts, bool differs, std::string_view part) {
  if (differs) parts.append(parts.empty() ? "" : ", ").append(part);
}

std::string wrong_digits(const Mrz& mrz) {
  std::string out;
  for (const MrzCheck& check : mrz.checks) list(out, !check.holds, check.name);
  return out;
}

// Of a zone that was found, not counted, and is all there is: the last one, as the last one counts.
std::string said_of_uncertain(const Facts& facts) {
  std::string said =
      "A machine-readable zone was found in a picture, but it was not read with certainty.";
  if (facts.others.empty()) return said;
  const std::string wrong = wrong_digits(facts.others.back().mrz);
  if (wrong.empty()) return said;
  return said + " Check digits that do not fit their fields: " + wrong + ".";
}

// What every factor that needs the zone says when there is none, or nothing.
std::optional<Factor> without_zone(Which which, const Facts& facts) {
  if (facts.document) return std::nullopt;
  if (facts.sent != nullptr)
    return factor(which, Level::unknown,
                  "The machine-readable zone that was sent cannot be read as one.");
  if (facts.is_zone_found) return factor(which, Level::unknown, said_of_uncertain(facts));
  return factor(which, Level::unavailable,
                "No machine-readable zone was sent or found in a picture, so there is nothing to "
                "compute this from.");
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
// innocent reason is MEDIUM (names.hpp has the rules), and so is a first name that many bear.
Factor applicant_integrity(const Applicant& form, const Facts& facts) {
  constexpr Which which = integrity;
  if (auto none = without_zone(which, facts)) return *none;
  if (form.first_name.empty() && form.last_name.empty() && form.date_of_birth.empty())
    return factor(which, Level::unavailable, "The applicant form holds nothing to compare.");
  const Mrz& mrz = *facts.mrz();
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
  if (form.last_name.empty() && form.date_of_birth.empty())
    return factor(
        which, Level::medium,
        "The form states a first name alone; it agrees with the document and tells nobody "
        "from another.");
  return factor(which, Level::high, "What the form states agrees with the document.");
}

// "The check digits permit readers to verify that data in the MRZ is correctly interpreted." (ICAO
// Doc 9303 part 3, 4.9)
Factor check_digits(const Facts& facts) {
  constexpr Which which = checks;
  if (auto none = without_zone(which, facts)) return *none;
  if (facts.is_licence())
    return factor(which, Level::unavailable, "The bar code of a licence has no check digits.");
  const std::string wrong = wrong_digits(*facts.mrz());
  if (wrong.empty())
    return factor(which, Level::high, "Every check digit of the machine-readable zone is right.");
  return factor(which, Level::low, "Check digits that do not fit their fields: " + wrong + ".");
}

Factor expiry(const Facts& facts, int validity_days) {
  constexpr Which which = expires;
  if (auto none = without_zone(which, facts)) return *none;
  const auto date = facts.mrz()->expiry.date;
  if (!date)
    return factor(which, Level::unknown, "The document states no complete date of expiry.");
  const std::chrono::sys_days ends{*date}, today{facts.today};
  const std::string rule = std::to_string(std::abs(validity_days)) + " days";
  if (ends < today + std::chrono::days{validity_days}) {
    if (ends < today) return factor(which, Level::low, "The document has expired.");
    return factor(which, Level::low, "The document expires within " + rule + ".");
  }
  if (ends < today)
    return factor(which, Level::high, "The document expired no more than " + rule + " ago.");
  return factor(which, Level::high, "The document has not expired.");
}

Factor type_and_country(const Facts& facts) {
  constexpr Which which = chosen;
  if (auto none = without_zone(which, facts)) return *none;
  const auto is_type = is_chosen_type(facts.type, facts.mrz()->code);
  const std::string_view country = alpha3_of(facts.country);
  if (!is_type && country.empty())
    return factor(which, Level::unavailable, "No document type or country was chosen to compare.");
  std::string parts;
  if (is_type && !*is_type) parts = "type";
  if (!country.empty() && country != state_of(facts.mrz()->issuer))
    parts += parts.empty() ? "country" : ", country";
  if (parts.empty())
    return factor(which, Level::high, "The document is of the type and country that were chosen.");
  return factor(which, Level::medium, "The document is not what was chosen in: " + parts + ".");
}

// The kinds of difference between two ways of stating a person or a document: heavy ones are LOW,
// light ones MEDIUM. Nothing when all agrees.
std::optional<Factor> differing(Which which, std::string_view what, const std::string& heavy,
                                const std::string& light) {
  if (heavy.empty() && light.empty()) return std::nullopt;
  const std::string parts = heavy + (heavy.empty() || light.empty() ? "" : ", ") + light;
  return factor(which, heavy.empty() ? Level::medium : Level::low,
                std::string(what) + " differ in: " + parts + ".");
}

std::string said_of(const Told& source) {
  if (source.upload == nullptr) return "the zone that was sent";
  const std::string in = source.licence != nullptr ? "the bar code in " : "the zone in ";
  return in + source.upload->type +
         (source.is_certain ? "" : ", which was not read with certainty,");
}

struct Differences {
  std::string heavy{}, light{};  // parts
};

// The authority within a country, as bar codes name it; `a` and `b` are alike.
bool has_other_authority(const Told& a, const Told& b) {
  if (a.licence == nullptr || a.licence->issuer.empty() || b.licence->issuer.empty()) return false;
  return a.licence->issuer != b.licence->issuer;
}

// Two zones or two bar codes. Check digits guard the numbers and dates of a zone, and a bar code
// has digits of its own, so a difference there is another document; a name may have been misread.
Differences between_alike(const Told& a, const Told& b) {
  Differences out;
  list(out.heavy, a.mrz.number != b.mrz.number, "document number");
  list(out.heavy, a.mrz.birth.text != b.mrz.birth.text, "date of birth");
  list(out.heavy, a.mrz.expiry.text != b.mrz.expiry.text, "date of expiry");
  list(out.heavy, a.mrz.issuer != b.mrz.issuer || has_other_authority(a, b), "issuer");
  list(out.light, a.mrz.primary != b.mrz.primary || a.mrz.secondary != b.mrz.secondary, "names");
  return out;
}

// A licence and a zone may be two documents of one person, and the zone of an enhanced licence need
// not have the licence's number and term: only what is the person's is compared.
Differences between(const LicenceRead& licence, const Mrz& told, const Mrz& zone) {
  Differences out;
  list(out.heavy, compare_dates(told.birth, zone.birth) == Likeness::different, "date of birth");
  const NameLikeness names = compare_names({licence.first_name, licence.family_name, {}},
                                           {zone.primary, zone.secondary, zone.names_are_cut});
  list(out.light, names.last != Likeness::same || names.first != Likeness::same, "names");
  return out;
}

Differences between(const Told& a, const Told& b) {
  if ((a.licence != nullptr) == (b.licence != nullptr)) return between_alike(a, b);
  return a.licence != nullptr ? between(*a.licence, a.mrz, b.mrz)
                              : between(*b.licence, b.mrz, a.mrz);
}

// Another statement of a document against the one that counts. What was not read with certainty
// shows a person where to look; its names say nothing.
std::optional<Factor> source_crossed(const Told& document, const Told& other) {
  Differences found = between(document, other);
  if (!other.is_certain) found = {{}, std::move(found.heavy)};
  std::string both = said_of(other) + " and " + said_of(document);
  both[0] = 'T';
  return differing(crossed, both, found.heavy, found.light);
}

// What was answered in a step against the zone. An answer is no claim about identity the way the
// applicant form is: the document decides, and a difference is for a person to look at.
std::optional<Factor> answers_crossed(const Facts& facts) {
  const NameLikeness names =
      compare_names({facts.first_name, facts.last_name, {}},
                    {facts.mrz()->primary, facts.mrz()->secondary, facts.mrz()->names_are_cut});
  std::string light;
  list(light, !facts.last_name.empty() && names.last != Likeness::same, "last name");
  list(light, !facts.first_name.empty() && names.first != Likeness::same, "first name");
  const Likeness birth = compare_birth(facts.birth_date, facts.mrz()->birth);
  list(light, birth != Likeness::same, "date of birth");
  return differing(crossed, "The answers and the document", {}, light);
}

bool has_answers(const Facts& facts) {
  return !facts.first_name.empty() || !facts.last_name.empty() || !facts.birth_date.empty();
}

// Only where two sources say the same thing is there anything to cross. All that differs is told,
// the worst of it counts.
std::optional<Factor> cross_check(const Facts& facts) {
  const bool is_nonsense_sent = facts.is_seen() && facts.sent != nullptr && !facts.is_sent_read;
  const bool is_alone = facts.others.empty() && !is_nonsense_sent && !has_answers(facts);
  if (!facts.document || is_alone) return std::nullopt;
  Factor out = factor(crossed, Level::high, "");
  const auto add = [&](const std::optional<Factor>& found) {
    if (!found) return;
    std::string said = out.explanation + (out.explanation.empty() ? "" : " ") + found->explanation;
    out = factor(crossed, std::max(out.level, found->level), std::move(said));
  };
  for (const Told& other : facts.others) add(source_crossed(*facts.document, other));
  if (is_nonsense_sent)
    add(factor(crossed, Level::medium,
               "The zone that was sent cannot be read as one; the picture's can."));
  add(answers_crossed(facts));
  if (!out.explanation.empty()) return out;
  const bool is_seen_twice =
      std::ranges::any_of(facts.others, [](const Told& other) { return other.upload != nullptr; });
  out.explanation = is_seen_twice
                        ? "What was sent and what else is in the pictures agrees with the document."
                        : "What was sent agrees with the document.";
  return out;
}

// A zone has two digits for the year, so a child's may be that of somebody a hundred years older;
// of those who are older than this there are a few hundred.
constexpr int oldest = 110;

// Who says to be a hundred years older is not believed: a child may.
bool is_stated_birth(const Session& session, const Facts& facts, Date birth) {
  if (parse_date(facts.birth_date) == birth) return true;
  return session.applicant && parse_date(session.applicant->date_of_birth) == birth;
}

Factor age_of(const Session& session, const Facts& facts, int least) {
  if (auto none = without_zone(age, facts)) return *none;
  const auto birth = facts.mrz()->birth.date;
  if (!birth) return factor(age, Level::unknown, "The document states no complete date of birth.");
  const std::string rule = std::to_string(least) + " years";
  const int years = years_between(*birth, facts.today);
  if (years >= least)
    return factor(age, Level::high, "The holder of the document is at least " + rule + " old.");
  const bool has_century = facts.is_licence() || is_stated_birth(session, facts, *birth);
  const bool may_be_older = years + 100 >= least && years + 100 <= oldest;
  if (may_be_older && !has_century)
    return factor(age, Level::unknown,
                  "The holder of the document is younger than " + rule +
                      " or over a hundred; a zone states two digits of the year of birth.");
  return factor(age, Level::low, "The holder of the document is younger than " + rule + ".");
}

Factor image_quality(const Facts& facts) {
  if (facts.looked_at == 0)
    return factor(quality, Level::unavailable, "No picture of the document was looked at.");
  if (facts.unreadable > 0)
    return factor(quality, Level::medium, "A picture of the document cannot be decoded.");
  if (!facts.is_measured)
    return factor(quality, Level::unavailable, "The pictures of the document were not measured.");
  std::string parts;
  for (const std::string_view name : facts.bad_measures) list(parts, true, name);
  if (!parts.empty())
    return factor(quality, Level::medium,
                  "The pictures of the document are not good enough: " + parts + ".");
  return factor(quality, Level::high, "The pictures of the document are good enough to read.");
}

Factor document_reading(const Facts& facts) {
  if (facts.looked_at == 0)
    return factor(reading, Level::unavailable, "No picture of the document was looked at.");
  if (facts.is_licence())
    return factor(reading, Level::high, "The bar code of the licence was read in a picture.");
  if (facts.is_seen())
    return factor(reading, Level::high,
                  "The machine-readable zone was read in a picture of the document.");
  if (facts.unreadable == facts.looked_at)
    return factor(reading, Level::unknown, "No picture of the document can be decoded.");
  return factor(reading, Level::unknown,
                "No machine-readable zone could be read with certainty, and no bar code, in the "
                "pictures of the document.");
}

// Why there is no finding of an engine, in the order of Faces::State.
constexpr std::string_view reasons[] = {
    "No engine looks at faces here; this was not checked.",
    "No picture of a face was sent; this was not checked.",
    "The engine has not answered yet; this was not checked.",
    "The engine did not say anything about this.",
    "No answer of the engine that could be used came in time; this was not checked.",
    "The engine refused to look; this was not checked.",
    "The data was deleted before the engine answered; this was not checked.",
};

// The engine's own level and score: nothing is added to what it says.
Factor of_engine(Which which, const Faces& faces, const std::optional<Finding>& finding) {
  if (!finding)
    return factor(which, Level::unavailable,
                  std::string(reasons[static_cast<std::size_t>(faces.state)]));
  const std::string said =
      finding->explanation.empty() ? "So says the engine." : "The engine: " + finding->explanation;
  return {std::string(factor_names[which]), finding->level, finding->score, said};
}

// A session of before there were engines: its decision, computed again, is what it was.
void add_without_engine(std::vector<Factor>& factors) {
  factors.push_back(factor(face, Level::unavailable,
                           "No engine compares faces here; whether the document shows the "
                           "person was not checked."));
  factors.push_back(factor(liveness, Level::unavailable,
                           "No engine tells a live face from a picture of one here; this was "
                           "not checked."));
}

// Never LOW: which of the two sessions is the cheat's is not known, and the true holder of a stolen
// document must not be turned away because the thief came first.
Factor duplicates(const Duplicates& known) {
  const auto has = [&](Alike what) {
    return std::ranges::find(known.found, what, &Coincidence::what) != known.found.end();
  };
  std::string parts;
  list(parts, has(Alike::document), "document");
  list(parts, has(Alike::picture), "picture");
  if (!parts.empty())
    return factor(repeated, Level::medium,
                  "Another person's session, or one that nothing says to be the same person's, has "
                  "the same: " +
                      parts + ".");
  std::string looked;
  list(looked, known.has_document, "document");
  list(looked, known.has_pictures, "pictures");
  if (looked.empty())
    return factor(repeated, Level::unavailable,
                  "Neither a document nor a picture was there to look for in other sessions.");
  return factor(repeated, Level::high,
                "No session of another person has the same: " + looked + ".");
}

bool has_zone(const StepRule& step) {
  return std::ranges::find(step.fields, FieldType::mrz, &Field::type) != step.fields.end();
}
bool has_zone(const Skill& skill) {
  return std::ranges::any_of(skill.steps, [](const StepRule& step) { return has_zone(step); });
}

}  // namespace

std::vector<Asked> asked_by(const Skill& skill) {
  std::vector<Asked> out;
  for (const StepRule& step : skill.steps) {
    Asked asked{step.name, has_zone(step), {}, {}, {}};
    for (const UploadRule& upload : step.uploads)
      (upload.shows == Shows::document ? asked.documents
       : upload.shows == Shows::face   ? asked.faces
                                       : asked.pictures)
          .push_back(upload.type);
    out.push_back(std::move(asked));
  }
  return out;
}

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

std::string_view to_string(Faces::State state) {
  constexpr std::string_view words[] = {"unasked", "no_face", "waiting",  "answered",
                                        "late",    "refused", "withdrawn"};
  return words[static_cast<std::size_t>(state)];
}

Decision decide(const Session& session, const Skill& skill, Time now) {
  const Facts facts = facts_of(session, skill, now);
  Decision out;
  out.rules_version = skill.rules.version;
  out.at = now;
  out.asked = asked_by(skill);
  if (session.applicant && !session.applicant->skip_integrity_check)
    out.factors.push_back(applicant_integrity(*session.applicant, facts));
  if (skill.has_uploads() || has_zone(skill)) {
    out.factors.push_back(check_digits(facts));
    out.factors.push_back(expiry(facts, skill.rules.validity_days));
    out.factors.push_back(type_and_country(facts));
    if (auto factor = cross_check(facts)) out.factors.push_back(std::move(*factor));
    if (skill.rules.age_min > 0) out.factors.push_back(age_of(session, facts, skill.rules.age_min));
  }
  if (skill.has_uploads()) {
    out.factors.push_back(image_quality(facts));
    out.factors.push_back(document_reading(facts));
    if (session.faces) {
      out.factors.push_back(of_engine(face, *session.faces, session.faces->match));
      out.factors.push_back(of_engine(liveness, *session.faces, session.faces->liveness));
    } else {
      add_without_engine(out.factors);
    }
  }
  // Not of sessions completed before anybody looked: a decision computed again is the same.
  if (session.duplicates && (skill.has_uploads() || has_zone(skill)))
    out.factors.push_back(duplicates(*session.duplicates));
  if (skill.has_uploads() && session.faces)
    out.factors.push_back(of_engine(presence, *session.faces, session.faces->presence));
  out.level = fold(out.factors, skill.rules);
  return out;
}

Level fold(const std::vector<Factor>& factors, const Rules& rules) {
  Level worst = Level::high;
  const auto count = [&](std::string_view name, Level level) {
    worst = std::max(worst, counted(rules, name, level));  // the enumerators stand in this order
  };
  const auto count_absent = [&](const std::string& name) {
    if (std::ranges::find(factors, name, &Factor::name) == factors.end())
      count(name, Level::unavailable);
  };
  for (const Factor& factor : factors) count(factor.name, factor.level);
  for (const std::string& name : rules.required) count_absent(name);
  for (const Rules::Fold& one : rules.folds) count_absent(one.factor);
  return worst;
}

}  // namespace limen::journey
