// See steps.hpp.
#include "doors/pages/steps.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "doors/pages/fields.hpp"
#include "doors/pages/right.hpp"
#include "doors/session_view.hpp"
#include "journey/labels.hpp"

namespace limen::doors::pages {
namespace {

using journey::Session;
using journey::State;
using journey::Step;
using journey::StepRule;
using journey::UploadRule;

Markup hidden_input(std::string_view name, std::string_view value) {
  return fill("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", name, value);
}

Markup tips_for(const Look& look, journey::Shows shows) {
  const auto list = [&](std::initializer_list<words::Key> keys) {
    Markup items;
    for (const words::Key key : keys) items += fill("<li>{}</li>\n", look.say(key));
    return fill("<ul class=\"tips\">\n{}</ul>\n", items);
  };
  switch (shows) {
    case journey::Shows::document:
      return list({"tips.document_whole", "tips.document_light", "tips.document_sharp"});
    case journey::Shows::face:
      return list({"tips.face_light", "tips.face_straight", "tips.face_alone"});
    case journey::Shows::picture: break;
  }
  return {};
}

// What tells the step: the step itself where the picture comes with it, else the submitted one.
struct Belongs {
  std::string_view attribute, input;
  std::string value;
  bool is_passport = false;  // as the step's answers say: its page has another shape than a card
};

bool says_passport(const Step& step) {
  return journey::text_of(step.answers, "document_type") == "passport";
}

// One picture: its form works as it stands; the script puts the camera in its place.
Markup picture_form(const Visit& visit, const Belongs& belongs, const UploadRule& upload) {
  const Look& look = visit.look;
  const std::string id = "file-" + upload.type;
  const std::string name = journey::label_of(upload, look.language);
  const std::string label = upload.required ? name : look.say("form.optional", {{"label", name}});
  const std::string uploads =
      visit.way.is_by_cookie ? visit.way.action + "/uploads" : std::string();
  const bool is_face = upload.shows == journey::Shows::face;
  Markup facts = fill(
      " data-capture=\"{}\" data-shows=\"{}\" data-facing=\"{}\" data-max-bytes=\"{}\" "
      "data-types=\"image/jpeg image/png image/webp\"",
      upload.type, journey::to_string(upload.shows), is_face ? "user" : "environment",
      std::to_string(visit.upload_bytes));
  if (!uploads.empty()) facts += fill(" data-uploads=\"{}\"", uploads);
  facts += belongs.attribute == "step" ? fill(" data-step=\"{}\"", belongs.value)
                                       : fill(" data-step-id=\"{}\"", belongs.value);
  if (!upload.required) facts += fill(" data-optional");
  if (belongs.is_passport && upload.shows == journey::Shows::document)
    facts += fill(" data-frame=\"passport\"");
  return fill(
      "<form class=\"picture\" method=\"post\" action=\"{}\" enctype=\"multipart/form-data\"{}>\n"
      "{}{}{}<h2>{}</h2>\n{}<div class=\"file\">\n<label for=\"{}\">{}</label>\n"
      "<p class=\"hint\" id=\"{}-hint\">{}</p>\n"
      "<input id=\"{}\" name=\"file\" type=\"file\" accept=\"image/jpeg,image/png,image/webp\" "
      "aria-describedby=\"{}-hint\" required>\n</div>\n<button type=\"submit\">{}</button>\n"
      "</form>\n",
      visit.way.action, facts, hidden_inputs(visit.way), hidden_input(belongs.input, belongs.value),
      hidden_input("type", upload.type), label, tips_for(look, upload.shows), id,
      look.say("form.choose_picture"), id, look.say("hint.picture"), id, id,
      look.say("form.send_picture"));
}

bool has_upload(const Step& step, std::string_view type) {
  return std::ranges::any_of(step.uploads, [&](const auto& given) { return given.type == type; });
}

// Required ones first: when they are in, the journey goes on.
Markup missing_pictures(const Visit& visit, const Step& step, const StepRule& rule) {
  Markup required, optional;
  const Belongs belongs{"step-id", "stepId", to_string(step.id), says_passport(step)};
  for (const UploadRule& upload : rule.uploads) {
    if (has_upload(step, upload.type)) continue;
    (upload.required ? required : optional) += picture_form(visit, belongs, upload);
  }
  required += optional;
  return required;
}

// The form of a step. One without fields goes with its first picture, for one form holds one file.
Markup step_form(const Visit& visit, const StepRule& rule, const Complaint* complaint) {
  if (rule.fields.empty() && !rule.uploads.empty())
    return picture_form(visit, {"step", "step", rule.name}, rule.uploads.front());
  Filled filled;
  if (complaint != nullptr) filled = {complaint->given, &complaint->flaws};
  filled.has_document = std::ranges::any_of(rule.uploads, [](const journey::UploadRule& upload) {
    return upload.shows == journey::Shows::document;
  });
  Markup rows = hidden_inputs(visit.way);
  rows += hidden_input("step", rule.name);
  for (const journey::Field& field : rule.fields) rows += field_row(visit.look, field, filled);
  return fill(
      "<form method=\"post\" action=\"{}\" data-answers>\n{}"
      "<button type=\"submit\">{}</button>\n</form>\n",
      visit.way.action, rows, visit.look.say("form.continue"));
}

// What the last step would still take while the next one is already asked for.
Markup optional_pictures(const Visit& visit) {
  const Session& session = visit.session;
  if (session.steps.empty()) return {};
  const Step& last = session.steps.back();
  const StepRule* rule = visit.skill->step(last.name);
  if (rule == nullptr) return {};
  const Markup forms = missing_pictures(visit, last, *rule);
  if (forms.is_empty()) return {};
  return fill("<h2>{}</h2>\n{}", visit.look.say("form.still_add"), forms);
}

Markup progress_of(const Look& look, const journey::Wanted& wanted) {
  const std::string number = std::to_string(wanted.done + 1);
  const std::string total = std::to_string(wanted.total);
  return fill(
      "<div class=\"progress\">\n<p id=\"steps\">{}</p>\n"
      "<progress value=\"{}\" max=\"{}\" aria-labelledby=\"steps\"></progress>\n</div>\n",
      look.say("step.of", {{"number", number}, {"total", total}}), std::to_string(wanted.done),
      total);
}

// Ways off this screen: what was sent, and the phone.
Markup ways_on(const Visit& visit) {
  if (!visit.way.is_by_cookie) return {};
  const Look& look = visit.look;
  Markup out;
  if (!visit.session.steps.empty())
    out += fill("<p><a href=\"{}/sent\">{}</a></p>\n", visit.way.action, look.say("sent.link"));
  if (visit.may_cross && visit.is_first_device())
    out += fill(
        "<form method=\"post\" action=\"{}/hand-over\">\n"
        "<button type=\"submit\" class=\"second\">{}</button>\n</form>\n",
        visit.way.action, look.say("device.use_phone"));
  return out;
}

// The cookies of a journey that is over; the page that ends it is the last one they are for.
std::vector<std::string> forget(const Visit& visit, std::string_view base_url) {
  if (!visit.way.is_by_cookie) return {};
  return {RightCookie(base_url, visit.session.id).take(), take_here(visit.session.id)};
}

words::Key verdict_of(const Session& session) {
  if (session.state == State::rejected) return "end.rejected";
  const bool is_high = session.decision && session.decision->level == journey::Level::high;
  if (is_high || session.state == State::approved) return "end.passed";
  return "end.review";
}

// Without a script a page asks again by itself, or by a button where only a form carries the right.
Response deciding(const Visit& visit) {
  Page page = page_of(visit, "deciding");
  page.title = visit.look.say("end.deciding_title");
  page.before = fill("<div class=\"sign wait\"></div>\n");
  page.body = fill("<p role=\"status\" data-status>{}</p>\n", visit.look.say("end.deciding"));
  if (!visit.way.is_by_cookie)
    page.body += fill(
        "<form method=\"post\" action=\"{}\">\n{}<button type=\"submit\">{}</button>\n</form>\n",
        visit.way.action, hidden_inputs(visit.way), visit.look.say("form.continue"));
  Response response = render(page);
  if (visit.way.is_by_cookie) response.headers.emplace_back("Refresh", "5");
  return response;
}

Response finished(const Visit& visit) {
  const Session& session = visit.session;
  if (session.state == State::completed && !session.decision) return deciding(visit);
  const std::vector<std::string> cookies = forget(visit, visit.base_url);
  // s4: returnUrl is the "custom page to be displayed by the client solution after completion of
  // the onboarding process".
  if (!session.return_url.empty()) {
    Response response = see_other(visit.look, return_url(session));
    for (const auto& cookie : cookies) response.headers.emplace_back("Set-Cookie", cookie);
    return response;
  }
  Page page = page_of(visit, "end");
  page.cookies = cookies;
  page.title = visit.look.say("end.thanks_title");
  page.before = session.state == State::rejected ? fill("<div class=\"sign bad\"></div>\n")
                                                 : fill("<div class=\"sign\"></div>\n");
  page.body = fill("<p>{}</p>\n<p>{}</p>\n<p>{}</p>\n", visit.look.say("end.thanks"),
                   visit.look.say(verdict_of(session), {{"organisation", visit.organisation}}),
                   visit.look.say("end.go_back"));
  return render(page);
}

}  // namespace

Markup hidden_inputs(const Way& way) {
  Markup out;
  for (const auto& [name, value] : way.hidden) out += hidden_input(name, value);
  return out;
}

Markup session_facts(const Visit& visit) {
  static constexpr std::string_view phones[] = {"none", "waiting", "connected"};
  const Time ends = std::min(visit.session.expires, visit.caller.grant.terms.expires);
  return fill(
      " data-go=\"/go/{}\" data-version=\"{}\" data-phone=\"{}\" data-expires=\"{}\" "
      "data-now=\"{}\"",
      to_string(visit.session.id), std::to_string(visit.session.version),
      phones[static_cast<std::size_t>(visit.phone)], iso_millis(ends), iso_millis(visit.now));
}

Markup words_block(const Look& look) {
  json::object texts;
  for (const std::string_view room : {"capture.", "live.", "upload."})
    for (const words::Key key : words::keys_of(room)) texts[key.name()] = look.pattern(key);
  return data_block("words", texts);
}

std::string step_text(const Look& look, const journey::Wanted& wanted) {
  const StepRule* rule = wanted.pending != nullptr ? wanted.pending_rule : wanted.rule;
  return rule == nullptr ? std::string() : journey::label_of(*rule, look.language);
}

Page page_of(const Visit& visit, std::string_view kind) {
  Page page;
  page.look = visit.look;
  page.kind = kind;
  page.powers = Powers::camera;
  page.brand = visit.organisation;
  page.leads_to = visit.session.return_url;
  page.facts = session_facts(visit);
  return page;
}

std::string return_url(const Session& session) {
  std::string url = session.return_url;
  const std::string id = percent_encode(public_id(session));
  for (const std::string_view hole : {"{sessionId}", "%7BsessionId%7D", "%7bsessionId%7d"}) {
    // Never in the authority: where a person is sent is what was registered.
    std::size_t at = url.find_first_of("/?#", url.find("://") + 3);
    while ((at = url.find(hole, at)) != url.npos) {
      url.replace(at, hole.size(), id);
      at += id.size();
    }
  }
  return url;
}

Response show_journey(const Visit& visit, const Complaint* complaint) {
  const journey::Wanted wanted = journey::wanted(visit.session, *visit.skill);
  if (wanted.finished) return finished(visit);
  const Look& look = visit.look;
  const bool is_picture = wanted.pending != nullptr || wanted.rule->fields.empty();
  Page page = page_of(visit, is_picture ? "picture" : "step");
  page.before = progress_of(look, wanted);
  if (complaint != nullptr) {
    page.status = complaint->status;
    page.before += error_box(look, complaint->flaws);
  }
  page.body += fill("<p class=\"note\" role=\"status\" data-time-left hidden></p>\n");
  if (wanted.pending != nullptr) {
    page.title = journey::label_of(*wanted.pending_rule, look.language);
    page.body += missing_pictures(visit, *wanted.pending, *wanted.pending_rule);
  } else {
    page.title = journey::label_of(*wanted.rule, look.language);
    page.body += step_form(visit, *wanted.rule, complaint);
    page.body += optional_pictures(visit);
  }
  page.body += ways_on(visit);
  page.body += fill("<p role=\"status\" data-status></p>\n");
  page.body += words_block(look);
  return render(page);
}

Response show_sent(const Visit& visit) {
  const Look& look = visit.look;
  Page page = page_of(visit, "sent");
  page.title = look.say("sent.title");
  page.body += fill("<p>{}</p>\n", look.say("sent.lead"));
  for (const Step& step : visit.session.steps) {
    const StepRule* rule = visit.skill->step(step.name);
    if (rule == nullptr) continue;
    Markup rows;
    for (const journey::Field& field : rule->fields)
      for (const auto& [name, value] : step.answers)
        if (name == field.name)
          rows += fill("<div><dt>{}</dt><dd dir=\"auto\">{}</dd></div>\n",
                       journey::label_of(field, look.language), answer_text(look, field, value));
    for (const journey::Upload& upload : step.uploads)
      if (const UploadRule* known = rule->upload(upload.type))
        rows += fill("<div><dt>{}</dt><dd>{}</dd></div>\n",
                     journey::label_of(*known, look.language), look.say("sent.received"));
    page.body +=
        fill("<h2>{}</h2>\n<dl>\n{}</dl>\n", journey::label_of(*rule, look.language), rows);
  }
  page.body += fill("<p><a class=\"button\" href=\"{}\">{}</a></p>\n", visit.way.action,
                    look.say("sent.back"));
  return render(page);
}

}  // namespace limen::doors::pages
