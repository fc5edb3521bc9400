// The one strict JSON reader (RFC 8259, as ASVS 1.5.3 wants it read): the same verdict on the same
// bytes at every endpoint. Refused: duplicate members, a byte-order mark, NUL in strings, numbers
// out of range, lone surrogates, invalid UTF-8, anything after the value, nesting beyond
// limits.hpp. It also holds the small accessors doors share. It does not know what a member means.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "base/result.hpp"

namespace limen {

namespace json = boost::json;

// The value, or malformed/`malformed_json` whose detail says what rule was broken and where (byte
// offset).
Result<json::value> parse_json(std::string_view text);

// The member of that name, or nullptr. Never throws.
const json::value* member(const json::object& object, std::string_view name);
// The member's text if it is a string, else an empty view.
std::string_view text_member(const json::object& object, std::string_view name);

}  // namespace limen
