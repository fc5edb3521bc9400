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

struct Receipt {
  std::string signed_text;           // compact JWS
  std::vector<std::string> opening;  // disclosures, each the salt and the value of one digest
  // What was agreed to, whose digest is in the receipt; empty when the skill asks for no consent or
  // its file was changed since.
  std::string consent_texts;
};

// Refuses with conflict unless the session is completed, with absent when it was completed before
// there were receipts.
Result<Receipt> receipt_of(const Desk& desk, const Session& session);
// For who holds the credential of an enrolment: while it is active. Refuses with
// inactive_credentials, expired_credentials, and absent when the data is erased.
Result<Receipt> receipt_of(const Desk& desk, const Enrolment& enrolment);

// Every consent of the skill in every language, as a page shows it: the JSON text whose SHA-256 a
// receipt names. Empty when it asks for none.
std::string consent_texts(const journey::Skill& skill);

}  // namespace limen::onboard
