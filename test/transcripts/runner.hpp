// Plays one transcript against a House and says where the answers differ, or (LIMEN_BLESS) writes
// the answers into the file. A transcript is a text file:
//
//   # a comment; `# rows: A01 A22` names the rows of the contract it shows
//   > POST /v1/onboarding-token          request line, header fields, empty line, body
//   > Authorization: Bearer ${access}    ${…}: see words.hpp
//   >
//   > {"email":"john@example.com"}
//   < 201                                status, the headers the door set, empty line, body
//   < Content-Type: application/json
//   <
//   < {"onboarding_token":"DEM…"}
//   @keep code = onboarding_token        a member of the last body (a.0.b), or …
//   @keep id ~ name="id" value="([^"]+)  … what a regular expression finds in it
//   @keep id # Set-Cookie ^a=([^;]+)     … what one finds in a header field of the last answer
//   @set name text       a variable
//   @totp name demo.console.totp_secret  the code of an authenticator with that seed, now
//   @token name demo.oauth   an access token of that client
//   @engine                  from here on an engine is to look at faces; nothing calls it
//   @check name session      the id of the check of the session with that id
//   @sign name {"check":…}    the engine's webhook-signature over that body, of msg_1, now
//   @advance 1800s       moves the clock
//   @sweep               what the server does by itself every few seconds
//   @repeat 9            the last request that often again, each time with the same answer
//   @jwt access          `=` lines follow: header, claims and signer of a token
//
// In a request, `@field name value` and `@file field file-name picture` lines are the parts of a
// multipart body; `@blob picture` is a body of those bytes (pictures.hpp). An answer that is no
// text is one line `@bytes size sha256`.
#pragma once

#include <filesystem>
#include <string>

namespace limen::transcripts {

enum class Mode { compare, bless };

// The differences, readable; empty when there is none. Throws std::runtime_error with the line
// for a file that cannot be played.
std::string play(const std::filesystem::path& file, Mode mode);

}  // namespace limen::transcripts
