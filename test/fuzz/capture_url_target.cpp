// The URL that /capture is given by a stranger: what is accepted begins with our own address, and
// the hand-off read from it can be written again and is read the same.
#include <string>

#include "doors/device/wire.hpp"
#include "doors/pages/hand_off.hpp"
#include "fuzz/fuzz.hpp"
#include "http/message.hpp"

namespace limen::doors::pages {
namespace {

const std::string base_url = "https://id.example.com";

void check_accepted(const HandOff& found) {
  ASSERT(!found.authorization.empty() && !found.session_id.empty());
  ASSERT(!has_control(found.authorization) && !has_control(found.session_id));
  // A second "Token " in front is a scheme to the next reader; none of our tokens begins so.
  if (device::without_scheme(found.authorization) != found.authorization) return;
  const std::string link = device::hand_off_url(base_url, found.authorization, found.session_id);
  http::Request request;
  request.query = link.substr(link.find('?') + 1);
  const auto url = request.query_value("url");
  ASSERT(url);
  const auto again = hand_off_at(*url, base_url);
  ASSERT(again && *again == found);
}

FUZZ(capture_url) {
  // As it stands in the query of /capture: decoded once, and only once.
  http::Request request;
  request.query = input;
  const std::string url = request.query_value("url").value_or(std::string(input));
  const auto found = hand_off_at(url, base_url);
  if (found) {
    ASSERT(lower_ascii(url).starts_with(base_url + "/mobile?"));
    ASSERT(!has_control(url) || !is_utf8(url));
    check_accepted(*found);
  } else {
    fuzz::check_problem(found.error());
  }
  ASSERT(!hand_off_at(url, ""));
  const auto query = hand_off_in(input);
  if (query) check_accepted(*query);
  else fuzz::check_problem(query.error());
}

}  // namespace
}  // namespace limen::doors::pages
