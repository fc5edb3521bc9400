// The claims of a receipt. Which skill, when, by which rules and how it ended stands in them as it
// is. What a person said, sent or is called, and what was found out about each, is a digest.
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

// By its own id and not by its number, so that no salt ever belongs to two files.
json::array uploads_json(Discloser& discloser, const Step& step, const std::string& place) {
  json::array uploads;
  for (const journey::Upload& upload : step.uploads)
    uploads.push_back(discloser.element(place + "/uploads/" + to_string(upload.id),
                                        json::object{{"type", upload.type},
                                                     {"sha256", hex(upload.sha256)},
                                                     {"bytes", upload.bytes},
                                                     {"media_type", upload.media_type},
                                                     {"received", to_unix(upload.received)}}));
  return uploads;
}

// Always the same members, so that their number tells nothing: not what was left unanswered, nor
// how many files there were.
json::object step_json(Discloser& discloser, const Step& step, const std::string& place) {
  Discloser::Members answers;
  for (const auto& [name, value] : step.answers) answers.emplace_back(name, json_of(value));
  Discloser::Members hidden;
  hidden.emplace_back("submitted", to_unix(step.submitted));
  hidden.emplace_back("answers", discloser.members(place + "/answers", std::move(answers)));
  hidden.emplace_back("uploads", uploads_json(discloser, step, place));
  const bool has_agreed = step.consent_texts != Digest{};
  hidden.emplace_back("consent_texts_sha256",
                      has_agreed ? json::value(hex(step.consent_texts)) : json::value(nullptr));
  json::object out = discloser.members(place, std::move(hidden));
  out["step"] = step.name;
  return out;
}

json::array steps_json(Discloser& discloser, const Session& session) {
  json::array steps;
  for (std::size_t i = 0; i < session.steps.size(); ++i)
    steps.push_back(step_json(discloser, session.steps[i], at("steps", i)));
  return steps;
}

// Which factors there are, and how high each is, says how old a person is or whose document it was.
json::array factors_json(Discloser& discloser, const journey::Decision& decision) {
  json::array factors;
  for (std::size_t i = 0; i < decision.factors.size(); ++i) {
    const journey::Factor& factor = decision.factors[i];
    json::object out{{"name", factor.name},
                     {"level", journey::to_string(factor.level)},
                     {"explanation", factor.explanation}};
    if (factor.score) out["score"] = *factor.score;
    factors.push_back(discloser.element(at("factors", i), std::move(out)));
  }
  return factors;
}

json::value applicant_json(Discloser& discloser, const Session& session) {
  if (!session.applicant) return nullptr;
  const journey::Applicant& applicant = *session.applicant;
  return discloser.members("applicant",
                           {{"first_name", json::string(applicant.first_name)},
                            {"last_name", json::string(applicant.last_name)},
                            {"additional_names", json::string(applicant.additional_names)},
                            {"date_of_birth", json::string(applicant.date_of_birth)}});
}

// What the back end calls the person and the session may say more than our own ids; it and what
// follows from the person are hidden, and are there, as null, when there is nothing to hide.
json::object hidden_json(Discloser& discloser, const Session& session) {
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
  };
  Discloser::Members hidden;
  hidden.emplace_back("session_id", text_or_null(session.caller_id));
  hidden.emplace_back("external_id", text_or_null(session.external_id));
  hidden.emplace_back("person", text_or_null(session.person));
  hidden.emplace_back("applicant", applicant_json(discloser, session));
  hidden.emplace_back("factors", factors_json(discloser, *session.decision));
  return discloser.members("session", std::move(hidden));
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
                      {"aud", receipt_audience},
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
                      {"steps", steps_json(discloser, session)}};
  if (session.rules != Digest{}) claims["rules_sha256"] = hex(session.rules);
  if (session.review) claims["review"] = review_json(discloser, session);
  for (auto& [name, value] : hidden_json(discloser, session)) claims[name] = std::move(value);
  claims["_sd_alg"] = "sha-256";
  return claims;
}

}  // namespace

std::string consent_texts(const journey::Skill& skill, const journey::StepRule& step,
                          const journey::Answers& answers) {
  json::array consents;
  for (const journey::Field& field : step.fields) {
    const auto answer = std::ranges::find(answers, field.name, &journey::Answer::name);
    if (!field.must_be_true || answer == answers.end()) continue;  // unanswered is not agreed to
    json::object texts;
    for (std::size_t i = 0; i < words::language_codes.size(); ++i)
      texts[words::language_codes[i]] = journey::label_of(field, static_cast<words::Language>(i));
    consents.push_back(json::object{{"field", field.name}, {"texts", std::move(texts)}});
  }
  if (consents.empty()) return {};
  return json::serialize(
      json::object{{"skill", skill.name}, {"step", step.name}, {"consents", std::move(consents)}});
}

Result<Receipt> receipt_of(const Desk& desk, const Session& session) {
  if (!session.completed || !session.decision)
    return refuse(Fault::conflict, codes::conflict,
                  "only a completed and decided session has a receipt");
  const auto seed = desk.ledger.receipt_seed(session.id);
  if (!seed)
    return refuse(Fault::absent, codes::absent,
                  "this session was completed before there were receipts");
  ASSERT(desk.signing.receipt != nullptr);
  Discloser discloser(*seed);
  const json::object claims = claims_of(desk, session, discloser);
  Receipt out{seal::sign_eddsa(*desk.signing.receipt, receipt_typ, claims), discloser.take(), {}};
  for (const Step& step : session.steps)
    if (step.consent_texts != Digest{})
      if (auto text = desk.ledger.consent_texts(step.consent_texts))
        out.consent_texts.push_back(std::move(*text));
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
