// See receivers.hpp.
#include "sim/receivers.hpp"

#include <algorithm>

#include "onboard/webhooks.hpp"
#include "seal/webhook.hpp"
#include "store/ledger.hpp"

namespace limen::sim {

using namespace std::chrono_literals;

namespace {

std::string_view value_of(const std::vector<std::string>& headers, std::string_view name) {
  for (const std::string_view line : headers)
    if (line.starts_with(name)) return line.substr(name.size());
  return {};
}

}  // namespace

outbox::PostReply World::Receivers::send(const std::string& /*url*/,
                                         const std::vector<std::string>& headers,
                                         const std::string& body) {
  struct Course {
    long status;  // 0: the answer was lost
    bool arrives;
  };
  static constexpr Course courses[] = {{200, true},  {200, true},  {204, true}, {200, true},
                                       {503, false}, {302, false}, {0, false},  {0, true},
                                       {200, true},  {200, true},  {204, true}, {200, true},
                                       {503, false}, {410, false}, {0, false},  {410, false}};
  const Course course = courses[choices % std::size(courses)];
  choices /= 16;
  world.say("notice " + body + " → " + std::to_string(course.status));
  Heard* it = listen(headers, body);
  if (it == nullptr) return {.status = 200};
  ++world.totals_.notices;
  // In trouble the word of a call that outlasted its claim is not kept: it may be told anew.
  it->doubts += is_troubled && it->taken > 0 ? 1 : 0;
  it->taken += course.arrives ? 1 : 0;
  const std::size_t hook = world.model_.notices[it->notice].hook;
  if (const auto other = calling.find(hook); other != calling.end()) {
    if (world.now_ < other->second) world.complain("two call one webhook at once");
    ++it->doubts;  // what became of the other call nobody knows yet
  }
  const bool is_late = is_overtaken(hook);
  if (course.status / 100 == 2) return {.status = course.status};
  it->doubts += course.arrives ? 1 : 0;
  note_failure(hook);
  if (course.status == 410 && !is_late) said[hook] = it->notice;
  return {.status = course.status, .body = {}, .why = "simulated"};
}

// Whether another thread has taken the webhook while this call lasted: then this one's word is not
// its word any more. Faults are of the thread that was first.
bool World::Receivers::is_overtaken(std::size_t hook) {
  if (rivals == 0) return false;
  const int left = std::exchange(rivals, 0);  // none beside the other's own calls
  ++world.totals_.raced;
  const auto claim = [&] {
    const auto id = *parse_id(world.model_.hooks[hook].id);
    const auto row = store::SqlLedger(*world.connection_).webhooks().webhook(id);
    return row ? row->claimed_until : Time{};
  };
  const Time before = claim();
  const auto held = calling.emplace(hook, world.now_ + 2 * longest() - 1s);
  world.now_ += lasts;
  const Fault fault = std::exchange(world.house_fault_, Fault::none);
  const std::size_t skip = std::exchange(world.house_skip_, 0);
  for (int i = 0; i < left; ++i) world.rival_->round();
  world.house_fault_ = fault;
  world.house_skip_ = skip;
  rivals = left;
  if (held.second) calling.erase(held.first);
  return claim() != before;
}

// Which notice of the model that is: under its id for ever, with its bytes, signed for its webhook.
World::Receivers::Heard* World::Receivers::listen(const std::vector<std::string>& headers,
                                                  const std::string& body) {
  const Model& model = world.model_;
  const std::string id(value_of(headers, "webhook-id: "));
  const seal::WebhookHead head{id, value_of(headers, "webhook-timestamp: "),
                               value_of(headers, "webhook-signature: ")};
  // By the newest secret, by the one before as long as both sign, and by none of those before.
  const auto is_signed_for = [&](const Model::Hook& hook) {
    for (std::size_t i = 0, after = hook.secrets.size() - 1; i < hook.secrets.size();
         ++i, --after) {
      const auto key = seal::WebhookKey::read(seal::Secret(hook.secrets[i]));
      const bool must = after == 0 || (after == 1 && world.now_ < hook.previous_until);
      if (!key || key->verify(head, body, world.now_) != must) return false;
    }
    return true;
  };
  const auto hook =
      std::size_t(std::ranges::find_if(model.hooks, is_signed_for) - model.hooks.begin());
  // Two events of a device's session have the same bytes: which of them it is, the row says.
  const auto row = store::SqlLedger(*world.connection_).webhooks().notice(*parse_id(id));
  const auto fits = [&](const Model::Notice& n) {
    return n.hook == hook && n.body == body && model.hooks[hook].active && model.is_due(n) &&
           model.is_shared(model.sessions[n.session]) && row &&
           n.event == onboard::to_string(row->event);
  };
  if (const auto known = heard.find(id); known != heard.end()) {
    if (fits(model.notices[known->second.notice])) return &known->second;
  } else {
    for (std::size_t i = 0; i < model.notices.size(); ++i)
      if (fits(model.notices[i]) && !is_heard(i)) return &heard.emplace(id, Heard{i}).first->second;
  }
  world.complain("a notice nobody was to hear, or not under this id: " + body);
  return nullptr;
}

bool World::Receivers::is_heard(std::size_t notice) const {
  return std::ranges::any_of(heard, [&](const auto& h) { return h.second.notice == notice; });
}

bool World::Receivers::has_taken(std::size_t notice) const {
  return std::ranges::any_of(
      heard, [&](const auto& h) { return h.second.notice == notice && h.second.taken > 0; });
}

void World::Receivers::note_failure(std::size_t hook) {
  Failing& failing = failures[hook];
  ++failing.times;
  failing.last = std::max(failing.last, world.now_);
}

void World::Receivers::note_trouble() {
  store::SqlLedger ledger(*world.connection_);
  for (auto& [id, it] : heard) {
    const auto notice = it.taken > 0 ? ledger.webhooks().notice(*parse_id(id)) : std::nullopt;
    if (notice && notice->state == onboard::NoticeState::queued) ++it.doubts;
  }
}

void World::Receivers::note_gone() {
  store::SqlLedger ledger(*world.connection_);
  std::erase_if(said, [&](const auto& it) {
    const auto row = ledger.webhooks().webhook(*parse_id(world.model_.hooks[it.first].id));
    const bool is_known = row && row->state == onboard::WebhookState::gone;
    if (is_known) world.model_.note_gone(it.second, world.now_);
    return is_known || !row;
  });
}

bool World::Receivers::may_be_given_up(const Model::Notice& notice) const {
  // Nobody hears of who has withdrawn, and what was to be told waits no longer than that.
  const bool has_waited = world.model_.sessions[notice.session].was_withdrawn;
  if (has_waited && world.now_ - notice.created >= 96h) return true;
  const auto failing = failures.find(notice.hook);
  return failing != failures.end() && failing->second.times > 1 &&
         failing->second.last - notice.created >= 96h;
}

void World::tell(const Event& event) {
  static constexpr Millis lasts[] = {0ms, 1s, 29s, 61s};
  receivers_->choices = event.b;
  receivers_->rivals = event.a % 2 == 0 ? 1 + int(event.a / 2 % 3) : 0;
  receivers_->lasts = lasts[event.a / 8 % std::size(lasts)];
  receivers_->is_troubled = event.fault != Fault::none;
  try {
    tell_started();
    for (int i = 0; i < 4; ++i) {
      const auto next = teller_->round();
      receivers_->note_gone();
      if (!next || *next > now_) break;
    }
  } catch (const Died&) {
    restart();
  }
  if (event.fault == Fault::none) {
    if (!receivers_->said.empty()) complain("a receiver that is gone is not believed");
    return;
  }
  receivers_->note_trouble();
  // What could not be told for the server's own trouble is put off as well.
  for (std::size_t i = 0; i < model_.hooks.size(); ++i) receivers_->note_failure(i);
}

// As the house does every few seconds: whose journey was looked at has begun.
void World::tell_started() {
  const auto opened = presence_->journeys.take(now_);
  if (opened.empty()) return;
  bool has_run = false;
  const auto note = [&] {
    for (const auto& [session, at] : opened) {
      if (has_run && faulty_.is_committed()) model_.start(to_string(session), now_);
      else presence_->journeys.note(session, now_ + 1ms);
    }
  };
  try {
    house_job([&](onboard::Ledger& ledger) {
      onboard::Desk d = desk(ledger);
      for (const auto& [session, at] : opened) onboard::tell_started(d, session);
      has_run = true;
    });
  } catch (const Died&) {
    note();
    throw;
  }
  note();
}

void World::start_tellers() {
  receivers_->calling.clear();
  for (auto* teller : {&teller_, &rival_})
    *teller = std::make_unique<outbox::NoticeWorker>(
        [this](const auto& job) {
          return house_job([&](onboard::Ledger& ledger) {
            onboard::Desk d = desk(ledger);
            job(d);
          });
        },
        [this] { return now_; }, *receivers_, entropy_, outbox::NoticeOptions{},
        receivers_->counters);
}

// The receivers are well: within a day everything that waits for an active webhook has come.
void World::drain_notices() {
  receivers_->choices = 0;
  receivers_->is_troubled = false;
  receivers_->rivals = 0;
  for (const Time end = now_ + 24h; !wrong_ && now_ <= end;) {
    const auto next = teller_->round();
    receivers_->note_gone();
    if (!next) return;
    now_ = std::max(now_, *next);
  }
  const auto waits = [&](const Model::Session& s) { return !s.gone && !model_.is_shared(s); };
  if (std::ranges::none_of(model_.sessions, waits))
    complain("a notice does not come, though its receiver is well");
}

}  // namespace limen::sim
