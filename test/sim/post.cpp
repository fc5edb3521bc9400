// See post.hpp.
#include "sim/post.hpp"

namespace limen::sim {

using outbox::Outcome;

outbox::Delivery World::Post::send(const outbox::Envelope& envelope,
                                   const outbox::Message& message) {
  static constexpr Outcome outcomes[] = {Outcome::sent,       Outcome::sent,      Outcome::sent,
                                         Outcome::sent,       Outcome::later,     Outcome::never,
                                         Outcome::relay_down, Outcome::broken_off};
  const auto outcome = outcomes[choices % 8];
  choices /= 8;
  const std::size_t at = message.text.find("code=");
  const std::string code = at == std::string::npos ? "" : message.text.substr(at + 5, 12);
  world.say("letter to " + envelope.to);
  if (!world.model_.may_send(code, world.now_))
    world.complain("a letter left for an invitation that is neither Issued nor Locked");
  Mail& mail = mails[message.id];
  const bool arrives = outcome == Outcome::sent || (outcome == Outcome::broken_off && choices % 2);
  if (outcome == Outcome::broken_off) ++mail.ambiguous;
  if (!arrives) return {.outcome = outcome, .why = "simulated"};
  ++mail.arrived;
  ++world.totals_.mails;
  const auto known = world.model_.secrets.find(code);
  if (known != world.model_.secrets.end() && told.insert(code).second) {
    const auto& invitation = world.model_.invitations[known->second.of];
    Request request;
    request.verb = Verb::invite;
    request.about = invitation.email;
    const auto& id = world.model_.rights[static_cast<std::size_t>(invitation.right)].id;
    world.clients_.learn(request, {true, {}, {id, code}, {}});
  }
  return {.outcome = outcome, .why = "simulated"};
}

void World::Post::note_death(store::Connection& connection) {
  store::SqlLedger ledger(connection);
  for (auto& [id, mail] : mails) {
    const auto letter = ledger.letter(id);
    if (mail.arrived > 0 && letter && letter->state == onboard::LetterState::queued)
      ++mail.ambiguous;
  }
}

void World::start_worker() {
  outbox::WorkerOptions options;
  options.sender = {settings_.base_url, "noreply@limen.example", {}, {}};
  static const outbox::Templates templates = outbox::Templates::built_in();
  worker_ = std::make_unique<outbox::Worker>(
      outbox::Ports{[this](const auto& job) { return house_job(job); }, [this] { return now_; }},
      codes_, entropy_, *post_, templates, std::move(options));
}

void World::mail(const Event& event) {
  post_->relay(event.b);
  try {
    worker_->round();
  } catch (const Died&) {
    restart();
  }
}

// The end: the relay is well, and every letter finds its way or its end (I7).
void World::drain() {
  post_->relay(0);
  for (int i = 0; i < 400 && !wrong_; ++i) {
    const auto next = worker_->round();
    if (!next) return;
    now_ = std::max(now_, *next);
  }
  complain("letters are on their way for ever (I7)");
}

}  // namespace limen::sim
