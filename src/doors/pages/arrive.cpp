// See arrive.hpp.
#include "doors/pages/arrive.hpp"

#include <algorithm>

#include "journey/advance.hpp"

namespace limen::doors::pages {

Response show_arrival(const Visit& visit, const Wish& wish) {
  const Look& look = visit.look;
  const journey::Wanted wanted = journey::wanted(visit.session, *visit.skill);
  Page page = page_of(visit, "arrive");
  page.powers = Powers::script;
  // No times: the same link shows the same page, whenever it is looked at.
  page.facts = fill(" data-go=\"/go/{}\"", to_string(visit.session.id));
  page.title = look.say("arrive.title", {{"organisation", visit.organisation}});
  page.body = fill("<p>{}</p>\n", look.say("arrive.lead"));
  if (!wanted.finished) {
    page.body +=
        fill("<p>{}</p>\n", look.say("arrive.next", {{"number", std::to_string(wanted.done + 1)},
                                                     {"total", std::to_string(wanted.total)},
                                                     {"step", step_text(look, wanted)}}));
  }
  if (!visit.session.return_url.empty())
    page.body +=
        fill("<p>{}</p>\n", look.say("arrive.end", {{"host", host_of(visit.session.return_url)}}));
  Pairs carried = visit.way.hidden;
  if (wish.is_here) carried.emplace_back("device", "here");
  page.look.switch_keeps = carried;  // switching the language arrives too, in that language
  if (!wish.lang.empty()) carried.emplace_back("lang", wish.lang);
  page.body += fill(
      "<form method=\"post\" action=\"{}\" data-arrive>\n{}"
      "<button type=\"submit\">{}</button>\n</form>\n",
      visit.way.action, hidden_inputs({{}, carried, false}), look.say("form.continue"));
  const auto language = language_cookie(look, is_secure_at(visit.base_url));
  if (language) page.cookies.push_back(*language);
  return render(page);
}

Response arrived(const Visit& visit, std::string_view token, const Wish& wish) {
  const Id& id = visit.session.id;
  const Time ends = std::min(visit.session.expires, visit.caller.grant.terms.expires);
  const RightCookie cookie(visit.base_url, id);
  Response response = see_other(visit.look, "/go/" + to_string(id));
  const auto set = [&](std::string text) {
    response.headers.emplace_back("Set-Cookie", std::move(text));
  };
  set(cookie.give(token, ends, visit.now));
  set(wish.is_here ? give_here(id, ends, visit.now) : take_here(id));
  Look look = visit.look;
  look.chosen = words::language_like(wish.lang);
  if (const auto language = language_cookie(look, is_secure_at(visit.base_url))) set(*language);
  return response;
}

}  // namespace limen::doors::pages
