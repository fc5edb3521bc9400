// The pages' table: plain HTML forms that work without a script. Every page is answered with the
// headers of page.hpp, every refusal with problems.cpp. What a form may do is decided in onboard/.
#include "doors/pages/handlers.hpp"
#include "doors/reading.hpp"

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
  std::vector<Route> rows = {
      {{"PATCH", "/go/{id}/uploads/{upload}", writes, Body::octets}, Tongue::problem, patch_upload},
      {{"GET", "/go/{id}/uploads/{upload}", reads, none}, Tongue::problem, get_upload},
      {{"POST", "/go/{id}/uploads", writes, text}, Tongue::problem, post_uploads},
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
      {{"GET", "/go/{id}", reads, none}, tongue, get_go},
      {{"POST", "/go/{id}", writes, form}, tongue, post_go},
      {{"GET", "/go/{id}/sent", reads, none}, tongue, get_sent},
      {{"GET", "/go/{id}/state", reads, none}, tongue, get_state},
      {{"GET", "/go/{id}/events", reads, none}, tongue, get_events},
      {{"POST", "/go/{id}/here", writes, text}, tongue, post_here},
      {{"GET", "/go/{id}/hand-over", reads, none}, tongue, get_hand_over},
      {{"POST", "/go/{id}/hand-over", writes, text}, tongue, post_hand_over},
      {{"POST", "/go/{id}/take-over", writes, text}, tongue, post_take_over},
      {{"GET", "/continue", reads, none}, tongue, get_continue},
      {{"POST", "/continue", writes, text}, tongue, post_continue},
      {{"GET", "/language", reads, none}, tongue, get_language, Needs::nothing},
  };
  // clang-format on
  rows[0].prepare = join_upload;
  rows[0].aside = Aside::reading;  // the last piece makes a picture that is read
  read_first<read_mobile>(rows, post_mobile);
  read_first<read_enrolment>(rows, post_enrolment);
  read_first<read_go>(rows, post_go);
  return rows;
}

}  // namespace limen::doors
