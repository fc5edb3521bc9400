// The tongue of the pages: a person reads these, so they say what happened and what to do, and no
// more than the person may know. Forged, unknown and foreign look alike (Law 7); only who holds a
// genuine text is told that it expired.
#include "base/problem_codes.hpp"
#include "doors/door.hpp"
#include "doors/pages/page.hpp"

namespace limen::doors {
namespace {

// contract, "Expired or unknown": "genuine but expired text may be told so (pages 410 …); forged,
// unknown and foreign look alike (pages 404, `/mobile` with a token that does not own the session
// 403)".
int page_status(const Problem& problem) {
  if (problem.code == codes::token_expired) return 410;
  const int status = usual_status(problem);
  return status == 401 ? 404 : status;
}

struct Words {
  std::string_view title, happened, advice;
};

Words words_for(int status) {
  switch (status) {
    case 403:
      return {"This link does not fit", "This link does not belong to the session it names.",
              "Open the link exactly as you received it, or ask for a new one."};
    case 404:
      return {"Page not found", "There is nothing at this address, or the link is not complete.",
              "Open the link exactly as you received it, or ask for a new one."};
    case 405:
      return {"That does not work here", "This address does not take such a request.",
              "Go back to the page before and try again from there."};
    case 409:
      return {"Already done", "This has been done already, or somebody else was faster.",
              "Open your link again to see where you are."};
    case 410:
      return {"This link has expired", "The time for this link is over. Nothing was lost.",
              "Ask whoever sent you the link for a new one."};
    case 413:
      return {"That is too much", "What was sent is larger than we can take.",
              "Choose a smaller picture and try again."};
    case 429:
      return {"Please wait", "There were too many attempts in a short time.",
              "Wait a moment, then try again."};
    case 503:
      return {"We cannot do that just now", "Nothing was changed.", "Try again in a minute."};
    default: break;
  }
  if (status >= 500)
    return {"Something went wrong", "This is our fault, not yours.", "Try again in a minute."};
  return {"That cannot be read", "Part of the request is missing or not as it should be.",
          "Open the link exactly as you received it, or go back and try again."};
}

}  // namespace

Response word_page(const Problem& problem, const Request& request, Time) {
  const int status = page_status(problem);
  const Words words = words_for(status);
  pages::Markup body = pages::fill("<p>{}</p>\n<p>{}</p>\n", words.happened, words.advice);
  if (!request.id.empty() && status >= 500)
    body += pages::fill("<p class=\"hint\">Reference: {}</p>\n", request.id);
  Response response = pages::render({status, std::string(words.title), body, {}, {}});
  if (problem.code == codes::wrong_method) set_header(response, "Allow", problem.detail);
  return response;
}

}  // namespace limen::doors
