// What the doors share: the shape of a route row with its handler, and the tongues in which
// refusals are worded. A door is a dictionary: wire words in, one use case, wire words out. No rule
// lives here or in any door.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/network.hpp"
#include "base/result.hpp"
#include "http/answer.hpp"
#include "http/route.hpp"
#include "onboard/desk.hpp"

namespace limen::doors {

using http::Access;
using http::Body;
using http::reason;
using http::Request;
using http::Response;

class Operations;  // doors/operations.hpp

// What a route's preparation found out, for its handler. Each door that prepares derives its own.
struct Prepared {
  virtual ~Prepared() = default;
};

namespace pages {
struct Brand;  // pages/look.hpp
}

// The desk of the use cases, and beside it what only doors ask of the server as a whole.
struct Desk : onboard::Desk {
  Operations& operations;
  const Prepared* prepared = nullptr;  // of a route that prepares
  // Whose page it is, once a handler of the pages knows: a refusal after that looks like it.
  std::shared_ptr<const pages::Brand> brand{};
};

// In whose words a refusal is answered. Each is one problems.cpp.
enum class Tongue : std::uint8_t {
  invitation,  // s1: six keys {code,timestamp,path,method,error,message}
  skills,      // {id,type,http,code,message}
  problem,  // application/problem+json (RFC 9457), with `errors` by field: /api/, /operator/, /dev/
  oauth,    // {error,error_description} (RFC 6749 section 5.2)
  page,     // an HTML page a person can read
};

// The topic of http's event streams under which the changes of that session are published after
// their commit. A handler that lets somebody follow it answers `http::stream_of(topic_of(id))`; a
// use case that changes something about it without saving it calls Ledger::announce.
inline std::string_view topic_of(const journey::SessionId& id) { return as_text(id.view()); }

// A plain function: request and desk in, answer or refusal out. Runs on the route's lane.
using Handler = Result<Response> (*)(const Request& request, Desk& desk);

// Wrong pairs of code and address are refused after this time, whatever was wrong (trust C8): far
// longer than finding out takes, far shorter than a person notices.
constexpr auto guess_time = limits::guess_time;

// Whether a handler asks the ledger anything. One that does not is answered without a lane, so that
// it works while the store is failing; the ledger of its desk must not be used.
enum class Needs : std::uint8_t { ledger, nothing };

// How far a handler's effects reach. One that changes nothing but the ledger may be run again after
// what it did was undone; one that may ask Operations is run once.
enum class Reach : std::uint8_t { house, ledger };

// Lanes, of one thread each but for one, beside the usual ones, for what takes long: nobody waits
// for it but those who asked for the like. Each of them reads; none writes.
enum class Aside : std::uint8_t {
  none,      // reads on the readers, writes on the writer
  slow,      // as long as the data is big: copies, long files
  hashing,   // passwords that strangers try
  familiar,  // passwords from devices that signed in before: strangers are not in this queue
  pictures,  // decoding and encoding
  reading,   // finding out what pictures say; as many threads as there are processors
  people,    // walks through everybody of an organisation
};
// Work before the handler, on a lane aside, where nothing can be written; its refusal is the
// answer.
using Prepare = Result<std::unique_ptr<Prepared>> (*)(const Request& request, Desk& desk);
// Which lane a request goes to, where that depends on what or who it is. For a route that prepares,
// `none`: this request needs no preparation.
using Pick = Aside (*)(const Request& request, const seal::Sealer& sealer, Time now);

struct Route : http::Route {
  Tongue tongue;
  Handler handler;
  Needs needs = Needs::ledger;
  Reach reach = Reach::house;  // all_routes() knows the doors that have no Operations
  Aside aside = Aside::none;   // where it is prepared, or answered when there is nothing to prepare
  Prepare prepare = nullptr;
  Pick pick = nullptr;
};
inline Aside aside_of(const Route& route, const Request& request, const seal::Sealer& sealer,
                      Time now) {
  return route.pick != nullptr ? route.pick(request, sealer, now) : route.aside;
}

inline bool is_prepared(const Route& route, const Request& request, const seal::Sealer& sealer,
                        Time now) {
  return route.prepare != nullptr && aside_of(route, request, sealer, now) != Aside::none;
}

// Each door's table, one screen each (routes.cpp of its folder).
std::vector<Route> invitation_routes();
std::vector<Route> oauth_routes();
std::vector<Route> skills_routes();
std::vector<Route> device_routes();
std::vector<Route> enrolment_routes();
std::vector<Route> engine_routes();
std::vector<Route> operator_routes();
std::vector<Route> pages_routes();
std::vector<Route> console_routes();
std::vector<Route> assets_routes();  // assets.cpp
std::vector<Route> health_routes();
std::vector<Route> dev_routes();  // dev mode only
// All of them (routes.cpp).
std::vector<Route> all_routes(bool is_dev);

// The refusal in that tongue: status, headers (WWW-Authenticate, Retry-After) and body. `now`
// stamps it; a page wears `brand`.
Response word(Tongue tongue, const Problem& problem, const Request& request, Time now,
              const pages::Brand* brand = nullptr);
// The tongue of a path that no route row answers: unknown routes speak s1's six keys whatever the
// prefix, except under /api/, /operator/ and /dev/ (problem+json) and the pages (HTML); a known
// path with a wrong method or a broken request speaks its door's.
Tongue tongue_of(std::string_view path);

// One word function a tongue; word() is the switch over them.
Response word_invitation(const Problem& problem, const Request& request, Time now);
Response word_skills(const Problem& problem, const Request& request, Time now);
Response word_problem(const Problem& problem, const Request& request, Time now);
Response word_oauth(const Problem& problem, const Request& request, Time now);
Response word_page(const Problem& problem, const Request& request, Time now,
                   const pages::Brand* brand = nullptr);

// --- bodies in and out (wire.cpp) ---
// The JSON object in the body: 415 (wrong_media_type) when the media type is not application/json,
// malformed_json otherwise.
Result<json::object> json_body(const Request& request);
// The same, but no body at all is an empty object.
Result<json::object> optional_json_body(const Request& request);
// Fields of a JSON object or a form body, whichever the media type says; every value a text.
// OAuth's bodies.
struct TextFields {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string_view get(std::string_view name) const;  // empty when absent
};
Result<TextFields> text_fields(const Request& request);
Response json_response(int status, const json::value& body);

// --- credentials (credentials.cpp): texts only; believing them is onboard/caller.hpp ---
struct Basic {
  std::string username, password;
};
// RFC 7617: padding required, split at the first colon, UTF-8. Nothing when absent or malformed.
std::optional<Basic> basic_credentials(const Request& request);
// "Bearer <token>", scheme without case; exactly one Authorization header.
std::optional<std::string> bearer_token(const Request& request);
// Raw, or behind one of the given schemes ("ApiKey", "Token"…), without case.
std::optional<std::string> token_with_schemes(const Request& request,
                                              std::span<const std::string_view> schemes);

// Answers of a step as JSON gives them: text, true/false, array of texts; anything else is
// invalid_field naming it.
Result<journey::Answers> answers_of(const json::object& data);
// One value of them; nothing for anything else.
std::optional<journey::Value> answer_value(const json::value& given);
// Who sent the request; unknown (all zero) when that is no address.
Address sender_address(const Request& request);
// The status a problem has where a tongue has no reason of its own for another.
int usual_status(const Problem& problem);
// Adds the header unless one of that name is there already.
void set_header(Response& response, std::string_view name, std::string value);

}  // namespace limen::doors
