// Every factor and the fold; pairs of names are pairs_test.cpp's.
#include "journey/decision.hpp"

#include <gtest/gtest.h>

#include "journey/given_test.hpp"
#include "journey/mrz.hpp"
#include "journey/session.hpp"

namespace limen::journey {
namespace {

constexpr Time now = start;

Skill enrolment() {
  Skill skill;
  skill.rules.version = "7";
  Field mrz;
  mrz.name = "mrz";
  mrz.type = FieldType::mrz;
  skill.steps = {{"document", {mrz}, {{"document_front", true}}}, {"face", {}, {{"face", true}}}};
  return skill;
}

Session session_with(std::optional<Lines> lines, std::optional<Applicant> applicant = {}) {
  Session s;
  Step step;
  step.name = "document";
  step.answers = {{"document_type", "passport"}, {"country", "SK"}};
  if (lines) step.answers.push_back({"mrz", *lines});
  s.steps = {step};
  s.applicant = std::move(applicant);
  return s;
}

Factor factor_of(const Session& session, std::string_view name, Time at = now) {
  for (const Factor& factor : decide(session, enrolment(), at).factors)
    if (factor.name == name) return factor;
  return {"(not listed)", Level::unavailable, {}, ""};
}

constexpr Level high = Level::high, medium = Level::medium, low = Level::low,
                unknown = Level::unknown;
TEST(applicant_integrity, compares_dates_of_birth) {
  struct Case {
    const char *name, *typed, *zone;
    Level want;
  };
  const Case cases[] = {
      {"same", "1974-08-12", "740812", high},
      {"other day", "1974-08-13", "740812", low},
      {"other month", "1974-09-12", "740812", low},
      {"other year", "1975-08-12", "740812", low},
      {"a century apart, as a zone cannot tell", "1926-01-01", "260101", high},
      {"not given", "", "740812", high},
      {"day unknown", "1974-08-12", "7408<<", medium},
      {"day unknown, other month", "1974-09-12", "7408<<", low},
      {"all unknown", "1974-08-12", "<<<<<<", medium},
      {"unreadable", "1974-08-12", "74O812", unknown},
      {"no date typed", "12.8.1974", "740812", unknown},
      {"month unknown", "1974-08-12", "74<<12", medium},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Document document;
    document.birth = c.zone;
    const Applicant form{"Anna", "Eriksson", "", c.typed, false};
    EXPECT_EQ(factor_of(session_with(td3_of(document), form), "Applicant integrity").level, c.want);
  }
}

TEST(applicant_integrity, compares_what_the_form_holds_alone) {
  struct Case {
    const char* name;
    Applicant form;
    Level want;
  };
  const Case cases[] = {
      {"a date", {"", "", "", "1974-08-12", false}, high},
      {"another date", {"", "", "", "1974-08-13", false}, low},
      {"a first name", {"Anna", "", "", "", false}, medium},
      {"first and additional names", {"Anna", "", "Maria", "", false}, medium},
      {"another first name", {"Berta", "", "", "", false}, low},
      {"a first name and a date", {"Anna", "", "", "1974-08-12", false}, high},
      {"a first and a last name", {"Anna", "Eriksson", "", "", false}, high},
      {"a last name", {"", "Eriksson", "", "", false}, high},
      {"another last name", {"", "Muster", "", "", false}, low},
      {"additional names alone", {"", "", "Maria", "", false}, Level::unavailable},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(factor_of(session_with(td3_of({}), c.form), "Applicant integrity").level, c.want);
  }
}

// A later step that asks again does not overrule what was answered first.
TEST(decide, takes_the_first_answer_about_the_document) {
  Document later;
  later.code = "I<";
  later.issuer = "CZE";
  later.expiry = "200101";
  Session s = session_with(td3_of({}));
  s.steps.push_back(s.steps[0]);
  s.steps[1].answers = {{"document_type", "id_card"}, {"country", "CZ"}, {"mrz", td3_of(later)}};
  EXPECT_EQ(factor_of(s, "Document type and country").level, high);
  EXPECT_EQ(factor_of(s, "Document expiry").level, high);
  std::swap(s.steps[0], s.steps[1]);
  EXPECT_EQ(factor_of(s, "Document type and country").level, high);
  EXPECT_EQ(factor_of(s, "Document expiry").level, low);
}

TEST(applicant_integrity, says_what_differs_without_saying_the_values) {
  const Applicant form{"Eva", "Muster", "", "1980-01-01", false};
  const Factor factor = factor_of(session_with(td3_of({}), form), "Applicant integrity");
  EXPECT_EQ(factor.explanation,
            "The form differs from the document in: last name, first name, date of birth.");
  EXPECT_EQ(factor.score, 0);
}

TEST(applicant_integrity, says_what_kind_of_difference_there_is) {
  struct Case {
    Applicant form;
    const char *birth, *want;
  };
  const Case cases[] = {
      {{"Anna", "Eriksdon", "", "1974-08-12", false}, "740812", "One letter differs: last name."},
      {{"Maria", "Eriksson", "", "", false},
       "740812",
       "The form agrees with the document only in part in: first name."},
      {{"Eriksson", "Anna", "", "", false},
       "740812",
       "The same names stand in another order or another field: last name, first name."},
      {{"Anya", "Erickson", "", "1974-08-12", false},
       "<<<<<<",
       "Maybe the same in another spelling: last name. One letter differs: first name. The "
       "document "
       "does not state: date of birth."},
      {{"Anna", "Eriksson", "Eva", "", false},
       "740812",
       "Only the additional names differ from the document."},
      {{"三", "Eriksson", "", "", false}, "740812", "The form cannot be compared in: first name."},
  };
  for (const Case& c : cases) {
    Document document;
    document.birth = c.birth;
    const Factor factor = factor_of(session_with(td3_of(document), c.form), "Applicant integrity");
    EXPECT_EQ(factor.explanation, c.want);
  }
}

TEST(applicant_integrity, has_a_score_only_when_computed) {
  const Applicant form{"Anna", "Eriksson", "Maria", "1974-08-12", false};
  EXPECT_EQ(factor_of(session_with(td3_of({}), form), "Applicant integrity").score, 100);
  Document partly;
  partly.birth = "7408<<";
  EXPECT_EQ(factor_of(session_with(td3_of(partly), form), "Applicant integrity").score, 50);
  const Factor none = factor_of(session_with({}, form), "Applicant integrity");
  EXPECT_EQ(none.level, Level::unavailable);
  EXPECT_EQ(none.score, std::nullopt);
  const Factor wrong = factor_of(session_with(Lines{"x"}, form), "Applicant integrity");
  EXPECT_EQ(wrong.level, Level::unknown);
  const Factor empty = factor_of(session_with(td3_of({}), Applicant{}), "Applicant integrity");
  EXPECT_EQ(empty.level, Level::unavailable);
}

TEST(applicant_integrity, exists_only_for_a_form_that_wants_it) {
  // D16: "Without it no Applicant-integrity factor exists." D19: skipped, it is not made.
  EXPECT_EQ(factor_of(session_with(td3_of({})), "Applicant integrity").name, "(not listed)");
  const Applicant skipping{"Anna", "Eriksson", "", "", true};
  EXPECT_EQ(factor_of(session_with(td3_of({}), skipping), "Applicant integrity").name,
            "(not listed)");
}

TEST(mrz_check_digits, are_high_low_unknown_or_unavailable) {
  Lines changed = td3_of({});
  changed[1][0] = 'M';
  EXPECT_EQ(factor_of(session_with(td3_of({})), "MRZ check digits").level, high);
  const Factor factor = factor_of(session_with(changed), "MRZ check digits");
  EXPECT_EQ(factor.level, low);
  EXPECT_EQ(factor.explanation,
            "Check digits that do not fit their fields: document number, composite.");
  EXPECT_EQ(factor_of(session_with({}), "MRZ check digits").level, Level::unavailable);
  EXPECT_EQ(factor_of(session_with(Lines{"P"}), "MRZ check digits").level, unknown);
}

TEST(document_expiry, is_decided_by_the_day_that_is_given) {
  struct Case {
    const char *name, *expiry;
    Level want;
  };
  const Case cases[] = {
      {"yesterday", "261120", low},       {"today", "261121", high},
      {"tomorrow", "261122", high},       {"unknown", "<<<<<<", unknown},
      {"day unknown", "2611<<", unknown}, {"no day", "261131", unknown},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Document document;
    document.expiry = c.expiry;
    EXPECT_EQ(factor_of(session_with(td3_of(document)), "Document expiry").level, c.want);
  }
  // Law 9: the same document, another day.
  Document document;
  document.expiry = "261121";
  const Time next_day = now + std::chrono::days{1};
  EXPECT_EQ(factor_of(session_with(td3_of(document)), "Document expiry", next_day).level, low);
  EXPECT_EQ(factor_of(session_with({}), "Document expiry").level, Level::unavailable);
}

TEST(document_type_and_country, compares_the_choice) {
  struct Case {
    const char *name, *type, *country, *code, *issuer;
    Level want;
  };
  const Case cases[] = {
      {"as chosen", "passport", "SK", "P<", "SVK", high},
      {"alpha-3", "passport", "SVK", "P<", "SVK", high},
      {"service passport", "passport", "SVK", "PS", "SVK", high},
      {"identity card", "id_card", "SK", "ID", "SVK", high},
      {"residence permit", "id_card", "SK", "AR", "SVK", high},
      {"Germany's D", "passport", "DE", "P<", "D<<", high},
      {"British dependent", "passport", "GB", "P<", "GBD", high},
      {"British national", "passport", "GB", "P<", "GBN", high},
      {"British overseas", "passport", "GB", "P<", "GBO", high},
      {"British protected", "passport", "GB", "P<", "GBP", high},
      {"British subject", "passport", "GB", "P<", "GBS", high},
      {"no such British", "passport", "GB", "P<", "GBX", medium},
      {"crew card", "id_card", "SK", "C<", "SVK", high},
      {"driving licence", "driving_licence", "SK", "D<", "SVK", high},
      {"another type", "passport", "SK", "I<", "SVK", medium},
      {"a licence that is a card", "driving_licence", "SK", "I<", "SVK", medium},
      {"another country", "passport", "CZ", "P<", "SVK", medium},
      {"an organisation", "passport", "CH", "P<", "UNO", medium},
      {"both other", "id_card", "CZ", "P<", "SVK", medium},
      {"a type of the skill's own", "seaman", "SK", "P<", "SVK", high},
      {"nothing chosen", "", "", "P<", "SVK", Level::unavailable},
      {"the type alone", "passport", "", "P<", "SVK", high},
      {"another type alone", "id_card", "", "P<", "SVK", medium},
      {"a type's letter in second place", "passport", "SK", "IP", "SVK", medium},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Document document;
    document.code = c.code;
    document.issuer = c.issuer;
    Session s = session_with(td3_of(document));
    s.steps[0].answers[0].value = std::string(c.type);
    s.steps[0].answers[1].value = std::string(c.country);
    EXPECT_EQ(factor_of(s, "Document type and country").level, c.want);
  }
}

std::vector<std::string> names_of(const Decision& decision) {
  std::vector<std::string> out;
  for (const Factor& factor : decision.factors) out.push_back(factor.name);
  return out;
}

TEST(decide, lists_every_factor_that_could_matter) {
  const Applicant form{"Anna", "Eriksson", "", "", false};
  Session session = session_with(td3_of({}), form);
  session.steps[0].answers.push_back({"last_name", "Eriksson"});
  Skill skill = enrolment();
  skill.rules.age_min = 18;
  session.duplicates.emplace();
  session.faces.emplace();
  const Decision all = decide(session, skill, now);
  EXPECT_EQ(names_of(all), std::vector<std::string>(factor_names.begin(), factor_names.end()));
  EXPECT_EQ(all.rules_version, "7");
  EXPECT_EQ(all.at, now);
  // VD7: "engine-less factors are UNAVAILABLE", each with a reason.
  for (const Factor& factor : all.factors) {
    EXPECT_TRUE(factor.explanation.ends_with('.')) << factor.name;
    const bool is_engine = factor.name == "Document reading" || factor.name == "Image quality" ||
                           factor.name == "Duplicates" || factor.name.starts_with("Face");
    EXPECT_EQ(factor.level == Level::unavailable, is_engine) << factor.name;
    EXPECT_EQ(factor.score.has_value(), !is_engine) << factor.name;
  }
  Skill plain;
  plain.steps = {{"consent", {}, {}}};
  EXPECT_TRUE(decide(Session{}, plain, now).factors.empty());
  EXPECT_EQ(decide(Session{}, plain, now).level, high);
  Skill zone_only = enrolment();
  for (StepRule& step : zone_only.steps) step.uploads.clear();
  EXPECT_EQ(names_of(decide(Session{}, zone_only, now)).size(), 3U);
}

TEST(decide, folds_with_what_the_skill_requires) {
  const Applicant form{"Anna", "Eriksson", "", "1974-08-12", false};
  Skill skill = enrolment();
  EXPECT_EQ(decide(session_with(td3_of({}), form), skill, now).level, high);
  skill.rules.required = {"Applicant integrity", "MRZ check digits", "Face verification"};
  EXPECT_EQ(decide(session_with(td3_of({}), form), skill, now).level, medium);
  skill.rules.required.pop_back();
  EXPECT_EQ(decide(session_with(td3_of({}), form), skill, now).level, high);
  EXPECT_EQ(decide(session_with({}, form), skill, now).level, medium);
  EXPECT_EQ(decide(session_with(td3_of({})), skill, now).level, medium);
  const Applicant other{"Anna", "Muster", "", "1974-08-12", false};
  EXPECT_EQ(decide(session_with(td3_of({}), other), skill, now).level, low);
}

TEST(fold, is_the_worst_that_counts) {
  struct Case {
    const char* name;
    std::vector<Level> given;
    std::vector<std::string> required;  // factors are called "0", "1", …
    Level want;
  };
  const Level none = Level::unavailable;
  const Case cases[] = {
      {"nothing", {}, {}, high},
      {"nothing, one required", {}, {"0"}, medium},
      {"high", {high}, {"0"}, high},
      {"unavailable, not required", {high, none}, {"0"}, high},
      {"unavailable, required", {high, none}, {"0", "1"}, medium},
      {"required one absent", {high}, {"5"}, medium},
      {"medium", {high, medium}, {}, medium},
      {"unknown", {high, unknown}, {}, medium},
      {"low beats all", {medium, low, unknown, none}, {"3"}, low},
      {"low beats a required one", {none, low}, {"0"}, low},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<Factor> factors;
    for (const Level level : c.given)
      factors.push_back({std::to_string(factors.size()), level, {}, ""});
    Rules rules;
    rules.required = c.required;
    EXPECT_EQ(fold(factors, rules), c.want);
  }
}

TEST(level, has_the_words_of_the_contract) {
  EXPECT_EQ(to_string(Level::high), "HIGH");
  EXPECT_EQ(to_string(Level::medium), "MEDIUM");
  EXPECT_EQ(to_string(Level::low), "LOW");
  EXPECT_EQ(to_string(Level::unavailable), "UNAVAILABLE");
  EXPECT_EQ(to_string(Level::unknown), "UNKNOWN");
}

}  // namespace
}  // namespace limen::journey
