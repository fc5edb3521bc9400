// Traces and identities, from the same facts the factors are computed from.
#include "journey/duplicates.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "journey/facts.hpp"

namespace limen::journey {
namespace {

void add(std::vector<Trace>& traces, Trace trace) {
  if (std::ranges::find(traces, trace) == traces.end()) traces.push_back(std::move(trace));
}

// The first letter of the code is the type (Doc 9303 part 5, 4.2.2.1); the second is the issuer's
// own and not always printed. Numbers are unique per issuer and type, and hold no filler or space.
// A licence is issued by a state of its country, which only its bar code names.
void add_document(std::vector<Trace>& traces, const Told& told) {
  const Mrz& mrz = told.mrz;
  if (mrz.number.empty()) return;
  std::string issuer = mrz.issuer;
  if (told.licence != nullptr && !told.licence->issuer.empty())
    issuer += ' ' + told.licence->issuer;
  add(traces, {Alike::document, mrz.code.substr(0, 1) + ' ' + issuer + ' ' + mrz.number});
}

bool is_of_person(const UploadRule& rule) {
  return rule.shows == Shows::document || rule.shows == Shows::face;
}

// Letter case and the space around are no difference; a name in another spelling is one.
std::string plain(std::string_view typed) { return upper_ascii(trim(typed)); }

std::string typed_name(std::string_view first, std::string_view last, std::string_view birth) {
  if (first.empty() || last.empty() || birth.empty()) return {};
  const std::string date = birth.size() == 10 ? std::string(birth.substr(2)) : std::string(birth);
  return plain(last) + '<' + plain(first) + '<' + date;
}

// In the form of a typed one, so that the two compare where a name has only the letters of a zone.
std::string zone_name(const Mrz& mrz) {
  if ((mrz.primary + mrz.secondary).empty()) return {};
  const std::string& date = mrz.birth.text;
  const std::string birth = date.substr(0, 2) + '-' + date.substr(2, 2) + '-' + date.substr(4, 2);
  return mrz.primary + '<' + mrz.secondary + '<' + birth;
}

}  // namespace

std::vector<Trace> traces_of(const Session& session, const Skill& skill, Time now) {
  std::vector<Trace> out;
  const Facts facts = facts_of(session, skill, now);
  if (facts.document) add_document(out, *facts.document);
  for (const Told& other : facts.others)
    if (other.is_certain) add_document(out, other);
  for (const Step& step : session.steps) {
    const StepRule* rule = skill.step(step.name);
    if (rule == nullptr) continue;
    for (const Upload& upload : step.uploads) {
      const UploadRule* wanted = rule->upload(upload.type);
      if (wanted != nullptr && is_of_person(*wanted))
        add(out, {Alike::picture, std::string(as_text(upload.sha256))});
    }
  }
  return out;
}

Identity identity_of(const Session& session, const Skill& skill, Time now) {
  Identity out;
  out.person = session.person;
  out.external_id = session.external_id;
  const Facts facts = facts_of(session, skill, now);
  if (facts.document) out.name = zone_name(facts.document->mrz);
  if (out.name.empty() && session.applicant) {
    const Applicant& form = *session.applicant;
    out.name = typed_name(form.first_name, form.last_name, form.date_of_birth);
  }
  if (out.name.empty()) out.name = typed_name(facts.first_name, facts.last_name, facts.birth_date);
  return out;
}

std::string Identity::strongest() const {
  if (!person.empty()) return "person " + person;
  if (!name.empty()) return "name " + name;
  if (!external_id.empty()) return "external " + external_id;
  return {};
}

bool is_same_person(const Identity& a, const Identity& b) {
  if (!a.person.empty() && !b.person.empty()) return a.person == b.person;
  const bool is_case = !a.external_id.empty() && a.external_id == b.external_id;
  const bool is_name = !a.name.empty() && a.name == b.name;
  return is_case || is_name;
}

}  // namespace limen::journey
