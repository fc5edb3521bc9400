// Gathering: one walk over the steps, then the choice of the document that counts.
#include "journey/facts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "journey/letters.hpp"

namespace limen::journey {
namespace {

constexpr char32_t last_latin_1 = 0xFF;

void gather_answers(Facts& out, const Step& step) {
  for (const Answer& answer : step.answers)
    if (const auto* lines = std::get_if<Lines>(&answer.value); lines && !out.sent) out.sent = lines;
  const auto first = [&](std::string_view& into, std::string_view name) {
    if (into.empty()) into = text_of(step.answers, name);
  };
  first(out.type, "document_type");
  first(out.country, "country");
  first(out.first_name, "first_name");
  first(out.last_name, "last_name");
  first(out.birth_date, "date_of_birth");
}

bool shows_document(const StepRule& rule, const Upload& upload) {
  const UploadRule* wanted = rule.upload(upload.type);
  return wanted != nullptr && wanted->shows == Shows::document;
}

// As the standard would have it in a zone, the recommended spelling of each letter; hyphens and the
// commas between given names part words, signs are left out. Nothing where a letter has no known
// spelling: an issuer's own name is never a wrong one.
std::string zone_letters(std::string_view name) {
  std::string out;
  for (const char32_t point : letters_of(name)) {
    const bool parts = is_separator(point) || point == ',';
    if (parts && !out.empty() && out.back() != ' ') out += ' ';
    const auto spellings = spellings_of(point);
    if (!spellings && point > last_latin_1) return {};
    if (spellings) out += spellings->substr(0, spellings->find('|'));
  }
  return std::string(trim(out));
}

MrzDate zone_date(const std::optional<Date>& date) {
  if (!date) return {"<<<<<<", {}, true};
  const std::string text = iso_date(*date);  // YYYY-MM-DD
  return {text.substr(2, 2) + text.substr(5, 2) + text.substr(8, 2), date, true};
}

// A licence has no zone, but it says the same things; its bar code has no check digits to give.
Mrz zone_of(const LicenceRead& licence) {
  Mrz out;
  out.form = MrzForm::td1;
  out.code = licence.is_licence ? "D" : "I";
  out.issuer = licence.country;
  out.primary = zone_letters(licence.family_name);
  out.secondary = zone_letters(licence.first_name + " " + licence.middle_names);
  out.names_are_cut = licence.names_are_cut;
  out.number = licence.number;
  out.nationality = licence.country;
  out.birth = zone_date(licence.birth);
  out.expiry = zone_date(licence.expiry);
  return out;
}

bool is_bad(const Measure& measure, const Rules& rules) {
  const auto least = std::ranges::find(rules.quality, measure.name, &Rules::Least::measure);
  return least == rules.quality.end() ? measure.is_bad : measure.score < least->score;
}

// Every statement of a document in one picture goes to `out.others`.
void gather_sources(Facts& out, const Upload& upload) {
  const Reading& reading = *upload.reading;
  if (reading.licence)
    out.others.push_back({zone_of(*reading.licence), &upload, &*reading.licence, true});
  if (!reading.zone) return;
  out.is_zone_found = true;
  if (auto mrz = read_mrz(reading.zone->lines, out.today))
    out.others.push_back({std::move(*mrz), &upload, nullptr, reading.zone->is_certain});
}

void gather_reading(Facts& out, const Upload& upload, const Rules& rules) {
  if (!upload.reading) return;
  const Reading& reading = *upload.reading;
  ++out.looked_at;
  if (!reading.is_readable()) ++out.unreadable;
  if (!reading.measures.empty()) out.is_measured = true;
  for (const Measure& measure : reading.measures)
    if (is_bad(measure, rules) &&
        std::ranges::find(out.bad_measures, measure.name) == out.bad_measures.end())
      out.bad_measures.push_back(measure.name);
  gather_sources(out, upload);
}

// Who sends a second picture of a type means that one; the first says nothing any more, as it does
// to the engine.
bool is_replaced(const Step& step, std::size_t at) {
  const auto later = step.uploads.begin() + static_cast<std::ptrdiff_t>(at) + 1;
  return std::ranges::find(later, step.uploads.end(), step.uploads[at].type, &Upload::type) !=
         step.uploads.end();
}

void gather_pictures(Facts& out, const Step& step, const Skill& skill) {
  const StepRule* rule = skill.step(step.name);
  if (rule == nullptr) return;
  for (std::size_t at = 0; at < step.uploads.size(); ++at)
    if (shows_document(*rule, step.uploads[at]) && !is_replaced(step, at))
      gather_reading(out, step.uploads[at], skill.rules);
}

// Of two that could count, the later one does.
void choose_document(Facts& out) {
  const auto take_last = [&](const auto& may_count) {
    const auto found = std::find_if(out.others.rbegin(), out.others.rend(), may_count);
    if (out.document || found == out.others.rend()) return;
    out.document = std::move(*found);
    out.others.erase(std::next(found).base());
  };
  take_last([](const Told& one) { return one.upload && !one.licence && one.is_certain; });
  take_last([](const Told& one) { return one.licence != nullptr; });
  take_last([](const Told& one) { return one.upload == nullptr; });
}

}  // namespace

Facts facts_of(const Session& session, const Skill& skill, Time now) {
  Facts out;
  out.today = date_of(now);
  for (const Step& step : session.steps) {
    gather_answers(out, step);
    gather_pictures(out, step, skill);
  }
  if (out.sent != nullptr)
    if (auto mrz = read_mrz(*out.sent, out.today)) {
      out.is_sent_read = true;
      out.others.push_back({std::move(*mrz)});
    }
  choose_document(out);
  return out;
}

}  // namespace limen::journey
