// The words of the invitation door: how its bodies are read and how s1's 400 names every broken
// field at once. It exists apart from the routes so that it can be tested without a store. What
// makes a field right is onboard/invite.hpp.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "doors/door.hpp"
#include "onboard/connect.hpp"
#include "onboard/invite.hpp"

namespace limen::doors {

// One entry of a 400's `errors`, in class-validator's words as s1 shows them.
struct FieldHint {
  std::string field, code, hint;
  friend bool operator==(const FieldHint&, const FieldHint&) = default;
};
using FieldHints = std::vector<FieldHint>;
// What was read, or everything that is wrong with it.
template <class T>
using Read = std::expected<T, FieldHints>;

// {"code":400,"errors":[…]}: nothing else, whatever is wrong (A14). At most 32 entries.
Response bad_request(const FieldHints& errors);

// The hint of one rule: `field should not be empty` for isNotEmpty, and so on.
FieldHint hint_of(std::string field, std::string_view rule);
// "first_name" as s1's errors spell it: "firstName".
std::string camel(std::string_view snake);

// Every broken field, in the order email, firstName, lastName, language (which may be absent).
// Members it does not know are ignored.
Read<onboard::Invitee> read_invitee(const json::object& body);

struct CodeAndEmail {
  std::string code, email;
};
Read<CodeAndEmail> read_code_and_email(const json::object& body);

struct ConsentWords {
  onboard::Consent decision = onboard::Consent::withdrawn;
  std::string date_of_birth{};
};
Read<ConsentWords> read_consent(const json::object& body);

}  // namespace limen::doors
