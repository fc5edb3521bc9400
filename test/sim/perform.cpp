// From a request to the use cases, a few lines a verb: what the doors do without the JSON. It
// decides nothing; what it returns is judged by the model.
#include <algorithm>
#include <sstream>

#include "onboard/access.hpp"
#include "onboard/answer.hpp"
#include "onboard/attach.hpp"
#include "onboard/audit.hpp"
#include "onboard/connect.hpp"
#include "onboard/inspect.hpp"
#include "onboard/invite.hpp"
#include "onboard/lend.hpp"
#include "onboard/manage.hpp"
#include "onboard/notices.hpp"
#include "onboard/people.hpp"
#include "onboard/repeat.hpp"
#include "onboard/settle.hpp"
#include "onboard/transfer.hpp"
#include "onboard/webhooks.hpp"
#include "sim/request.hpp"

namespace limen::sim {
namespace {

using grant::Scope;
using onboard::Caller;
using onboard::Desk;

std::string text(const seal::Secret& secret) { return std::string(secret.reveal()); }
std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

template <class T>
Answer refused(const Result<T>& result) {
  return {false, result.error().code, {}, {}};
}
Answer done(std::vector<std::string> out = {}) { return {true, {}, std::move(out), {}}; }

// As doors/repeat.hpp: `make` unless the same was answered under its key before. Kept are the texts
// of a success, a line each.
template <class Make>
Answer once_per_key(Desk& desk, const Caller& caller, const Request& r, Make&& make) {
  if (r.key.empty()) return make();
  const onboard::Repeat repeat{r.key, name_of(r.verb), r.asked()};
  const auto kept = onboard::answer_before(desk, caller, repeat);
  if (!kept) return refused(kept);
  if (*kept) {
    std::istringstream lines{std::string(as_text(**kept))};
    Answer again = done();
    for (std::string line; std::getline(lines, line);) again.out.push_back(line);
    return again;
  }
  Answer made = make();
  std::string text;
  for (const std::string& out : made.out) text += out + "\n";
  if (made.ok) onboard::keep_answer(desk, caller, repeat, as_bytes(text));
  return made;
}

// A JWT is told from a sealed text by its form, as the doors do by the scheme of the header.
bool is_jwt(std::string_view who) { return who.starts_with("eyJ"); }
Result<Caller> back_end(Desk& desk, const Request& r, Scope wanted) {
  return is_jwt(r.who) ? onboard::by_access_token(desk, r.who, wanted)
                       : onboard::by_key(desk, r.who, wanted);
}
Result<Caller> client(Desk& desk, const Request& r, Scope wanted) {
  return onboard::by_client(desk, {r.client, r.who, wanted, "invalid_client_secret"});
}
// A person at the pages, whose cookie or form tells its kind by its head.
Result<Caller> visitor(Desk& desk, const Request& r, Scope wanted) {
  if (r.who.starts_with("lmn_device_"))
    return onboard::by_device(desk, r.who, wanted == Scope::preview ? Scope::read_own : wanted);
  if (r.who.starts_with("lmn_phone_"))
    return onboard::by_phone(desk, r.who, parse_id(r.about).value_or(Id{}), wanted);
  return onboard::by_reference(desk, r.who, wanted);
}
Result<Caller> own(Desk& desk, const Request& r, Scope wanted) {
  return is_jwt(r.who) ? onboard::by_enrolment_token(desk, r.who, wanted)
                       : visitor(desk, r, wanted);
}

onboard::StepInput step_input(const Request& r) {
  onboard::StepInput input;
  input.session_id = r.about;
  input.step = r.what;
  if (!r.body.empty()) input.answers.push_back({"value", r.body});
  input.request = r.digest();
  return input;
}

onboard::FileInput file_input(const Request& r) {
  onboard::FileInput file;
  file.type = r.what;
  file.file = "file/" + hex(seal::sha256(r.body)).substr(0, 16);
  file.bytes = r.body.size();
  file.sha256 = seal::sha256(r.body);
  file.head = Bytes(r.body.begin(), r.body.end());
  return file;
}

Answer invite(Desk& desk, const Request& r) {
  const auto caller = back_end(desk, r, Scope::invite);
  if (!caller) return refused(caller);
  return once_per_key(desk, *caller, r, [&] {
    const auto invited = onboard::invite(desk, *caller, {r.about, "Ada", "Example"});
    if (!invited) return refused(invited);
    return done({to_string(invited->grant.id), text(invited->code)});
  });
}

// As the page and the letter of the API lead on.
void add_way_on(Answer& out, Desk& desk, const std::optional<onboard::Session>& onward) {
  if (!onward) return;
  const auto reference = onboard::reference_of(desk, *onward);
  out.out.insert(out.out.end(), {to_string(onward->id), text(reference), onward->skill});
}

Answer open(Desk& desk, const Request& r) {
  const auto opened = onboard::open_invitation(desk, r.secret, r.about, *parse_address(r.from));
  if (!opened) return refused(opened);
  Answer out = done({to_string(opened->connection.id), text(opened->token)});
  add_way_on(out, desk, opened->onward);
  return out;
}

Answer consent(Desk& desk, const Request& r) {
  const auto decision = r.what == "agree" ? onboard::Consent::agreed : onboard::Consent::withdrawn;
  const auto decided = onboard::decide_consent(desk, {r.secret, r.about, decision, {}});
  if (!decided) return refused(decided);
  Answer out = done();
  add_way_on(out, desk, decided->onward);
  return out;
}

Answer begin(Desk& desk, const Request& r) {
  const auto caller = client(desk, r, Scope::open);
  if (!caller) return refused(caller);
  return once_per_key(desk, *caller, r, [&] {
    const auto session =
        onboard::open_session(desk, *caller, {.door = journey::Door::skills, .skill = r.skill});
    if (!session) return refused(session);
    return done({to_string(session->id), text(onboard::nonce_of(desk, *session, 0))});
  });
}

Answer answer(Desk& desk, const Request& r) {
  const auto given = onboard::answer_by_nonce(desk, {r.client, r.secret, r.skill}, step_input(r));
  if (!given) return refused(given);
  return done({to_string(given->step_id), text(given->nonce), text(given->temp_token)});
}

Answer attach(Desk& desk, const Request& r) {
  const auto given = onboard::attach_by_nonce(desk, r.client, r.secret, r.about, file_input(r));
  if (!given) return refused(given);
  return done({to_string(given->upload.id), text(given->temp_token)});
}

Answer settle(Desk& desk, const Request& r) {
  const auto caller = client(desk, r, Scope::settle);
  if (!caller) return refused(caller);
  const auto settled = onboard::settle(desk, *caller, r.secret, r.digest());
  if (!settled) return refused(settled);
  return done({to_string(settled->enrolment.id), text(settled->access_token)});
}

Answer credential(Desk& desk, const Request& r) {
  const auto caller = client(desk, r, Scope::settle);
  if (!caller) return refused(caller);
  const auto enrolment =
      r.verb == Verb::show ? onboard::enrolment_by_credential(desk, *caller, r.about, r.secret)
                           : onboard::delete_enrolment(desk, *caller, r.about, r.secret, r.number);
  if (!enrolment) return refused(enrolment);
  return done({std::string(to_string(onboard::state_of(*enrolment, desk.at.now)))});
}

Answer lend(Desk& desk, const Request& r) {
  const auto caller = onboard::by_key(desk, r.who, Scope::lend);
  if (!caller) return refused(caller);
  return once_per_key(desk, *caller, r, [&] {
    const auto issued = onboard::lend(desk, *caller, r.number);
    if (!issued) return refused(issued);
    return done({to_string(issued->grant.id), text(issued->secret)});
  });
}

Answer begin_device(Desk& desk, const Request& r) {
  const auto caller = onboard::by_device(desk, r.who, Scope::open);
  if (!caller) return refused(caller);
  return once_per_key(desk, *caller, r, [&] {
    const auto session =
        onboard::open_session(desk, *caller, {.door = journey::Door::device, .skill = r.skill});
    return session ? done({to_string(session->id)}) : refused(session);
  });
}

Answer begin_enrolment(Desk& desk, const Request& r) {
  const auto caller = onboard::by_password(desk, "key", "pw:" + r.who, Scope::enrol);
  if (!caller) return refused(caller);
  onboard::Opening opening{.door = journey::Door::enrolment, .skill = r.skill};
  opening.caller_id = r.about;
  opening.return_url = "https://customer.example/back";
  return once_per_key(desk, *caller, r, [&] {
    const auto session = onboard::open_session(desk, *caller, opening);
    if (!session) return refused(session);
    const auto tokens = onboard::enrolment_tokens(desk, *session);
    return done({to_string(session->id), text(tokens.access_token), text(tokens.reference)});
  });
}

Answer answer_own(Desk& desk, const Request& r) {
  const auto caller = own(desk, r, Scope::submit);
  if (!caller) return refused(caller);
  const auto given = onboard::answer_own(desk, *caller, step_input(r));
  return given ? done({to_string(given->step_id)}) : refused(given);
}

Answer attach_own(Desk& desk, const Request& r) {
  const auto caller = own(desk, r, Scope::upload);
  if (!caller) return refused(caller);
  const auto given = onboard::attach_own(desk, *caller, r.about, r.client, file_input(r));
  return given ? done({to_string(given->upload.id)}) : refused(given);
}

Result<onboard::Session> seen(Desk& desk, const Request& r) {
  if (r.what == "link") return onboard::look_at_transfer(desk, r.who);
  const auto caller = TRY(r.what == "page"  ? visitor(desk, r, Scope::preview)
                          : r.what == "own" ? own(desk, r, Scope::read_own)
                                            : back_end(desk, r, Scope::read_all));
  return onboard::find_session(desk, caller, r.about);
}

// `what` says by which way of which door: a text is no use in another's place.
Answer look(Desk& desk, const Request& r) {
  const auto session = seen(desk, r);
  if (!session) return refused(session);
  if (r.what == "page") onboard::note_opened(desk, *session);
  return done({std::to_string(static_cast<int>(session->state)),
               std::to_string(session->steps.size()), to_string(session->id),
               std::to_string(static_cast<int>(onboard::phone_state(desk, *session))),
               std::string(onboard::enrolment_status(*session, desk.at.now)),
               std::to_string(onboard::device_status(*session)),
               session->review ? session->review->by + ": " + session->review->reason : ""});
}

Answer cross(Desk& desk, const Request& r) {
  const auto crossed = onboard::cross_over(desk, r.secret);
  if (!crossed) return refused(crossed);
  return done({to_string(crossed->session.id), text(crossed->phone)});
}

// Asks for a link, or ends it and what came of it.
Answer lead(Desk& desk, const Request& r) {
  const auto caller = visitor(desk, r, Scope::submit | Scope::upload);
  if (!caller) return refused(caller);
  const auto session = onboard::find_session(desk, *caller, r.about);
  if (!session) return refused(session);
  if (r.verb == Verb::take_over) {
    const auto taken = onboard::take_over(desk, *caller, *session);
    return taken ? done() : refused(taken);
  }
  const auto link = onboard::offer_transfer(desk, *caller, *session);
  return link ? done({text(link->text)}) : refused(link);
}

Answer oauth(Desk& desk, const Request& r) {
  if (r.verb == Verb::grant_access) {
    const auto token = onboard::grant_access(desk, r.client, r.who, r.what);
    return token ? done({text(token->text)}) : refused(token);
  }
  const auto caller = onboard::oauth_client(desk, r.client, r.who);
  if (!caller) return refused(caller);
  if (r.verb == Verb::introspect)
    return onboard::introspect(desk, *caller, r.secret) ? done() : Answer{false, "inactive"};
  onboard::revoke_access(desk, *caller, r.secret);
  return done();
}

Answer people(Desk& desk, const Request& r) {
  const auto caller = back_end(desk, r, Scope::query_people);
  if (!caller) return refused(caller);
  const auto page =
      onboard::people(desk, *caller, {{}, {onboard::people_column("email")}, 1000, 0});
  if (!page) return refused(page);
  Answer out = done();
  for (const auto& row : page->rows) out.out.push_back(std::get<std::string>(row.at(0)));
  std::sort(out.out.begin(), out.out.end());
  return out;
}

Answer make_key(Desk& desk, const Id& org, const Request& r) {
  onboard::NewKey key{"key", words_of(r.what), {}, {}};
  if (r.number > 0) key.ttl = r.number;
  if (!r.about.empty()) key.client = parse_id(r.about);
  const auto issued = onboard::create_key(desk, org, key);
  if (!issued) return refused(issued);
  return done({to_string(issued->grant.parent), to_string(issued->grant.id), text(issued->secret)});
}

Answer operate(Desk& desk, const Id& org, const Request& r) {
  const Id id = parse_id(r.about).value_or(Id{});
  if (r.verb == Verb::revoke) {
    const auto count = onboard::revoke_grant(desk, org, id);
    return count ? done() : refused(count);
  }
  if (r.verb == Verb::revoke_invitation) {
    const auto grant = onboard::revoke_invitation(desk, org, id);
    return grant ? done() : refused(grant);
  }
  if (r.verb == Verb::resend) {
    const auto letter = onboard::resend_invitation(desk, org, id);
    return letter ? done({to_string(letter->id)}) : refused(letter);
  }
  if (r.what == "erase") {
    const auto session = desk.ledger.session(id);
    if (!session || session->tenant != org) return {false, "absent"};
    const auto erased = onboard::erase_session(desk, *session);
    return erased ? done() : refused(erased);
  }
  const auto session =
      onboard::review_session(desk, org, id, r.what == "approve", r.client, r.body);
  if (!session) return refused(session);
  onboard::note(desk, org, {onboard::Actor::staff, org, r.client}, onboard::session_reviewed,
                r.about, r.what);
  return done({std::string(onboard::enrolment_status(*session, desk.at.now))});
}

Answer listen(Desk& desk, const Id& org, const Request& r) {
  onboard::WebhookWish wish;
  if (r.about.empty()) {
    wish.url = "https://back-end.example/";
    wish.events = words_of(r.what);
    const auto made = onboard::register_webhook(desk, org, wish);
    return made ? done({to_string(made->webhook.id), text(made->secret)}) : refused(made);
  }
  const Id id = parse_id(r.about).value_or(Id{});
  if (r.what == "rotate") {
    const auto rotated = onboard::rotate_webhook(desk, org, id, r.number);
    return rotated ? done({r.about, text(rotated->secret)}) : refused(rotated);
  }
  if (r.what == "remove") {
    const auto removed = onboard::remove_webhook(desk, org, id);
    return removed ? done({r.about}) : refused(removed);
  }
  if (r.what == "pause" || r.what == "resume") wish.is_active = r.what == "resume";
  else wish.events = words_of(r.what);
  const auto changed = onboard::change_webhook(desk, org, id, wish);
  return changed ? done({to_string(changed->id)}) : refused(changed);
}

}  // namespace

std::string_view name_of(Verb verb) {
  static constexpr std::string_view names[verb_count] = {"invite",       "open",
                                                         "consent",      "begin",
                                                         "answer",       "attach",
                                                         "settle",       "show",
                                                         "erase",        "lend",
                                                         "begin_device", "begin_enrolment",
                                                         "answer_own",   "attach_own",
                                                         "look",         "grant_access",
                                                         "introspect",   "revoke_access",
                                                         "people",       "make_key",
                                                         "revoke",       "revoke_invitation",
                                                         "resend",       "review",
                                                         "offer",        "cross",
                                                         "take_over",    "listen"};
  return names[static_cast<std::size_t>(verb)];
}

namespace {

seal::Digest sum_of(std::initializer_list<const std::string*> parts) {
  seal::Sha256 sum;
  for (const std::string* part : parts) {
    const std::uint64_t size = part->size();
    sum.add({reinterpret_cast<const std::uint8_t*>(&size), sizeof size});
    sum.add(as_bytes(*part));
  }
  return sum.finish();
}

}  // namespace

seal::Digest Request::digest() const {
  return sum_of({&client, &who, &secret, &about, &what, &skill, &body});
}

seal::Digest Request::asked() const {
  const std::string count = std::to_string(number);
  return sum_of({&about, &what, &skill, &count});
}

Answer perform(Desk& desk, const std::vector<Id>& organisations, const Request& r) {
  const Id& org = organisations.at(r.org);
  switch (r.verb) {
    case Verb::invite: return invite(desk, r);
    case Verb::open: return open(desk, r);
    case Verb::consent: return consent(desk, r);
    case Verb::begin: return begin(desk, r);
    case Verb::answer: return answer(desk, r);
    case Verb::attach: return attach(desk, r);
    case Verb::settle: return settle(desk, r);
    case Verb::show:
    case Verb::erase: return credential(desk, r);
    case Verb::lend: return lend(desk, r);
    case Verb::begin_device: return begin_device(desk, r);
    case Verb::begin_enrolment: return begin_enrolment(desk, r);
    case Verb::answer_own: return answer_own(desk, r);
    case Verb::attach_own: return attach_own(desk, r);
    case Verb::look: return look(desk, r);
    case Verb::grant_access:
    case Verb::introspect:
    case Verb::revoke_access: return oauth(desk, r);
    case Verb::people: return people(desk, r);
    case Verb::make_key: return make_key(desk, org, r);
    case Verb::revoke:
    case Verb::revoke_invitation:
    case Verb::resend:
    case Verb::review: return operate(desk, org, r);
    case Verb::offer:
    case Verb::take_over: return lead(desk, r);
    case Verb::cross: return cross(desk, r);
    case Verb::listen: return listen(desk, org, r);
  }
  return {};
}

}  // namespace limen::sim
