// The worker's rules. Read round() first: it is the whole life of a letter after its commit.
#include "outbox/worker.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "onboard/invite.hpp"
#include "outbox/backoff.hpp"

namespace limen::outbox {
namespace {

using onboard::Letter;
using onboard::LetterState;

constexpr Millis least_retry = std::chrono::seconds{1};
constexpr std::size_t error_bytes = 300;

// Why an invitation's letter should not go out any more; empty when it should.
std::string_view end_of(const onboard::Grant& invitation, Time now) {
  switch (onboard::state_of(invitation, now)) {
    case onboard::InvitationState::issued:
    case onboard::InvitationState::locked: return {};  // strangers' misses take nobody's letter
    case onboard::InvitationState::used: return "the invitation was used";
    case onboard::InvitationState::expired: return "the invitation expired";
    case onboard::InvitationState::revoked: return "the invitation was revoked";
  }
  return "the invitation is over";
}

// The relay may quote the link. The code must not stand in the ledger (ADR 0010).
std::string without_code(std::string text, std::string_view code) {
  for (auto at = text.find(code); !code.empty() && at != text.npos; at = text.find(code))
    text.replace(at, code.size(), "[code]");
  return text.substr(0, error_bytes);
}

void log_letter(log::Level level, std::string_view event, const Letter& letter, int reply) {
  log::Line(level, event)
      .with("letter", to_string(letter.id))
      .with("attempts", std::int64_t{letter.attempts})
      .with("reply", std::int64_t{reply});
}

}  // namespace

// A letter with what its text needs, read in the job that claimed it.
struct Worker::Claimed {
  Letter letter;
  std::optional<onboard::Organisation> organisation;
  std::optional<onboard::Grant> invitation;
};

Worker::Worker(Ports ports, const seal::Codes& codes, seal::Entropy& entropy, Transport& transport,
               Templates templates, WorkerOptions options)
    : ports_(std::move(ports)),
      codes_(codes),
      entropy_(entropy),
      transport_(transport),
      templates_(std::move(templates)),
      options_(std::move(options)),
      claim_life_(std::max(options_.claim_life, 2 * transport_.longest())),
      rounds_([this] { return round(); }, ports_.now, options_.store_pause, "outbox_failed") {}

Worker::~Worker() { stop(); }

void Worker::start() { rounds_.start(); }

void Worker::stop() {
  if (!rounds_.stop() || record()) return;
  log::Line(log::Level::error, "outbox_not_recorded")
      .with("letters", static_cast<std::int64_t>(results_.size()));
}

void Worker::wake() { rounds_.wake(); }

void Worker::refuse(bool on) {
  if (refusing_.exchange(on) && !on) hurry();
}

void Worker::hurry() {
  hurried_ = true;
  wake();
}

std::optional<Time> Worker::round() {
  // First what already happened: without its record, the letters would go a second time.
  if (!record()) return ports_.now() + options_.store_pause;
  if (refusing_) return std::nullopt;
  if (hurried_ && !pull_forward()) return ports_.now() + options_.store_pause;
  const Time now = ports_.now();
  if (now < paused_until_) return paused_until_;
  std::vector<Claimed> batch;
  std::optional<Time> next;
  // After a failure one letter tries the relay for all.
  if (!claim(now, failures_ > 0 ? 1 : options_.batch, batch, next))
    return now + options_.store_pause;
  if (batch.empty()) {
    transport_.rest();
    return next;
  }
  deliver(batch, now);
  if (!record()) return ports_.now() + options_.store_pause;
  return std::max(paused_until_, now);
}

// Every queued letter is due now, whatever its back-off said; a page a job, so that others get the
// writer in between. No claim is open while this runs.
bool Worker::pull_forward() {
  hurried_ = false;
  failures_ = 0;
  paused_until_ = {};
  onboard::Page page{.limit = options_.batch};
  std::size_t rows = options_.batch;
  while (rows == options_.batch && !is_interrupted()) {
    const auto pull = [&](onboard::Ledger& ledger) {
      const Time now = ports_.now();
      auto letters = ledger.letters({}, LetterState::queued, page);
      rows = letters.size();
      if (!letters.empty()) page.after = letters.back().id;
      for (auto& letter : letters) {
        if (letter.due <= now) continue;
        letter.due = now;
        ledger.save_letter(letter);
      }
    };
    if (!ports_.job(pull)) {
      hurried_ = true;
      return false;
    }
  }
  return true;
}

bool Worker::claim(Time now, std::size_t most, std::vector<Claimed>& out,
                   std::optional<Time>& next) {
  std::optional<Time> oldest;
  const bool done = ports_.job([&](onboard::Ledger& ledger) {
    out.clear();
    oldest = ledger.next_letter_due();
    next = oldest;
    if (!oldest || *oldest > now) return;
    std::map<onboard::TenantId, std::optional<onboard::Organisation>> organisations;
    for (auto& letter : ledger.claim_letters(now, now + claim_life_, most)) {
      auto [place, is_new] = organisations.try_emplace(letter.tenant);
      if (is_new) place->second = ledger.organisation(letter.tenant);
      auto invitation = ledger.grant(letter.invitation);
      out.push_back({std::move(letter), place->second, std::move(invitation)});
    }
  });
  if (!done) return false;
  counters_.oldest_due_ms = oldest && *oldest <= now ? to_ms(*oldest) : 0;
  return true;
}

void Worker::deliver(const std::vector<Claimed>& batch, Time claimed) {
  Time recorded = claimed;
  bool go_on = true;
  for (const auto& item : batch) {
    const Time now = ports_.now();
    // A claim that ran out in our hands could be taken a second time.
    const bool has_time = now + transport_.longest() <= claimed + claim_life_;
    go_on = go_on && has_time && !is_interrupted();
    if (!go_on) {  // given back untouched
      results_.push_back({item.letter});
      results_.back().letter.due = claimed;
      continue;
    }
    const Outcome outcome = deliver_one(item);
    go_on = outcome != Outcome::relay_down && outcome != Outcome::broken_off;
    if (go_on && ports_.now() - recorded >= options_.record_after) {
      go_on = record();
      recorded = ports_.now();
    }
  }
}

Outcome Worker::deliver_one(const Claimed& claimed) {
  Delivery delivery = attempt(claimed);
  const Outcome outcome = delivery.outcome;
  settle(claimed, std::move(delivery));
  return outcome;
}

Delivery Worker::attempt(const Claimed& claimed) {
  const auto& [letter, organisation, invitation] = claimed;
  const auto never = [](std::string_view why) {
    return Delivery{.outcome = Outcome::never, .why = std::string(why)};
  };
  if (!organisation || !invitation) return never("the invitation is gone");
  if (const auto end = end_of(*invitation, ports_.now()); !end.empty()) return never(end);
  const Invitation content{
      .letter = letter.id,
      .created = letter.created,
      .to = letter.to,
      .first_name = letter.first_name,
      .last_name = letter.last_name,
      .organisation = organisation->name,
      .prefix = organisation->prefix,
      .code = seal::Secret(codes_.code(organisation->prefix, organisation->id, invitation->serial)),
      .expires = invitation->terms.expires,
      .language = letter.language};
  const auto message = render(templates_, options_.sender, content);
  Delivery out;
  try {
    out = transport_.send({options_.sender.address, letter.to}, message);
  } catch (const std::exception& problem) {
    // Ours to mend (no libcurl, no memory); the letter is innocent.
    out = {.outcome = Outcome::relay_down, .why = problem.what()};
  }
  note_relay(out);
  out.why = without_code(std::move(out.why), content.code.reveal());
  return out;
}

// What the ledger shall remember of one attempt.
void Worker::settle(const Claimed& claimed, Delivery delivery) {
  const Time now = ports_.now();
  Letter letter = claimed.letter;
  const bool is_refused =
      delivery.outcome == Outcome::later || delivery.outcome == Outcome::broken_off;
  if (delivery.outcome != Outcome::relay_down) ++letter.attempts;
  letter.error = delivery.why;
  letter.due = now;
  const bool is_too_old =
      now - letter.created >= options_.letter_life && letter.attempts >= options_.attempts_min;
  if (delivery.outcome == Outcome::sent) {
    letter.state = LetterState::sent;
    ++counters_.sent;
    log_letter(log::Level::info, "letter_sent", letter, delivery.reply);
  } else if (delivery.outcome == Outcome::never || (is_refused && is_too_old)) {
    letter.state = LetterState::dead;
    ++counters_.dead;
    log_letter(log::Level::warning, "letter_dead", letter, delivery.reply);
  } else if (is_refused) {
    const Millis bound =
        backoff_bound(options_.retry_first, options_.retry_longest, letter.attempts);
    letter.due = now + draw_between(entropy_, std::min(least_retry, bound), bound);
    ++counters_.retried;
    log_letter(log::Level::info, "letter_later", letter, delivery.reply);
  }
  results_.push_back({std::move(letter), std::move(delivery.copy)});
}

// The circuit: while the relay is down all letters wait together, and none of them pays for it.
void Worker::note_relay(const Delivery& delivery) {
  const bool is_down =
      delivery.outcome == Outcome::relay_down || delivery.outcome == Outcome::broken_off;
  if (!is_down) {
    if (failures_ > 0) log::Line(log::Level::info, "relay_back");
    failures_ = 0;
    counters_.is_relay_down = false;
    return;
  }
  ++failures_;
  ++counters_.relay_failures;
  counters_.is_relay_down = true;
  // Half of it jitter, so that a pause still grows.
  const Millis bound = backoff_bound(options_.pause_first, options_.pause_longest, failures_);
  const Millis pause = draw_between(entropy_, bound / 2, bound);
  paused_until_ = ports_.now() + pause;
  log::Line line(failures_ == 1 ? log::Level::warning : log::Level::debug, "relay_down");
  line.with("failures", std::int64_t{failures_}).with("pause_ms", pause.count());
  // Once a letter is in hand the relay's words may hold its address.
  if (delivery.outcome == Outcome::relay_down) line.with("why", delivery.why);
}

// One job for all. A row that somebody else finished or erased meanwhile is left alone.
bool Worker::record() {
  if (results_.empty()) return true;
  const bool done = ports_.job([this](onboard::Ledger& ledger) {
    for (const auto& [letter, copy] : results_) {
      if (copy) ledger.add_mail(*copy);
      auto row = ledger.letter(letter.id);
      if (!row || row->state != LetterState::queued) continue;
      row->state = letter.state;
      row->attempts = letter.attempts;
      row->due = letter.due;
      // A relay may name the address it refuses; whose is forgotten stays so.
      row->error = row->to.empty() ? std::string() : letter.error;
      ledger.save_letter(*row);
    }
  });
  if (done) results_.clear();
  return done;
}

}  // namespace limen::outbox
