// See clients.hpp. A choice n is cut into small ones by division, so that one event says it all.
#include "sim/clients.hpp"

#include <algorithm>

namespace limen::sim {
namespace {

constexpr std::string_view addresses[] = {"ada@example.com", "Ada@Example.com", "bob@example.com",
                                          "eve@example.org"};
// Two of one /64, their /48, one next to it; and two that are a network each.
constexpr std::string_view sources[] = {"192.0.2.1",       "192.0.2.2",       "2001:db8:1:1::a",
                                        "2001:db8:1:1::b", "2001:db8:1:2::a", "2001:db8:2:1::a"};
constexpr std::string_view skills[] = {"loan", "card"};
constexpr std::string_view guids[] = {"7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b",
                                      "7489FE74-33C1-4F0E-9A51-CD5E05C0FC4B",
                                      "0b5a4a4e-9d1c-4e0d-8c07-6a2f5f6f1a11"};
constexpr std::string_view code_letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

// What makes something new may be asked for under an Idempotency-Key.
bool takes_key(Verb verb) {
  return verb == Verb::invite || verb == Verb::begin || verb == Verb::lend ||
         verb == Verb::begin_device || verb == Verb::begin_enrolment;
}

std::string first_step(const std::string& skill) { return skill == "loan" ? "form" : "document"; }
std::string step_after(const std::string& step) {
  if (step == "form") return "confirm";
  return step == "document" ? "face" : "document";
}

// What a step asks for, with the usual mistakes: an empty field, a field that is not asked for.
std::string data_for(const std::string& step, std::uint32_t choice) {
  const bool has_field = step == "form" || step == "confirm";
  if (is_odd_one(choice, 16)) return has_field ? "" : "surplus";
  return has_field ? "value " + std::to_string(choice / 16 % 3) : "";
}

void fill_step(Request& r, std::string step, std::uint32_t choice) {
  r.what = is_odd_one(choice, 12) ? step_after(step) : std::move(step);
  r.body = data_for(r.what, choice / 12);
}

void fill_file(Request& r, const std::string& step, std::uint32_t choice) {
  r.what = step == "document" ? "front" : "selfie";
  if (is_odd_one(choice, 12)) r.what = "back";
  const bool is_picture = !is_odd_one(choice / 12, 12);
  r.body = (is_picture ? "\xFF\xD8\xFF" : "GIF") + std::to_string(choice / 144 % 3);
}

}  // namespace

void Clients::forget() {
  done_.clear();
  asked_.clear();
  for (auto& list : of_verb_) list.clear();
  for (auto* list : {&nonces_, &steps_, &temp_tokens_, &finished_, &onward_}) list->clear();
}

void Clients::learn(const Request& request, const Answer& answer) {
  const std::size_t at = done_.size();
  of_verb_[static_cast<std::size_t>(request.verb)].push_back(at);
  const bool is_step = request.verb == Verb::answer;
  if ((is_step || request.verb == Verb::begin) && !answer.out[1].empty()) nonces_.push_back(at);
  const bool is_own = request.verb == Verb::answer_own || request.verb == Verb::attach_own;
  if (is_own && (request.what == "confirm" || request.what == "selfie")) finished_.push_back(at);
  if (is_step && request.skill == "card") steps_.push_back(at);
  if (request.verb == Verb::consent && !answer.out.empty()) onward_.push_back(at);
  if ((is_step || request.verb == Verb::attach) && !answer.out.back().empty())
    temp_tokens_.push_back(at);
  done_.push_back({request, answer});
}

// Mostly something recent, so that journeys get somewhere.
const Exchange* Clients::pick(const std::vector<std::size_t>& among, std::uint32_t choice) const {
  if (among.empty()) return nullptr;
  const std::size_t span = choice % 4 == 0 ? among.size() : std::min<std::size_t>(among.size(), 2);
  return &done_[among[among.size() - 1 - choice / 4 % span]];
}

const Exchange* Clients::pick(std::initializer_list<Verb> verbs, std::uint32_t choice) const {
  if (verbs.size() == 1) return pick(of_verb_[static_cast<std::size_t>(*verbs.begin())], choice);
  std::vector<std::size_t> all;
  for (const Verb v : verbs) {
    const auto& list = of_verb_[static_cast<std::size_t>(v)];
    all.insert(all.end(), list.begin(), list.end());
  }
  std::sort(all.begin(), all.end());
  return pick(all, choice);
}

std::string Clients::key_of(const std::string& client, std::uint32_t choice) const {
  const auto& keys = of_verb_[static_cast<std::size_t>(Verb::make_key)];
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Exchange& it = done_[keys[(choice + i) % keys.size()]];
    if (it.answer.out[0] == client || is_odd_one(choice, 16)) return it.answer.out[2];
  }
  return {};
}

std::string Clients::back_end(std::uint32_t choice) const {
  const Exchange* token = pick({Verb::grant_access}, choice / 3);
  if (token && choice % 3 == 0) return token->answer.out[0];
  const Exchange* k = key(choice / 3);
  return k ? k->answer.out[2] : std::string();
}

std::optional<Request> Clients::by_person(const Event& e, Request r) const {
  if (r.verb == Verb::consent) {
    const Exchange* opened = pick({Verb::open}, e.a);
    if (!opened) return std::nullopt;
    r.secret = opened->answer.out[1];
    const Exchange* other = pick({Verb::open}, e.c);
    r.about = is_odd_one(e.b, 12) ? other->answer.out[0] : opened->answer.out[0];
    r.what = e.b % 5 < 3 ? "agree" : "withdraw";
    return r;
  }
  const Exchange* invited = pick({Verb::invite}, e.a);
  if (!invited) return std::nullopt;
  r.secret = invited->answer.out[1];
  r.about = is_odd_one(e.b, 6) ? one_of(addresses, e.c) : invited->request.about;
  return r;
}

std::optional<Request> Clients::by_traveller(const Event& e, Request r) const {
  if (r.verb == Verb::begin) {
    const Exchange* k = key(e.a);
    if (!k) return std::nullopt;
    r.client = k->answer.out[0];
    r.who = is_odd_one(e.c, 16) ? key_of(r.client, e.c) : k->answer.out[2];
    r.skill = one_of(skills, e.b);
    return r;
  }
  const bool is_file = r.verb == Verb::attach;
  const Exchange* before = pick(is_file ? steps_ : nonces_, e.a);
  if (!before) return std::nullopt;
  const bool is_first = before->request.verb == Verb::begin;
  r.skill = before->request.skill;
  r.client = before->request.client;
  const Exchange* other = pick({Verb::begin, Verb::answer}, e.c);  // there is one
  if (is_file) {
    r.secret = is_odd_one(e.c, 10) ? other->answer.out[1] : before->request.secret;
    r.about = before->answer.out[0];
    fill_file(r, before->request.what, e.b);
    return r;
  }
  r.secret = is_odd_one(e.c, 12) ? other->answer.out[1] : before->answer.out[1];
  r.about = is_first ? before->answer.out[0] : before->request.about;
  fill_step(r, is_first ? first_step(r.skill) : step_after(before->request.what), e.b);
  return r;
}

std::optional<Request> Clients::by_own(const Event& e, Request r) const {
  if (r.verb == Verb::begin_device) {
    const Exchange* lent = pick({Verb::lend}, e.a);
    if (!lent) return std::nullopt;
    r.who = lent->answer.out[1];
    r.skill = one_of(skills, e.b);
    return r;
  }
  const bool is_file = r.verb == Verb::attach_own;
  const Exchange* before =
      is_file
          ? pick({Verb::answer_own}, e.a)
          : pick({Verb::begin_device, Verb::begin_enrolment, Verb::answer_own, Verb::cross}, e.a);
  // Whoever went over to a phone mostly goes on there.
  const Exchange* crossed = is_file ? nullptr : pick({Verb::cross}, e.a);
  if (crossed && e.c % 3 == 0) before = crossed;
  const Exchange* onward = is_file ? nullptr : pick(onward_, e.a);
  if (onward && (!before || e.c / 16 % 3 == 0)) before = onward;
  if (!before) return std::nullopt;
  const Verb verb = before->request.verb;
  const bool is_onward = verb == Verb::consent;
  r.skill = is_onward ? before->answer.out[2] : before->request.skill;
  const bool is_given = is_onward || verb == Verb::begin_enrolment || verb == Verb::cross;
  r.who = is_given ? before->answer.out[1] : before->request.who;
  r.about = verb == Verb::answer_own ? before->request.about : before->answer.out[0];
  if (verb == Verb::begin_enrolment && e.c % 2 == 0) r.about = before->request.about;
  const std::uint32_t whose = e.c % 4;  // 1: the phone's turn, 2: that of who began
  const std::string turn = whose % 3 == 0 ? std::string() : walker(r.about, whose == 1);
  if (!turn.empty()) r.who = turn;
  const Exchange* other = pick({Verb::begin_device, Verb::begin_enrolment}, e.c);
  if (other && is_odd_one(e.c, 12)) r.about = other->answer.out[0];
  if (is_file) {
    r.client = before->answer.out[0];
    fill_file(r, before->request.what, e.b);
    return r;
  }
  const std::string wanted = verb == Verb::cross || is_onward ? step_wanted(r.about, r.skill)
                             : verb == Verb::answer_own       ? step_after(before->request.what)
                                                              : first_step(r.skill);
  fill_step(r, wanted, e.b);
  return r;
}

std::string Clients::walker(const std::string& session, bool is_phone) const {
  for (std::size_t at = done_.size(); at-- > 0;) {
    const Verb verb = done_[at].request.verb;
    const bool is_one = is_phone ? verb == Verb::cross
                                 : verb == Verb::begin_device || verb == Verb::begin_enrolment ||
                                       verb == Verb::consent;
    if (is_one && !done_[at].answer.out.empty() && done_[at].answer.out[0] == session)
      return verb == Verb::begin_device ? done_[at].request.who
             : verb == Verb::consent    ? done_[at].answer.out[1]
                                        : done_[at].answer.out.back();
  }
  return {};
}

std::string Clients::step_wanted(const std::string& session, const std::string& skill) const {
  const auto& answers = of_verb_[static_cast<std::size_t>(Verb::answer_own)];
  const auto last = std::find_if(answers.rbegin(), answers.rend(), [&](std::size_t at) {
    return done_[at].request.about == session;
  });
  return last == answers.rend() ? first_step(skill) : step_after(done_[*last].request.what);
}

// Who makes a link or takes over walks the journey; now and then it is the phone itself.
std::optional<Request> Clients::by_device(const Event& e, Request r) const {
  if (r.verb == Verb::cross) {
    const Exchange* offered = pick({Verb::offer}, e.a);
    if (!offered) return std::nullopt;
    r.secret = offered->answer.out[0];
    r.skill = offered->request.skill;
    return r;
  }
  const bool is_end = r.verb == Verb::take_over;
  const Exchange* it =
      is_end ? pick({Verb::cross}, e.a) : pick({Verb::begin_device, Verb::begin_enrolment}, e.a);
  const Exchange* onward = is_end ? nullptr : pick(onward_, e.a);
  if (onward && (!it || e.c / 8 % 4 == 0)) it = onward;
  if (!it) return std::nullopt;
  r.skill = it == onward ? it->answer.out[2] : it->request.skill;
  r.about = it->answer.out[0];
  r.who = walker(r.about, false);
  if (is_odd_one(e.c, 8)) r.who = walker(r.about, true);
  return r;
}

std::optional<Request> Clients::by_back_end(const Event& e, Request r) const {
  const Exchange* k = key(e.a);
  if (!k) return std::nullopt;
  r.client = k->answer.out[0];
  r.who = k->answer.out[2];
  switch (r.verb) {
    case Verb::invite:
      r.who = back_end(e.a);
      r.about = one_of(addresses, e.b);
      return r;
    case Verb::people: r.who = back_end(e.a); return r;
    case Verb::lend: {
      constexpr std::int64_t lives[] = {3600, 60, 1, 86'400};
      r.number = lives[e.b % 4];
      return r;
    }
    case Verb::begin_enrolment:
      r.about = one_of(guids, e.b);
      r.skill = one_of(skills, e.c);
      return r;
    case Verb::grant_access:
      r.what = e.b % 3 == 0 ? "onboarding:write" : e.b % 7 == 0 ? "session:open" : "";
      return r;
    default: break;
  }
  const bool is_token = r.verb == Verb::introspect || r.verb == Verb::revoke_access;
  const Exchange* it = is_token                 ? pick({Verb::grant_access}, e.b)
                       : r.verb == Verb::settle ? pick(temp_tokens_, e.a)
                                                : pick({Verb::settle}, e.b);
  if (!it) return std::nullopt;
  r.client = it->request.client;
  r.who = key_of(r.client, e.c);
  r.secret = is_token ? it->answer.out[0] : it->answer.out.back();
  if (r.verb == Verb::settle) r.body = std::to_string(e.b % 8 == 0);
  if (r.verb == Verb::show || r.verb == Verb::erase) r.about = it->answer.out[0];
  if (r.verb == Verb::erase) r.number = std::int64_t{e.b} % 3 * 43'200;
  return r;
}

std::optional<Request> Clients::look(const Event& e, Request r) const {
  if (const Exchange* offered = pick({Verb::offer}, e.a); offered && e.b % 7 == 0) {
    r.what = "link";
    r.who = offered->answer.out[0];
    return r;
  }
  const Exchange* it =
      pick({Verb::begin, Verb::begin_device, Verb::begin_enrolment, Verb::cross}, e.a);
  if (const Exchange* onward = pick(onward_, e.a); onward && (!it || e.c / 6 % 3 == 0)) it = onward;
  if (!it) return std::nullopt;
  const Verb verb = it->request.verb;
  r.about = it->answer.out[0];
  if (verb == Verb::begin_enrolment && e.c % 3 == 0) r.about = it->request.about;
  const Exchange* other = pick({Verb::begin_device, Verb::begin_enrolment}, e.c);
  if (other && is_odd_one(e.c, 6)) r.about = other->answer.out[0];
  r.who = back_end(e.b);
  if (verb == Verb::begin || e.b % 3 == 0) return r;
  r.what = verb == Verb::cross || e.b % 3 == 1 ? "page" : "own";
  const bool is_reference = verb == Verb::begin_enrolment && r.what == "page";
  r.who = verb == Verb::begin_device ? it->request.who : it->answer.out[is_reference ? 2 : 1];
  return r;
}

std::optional<Request> Clients::again(const Event& e) const {
  if (asked_.empty()) return std::nullopt;
  const std::size_t span = e.b % 3 == 0 ? asked_.size() : std::min<std::size_t>(asked_.size(), 3);
  Request r = asked_[asked_.size() - 1 - e.a % span];
  if (e.c % 4 == 0 && !r.body.empty()) r.body += e.c % 8 == 0 ? "!" : "?";  // other bytes
  if (e.c % 4 == 0 && !r.key.empty()) ++r.number;  // something else under the same key
  if (is_odd_one(e.c, 4)) r.from = one_of(sources, e.c / 4);
  return r;
}

// One secret of an old request: a letter changed, cut short, or another's put in its place.
std::optional<Request> Clients::forge(const Event& e) const {
  auto r = again({Kind::again, e.a, e.b, 1});
  if (!r) return std::nullopt;
  std::string* text = r->secret.empty() || (e.c % 2 == 0 && !r->who.empty()) ? &r->who : &r->secret;
  if (text->empty()) return std::nullopt;
  const std::uint32_t choice = e.c / 2;
  const Exchange& other = done_[choice / 4 % done_.size()];
  if (choice % 4 == 0 && !other.answer.out.empty()) {
    *text = other.answer.out[choice / 8 % other.answer.out.size()];
  } else if (choice % 4 == 1 && !r->client.empty() && r->verb != Verb::attach_own) {
    r->client = done_[choice / 4 % 3].answer.out[0];  // of the keys there are from the start
  } else {
    const std::size_t at = choice / 4 % text->size();
    const bool is_code = text->size() == 12;
    if (is_code && at < 3) return std::nullopt;
    if (!is_code && choice % 4 == 2) {
      text->resize(at);
      return r;
    }
    const char was = (*text)[at];
    const std::size_t letter = choice % code_letters.size();
    const char is = code_letters[letter];
    (*text)[at] = is != was ? is : code_letters[(letter + 1) % code_letters.size()];
  }
  return r;
}

std::optional<Request> Clients::guess(const Event& e) const {
  const Exchange* invited = pick({Verb::invite}, e.a);
  if (!invited) return std::nullopt;
  Request r;
  r.verb = Verb::open;
  // A burst comes from one place or, as every guess of it has its own `c`, from many.
  r.from = one_of(sources, e.b % 2 == 0 ? e.b / 2 : e.c);
  r.about = invited->request.about;
  if (e.b % 3 == 0) {  // somebody has found the code, and tries addresses
    r.secret = invited->answer.out[1];
    r.about = one_of(addresses, e.b / 6);
    return r;
  }
  r.secret = invited->answer.out[1].substr(0, 3);
  for (std::uint64_t n = e.c, i = 0; i < 9; ++i, n = n * 31 + i)
    r.secret += code_letters[n % code_letters.size()];
  return r;
}

std::optional<Request> Clients::build(const Event& e) const {
  if (e.kind == Kind::again) return again(e);
  if (e.kind == Kind::forge) return forge(e);
  if (e.kind == Kind::guess) return guess(e);
  Request r;
  r.verb = static_cast<Verb>(e.kind);
  r.from = one_of(sources, e.c / 7);
  switch (r.verb) {
    case Verb::open:
    case Verb::consent: return by_person(e, std::move(r));
    case Verb::begin:
    case Verb::answer:
    case Verb::attach: return by_traveller(e, std::move(r));
    case Verb::begin_device:
    case Verb::answer_own:
    case Verb::attach_own: return by_own(e, std::move(r));
    case Verb::offer:
    case Verb::cross:
    case Verb::take_over: return by_device(e, std::move(r));
    case Verb::look: return look(e, std::move(r));
    case Verb::make_key:
    case Verb::revoke:
    case Verb::revoke_invitation:
    case Verb::resend:
    case Verb::listen:
    case Verb::review: return by_operator(e, std::move(r));
    default: return by_back_end(e, std::move(r));
  }
}

// What must have happened first, so that hardly an event is without effect.
std::optional<Request> Clients::request(Event event) const {
  const auto before = [](Kind kind, std::uint32_t choice) {
    if (kind == Kind::guess) return Verb::invite;
    switch (static_cast<Verb>(kind)) {
      case Verb::consent: return Verb::open;
      case Verb::answer:
      case Verb::look:
      case Verb::review: return Verb::begin;
      case Verb::attach:
      case Verb::settle: return Verb::answer;
      case Verb::show:
      case Verb::erase: return Verb::settle;
      case Verb::begin_device: return Verb::lend;
      case Verb::answer_own:
      case Verb::offer: return choice % 2 == 0 ? Verb::begin_device : Verb::begin_enrolment;
      case Verb::cross: return Verb::offer;
      case Verb::take_over: return Verb::cross;
      case Verb::attach_own: return Verb::answer_own;
      case Verb::introspect:
      case Verb::revoke_access: return Verb::grant_access;
      default: return Verb::invite;
    }
  };
  for (int depth = 0; depth < 6; ++depth) {
    if (auto request = build(event)) {
      const bool is_new = event.kind != Kind::again && event.kind != Kind::forge;
      if (is_new && takes_key(request->verb) && event.c / 5 % 3 == 2)
        request->key = "key " + std::to_string(event.c / 15 % 4);
      return request;
    }
    if (event.kind == Kind::again || event.kind == Kind::forge) break;
    event.kind = static_cast<Kind>(before(event.kind, event.c));
  }
  return std::nullopt;
}

}  // namespace limen::sim
