// Who asks at the device door, and the addresses it hands out. It exists because s3 writes the same
// Authorization header for two kinds of credentials. Believing them is onboard/caller.hpp.
#pragma once

#include <string>
#include <string_view>

#include "doors/door.hpp"
#include "onboard/caller.hpp"

namespace limen::doors::device {

// s3: "Authorization: <api_key>", raw or behind ApiKey, Apikey, Token. An ephemeral token in its
// place is known, and may not (403).
Result<onboard::Caller> by_api_key(const Request& request, onboard::Desk& desk,
                                   grant::Scope wanted);
// s3: "Authorization: <token>", raw or behind Token, or in ?authorization= where a URL must carry
// it; or an enrolment accessToken behind Bearer.
Result<onboard::Caller> by_own_token(const Request& request, onboard::Desk& desk,
                                     grant::Scope wanted);
// The ephemeral token's text as it was shown.
Result<std::string> own_token_text(const Request& request);
// One of the above for reading: a key or OAuth access token needs session_all:read.
Result<onboard::Caller> by_any_reader(const Request& request, onboard::Desk& desk);
bool is_own_token(const onboard::Caller& caller);

// A token as it may stand in a URL: with or without its scheme in front.
std::string_view without_scheme(std::string_view text);

// s3: "https://<IDV_HOST>/capture?url=<URL_ENCODED_LINK>"
std::string hand_off_url(const std::string& base_url, std::string_view token,
                         std::string_view session_id);

}  // namespace limen::doors::device
