// The invitation letter: from what the ledger knows to a Message, purely. It exists so that what
// people read is decided in one place from values that are inert by then. It reads no clock, no
// ledger and no account: the letter carries its own data. The code is computed just before and is
// stored nowhere.
#pragma once

#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "outbox/mime.hpp"
#include "outbox/templates.hpp"
#include "seal/secret.hpp"

namespace limen::outbox {

// Settings of this installation.
struct Sender {
  std::string base_url;  // of links, without a slash at the end (M3: never a Host header)
  std::string address;   // From and envelope
  std::string name{};    // From; empty: the organisation's
  std::string domain{};  // of Message-IDs; empty: the address's
};

// Refuses with invalid_field (`base_url`, `address`, `domain`), for the start of the server.
Result<void> check(const Sender& sender);

struct Invitation {
  Id letter;
  Time created;  // of the letter
  std::string to, first_name, last_name;
  std::string organisation;
  std::string prefix;  // of the organisation's codes
  seal::Secret code;   // as issued: "SNF7K3Q9XHPA"
  Time expires;
  std::string language{};  // a code; empty when nobody chose one: then the fallback
};

Message render(const Templates& templates, const Sender& sender, const Invitation& invitation);

// "SNF 7K3 Q9X HPA": the prefix, then threes; no letter stands alone at the end.
std::string grouped(std::string_view code, std::size_t prefix);
// base_url + "/invite?code=" + the code + "&lang=" + the language, everything but unreserved
// characters (RFC 3986 section 2.3) percent-encoded. Without a language the page asks the browser.
std::string invitation_link(std::string_view base_url, std::string_view code,
                            std::string_view language);
// A name that no mail program takes for a link: one line, at most limits::name_points, and a space
// after each dot, colon and @ that stands inside a word. "John" stays John; "evil.example" becomes
// "evil. example".
std::string inert_name(std::string_view name);

}  // namespace limen::outbox
