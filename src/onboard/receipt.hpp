// Receipts: what the server says about a completed session, signed so that a third party believes
// it without asking anybody, and made of salted digests wherever a person's data would stand, so
// that it may be kept when the data is erased (ADR 0017; docs/wire/receipts.md). Nothing of a
// receipt is stored but the seed of its salts: the same session gives the same bytes. It decides
// nothing and checks no receipt; reading one is main/receipt.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "onboard/desk.hpp"

namespace limen::onboard {

// The `typ` of a receipt: no other token has it.
constexpr std::string_view receipt_typ = "limen-receipt+sd-jwt";
// And its `aud`: whoever takes our tokens finds that this one was made for no server of his.
constexpr std::string_view receipt_audience = "urn:limen:receipt";

struct Receipt {
  std::string signed_text;           // compact JWS
  std::vector<std::string> opening;  // disclosures, each the salt and the value of one digest
  // What was agreed to, a text for each step that asked, whose digests are in the receipt.
  std::vector<std::string> consent_texts;
};

// Refuses with conflict unless the session is completed, with absent when it was completed before
// there were receipts.
Result<Receipt> receipt_of(const Desk& desk, const Session& session);
// For who holds the credential of an enrolment: while it is active. Refuses with
// inactive_credentials, expired_credentials, and absent when the data is erased.
Result<Receipt> receipt_of(const Desk& desk, const Enrolment& enrolment);

// The consents of that step which these answers give, in every language, as a page shows them: the
// JSON text whose SHA-256 stays with the step. Empty when they give none.
std::string consent_texts(const journey::Skill& skill, const journey::StepRule& step,
                          const journey::Answers& answers);

}  // namespace limen::onboard
