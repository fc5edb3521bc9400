// The tongue of the pages: a person reads these, so they say what happened and what to do, and no
// more than the person may know. Forged, unknown and foreign look alike (Law 7); only who holds a
// genuine text is told that it expired.
#include "base/problem_codes.hpp"
#include "doors/door.hpp"
#include "doors/pages/form.hpp"
#include "doors/pages/page.hpp"
#include "doors/pages/visits.hpp"

namespace limen::doors {
namespace {

using words::Key;

// contract, "Expired or unknown": "genuine but expired text may be told so (pages 410 …); forged,
// unknown and foreign look alike (pages 404, `/mobile` with a token that does not own the session
// 403)".
int page_status(const Problem& problem) {
  if (problem.code == codes::token_expired) return 410;
  const int status = usual_status(problem);
  return status == 401 ? 404 : status;
}

struct Words {
  Key title, happened, advice;
};

Words words_for(int status) {
  switch (status) {
    case 403: return {"problem.403_title", "problem.403_happened", "problem.403_advice"};
    case 404: return {"problem.404_title", "problem.404_happened", "problem.404_advice"};
    case 405: return {"problem.405_title", "problem.405_happened", "problem.405_advice"};
    case 409: return {"problem.409_title", "problem.409_happened", "problem.409_advice"};
    case 410: return {"problem.410_title", "problem.410_happened", "problem.410_advice"};
    case 413: return {"problem.413_title", "problem.413_happened", "problem.413_advice"};
    case 429: return {"problem.429_title", "problem.429_happened", "problem.429_advice"};
    case 503: return {"problem.503_title", "problem.503_happened", "problem.503_advice"};
    default: break;
  }
  if (status >= 500) return {"problem.500_title", "problem.500_happened", "problem.500_advice"};
  return {"problem.400_title", "problem.400_happened", "problem.400_advice"};
}

// What the place tells beyond the status.
Words words_at(const Problem& problem, int status, std::string_view path) {
  if (problem.code == codes::transfer_used)
    return {"problem.used_title", "problem.used_happened", "problem.used_advice"};
  if (problem.code == codes::cross_site)
    return {"problem.cross_title", "problem.cross_happened", "problem.cross_advice"};
  if (status == 404 && path == "/continue")
    return {"problem.replaced_title", "problem.replaced_happened", "problem.replaced_advice"};
  if (status == 410 && path == "/continue")
    return {"problem.late_title", "problem.late_happened", "problem.late_advice"};
  // Without the cookie: it was never here, it ran out, or another device took over.
  if (status == 404 && path.starts_with("/go/") && problem.code == codes::unauthenticated)
    return {"problem.away_title", "problem.away_happened", "problem.away_advice"};
  return words_for(status);
}

// A frame that stays empty explains nothing. This page holds no right and asks for nothing, so it
// may stand in any frame, but only where one was asked for.
bool is_in_frame(const Request& request) {
  if (!request.path.starts_with("/web-enrolment")) return false;
  if (pages::wish_in(request).is_framed) return true;
  const auto form = pages::Form::read(request);
  return form && pages::wish_in(*form).is_framed;
}

}  // namespace

Response word_page(const Problem& problem, const Request& request, Time,
                   const pages::Brand* brand) {
  const int status = page_status(problem);
  const Words words = words_at(problem, status, request.path);
  pages::Page page;
  page.status = status;
  page.look = pages::look_of(request);
  if (brand != nullptr) {
    pages::wear(*brand, page.look);
    page.brand = brand->name;
  }
  if (is_in_frame(request)) page.look.framed_by = "*";
  if (request.path.starts_with("/go/")) page.look.switch_to = request.path;
  // What did not open anything may still be somebody's secret: it leaves the address too.
  if (!request.query.empty()) {
    page.powers = pages::Powers::script;
    page.facts = pages::fill(" data-bare");
  }
  page.title = page.look.say(words.title);
  page.before = pages::fill("<div class=\"sign bad\"></div>\n");
  page.body = pages::fill("<p>{}</p>\n<p>{}</p>\n", page.look.say(words.happened),
                          page.look.say(words.advice));
  if (!request.id.empty() && status >= 500)
    page.body += pages::fill("<p class=\"hint\">{}</p>\n",
                             page.look.say("problem.reference", {{"id", request.id}}));
  Response response = pages::render(page);
  if (problem.code == codes::wrong_method) set_header(response, "Allow", problem.detail);
  return response;
}

}  // namespace limen::doors
