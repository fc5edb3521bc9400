// Small questions about text that several rooms ask: is it UTF-8, how many code points, does it
// hold a control character, is it an e-mail address; and its plain forms, one line or one case.
#pragma once

#include <string>
#include <string_view>

namespace limen {

// Strict UTF-8 (no overlong forms, no surrogates, nothing past U+10FFFF).
bool is_utf8(std::string_view text);
// Code points of valid UTF-8 text.
std::size_t count_points(std::string_view text);
// C0, DEL, C1, and the line and paragraph separators U+2028 and U+2029.
bool has_control(std::string_view text);
bool is_ascii(std::string_view text);
// `text` as valid UTF-8 on one line, for a letter, an error or a log: whatever is a control, a line
// end or a bidirectional override becomes a space, broken bytes become U+FFFD, spaces at the ends
// go. The doors refuse such texts; this is for the day one gets past them.
std::string single_line(std::string_view text);
// A name from outside, short and plain enough for an error text; "(unprintable)" otherwise.
std::string shown(std::string_view name);
// For one part of a URL: letters, digits and -_.~ stay, every other byte becomes %XX (RFC 3986
// section 2.1).
std::string percent_encode(std::string_view text);
std::string ticked(std::string_view name);  // `name` between back quotes, for an error text
std::string lower_ascii(std::string_view text);
std::string upper_ascii(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII letters only
// Without the white space (space, tab) at either end.
std::string_view trim(std::string_view text);

// One mailbox of RFC 5321 section 4.1.2 in the form people write it: dot-atom local part of at most
// 64 octets, a domain of letter-digit-hyphen labels with at least one dot, at most 254 octets in
// all, ASCII. Quoted local parts and address literals are refused: no mail system hands them out to
// people.
bool is_email(std::string_view text);

}  // namespace limen
