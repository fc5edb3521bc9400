// See device.hpp.
#include "doors/pages/device.hpp"
#include "base/text.hpp"

#include "journey/advance.hpp"

namespace limen::doors::pages {
namespace {

Markup hidden(const Pairs& pairs) { return hidden_inputs({{}, pairs, false}); }

// The forms of a frame carry their token; by cookie there is nothing to carry.
Markup continue_form(const Visit& visit, const Wish& wish) {
  if (wish.is_only_mobile) return {};
  const bool is_by_cookie = visit.way.is_by_cookie;
  Pairs carried = visit.way.hidden;
  if (!is_by_cookie) carried.emplace_back("device", "here");
  return fill(
      "<form method=\"post\" action=\"{}\" data-continue>\n{}"
      "<button type=\"submit\" class=\"second\">{}</button>\n</form>\n",
      is_by_cookie ? visit.way.action + "/here" : visit.way.action, hidden(carried),
      visit.look.say("device.continue_here"));
}

// While there is no code the button makes one; the script makes it at once and says the rest.
Markup hand_over_form(const Visit& visit, const Link* link) {
  const std::string again = visit.look.say("device.renew");
  return fill(
      "<form method=\"post\" action=\"/go/{}/hand-over\" data-hand-over>\n{}"
      "<button type=\"submit\"{}>{}</button>\n</form>\n",
      to_string(visit.session.id), hidden(visit.way.hidden),
      link == nullptr ? fill(" data-again=\"{}\"", again) : fill(" class=\"second\""),
      link == nullptr ? visit.look.say("device.show") : again);
}

Markup drawing(const Look& look, const Drawing& qr) {
  const std::string size = std::to_string(qr.size);
  return fill("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\"><path d=\"{}\"/></svg>\n",
              size, size, look.say("device.qr_name"), qr.path);
}

Markup link_box(const Look& look, const Link* link) {
  if (link == nullptr)
    return fill(
        "<div class=\"qr\" data-qr></div>\n"
        "<p class=\"copy\"><a data-link hidden>{}</a> <a data-mail hidden>{}</a></p>\n",
        look.say("device.link"), look.say("device.mail"));
  return fill(
      "<div class=\"qr\" data-qr>\n{}</div>\n<p class=\"hint\">{}</p>\n<h2>{}</h2>\n"
      "<p>{}</p>\n<p class=\"copy\"><a href=\"{}\" data-link>{}</a></p>\n"
      "<h2>{}</h2>\n<p><a class=\"button second\" href=\"{}\" data-mail>{}</a></p>\n",
      drawing(look, link->qr), look.say("device.once"), look.say("device.link_title"),
      look.say("device.link_lead"), link->url, link->url, look.say("device.mail_title"),
      link->mailto, look.say("device.mail"));
}

}  // namespace

Link link_of(const Look& look, const onboard::Transfer& transfer, std::string_view base_url,
             std::string_view organisation) {
  Link link;
  link.url = std::string(base_url) + "/continue?token=" + percent_encode(transfer.text.reveal());
  // RFC 6068: to nobody, so that the person chooses an address of their own.
  link.mailto = "mailto:?subject=" +
                percent_encode(look.say("device.mail_subject", {{"organisation", organisation}})) +
                "&body=" +
                percent_encode(look.say("device.mail_body", {{"organisation", organisation}}) +
                               "\r\n\r\n" + link.url);
  link.expires = transfer.expires;
  link.qr = qr_code(link.url);
  return link;
}

Response show_devices(const Visit& visit, const Wish& wish, const Link* link) {
  const Look& look = visit.look;
  Page page = page_of(visit, "hand-over");
  page.title = look.say("device.title");
  page.body = fill("<p>{}</p>\n", look.say("device.lead"));
  page.body += link_box(look, link);
  page.body += fill("<p role=\"status\" data-status></p>\n");
  page.body += continue_form(visit, wish);
  page.body += hand_over_form(visit, link);
  page.body += words_block(look);
  return render(page);
}

Response show_phone_at_work(const Visit& visit) {
  const Look& look = visit.look;
  const journey::Wanted wanted = journey::wanted(visit.session, *visit.skill);
  Page page = page_of(visit, "phone");
  page.title = look.say("device.phone_title");
  page.before = fill("<div class=\"sign wait\"></div>\n");
  page.body = fill("<p role=\"status\" data-status>{}</p>\n",
                   look.say("device.phone_lead", {{"number", std::to_string(wanted.done)},
                                                  {"total", std::to_string(wanted.total)}}));
  page.body += fill(
      "<form method=\"post\" action=\"/go/{}/take-over\" data-take-over>\n{}"
      "<p class=\"hint\">{}</p>\n<button type=\"submit\" class=\"second\">{}</button>\n</form>\n",
      to_string(visit.session.id), hidden(visit.way.hidden), look.say("device.take_over_hint"),
      look.say("device.take_over"));
  page.body += words_block(look);
  return render(page);
}

Response show_crossing(const Look& look, const journey::Session& session,
                       std::string_view organisation, std::string_view step,
                       std::string_view token) {
  Page page;
  page.look = look;
  page.look.switch_to = "/continue";
  page.look.switch_keeps = {{"token", std::string(token)}};
  page.kind = "continue";
  page.powers = Powers::script;
  page.brand = organisation;
  page.leads_to = session.return_url;
  page.facts = fill(" data-bare");
  page.title = look.say("continue.title");
  page.body = fill(
      "<p>{}</p>\n<dl>\n<div><dt>{}</dt><dd dir=\"auto\">{}</dd></div>\n"
      "<div><dt>{}</dt><dd dir=\"auto\">{}</dd></div>\n"
      "<div><dt>{}</dt><dd>{}</dd></div>\n</dl>\n<p class=\"note\">{}</p>\n"
      "<form method=\"post\" action=\"/continue\">\n"
      "<input type=\"hidden\" name=\"token\" value=\"{}\">\n<button type=\"submit\">{}</button>\n"
      "</form>\n",
      look.say("continue.lead"), look.say("continue.for"), organisation, look.say("continue.next"),
      step, look.say("continue.session"), to_string(session.id).substr(28),
      look.say("continue.warning"), token, look.say("form.continue"));
  return render(page);
}

}  // namespace limen::doors::pages
