// The URL of s3's step 4, read back. It exists because /capture takes a whole URL from a stranger:
// it is compared with our own address and taken apart, never fetched and never redirected to.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace limen::doors::pages {

struct HandOff {
  std::string authorization;  // without its scheme
  std::string session_id;
  friend bool operator==(const HandOff&, const HandOff&) = default;
};

// The query of /mobile: "authorization=<token>&sessionId=<id>", each once, neither empty.
Result<HandOff> hand_off_in(std::string_view query);

// `url` is decoded once, as the query of /capture is. It must begin, letter for letter but for the
// case of scheme and host, with `base_url` and "/mobile?"; whatever else a URL parser might make of
// it, it is refused (C18).
Result<HandOff> hand_off_at(std::string_view url, std::string_view base_url);

}  // namespace limen::doors::pages
