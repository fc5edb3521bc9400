// The pages' table: plain HTML forms that work without a script. Every page is answered with the
// headers of page.hpp, every refusal with problems.cpp. What a form may do is decided in onboard/.
#include "doors/pages/handlers.hpp"

namespace limen::doors {

std::vector<Route> pages_routes() {
  using namespace pages;
  constexpr auto reads = Access::reads;
  constexpr auto writes = Access::writes;
  constexpr auto none = Body::none;
  constexpr auto text = Body::text;
  constexpr auto form = Body::multipart;  // with a picture; only where a token is asked for
  constexpr auto tongue = Tongue::page;
  // clang-format off
  return {
      {{"GET", "/invite", reads, none}, tongue, get_invite, Needs::nothing},
      {{"POST", "/invite", writes, text, guess_time}, tongue, post_invite},
      {{"POST", "/invite/consent", writes, text}, tongue, post_consent},
      {{"GET", "/capture", reads, none}, tongue, get_capture},
      {{"GET", "/mobile", reads, none}, tongue, get_mobile},
      {{"POST", "/mobile", writes, form}, tongue, post_mobile},
      {{"GET", "/web-enrolment/", reads, none}, tongue, get_enrolment},
      {{"GET", "/web-enrolment", reads, none}, tongue, get_enrolment},
      {{"POST", "/web-enrolment/", writes, form}, tongue, post_enrolment},
      {{"POST", "/web-enrolment", writes, form}, tongue, post_enrolment},
  };
  // clang-format on
}

}  // namespace limen::doors
