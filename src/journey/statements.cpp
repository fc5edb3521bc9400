// See statements.hpp. What a source says is brought into one shape (Said) first, so that there is
// one comparison for all.
#include "journey/statements.hpp"

#include "journey/compare.hpp"
#include "journey/facts.hpp"

namespace limen::journey {
namespace {

struct Said {
  TypedName name{};
  std::string birth{}, expiry{};  // as shown
  const Mrz* zone = nullptr;      // of a zone: dates as they stand, sex, nationality
  bool is_chosen = false;         // type and country are a person's choice, not a document's
  std::string_view type{}, country{};
  std::string_view number{};
};

std::string shown(const MrzDate& date) {
  if (date.is_unknown()) return "";
  return date.date ? iso_date(*date.date) : date.text;
}
std::string shown(const std::optional<Date>& date) { return date ? iso_date(*date) : ""; }

Said said_by(const Mrz& zone) {
  Said out;
  out.name = {zone.secondary, zone.primary, {}};
  out.birth = shown(zone.birth);
  out.expiry = shown(zone.expiry);
  out.zone = &zone;
  out.type = zone.code;
  out.country = zone.issuer;
  out.number = zone.number;
  return out;
}
Said said_by(const LicenceRead& licence) {
  Said out;
  out.name = {licence.first_name, licence.family_name, licence.middle_names};
  out.birth = shown(licence.birth);
  out.expiry = shown(licence.expiry);
  out.type = licence.is_licence ? "D" : "I";
  out.country = licence.country;
  out.number = licence.number;
  return out;
}

Likeness same_if(bool is_same) { return is_same ? Likeness::same : Likeness::different; }

// A choice of the skill's own, and what is no country, say nothing about the document.
std::optional<Likeness> compare_type(const Said& said, const Mrz& document) {
  if (!said.is_chosen) return same_if(said.type.substr(0, 1) == document.code.substr(0, 1));
  const auto is_chosen = is_chosen_type(said.type, document.code);
  return is_chosen ? std::optional(same_if(*is_chosen)) : std::nullopt;
}
std::optional<Likeness> compare_country(const Said& said, const Mrz& document) {
  const std::string_view country =
      said.is_chosen ? alpha3_of(said.country) : state_of(said.country);
  if (country.empty()) return std::nullopt;
  return same_if(country == state_of(document.issuer));
}

// Everything `said` can be compared in; what it does not state is not shown, whatever stands here.
struct Compared {
  NameLikeness names;
  Likeness birth, sex, nationality;
  std::optional<Likeness> type, country;
  Likeness number, expiry;
};
Compared compare(const Said& said, const Mrz& document) {
  const auto date = [&](const std::string& text, MrzDate Mrz::*which) {
    return said.zone ? compare_dates(said.zone->*which, document.*which)
                     : compare_birth(text, document.*which);
  };
  Compared out{
      compare_names(said.name, {document.primary, document.secondary, document.names_are_cut}),
      date(said.birth, &Mrz::birth),
      Likeness::same,
      Likeness::same,
      compare_type(said, document),
      compare_country(said, document),
      same_if(said.number == document.number),
      date(said.expiry, &Mrz::expiry)};
  if (said.zone) {
    out.sex = document.sex == '<' ? Likeness::unstated : same_if(said.zone->sex == document.sex);
    out.nationality = same_if(said.zone->nationality == document.nationality);
  }
  return out;
}

// `document` is null for the one that counts, and where none does.
std::vector<Stated> fields_of(const Said& said, const Mrz* document) {
  std::optional<Compared> compared;
  if (document) compared = compare(said, *document);
  std::vector<Stated> out;
  std::size_t at = 0;
  const auto state = [&](std::string_view value, const auto& likeness) {
    const std::string_view what = stated_names[at++];
    if (value.empty()) return;
    out.push_back({what, std::string(value), {}});
    if (compared) out.back().likeness = likeness(*compared);
  };
  const std::string sex = said.zone && said.zone->sex != '<' ? std::string(1, said.zone->sex) : "";
  const std::string nationality = said.zone ? said.zone->nationality : "";
  state(said.name.last, [](const Compared& c) { return c.names.last; });
  state(said.name.first, [](const Compared& c) { return c.names.first; });
  state(said.name.additional, [](const Compared& c) { return c.names.additional; });
  state(said.birth, [](const Compared& c) { return c.birth; });
  state(sex, [](const Compared& c) { return c.sex; });
  state(nationality, [](const Compared& c) { return c.nationality; });
  state(said.type, [](const Compared& c) { return c.type; });
  state(said.country, [](const Compared& c) { return c.country; });
  state(said.number, [](const Compared& c) { return c.number; });
  state(said.expiry, [](const Compared& c) { return c.expiry; });
  return out;
}

// Collects: one call a source, in the order of Source.
struct Collected {
  const Facts& facts;
  std::vector<Statement> statements{};

  const Mrz* document(bool counts) const { return counts ? nullptr : facts.mrz(); }

  void add(Source source, const Said& said) {
    Statement out{source};
    out.fields = fields_of(said, document(false));
    if (!out.fields.empty()) statements.push_back(std::move(out));
  }
  void add_zone(Statement out, const Lines& lines) {
    const auto mrz = read_mrz(lines, facts.today);
    if (!mrz) return;
    out.fields = fields_of(said_by(*mrz), document(out.counts));
    out.checks = mrz->checks;
    statements.push_back(std::move(out));
  }
  void add_picture(const Upload& upload) {
    if (!upload.reading) return;
    const bool counts = facts.is_seen() && facts.document->upload == &upload;
    if (const auto& zone = upload.reading->zone)
      add_zone({Source::zone, upload.id, zone->is_certain, counts && !facts.is_licence()},
               zone->lines);
    if (const auto& licence = upload.reading->licence) {
      Statement out{Source::licence, upload.id};
      out.counts = counts && facts.is_licence();
      out.fields = fields_of(said_by(*licence), document(out.counts));
      statements.push_back(std::move(out));
    }
  }
};

}  // namespace

std::vector<Statement> statements_of(const Session& session, const Skill& skill, Time now) {
  const Facts facts = facts_of(session, skill, now);
  Collected out{facts};
  if (const auto& form = session.applicant) {
    Said said;
    said.name = {form->first_name, form->last_name, form->additional_names};
    said.birth = form->date_of_birth;
    out.add(Source::form, said);
  }
  Said answered;
  answered.name = {facts.first_name, facts.last_name, {}};
  answered.birth = facts.birth_date;
  answered.is_chosen = true;
  answered.type = facts.type;
  answered.country = facts.country;
  out.add(Source::answers, answered);
  if (facts.sent != nullptr) out.add_zone({Source::sent, {}, true, !facts.is_seen()}, *facts.sent);
  for (const Step& step : session.steps)
    for (const Upload& upload : step.uploads) out.add_picture(upload);
  return std::move(out.statements);
}

std::string_view to_string(Source source) {
  switch (source) {
    case Source::form: return "form";
    case Source::answers: return "answers";
    case Source::sent: return "sent";
    case Source::zone: return "zone";
    case Source::licence: break;
  }
  return "licence";
}

std::string_view to_string(Likeness likeness) {
  switch (likeness) {
    case Likeness::same: return "same";
    case Likeness::spelling: return "spelling";
    case Likeness::slip: return "slip";
    case Likeness::part: return "part";
    case Likeness::order: return "order";
    case Likeness::different: return "different";
    case Likeness::unreadable: return "unreadable";
    case Likeness::unstated: break;
  }
  return "unstated";
}

}  // namespace limen::journey
