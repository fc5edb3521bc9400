// The rules of the model, one a verb. Read judge() and rule() first.
#include "sim/model.hpp"

#include <algorithm>

namespace limen::sim {

using namespace std::chrono_literals;
using journey::Door;

namespace {

struct StepRule {
  std::string_view name, upload;  // no upload: the step has one required field
};
const std::vector<StepRule>& steps_of(const std::string& skill) {
  static const std::vector<StepRule> loan = {{"form", ""}, {"confirm", ""}};
  static const std::vector<StepRule> card = {{"document", "front"}, {"face", "selfie"}};
  return skill == "loan" ? loan : card;
}

std::string folded(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// As somebody may type it; nothing when it cannot be a code.
std::string as_code(const std::string& typed) {
  std::string code;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (!std::isalnum(static_cast<unsigned char>(c))) return {};
    code += static_cast<char>(std::toupper(c));
  }
  return typed.size() <= 64 && code.size() >= 7 && code.size() <= 20 ? code : std::string();
}

bool has_upload(const Model::Step& step, std::string_view kind) {
  return kind.empty() || std::any_of(step.files.begin(), step.files.end(), [&](const auto& f) {
           return f.first.starts_with(std::string(kind) + "|");
         });
}

constexpr auto walkers = {Class::enrolment, Class::device, Class::reference, Class::phone};

constexpr std::string_view oauth_scopes[] = {"onboarding:write", "user-status:read",
                                             "ephemeral_device:write", "session_all:read",
                                             "enrolment:write"};

}  // namespace

std::optional<std::string> Model::judge(const Request& r, const Answer& a, Time now) {
  now_ = now;
  wrong_.clear();
  limited_ = {};
  const bool must = r.key.empty() ? rule(r, a) : rule_once(r, a);
  if (must && !a.ok) return "refused (" + std::string(a.code) + ") what had to be done";
  if (!must && a.ok) return "done what had to be refused";
  const bool is_limited =
      a.code == "too_many_guesses" || a.code == "too_many_letters" || a.code == "repeat_differs";
  if (!a.ok && limited_ != (is_limited ? a.code : std::string_view()))
    return "refused as " + std::string(a.code) + " and not as " + std::string(limited_);
  if (!wrong_.empty()) return wrong_;
  return std::nullopt;
}

bool Model::rule(const Request& r, const Answer& a) {
  switch (r.verb) {
    case Verb::invite: return invite(r, a);
    case Verb::open: return open(r, a);
    case Verb::consent: return consent(r, a);
    case Verb::begin: {
      const int key = client_key(r, "session:open");
      return key >= 0 && begin(r, a, client_of(key), Door::skills);
    }
    case Verb::begin_device: {
      const int device = caller(r.who, {Class::device}, {});
      return device >= 0 && begin(r, a, device, Door::device);
    }
    case Verb::begin_enrolment: {
      const int key = caller(r.who, {Class::key}, "enrolment:write");
      return key >= 0 && begin(r, a, key, Door::enrolment);
    }
    case Verb::answer: return answer(r, a);
    case Verb::answer_own: return answer_own(r, a);
    case Verb::attach: {
      for (std::size_t at = 0; at < sessions.size(); ++at) {
        const Session& s = sessions[at];
        for (std::size_t i = 0; i < s.steps.size(); ++i) {
          if (s.gone || s.steps[i].out.at(0) != r.about) continue;
          const Shown* nonce = shown(r.secret, Class::nonce);
          return nonce && nonce->of == at && nonce->part == i && s.door == Door::skills &&
                 is_live_client(r.client, s.owner) && attach(at, i, r, a);
        }
      }
      return false;
    }
    case Verb::attach_own: {
      const auto at = own_session(r, walkers);
      if (!at) return false;
      const auto& steps = sessions[*at].steps;
      const auto step = std::find_if(steps.begin(), steps.end(),
                                     [&](const Step& s) { return s.out.at(0) == r.client; });
      return step != steps.end() && attach(*at, std::size_t(step - steps.begin()), r, a);
    }
    case Verb::settle: return settle(r, a);
    case Verb::show:
    case Verb::erase: return credential(r, a);
    case Verb::lend: return lend(r, a);
    case Verb::look: return look(r, a);
    case Verb::grant_access:
    case Verb::introspect:
    case Verb::revoke_access: return oauth(r, a);
    case Verb::people: return query(r, a);
    case Verb::make_key: return make_key(r, a);
    case Verb::offer:
    case Verb::take_over: return offer(r, a);
    case Verb::cross: return cross(r, a);
    case Verb::listen: return listen(r, a);
    case Verb::review: return review(r, a);
    default: return operate(r);
  }
}

// One Issued invitation per organisation and address, none for who is connected (A29).
bool Model::invite(const Request& r, const Answer& a) {
  const int who = caller(r.who, {Class::key, Class::access}, "onboarding:write");
  if (who < 0) return false;
  const std::size_t org = rights[std::size_t(who)].org;
  const int before = latest(org, folded(r.about));
  if (before >= 0 && is_issued(invitations[std::size_t(before)], now_)) return false;
  const Person* connected = nullptr;
  for (const Person& p : people) {
    const Invitation& i = invitations[p.invitation];
    if (!p.gone && rights[std::size_t(i.right)].org == org && folded(i.email) == folded(r.about))
      connected = &p;
  }
  if (connected && connected->agreed) return false;
  if (!may_write(org, folded(r.about), before >= 0)) return false;
  if (!a.ok) return true;
  const int right = add_right(
      {Class::invitation, org, client_of(who), a.out.at(0), now_, now_ + std::chrono::days{14}});
  fresh(a.out.at(1), {Class::invitation, invitations.size()});
  invitations.push_back({right, r.about, a.out.at(1)});
  return true;
}

bool Model::lend(const Request& r, const Answer& a) {
  const int key = caller(r.who, {Class::key}, "ephemeral_device:write");
  if (key < 0 || r.number < 1) return false;
  if (!a.ok) return true;
  const Right& parent = rights[std::size_t(key)];
  const Time expires = std::min(now_ + Seconds{r.number}, parent.expires);
  const int device = add_right({Class::device, parent.org, key, a.out.at(0), now_, expires});
  fresh(a.out.at(1), {Class::device, std::size_t(device)});
  return true;
}

// Who agreed, and nobody else's people.
bool Model::query(const Request& r, const Answer& a) {
  const int who = caller(r.who, {Class::key, Class::access}, "user-status:read");
  if (who < 0) return false;
  std::vector<std::string> agreed;
  for (const Person& p : people) {
    const Invitation& i = invitations[p.invitation];
    const bool is_ours = rights[std::size_t(i.right)].org == rights[std::size_t(who)].org;
    if (p.agreed && !p.gone && is_ours) agreed.push_back(i.email);
  }
  std::sort(agreed.begin(), agreed.end());
  same(a, agreed);
  return true;
}

bool Model::open(const Request& r, const Answer& a) {
  const std::string code = as_code(r.secret);
  if (code.empty()) return false;
  const std::string prefix = code.size() > 9 ? code.substr(0, code.size() - 9) : "";
  const int org = prefix == "OUR" ? 0 : prefix == "THE" ? 1 : -1;
  const int named = org < 0 ? -1 : latest(std::size_t(org), folded(r.about));
  const Shown* text = shown(code, Class::invitation);
  const int coded = text ? int(text->of) : -1;
  const bool is_pair = named >= 0 && named == coded;
  const bool waits = must_wait(r.from, org);
  if (waits || !is_pair || !is_open_to(named, r.from)) {
    if (is_pair && is_innocent(named, r.from)) wrong_ = "strangers have locked somebody out";
    if (waits) limited_ = "too_many_guesses";
    else fail(r.from, org, is_pair ? -1 : named, is_pair ? -1 : coded);
    return false;
  }
  if (!a.ok) return true;
  const std::size_t of = std::size_t(named);
  const Invitation& i = invitations[of];
  opened_locked += i.missed >= 10 ? 1 : 0;
  const auto is_its = [&](const Person& p) { return !p.gone && p.invitation == of; };
  auto person = std::find_if(people.begin(), people.end(), is_its);
  if (person == people.end()) person = people.insert(people.end(), {a.out.at(0), of, now_});
  if (person->id != a.out.at(0)) wrong_ = "another connection_id than before";
  const Time expires = std::min(now_ + std::chrono::days{14}, rights[std::size_t(i.right)].expires);
  fresh(a.out.at(1), {Class::connection, std::size_t(person - people.begin()), 0, expires});
  if (leads_back(of))
    note_way_on(std::size_t(onward_of(std::size_t(person - people.begin()))), a, 2);
  else same(a, {a.out.at(0), a.out.at(1)});
  return true;
}

bool Model::begin(const Request& r, const Answer& a, int owner, Door door) {
  const std::size_t org = rights[std::size_t(owner)].org;
  if (door == Door::enrolment && session(r.about, org)) return false;  // its GUID was used before
  if (!a.ok) return true;
  const std::size_t at = sessions.size();
  sessions.push_back({a.out.at(0), r.skill, door == Door::enrolment ? r.about : "", owner, door,
                      now_ + std::chrono::days{14}, rules.at(r.skill)});
  tell(at, "INITIALIZED");
  if (door == Door::skills) fresh(a.out.at(1), {Class::nonce, at, 0, now_ + 30min});
  if (door != Door::enrolment) return true;
  const Time second = std::chrono::floor<Seconds>(now_);
  // Its claims are the GUID and the second, so one of a session that is gone may say the same.
  const auto before = secrets.find(a.out.at(1));
  const bool is_over = before != secrets.end() && before->second.cls == Class::enrolment &&
                       sessions[before->second.of].gone;
  if (is_over && before->second.expires == second + 1h) secrets.erase(before);
  fresh(a.out.at(1), {Class::enrolment, at, 0, second + 1h});
  fresh(a.out.at(2), {Class::reference, at, 0, sessions[at].expires});
  return true;
}

// A nonce submits once; the same bytes again are the same answer until what came after was used.
bool Model::answer(const Request& r, const Answer& a) {
  const Shown* nonce = shown(r.secret, Class::nonce);
  if (!nonce) return false;
  const Session& s = sessions[nonce->of];
  if (s.gone || s.id != r.about || s.skill != r.skill || !is_live_client(r.client, s.owner))
    return false;
  if (nonce->part == s.steps.size()) return submit(nonce->of, r, a);
  const Step& step = s.steps[nonce->part];
  if (step.body != r.digest()) {
    alarm(int(org_of(s)), "nonce_replayed", s.id);
    return false;
  }
  const bool is_last = nonce->part + 1 == steps_of(s.skill).size();
  if (s.steps.size() > nonce->part + 1 || (is_last && s.settled)) return false;
  same(a, step.out);
  return true;
}

bool Model::answer_own(const Request& r, const Answer& a) {
  const auto at = own_session(r, walkers);
  if (!at) return false;
  const Session& s = sessions[*at];
  const bool is_repeat =
      !s.steps.empty() && s.steps.back().body == r.digest() && s.steps.back().name == r.what;
  if (!is_repeat) return submit(*at, r, a);
  same(a, s.steps.back().out);
  return true;
}

bool Model::submit(std::size_t at, const Request& r, const Answer& a) {
  Session& s = sessions[at];
  const auto& steps = steps_of(s.skill);
  const std::size_t next = s.steps.size();
  if (s.state != 0 || now_ >= s.expires || next == steps.size() || r.what != steps[next].name)
    return false;
  if (next > 0 && !has_upload(s.steps.back(), steps[next - 1].upload)) return false;
  if (r.body.empty() == steps[next].upload.empty()) return false;  // a field, or an upload
  if (!a.ok) return true;
  s.steps.push_back({r.what, r.digest(), a.out, now_});
  if (next == 0) tell(at, "STARTED");
  const bool is_last = next + 1 == steps.size();
  if (s.door == Door::skills && !is_last)
    fresh(a.out.at(1), {Class::nonce, at, next + 1, now_ + 30min});
  complete_if_done(at, s.door == Door::skills ? a.out.at(2) : std::string());
  return true;
}

bool Model::attach(std::size_t at, std::size_t step, const Request& r, const Answer& a) {
  Session& s = sessions[at];
  Step& to = s.steps[step];
  const bool has_token = s.door == Door::skills;
  for (std::size_t i = 0; i < to.files.size(); ++i) {
    if (to.files[i].first != r.what + "|" + r.body) continue;
    auto before = to.files[i].second;  // the temp_token came with the file that completed it
    const bool completed_it = s.completed == to.received[i] && !s.settled;
    if (has_token && !completed_it) before.at(1).clear();
    same(a, before);
    return true;
  }
  const bool is_picture = r.body.starts_with("\xFF\xD8\xFF");
  if (!is_picture || s.state != 0 || now_ >= s.expires) return false;
  if (r.what != steps_of(s.skill)[step].upload || to.files.size() >= 20) return false;
  if (!a.ok) return true;
  to.files.emplace_back(r.what + "|" + r.body, a.out);
  to.received.push_back(now_);
  complete_if_done(at, has_token ? a.out.at(1) : std::string());
  return true;
}

void Model::complete_if_done(std::size_t at, const std::string& temp_token) {
  Session& s = sessions[at];
  const auto& steps = steps_of(s.skill);
  bool is_done = s.steps.size() == steps.size();
  for (std::size_t i = 0; is_done && i < steps.size(); ++i)
    is_done = has_upload(s.steps[i], steps[i].upload);
  if (is_done) {
    s.state = 1;
    s.completed = now_;
    s.retention_ends = now_ + std::chrono::days{365};
    s.erase = s.retention_ends;
    tell(at, status_of(s, now_));
  }
  if (s.door != Door::skills) return;
  if (is_done == temp_token.empty()) wrong_ = "a temp_token too few or too many";
  if (is_done) fresh(temp_token, {Class::temp_token, at, 0, now_ + 10min});
}

// A temp_token is exchanged once; the same bytes within a minute are the same answer.
bool Model::settle(const Request& r, const Answer& a) {
  const int key = client_key(r, "session:settle");
  const Shown* temp = shown(r.secret, Class::temp_token);
  if (key < 0 || !temp) return false;
  Session& s = sessions[temp->of];
  if (s.gone || client_of(key) != s.owner) return false;
  if (s.settled) {
    if (s.settle_body == r.digest() && now_ - *s.settled < 60s) {
      same(a, s.credential);
      return true;
    }
    alarm(int(org_of(s)), "temp_token_replayed", s.id);
    return false;
  }
  if (!a.ok) return true;
  s.settled = now_;
  s.settle_body = r.digest();
  s.credential = a.out;
  const int right = add_right({Class::credential, org_of(s), s.owner, a.out.at(0), now_, never});
  fresh(a.out.at(1), {Class::credential, std::size_t(right)});
  return true;
}

bool Model::credential(const Request& r, const Answer& a) {
  const int key = client_key(r, "session:settle");
  const auto is_its = [&](const Session& s) {
    return s.credential == std::vector{r.about, r.secret} && !s.enrolment_gone;
  };
  const auto s = std::find_if(sessions.begin(), sessions.end(), is_its);
  if (key < 0 || s == sessions.end() || client_of(key) != s->owner || r.number < 0) return false;
  if (r.verb == Verb::erase && !s->deleted) {
    s->deleted = now_;
    s->retention_ends = std::min(s->retention_ends, now_ + std::chrono::minutes{r.number});
    s->erase = s->retention_ends;
  }
  const bool is_over = now_ >= *s->completed + std::chrono::days{90};
  same(a, {s->deleted ? "DELETED" : is_over ? "EXPIRED" : "ACTIVE"});
  return true;
}

bool Model::look(const Request& r, const Answer& a) {
  std::optional<std::size_t> at;
  if (r.what == "own") {
    at = own_session(r, {Class::enrolment, Class::device});
  } else if (r.what == "page") {
    at = own_session(r, {Class::device, Class::reference, Class::phone});
  } else if (r.what == "link") {
    if (const Shown* link = open_link(r.who)) at = rights[link->of].session;
  } else {
    const int who = caller(r.who, {Class::key, Class::access}, "session_all:read");
    if (who >= 0) at = session(r.about, rights[std::size_t(who)].org);
    if (at && !is_shared(sessions[*at])) return false;
  }
  if (!at || sessions[*at].gone) return false;
  const Session& s = sessions[*at];
  const std::string status = status_of(s, now_);
  same(a, {std::to_string(s.state), std::to_string(s.steps.size()), s.id,
           std::to_string(phone_state(*at)), status, number_of(status),
           s.verdict ? s.verdict->by + ": " + s.verdict->reason : ""});
  return true;
}

bool Model::oauth(const Request& r, const Answer& a) {
  const int key = client_key(r, {});
  if (key < 0) return false;
  const Shown* token = shown(r.secret, Class::access);
  const int access = token && is_live(int(token->of), now_) ? int(token->of) : -1;
  if (r.verb == Verb::introspect)
    return access >= 0 && rights[std::size_t(access)].org == rights[std::size_t(key)].org;
  if (r.verb == Verb::revoke_access) {
    if (access >= 0 && client_of(access) == client_of(key))
      rights[std::size_t(access)].revoked = true;
    return true;
  }
  const Right& parent = rights[std::size_t(key)];
  std::string granted;
  for (const auto scope : oauth_scopes) {
    if (parent.may(scope) && (r.what.empty() || r.what == scope))
      granted += (granted.empty() ? "" : " ") + std::string(scope);
  }
  if (granted.empty()) return false;
  if (!a.ok) return true;
  const Time expires = std::chrono::floor<Seconds>(std::min(now_ + 1h, parent.expires));
  const int right =
      add_right({Class::access, parent.org, key, a.out.at(0), now_, expires, granted});
  fresh(a.out.at(0), {Class::access, std::size_t(right)});
  return true;
}

bool Model::make_key(const Request& r, const Answer& a) {
  int client = -1;
  if (!r.about.empty()) {
    const auto found = by_id.find(r.about);
    if (found == by_id.end()) return false;
    client = found->second;
    const Right& c = rights[std::size_t(client)];
    if (c.cls != Class::client || c.org != r.org || c.revoked) return false;
  }
  if (!a.ok) return true;
  if (client < 0) client = add_right({Class::client, r.org, -1, a.out.at(0), now_, never});
  const Time expires = r.number > 0 ? now_ + Seconds{r.number} : never;
  const int key = add_right({Class::key, r.org, client, a.out.at(1), now_, expires, r.what});
  fresh(a.out.at(2), {Class::key, std::size_t(key)});
  return true;
}

bool Model::operate(const Request& r) {
  const auto found = by_id.find(r.about);
  if (found == by_id.end()) return false;
  Right& right = rights[std::size_t(found->second)];
  if (right.org != r.org || right.gone) return false;
  const bool is_invitation = right.cls == Class::invitation;
  if (r.verb == Verb::revoke) {
    const bool is_key =
        right.cls == Class::client || right.cls == Class::key || right.cls == Class::device;
    right.revoked = right.revoked || is_key;
    return is_key;
  }
  const auto invitation =
      std::find_if(invitations.begin(), invitations.end(),
                   [&](const Invitation& i) { return i.right == found->second; });
  if (!is_invitation || invitation == invitations.end()) return false;
  if (r.verb == Verb::revoke_invitation) {
    right.revoked = true;
    return true;
  }
  if (!is_unused(*invitation, now_) || !may_write(r.org, folded(invitation->email), true))
    return false;
  ++invitation->letters;
  return true;
}

}  // namespace limen::sim
