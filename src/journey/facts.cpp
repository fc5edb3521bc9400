// Gathering: one walk over the steps, then the choice of the zone that counts.
#include "journey/facts.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace limen::journey {
namespace {

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

// In the letters of a zone: hyphens part words, what is none of A to Z is left out.
std::string zone_letters(std::string_view name) {
  std::string out;
  for (const char c : upper_ascii(name)) {
    const bool parts = c == '-' || c == ' ' || c == ',';
    if (parts && !out.empty() && out.back() != ' ') out += ' ';
    if (c >= 'A' && c <= 'Z') out += c;
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
  out.code = "D";
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

// The newest certain zone wins: who sends a second picture means that one.
void gather_reading(Facts& out, const Upload& upload, const Rules& rules) {
  ++out.pictures;
  if (!upload.reading) return;
  const Reading& reading = *upload.reading;
  ++out.looked_at;
  if (!reading.is_readable()) ++out.unreadable;
  if (!reading.measures.empty()) out.is_measured = true;
  for (const Measure& measure : reading.measures)
    if (is_bad(measure, rules) &&
        std::ranges::find(out.bad_measures, measure.name) == out.bad_measures.end())
      out.bad_measures.push_back(measure.name);
  if (reading.licence && (!out.is_seen || out.is_licence)) {
    out.mrz = zone_of(*reading.licence);
    out.is_seen = out.is_licence = true;
    out.seen_in = &upload;
  }
  if (!reading.zone || !reading.zone->is_certain) return;
  if (auto mrz = read_mrz(reading.zone->lines, out.today)) {
    out.mrz = std::move(*mrz);
    out.is_seen = true;
    out.is_licence = false;
    out.seen_in = &upload;
  }
}

}  // namespace

Facts facts_of(const Session& session, const Skill& skill, Time now) {
  Facts out;
  out.today = date_of(now);
  for (const Step& step : session.steps) {
    gather_answers(out, step);
    const StepRule* rule = skill.step(step.name);
    if (rule == nullptr) continue;
    for (const Upload& upload : step.uploads)
      if (shows_document(*rule, upload)) gather_reading(out, upload, skill.rules);
  }
  if (out.sent != nullptr)
    if (auto mrz = read_mrz(*out.sent, out.today)) out.sent_mrz = std::move(*mrz);
  if (!out.is_seen) out.mrz = out.sent_mrz;
  return out;
}

}  // namespace limen::journey
