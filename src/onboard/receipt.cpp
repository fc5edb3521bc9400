// The claims of a receipt. What names nobody stands in them as it is: which skill, when, by which
// rules, how high. What a person said, sent or is called is a digest.
#include "onboard/receipt.hpp"

#include <algorithm>
#include <array>

#include "base/problem_codes.hpp"
#include "base/words.hpp"
#include "journey/labels.hpp"
#include "onboard/inspect.hpp"
#include "onboard/settle.hpp"
#include "seal/disclosure.hpp"

namespace limen::onboard {
namespace {

using journey::Step;
using seal::Discloser;

constexpr std::array<std::string_view, 3> door_words = {"skills", "device", "enrolment"};

std::string at(std::string_view place, std::size_t number) {
  return std::string(place) + '/' + std::to_string(number);
}

json::value json_of(const journey::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return json::string(*text);
  if (const auto* answer = std::get_if<bool>(&value)) return *answer;
  return json::value_from(std::get<std::vector<std::string>>(value));
}

// What the back end calls the person and the session: it may say more than our own ids.
json::object who(Discloser& discloser, const Session& session) {
  Discloser::Members hidden;
  const std::pair<std::string_view, const std::string&> names[] = {
      {"session_id", session.caller_id},
      {"external_id", session.external_id},
      {"person", session.person}};
  for (const auto& [name, text] : names)
    if (!text.empty()) hidden.emplace_back(name, text);
  return hidden.empty() ? json::object() : discloser.members("who", std::move(hidden));
}

json::object step_json(Discloser& discloser, const Step& step, const std::string& place) {
  Discloser::Members answers;
  for (const auto& [name, value] : step.answers) answers.emplace_back(name, json_of(value));
  json::array uploads;
  for (const journey::Upload& upload : step.uploads) {
    // By its own id and not by its number, so that no salt ever belongs to two files.
    uploads.push_back(discloser.element(place + "/upload/" + to_string(upload.id),
                                        json::object{{"type", upload.type},
                                                     {"sha256", hex(upload.sha256)},
                                                     {"bytes", upload.bytes},
                                                     {"media_type", upload.media_type},
                                                     {"received", to_unix(upload.received)}}));
  }
  return {{"step", step.name},
          {"submitted", to_unix(step.submitted)},
          {"answers", discloser.members(place + "/answers", std::move(answers))},
          {"uploads", std::move(uploads)}};
}

json::array steps_json(Discloser& discloser, const Session& session) {
  json::array steps;
  for (std::size_t i = 0; i < session.steps.size(); ++i)
    steps.push_back(step_json(discloser, session.steps[i], at("steps", i)));
  return steps;
}

json::array factors_json(Discloser& discloser, const journey::Decision& decision) {
  json::array factors;
  for (std::size_t i = 0; i < decision.factors.size(); ++i) {
    const journey::Factor& factor = decision.factors[i];
    Discloser::Members hidden;
    if (factor.score) hidden.emplace_back("score", *factor.score);
    hidden.emplace_back("explanation", factor.explanation);
    json::object out = discloser.members(at("factors", i), std::move(hidden));
    out["name"] = factor.name;
    out["level"] = journey::to_string(factor.level);
    factors.push_back(std::move(out));
  }
  return factors;
}

json::object applicant_json(Discloser& discloser, const journey::Applicant& applicant) {
  return discloser.members("applicant",
                           {{"first_name", json::string(applicant.first_name)},
                            {"last_name", json::string(applicant.last_name)},
                            {"additional_names", json::string(applicant.additional_names)},
                            {"date_of_birth", json::string(applicant.date_of_birth)}});
}

// The reviewer's words are about a person, and the reviewer is one.
json::object review_json(Discloser& discloser, const Session& session) {
  json::object out = discloser.members(
      "review",
      {{"by", json::string(session.review->by)}, {"reason", json::string(session.review->reason)}});
  out["verdict"] = session.state == journey::State::approved ? "approve" : "reject";
  out["at"] = to_unix(session.review->at);
  return out;
}

json::object claims_of(const Desk& desk, const Session& session, Discloser& discloser) {
  const auto organisation = desk.ledger.organisation(session.tenant);
  const journey::Decision& decision = *session.decision;
  // The moment of what it says last, not of asking: the same state has one receipt.
  const Time said = session.review ? session.review->at : decision.at;
  json::object claims{{"iss", desk.settings.issuer},
                      {"iat", to_unix(said)},
                      {"jti", to_string(session.id) + (session.review ? "/review" : "/decision")},
                      {"sub", to_string(session.id)},
                      {"organisation", organisation ? organisation->handle : std::string()},
                      {"door", door_words.at(static_cast<std::size_t>(session.door))},
                      {"skill", session.skill},
                      {"begun", to_unix(session.created)},
                      {"completed", to_unix(*session.completed)},
                      {"rules_version", decision.rules_version},
                      {"level", journey::to_string(decision.level)},
                      {"status", enrolment_status(session, said)},
                      {"factors", factors_json(discloser, decision)},
                      {"steps", steps_json(discloser, session)}};
  if (session.rules != Digest{}) claims["rules_sha256"] = hex(session.rules);
  if (session.consent_texts != Digest{})
    claims["consent_texts_sha256"] = hex(session.consent_texts);
  if (session.applicant) claims["applicant"] = applicant_json(discloser, *session.applicant);
  if (session.review) claims["review"] = review_json(discloser, session);
  for (auto& [name, value] : who(discloser, session)) claims[name] = std::move(value);
  claims["_sd_alg"] = "sha-256";
  return claims;
}

}  // namespace

std::string consent_texts(const journey::Skill& skill) {
  json::array consents;
  for (const journey::StepRule& step : skill.steps) {
    for (const journey::Field& field : step.fields) {
      if (!field.must_be_true) continue;
      json::object texts;
      for (std::size_t i = 0; i < words::language_codes.size(); ++i)
        texts[words::language_codes[i]] = journey::label_of(field, static_cast<words::Language>(i));
      consents.push_back(
          json::object{{"step", step.name}, {"field", field.name}, {"texts", std::move(texts)}});
    }
  }
  if (consents.empty()) return {};
  return json::serialize(json::object{{"skill", skill.name}, {"consents", std::move(consents)}});
}

Result<Receipt> receipt_of(const Desk& desk, const Session& session) {
  if (!session.completed || !session.decision)
    return refuse(Fault::conflict, codes::conflict, "only a completed session has a receipt");
  if (session.receipt_seed == Digest{})
    return refuse(Fault::absent, codes::absent,
                  "this session was completed before there were receipts");
  ASSERT(desk.signing.receipt != nullptr);
  Discloser discloser(session.receipt_seed);
  const json::object claims = claims_of(desk, session, discloser);
  Receipt out{seal::sign_eddsa(*desk.signing.receipt, receipt_typ, claims), discloser.take(), {}};
  const journey::Skill* skill = desk.catalogue.find(session.skill);
  std::string texts = skill == nullptr ? std::string() : consent_texts(*skill);
  if (!texts.empty() && seal::sha256(texts) == session.consent_texts)
    out.consent_texts = std::move(texts);
  return out;
}

Result<Receipt> receipt_of(const Desk& desk, const Enrolment& enrolment) {
  switch (state_of(enrolment, desk.at.now)) {
    case EnrolmentState::active: break;
    case EnrolmentState::deleted:
      return refuse(Fault::unauthenticated, codes::inactive_credentials, "the consent was deleted");
    case EnrolmentState::expired:
      return refuse(Fault::unauthenticated, codes::expired_credentials, "the consent has expired");
  }
  const auto session = desk.ledger.session(enrolment.session);
  if (!session) return refuse(Fault::absent, codes::absent, "the data was erased");
  return receipt_of(desk, *session);
}

}  // namespace limen::onboard
